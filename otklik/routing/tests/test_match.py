"""Which rule decides: the narrowest that fits, found by the index as by looking at every rule."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from otklik.lib.text import lemmas
from otklik.routing.match import Hours, KnownRule, Match, Router, Signs, Why, match
from otklik.routing.things import things_of

TODAY, DAY = date(2026, 7, 1), timedelta(days=1)
REGION, CITY, VILLAGE = "/1/", "/1/5/", "/1/5/42/"
THEME, GROUP = 7, 3


def rule(
    number: int, agency: int, theme: int | None = None, group: int | None = None, place: str = "", **more: Any
) -> KnownRule:
    return KnownRule(number, theme, group, place, agency, **more)


def of_theme(number: int, agency: int, things: str = "", **more: Any) -> KnownRule:
    return rule(number, agency, THEME, GROUP, things=things_of(things), **more)


def decided(
    rules: list[KnownRule],
    theme: int | None = THEME,
    group: int | None = GROUP,
    place: str = CITY,
    signs: Signs | None = None,
) -> Match:
    """What the rules say; one of them has to fit."""
    found = match(rules, theme, group, place, TODAY, signs or Signs())
    assert found is not None
    return found


FROM_NARROW_TO_BROAD = [
    (rule(1, 101, THEME, GROUP, VILLAGE), Why.THEME_PLACE),
    (rule(2, 102, THEME, GROUP, CITY), Why.THEME_PLACE),
    (rule(3, 103, THEME), Why.THEME),
    (rule(4, 104, None, GROUP, VILLAGE), Why.GROUP_PLACE),
    (rule(5, 105, None, GROUP, REGION), Why.GROUP_PLACE),
    (rule(6, 106, None, GROUP), Why.GROUP),
    (rule(7, 107, place=CITY), Why.PLACE),
    (rule(8, 108), Why.ANY),
]


@pytest.mark.parametrize("dropped", range(len(FROM_NARROW_TO_BROAD)))
def test_the_narrowest_rule_wins_and_says_why(dropped: int) -> None:
    left = FROM_NARROW_TO_BROAD[dropped:]
    found = decided([known for known, _ in reversed(left)], place=VILLAGE)
    assert (found.rule_id, found.agency_id, found.why) == (left[0][0].id, left[0][0].agency_id, left[0][1])


def test_alternatives_are_the_next_broader_rules_and_at_most_two() -> None:
    found = decided([known for known, _ in FROM_NARROW_TO_BROAD], place=VILLAGE)
    assert [(other.rule_id, other.agency_id) for other in found.others] == [(2, 102), (3, 103)]
    assert found.share > 2 / 3 > found.others[0].share > found.others[1].share > 0


def test_rules_that_agree_share_nothing_with_others() -> None:
    found = decided([rule(1, 9, THEME), rule(2, 9, None, GROUP), rule(3, 9)])
    assert found == Match(1, 9, 1.0, Why.THEME, ())


def test_nothing_fits_nothing_is_proposed() -> None:
    rules = [rule(1, 9, THEME + 1), rule(2, 9, None, GROUP + 1), rule(3, 9, THEME, place="/1/6/")]
    assert match(rules, THEME, GROUP, VILLAGE, TODAY) is None
    assert match([], THEME, GROUP, VILLAGE, TODAY) is None


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (TODAY + DAY, TODAY - DAY, False),
    ],
)
def test_a_rule_counts_from_its_first_to_its_last_day(since: date | None, until: date | None, counts: bool) -> None:
    rules = [rule(1, 9, THEME, since=since, until=until), rule(2, 8)]
    assert decided(rules).agency_id == (9 if counts else 8)


def test_of_two_equal_rules_the_newer_one_leads_and_the_older_is_an_alternative() -> None:
    found = decided([rule(9, 1, THEME, since=date(2025, 1, 1)), rule(2, 2, THEME, since=date(2026, 1, 1))])
    assert (found.agency_id, found.others[0].agency_id) == (2, 1)


def test_an_unknown_place_fits_only_rules_without_a_place() -> None:
    assert decided([rule(1, 1, THEME, place=REGION), rule(2, 2, None, GROUP)], place="").rule_id == 2


def test_a_place_is_not_mistaken_for_one_whose_number_begins_alike() -> None:
    assert match([rule(1, 1, THEME, place="/1/5/")], THEME, GROUP, "/1/55/", TODAY) is None


@pytest.mark.parametrize("path", ["1/5", "/1/5", "//1//5//", "1/5/"])
def test_paths_with_careless_slashes_are_understood_on_both_sides(path: str) -> None:
    assert decided([rule(1, 1, THEME, place=path)])
    assert decided([rule(1, 1, THEME, place=CITY)], place=path)


def test_without_a_theme_the_group_decides_and_without_both_the_place() -> None:
    rules = [rule(1, 1, THEME), rule(2, 2, None, GROUP), rule(3, 3, place=CITY)]
    assert decided(rules, theme=None).agency_id == 2
    by_place = decided(rules, theme=None, group=None, place=VILLAGE)
    assert (by_place.agency_id, by_place.why) == (3, Why.PLACE)


def test_a_thing_is_narrower_than_a_network_and_a_network_than_a_time() -> None:
    rules = [
        of_theme(4, 104),
        of_theme(3, 103, hours=Hours.WORKING),
        of_theme(2, 102, network="vk"),
        of_theme(1, 101, "остановка"),
        rule(5, 105, THEME, place=CITY),
    ]
    signs = Signs("vk", frozenset(lemmas("Крыши на остановках текут")), working=True)
    order = [one.agency_id for one in Router(rules).fitting(THEME, GROUP, CITY, TODAY, signs)]
    assert order == [105, 101, 102, 103, 104]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Нет скамеек на ОСТАНОВКЕ!", "остановка"),
        ("сломаны качели на детских площадках", "детский площадка"),
        ("площадка для собак", ""),
        ("приостановка работ", ""),
        ("", ""),
        ("\x00‮ 🙂", ""),
        ("остановка " * 5000, "остановка"),
    ],
)
def test_a_thing_is_found_in_any_form_and_only_as_a_whole(text: str, thing: str) -> None:
    rules = [of_theme(1, 101, " Остановки,, детская  площадка;"), of_theme(2, 102)]
    found = decided(rules, signs=Signs(lemmas=frozenset(lemmas(text))))
    assert (found.agency_id, found.thing) == (101 if thing else 102, thing)


@pytest.mark.parametrize(
    ("signs", "agency"),
    [
        (Signs(network="vk"), 102),
        (Signs(network="ok"), 105),
        (Signs(working=True), 103),
        (Signs(working=False), 104),
        (Signs(), 105),
    ],
)
def test_a_rule_does_not_fit_what_it_asks_for_and_is_not_known(signs: Signs, agency: int) -> None:
    rules = [
        of_theme(1, 101, "остановка"),
        of_theme(2, 102, network="vk"),
        of_theme(3, 103, hours=Hours.WORKING),
        of_theme(4, 104, hours=Hours.OUTSIDE),
        of_theme(5, 105),
    ]
    assert decided(rules, signs=signs).agency_id == agency


def test_a_card_goes_down_the_order_and_never_round() -> None:
    router = Router(known for known, _ in FROM_NARROW_TO_BROAD)
    gave_back: list[int] = []
    while found := router.match(THEME, GROUP, VILLAGE, TODAY, without=gave_back):
        gave_back.append(found.agency_id)
    assert gave_back == [known.agency_id for known, _ in FROM_NARROW_TO_BROAD]


def fits(one: KnownRule, theme: int | None, group: int | None, place: str, signs: Signs) -> bool:
    """The conditions of a rule one by one, as its docstring has them."""
    subject = one.theme_id == theme if one.theme_id is not None else one.group_id in (None, group)
    known = not one.things or any(signs.lemmas.issuperset(thing) for thing in one.things)
    timed = {Hours.ALWAYS: True, Hours.WORKING: signs.working is True, Hours.OUTSIDE: signs.working is False}
    in_force = (one.since or TODAY) <= TODAY <= (one.until or TODAY)
    here = place.startswith(one.place_path) and one.network in ("", signs.network)
    return subject and known and timed[one.hours] and in_force and here


def weight(one: KnownRule) -> tuple[Any, ...]:
    subject = 2 if one.theme_id is not None else 1 if one.group_id is not None else 0
    asked = (bool(one.things), bool(one.network), bool(one.hours))
    return (subject, one.place_path.count("/"), *asked, one.since or date.min, one.id)


@pytest.mark.parametrize("seed", range(30))
def test_the_index_decides_as_a_scan_of_all_rules_does_in_whatever_order_they_are_read(seed: int) -> None:
    dice = random.Random(seed)
    places = ["", "/1/", "/1/2/", "/1/3/", "/1/2/4/"]
    days = [None, None, TODAY - 9 * DAY, TODAY, TODAY + 9 * DAY]
    rules = [
        KnownRule(
            *(pk, dice.choice([None, 1, 2]), dice.choice([None, 1, 2]), dice.choice(places)),
            *(dice.randrange(5), dice.choice(days), dice.choice(days)),
            things_of(dice.choice(["", "", "остановка", "школа, остановка", "детский сад"])),
            dice.choice(["", "", "vk", "ok"]),
            dice.choice(list(Hours)),
        )
        for pk in range(dice.randrange(60))
    ]
    router, shuffled = Router(rules), Router(dice.sample(rules, len(rules)))
    for _ in range(100):
        asked = (dice.choice([None, 1, 2]), dice.choice([None, 1, 2]), dice.choice(places))
        text = dice.choice(["", "на остановке у школы", "в детском саду", "сад"])
        signs = Signs(dice.choice(["", "vk", "ok"]), frozenset(lemmas(text)), dice.choice([None, True, False]))
        expected = sorted((one for one in rules if fits(one, *asked, signs)), key=weight, reverse=True)
        assert list(router.fitting(*asked, TODAY, signs)) == expected
        assert list(shuffled.fitting(*asked, TODAY, signs)) == expected
        found = router.match(*asked, TODAY, signs)
        assert found == shuffled.match(*asked, TODAY, signs)
        assert bool(found) is bool(expected)
        if found:
            assert (found.rule_id, found.agency_id) == (expected[0].id, expected[0].agency_id)
            assert found.agency_id not in {other.agency_id for other in found.others}
            assert found.share + sum(other.share for other in found.others) <= 1 + 1e-9
