"""Cards become one problem by theme, spot and time together; two streets never do, however much the words agree."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from otklik.lib.text import fold
from otklik.triage.clusters import LEAST_UNPLACED, Found, Near, around
from otklik.triage.similar import Told, house_key, street_key
from otklik.triage.sketch import marks, sketch

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WATER, BURST, HOLES = "zhkh.net-vody", "zhkh.avariya-vody", "dorogi.yamy"
TAKEN = {(WATER, BURST)}


def near(pk: int, street: str = "", theme: str = WATER, text: str = "Нет воды с утра", **given: object) -> Near:
    told = {
        "at": NOW - timedelta(minutes=pk),
        "author": pk,
        "place": (7,),
        "street": street_key(street),
        "house": house_key(str(given.pop("house", ""))),
        "sketch": sketch(fold(text)),
        "marks": marks(fold(text)),
    }
    ours = {name: given.pop(name) for name in ("problem", "off", "rejected") if name in given}
    return Near(pk, Told(theme=theme, **(told | given)), **ours)  # type: ignore[arg-type]


def joined(found: list[Found]) -> dict[int, set[int]]:
    return {one.problem: {joining.pk for joining in one.joining} for one in found}


def test_three_authors_of_one_street_make_a_problem_and_two_do_not() -> None:
    first, second, third = near(1, "Садовая"), near(2, "ул. Садовая"), near(3, "улица Садовая", BURST)
    assert joined(around(first, [second], TAKEN)) == {}
    (found,) = around(first, [second, third], TAKEN)
    assert joined([found]) == {0: {1, 2, 3}}
    assert all("street" in one.why and 0.3 <= one.sure <= 1 for one in found.joining)


def test_one_author_however_often_he_writes_makes_no_problem() -> None:
    assert around(near(1, "Садовая"), [near(pk, "Садовая", author=1) for pk in (2, 3, 4)], TAKEN) == []


def test_two_streets_are_never_chained_though_theme_day_and_words_agree() -> None:
    here, there = [near(pk, "Садовая") for pk in (1, 2, 3)], [near(pk, "Полевая") for pk in (4, 5, 6)]
    assert joined(around(here[0], [*here[1:], *there], TAKEN)) == {0: {1, 2, 3}}
    corner = [
        near(pk, street, latitude=45.0, longitude=39.0) for pk, street in enumerate(("Садовая", "Полевая") * 3, 1)
    ]
    assert joined(around(corner[0], corner[1:], TAKEN)) == {0: {1, 3, 5}}


def test_another_theme_another_day_and_another_town_stay_out() -> None:
    here = [near(pk, "Садовая") for pk in (1, 2, 3)]
    others = [
        near(4, "Садовая", HOLES),
        near(5, "Садовая", at=NOW - timedelta(days=20)),
        near(6, "Садовая", place=(8,)),
    ]
    assert joined(around(here[0], [*here[1:], *others], TAKEN)) == {0: {1, 2, 3}}


def test_holes_at_two_houses_of_a_street_are_two_things_to_fix() -> None:
    cards = [near(pk, "Садовая", HOLES, "Яма на дороге", house=house) for pk, house in enumerate((5, 5, 5, 90, 90), 1)]
    assert joined(around(cards[0], cards[1:])) == {0: {1, 2, 3}}


def test_no_water_without_a_street_goes_where_most_of_those_go_that_name_one() -> None:
    there = [near(pk, "Садовая", problem=9) for pk in (1, 2, 3, 4)]
    assert joined(around(near(20), there, TAKEN)) == {9: {20}}
    spread = [near(pk, street) for pk, street in enumerate(("Полевая", "Мира", "Ленина"), 10)]
    assert joined(around(near(20), [*there, *spread], TAKEN)) == {}, "four of seven are not clear"


def test_a_hole_without_a_street_is_anywhere() -> None:
    there = [near(pk, "Садовая", HOLES, problem=9) for pk in (1, 2, 3, 4)]
    assert around(near(20, "", HOLES), there) == []


def test_without_any_street_more_people_have_to_say_so() -> None:
    few = [near(pk) for pk in range(1, LEAST_UNPLACED)]
    assert around(few[0], few[1:], TAKEN) == []
    enough = [*few, near(LEAST_UNPLACED)]
    assert joined(around(enough[0], enough[1:], TAKEN)) == {0: set(range(1, LEAST_UNPLACED + 1))}


def test_a_problem_without_a_street_gets_it_from_those_who_name_one() -> None:
    without = [near(pk, problem=9) for pk in range(1, 6)]
    assert joined(around(near(10, "Садовая"), without, TAKEN)) == {}, "one who names it is not enough"
    named = [near(pk, "Садовая") for pk in (11, 12)]
    assert joined(around(near(10, "Садовая"), [*named, *without], TAKEN)) == {9: {10, 11, 12}}


def test_what_a_person_took_off_or_rejected_does_not_come_back() -> None:
    there = [near(pk, "Садовая", problem=9) for pk in (1, 2, 3)]
    assert joined(around(near(4, "Садовая"), there, TAKEN)) == {9: {4}}
    assert around(near(4, "Садовая", off=frozenset({9})), there, TAKEN) == []
    no: dict[str, Any] = {"off": frozenset({9}), "rejected": frozenset({9})}
    rejected = [near(pk, "Садовая", **no) for pk in (1, 2, 3)]
    assert around(near(4, "Садовая"), rejected, TAKEN) == [], "only one pair of them may come again"
    assert joined(around(near(4, "Садовая"), [near(5, "Садовая"), *rejected], TAKEN))[0] >= {4, 5}


def test_neighbours_that_waited_come_along_with_the_next_card() -> None:
    there, waiting = [near(pk, "Садовая", problem=9) for pk in (1, 2, 3)], [near(4), near(5, "Садовая")]
    assert joined(around(near(6, "Мира", HOLES), [*there, *waiting], TAKEN)) == {9: {4, 5}}


def test_cause_and_effect_in_one_network_of_pipes_are_one_thing_without_a_word_in_common() -> None:
    cards = [
        near(1, "Садовая", WATER, "Кран сухой с шести утра"),
        near(2, "Садовая", BURST, "Прорвало трубу, асфальт размыт"),
        near(3, "Садовая", "zhkh.napor", "Еле капает, колонка не включается"),
    ]
    assert joined(around(cards[0], cards[1:])) == {0: {1, 2, 3}}


def test_no_heat_and_no_water_on_one_street_are_two() -> None:
    cold = [near(pk, "Садовая", "zhkh.otoplenie", "Батареи ледяные") for pk in (4, 5, 6)]
    dry = [near(pk, "Садовая", WATER, "Кран сухой с шести утра") for pk in (1, 2, 3)]
    assert joined(around(dry[0], [*dry[1:], *cold], {(WATER, "zhkh.otoplenie")})) == {0: {1, 2, 3}}


def bins(pk: int, text: str, house: str = "", **given: object) -> Near:
    return near(pk, "Садовая", "othody.ploshchadki", text, house=house, **given)


def test_bins_that_are_not_there_and_rubbish_that_nobody_fetches_are_two_problems() -> None:
    missing = [bins(pk, "Контейнеры увезли, поставьте новые") for pk in (1, 2, 3)]
    undone = [bins(pk, "Мусор не вывозят по графику") for pk in (4, 5, 6)]
    assert joined(around(missing[0], [*missing[1:], *undone])) == {0: {1, 2, 3}}
    there = [replace(one, problem=70) for one in missing]
    assert joined(around(undone[0], [*undone[1:], *there])) == {0: {4, 5, 6}}
    assert joined(around(bins(7, "Контейнеров так и нет"), [*undone, *there])) == {70: {7}}


def test_whoever_says_neither_makes_no_bridge_from_one_to_the_other() -> None:
    neither = bins(1, "Когда наведут порядок с мусором")
    missing, undone = bins(2, "Поставьте баки для мусора"), bins(3, "Мусор не вывозят")
    assert around(neither, [missing, undone]) == []
    there = [replace(one, problem=70) for one in (neither, missing, bins(4, "Вернуть контейнеры для мусора"))]
    assert around(undone, there) == []


def test_bins_serve_a_street_and_a_hole_is_at_its_house() -> None:
    here = [bins(pk, "Поставьте баки", house=str(pk)) for pk in (1, 2, 3)]
    assert joined(around(here[0], here[1:])) == {0: {1, 2, 3}}
    holes = [near(pk, "Садовая", HOLES, "Яма", house=str(pk)) for pk in (1, 2, 3)]
    assert around(holes[0], holes[1:]) == []


def test_another_theme_that_one_card_of_four_may_be_about_brings_nobody_in() -> None:
    """A text about a lorry that its judge half took for one about water is no bridge for those without water."""
    bins = [near(pk, "Лесная", "othody.prochee", "Мусор не вывозят", problem=5) for pk in (2, 3, 4)]
    bridge = near(5, "Лесная", "othody.prochee", "Машины нет до ночи", problem=5, also=("othody.prochee", WATER))
    dry = near(1, "Лесная", text="Нет холодной воды", also=(WATER,))
    assert around(dry, [*bins, bridge]) == []
    half = [replace(one, told=replace(one.told, also=("othody.prochee", WATER))) for one in bins]
    assert joined(around(dry, [*half, bridge])) == {5: {1}}


def test_what_may_be_about_one_theme_of_a_network_goes_with_all_of_them() -> None:
    main = [near(pk, "Садовая", problem=5) for pk in (2, 3, 4, 5)]
    cellar = near(1, "Садовая", "zhkh.podval", "Подвал топит, воды в квартире нет", also=("zhkh.podval", BURST))
    assert joined(around(cellar, main)) == {5: {1}}
    assert around(replace(cellar, told=replace(cellar.told, also=("zhkh.podval",))), main) == []


def test_the_same_words_three_weeks_later_are_another_burst() -> None:
    """Copied words alone do not tell that the pipe of three weeks ago is still broken."""
    before = [near(pk, "Садовая", problem=5, at=NOW - timedelta(days=21, minutes=pk)) for pk in (2, 3, 4)]
    assert around(near(1, "Садовая"), before) == []
    holes = [replace(one, told=replace(one.told, theme=HOLES)) for one in before]
    assert joined(around(near(1, "Садовая", HOLES), holes)) == {5: {1}}
