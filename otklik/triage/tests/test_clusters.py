from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.lib.text import fold
from otklik.triage.bonds import Near
from otklik.triage.clusters import LEAST_UNPLACED, Gathering, around
from otklik.triage.similar import CardSketch, house_key, street_key
from otklik.triage.sketch import marks, sketch

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WATER, BURST, HOLES = "zhkh.net-vody", "zhkh.avariya-vody", "dorogi.yamy"
TAKEN = {(WATER, BURST)}


def near(pk: int, street: str = "", theme: str = WATER, text: str = "Нет воды с утра", **overrides: object) -> Near:
    defaults = {
        "at": NOW - timedelta(minutes=pk),
        "author": pk,
        "place": (7,),
        "street": street_key(street),
        "house": house_key(str(overrides.pop("house", ""))),
        "sketch": sketch(fold(text)),
        "marks": marks(fold(text)),
    }
    ours = {name: overrides.pop(name) for name in ("problem", "off", "rejected") if name in overrides}
    return Near(pk, CardSketch(theme=theme, **(defaults | overrides)), **ours)  # type: ignore[arg-type]


def several(street: str, *pks: int, **overrides: Any) -> list[Near]:
    return [near(pk, street, **overrides) for pk in pks]


def bins(text: str, *pks: int) -> list[Near]:
    return several("Садовая", *pks, theme="othody.ploshchadki", text=text)


def joined(clusters: list[Gathering]) -> dict[int, set[int]]:
    return {one.problem: {joining.pk for joining in one.joining} for one in clusters}


HERE, THERE = several("Садовая", 1, 2, 3), several("Садовая", 1, 2, 3, 4, problem=9)
CORNER = [near(pk, street, latitude=45.0, longitude=39.0) for pk, street in enumerate(("Садовая", "Полевая") * 3, 1)]
OTHERS = [near(4, "Садовая", HOLES), near(5, "Садовая", at=NOW - timedelta(days=20)), near(6, "Садовая", place=(8,))]
SPREAD = [near(pk, street) for pk, street in enumerate(("Полевая", "Мира", "Ленина"), 10)]
WITHOUT = several("", 1, 2, 3, 4, 5, problem=9)
REJECTED = several("Садовая", 1, 2, 3, off=frozenset({9}), rejected=frozenset({9}))
BEFORE = [near(pk, "Садовая", problem=5, at=NOW - timedelta(days=21, minutes=pk)) for pk in (2, 3, 4)]
HOLES_BEFORE = [replace(one, sketch=replace(one.sketch, theme=HOLES)) for one in BEFORE]
MISSING, UNDONE = bins("Контейнеры увезли, поставьте новые", 1, 2, 3), bins("Мусор не вывозят по графику", 4, 5, 6)
MISSING_KNOWN = [replace(one, problem=70) for one in MISSING]
NEITHER, NO_BINS = bins("Когда наведут порядок с мусором", 1), bins("Поставьте баки для мусора", 2)
NO_BINS_KNOWN = [replace(one, problem=70) for one in (*NEITHER, *NO_BINS, *bins("Вернуть контейнеры для мусора", 4))]
LORRY: dict[str, Any] = {"theme": "othody.prochee", "text": "Мусор не вывозят", "problem": 5}
MAYBE_DRY = near(5, "Лесная", **LORRY, also=("othody.prochee", WATER))
DRY = near(1, "Лесная", text="Нет холодной воды", also=(WATER,))
CELLAR: dict[str, Any] = {"theme": "zhkh.podval", "text": "Подвал топит, воды в квартире нет"}
# The first card looks around among the others → the problems (0 is a new one) with the cards that join them.
AROUND: dict[str, tuple[list[Near], dict[int, set[int]]]] = {
    "two authors of one street are not enough": (HERE[:2], {}),
    "one author, however often he writes": (several("Садовая", 1, 2, 3, 4, author=1), {}),
    "two streets, though theme, day and words agree": ([*HERE, *several("Полевая", 4, 5, 6)], {0: {1, 2, 3}}),
    "two streets at one corner": (CORNER, {0: {1, 3, 5}}),
    "another theme, another day and another town stay out": ([*HERE, *OTHERS], {0: {1, 2, 3}}),
    "no water without a street goes where most go that name one": ([near(20), *THERE], {9: {20}}),
    "four of seven are not clear": ([near(20), *THERE, *SPREAD], {}),
    "a hole without a street is anywhere": (
        [near(20, "", HOLES), *several("Садовая", 1, 2, 3, 4, theme=HOLES, problem=9)],
        {},
    ),
    "without any street more people have to say so": (several("", *range(1, LEAST_UNPLACED)), {}),
    "enough of them do": (several("", *range(1, LEAST_UNPLACED + 1)), {0: set(range(1, LEAST_UNPLACED + 1))}),
    "one who names a street does not name it for a problem": ([near(10, "Садовая"), *WITHOUT], {}),
    "three do": ([*several("Садовая", 10, 11, 12), *WITHOUT], {9: {10, 11, 12}}),
    "a known problem": ([near(4, "Садовая"), *THERE[:3]], {9: {4}}),
    "what a person took off does not come back": ([near(4, "Садовая", off=frozenset({9})), *THERE[:3]], {}),
    "of what was rejected only one pair may come again": ([near(4, "Садовая"), *REJECTED], {}),
    "neighbours that waited come along with the next card": (
        [near(6, "Мира", HOLES), *THERE[:3], near(4), near(5, "Садовая")],
        {9: {4, 5}},
    ),
    "bins that are not there and rubbish that nobody fetches are two": ([*MISSING, *UNDONE], {0: {1, 2, 3}}),
    "rubbish beside a known problem of bins": ([*UNDONE, *MISSING_KNOWN], {0: {4, 5, 6}}),
    "bins again": ([*bins("Контейнеров так и нет", 7), *UNDONE, *MISSING_KNOWN], {70: {7}}),
    "whoever says neither is no bridge": ([*NEITHER, *NO_BINS, *UNDONE[:1]], {}),
    "nor in a known problem": ([*UNDONE[:1], *NO_BINS_KNOWN], {}),
    "bins serve a street": (
        [near(pk, "Садовая", "othody.ploshchadki", "Поставьте баки", house=pk) for pk in (1, 2, 3)],
        {0: {1, 2, 3}},
    ),
    "a hole is at its house": ([near(pk, "Садовая", HOLES, "Яма", house=pk) for pk in (1, 2, 3)], {}),
    "holes at two houses are two things to fix": (
        [near(pk, "Садовая", HOLES, "Яма на дороге", house=house) for pk, house in enumerate((5, 5, 5, 90, 90), 1)],
        {0: {1, 2, 3}},
    ),
    # A text about a lorry that its judge half took for one about water is no bridge for those without water.
    "one of four that may be about water": ([DRY, *several("Лесная", 2, 3, 4, **LORRY), MAYBE_DRY], {}),
    "all of them": ([DRY, *several("Лесная", 2, 3, 4, **LORRY, also=("othody.prochee", WATER)), MAYBE_DRY], {5: {1}}),
    "what may be about one theme of a network goes with all": (
        [near(1, "Садовая", **CELLAR, also=("zhkh.podval", BURST)), *several("Садовая", 2, 3, 4, 5, problem=5)],
        {5: {1}},
    ),
    "and what may not does not": (
        [near(1, "Садовая", **CELLAR, also=("zhkh.podval",)), *several("Садовая", 2, 3, 4, 5, problem=5)],
        {},
    ),
    # Copied words alone do not tell that the pipe of three weeks ago is still broken.
    "the same words three weeks later are another burst": ([near(1, "Садовая"), *BEFORE], {}),
    "and the same hole": ([near(1, "Садовая", HOLES), *HOLES_BEFORE], {5: {1}}),
}


@pytest.mark.parametrize("case", AROUND)
def test_a_card_makes_or_joins_a_problem_with_what_lies_around_it(case: str) -> None:
    (card, *others), problems = AROUND[case]
    assert joined(around(card, others, TAKEN)) == problems


def test_a_problem_says_why_each_card_joins_and_a_new_card_brings_rejected_ones_into_a_new_one() -> None:
    (cluster,) = around(near(1, "Садовая"), [near(2, "ул. Садовая"), near(3, "улица Садовая", BURST)], TAKEN)
    assert joined([cluster]) == {0: {1, 2, 3}}
    assert all("street" in one.why and 0.3 <= one.sure <= 1 for one in cluster.joining)
    assert joined(around(near(4, "Садовая"), [near(5, "Садовая"), *REJECTED], TAKEN))[0] >= {4, 5}


def test_pipes_are_one_network_without_a_word_in_common_and_heat_is_another() -> None:
    dry = several("Садовая", 1, 2, 3, text="Кран сухой с шести утра")
    burst = near(2, "Садовая", BURST, "Прорвало трубу, асфальт размыт")
    weak = near(3, "Садовая", "zhkh.napor", "Еле капает, колонка не включается")
    assert joined(around(dry[0], [burst, weak])) == {0: {1, 2, 3}}
    cold = several("Садовая", 4, 5, 6, theme="zhkh.otoplenie", text="Батареи ледяные")
    assert joined(around(dry[0], [*dry[1:], *cold], {(WATER, "zhkh.otoplenie")})) == {0: {1, 2, 3}}
