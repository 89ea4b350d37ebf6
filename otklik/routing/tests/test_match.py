import random
from datetime import date, timedelta

import pytest

from otklik.lib.text import lemmas
from otklik.routing.match import Hours, KnownRule, Match, Router, Signs, Why, match, narrowness
from otklik.routing.things import things_of

TODAY = date(2026, 7, 1)
REGION, CITY, VILLAGE = "/1/", "/1/5/", "/1/5/42/"
THEME, GROUP = 7, 3


def rule(
    number: int,
    agency: int,
    theme: int | None = None,
    group: int | None = None,
    place: str = "",
    since: date | None = None,
    until: date | None = None,
) -> KnownRule:
    return KnownRule(number, theme, group, place, agency, since, until)


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
    found = match([known for known, _ in reversed(left)], THEME, GROUP, VILLAGE, TODAY)
    assert found is not None
    assert (found.rule_id, found.agency_id, found.why) == (left[0][0].id, left[0][0].agency_id, left[0][1])


def test_alternatives_are_the_next_broader_rules_and_at_most_two() -> None:
    found = match([known for known, _ in FROM_NARROW_TO_BROAD], THEME, GROUP, VILLAGE, TODAY)
    assert found is not None
    assert [(other.rule_id, other.agency_id) for other in found.others] == [(2, 102), (3, 103)]
    assert found.share > 2 / 3 > found.others[0].share > found.others[1].share > 0


def test_rules_that_agree_share_nothing_with_others() -> None:
    found = match([rule(1, 9, THEME), rule(2, 9, None, GROUP), rule(3, 9)], THEME, GROUP, CITY, TODAY)
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
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), TODAY - timedelta(days=1), False),
    ],
)
def test_a_rule_counts_from_its_first_to_its_last_day(since: date | None, until: date | None, counts: bool) -> None:
    rules = [rule(1, 9, THEME, since=since, until=until), rule(2, 8)]
    found = match(rules, THEME, GROUP, CITY, TODAY)
    assert found is not None
    assert found.agency_id == (9 if counts else 8)


def test_of_two_equal_rules_the_newer_one_leads_and_the_older_is_an_alternative() -> None:
    old, new = rule(9, 1, THEME, since=date(2025, 1, 1)), rule(2, 2, THEME, since=date(2026, 1, 1))
    found = match([old, new], THEME, GROUP, CITY, TODAY)
    assert found is not None
    assert (found.agency_id, found.others[0].agency_id) == (2, 1)


def test_an_unknown_place_fits_only_rules_without_a_place() -> None:
    rules = [rule(1, 1, THEME, place=REGION), rule(2, 2, None, GROUP)]
    found = match(rules, THEME, GROUP, "", TODAY)
    assert found is not None
    assert found.rule_id == 2


def test_a_place_is_not_mistaken_for_one_whose_number_begins_alike() -> None:
    assert match([rule(1, 1, THEME, place="/1/5/")], THEME, GROUP, "/1/55/", TODAY) is None


@pytest.mark.parametrize("path", ["1/5", "/1/5", "//1//5//", "1/5/"])
def test_paths_with_careless_slashes_are_understood_on_both_sides(path: str) -> None:
    assert match([rule(1, 1, THEME, place=path)], THEME, GROUP, CITY, TODAY) is not None
    assert match([rule(1, 1, THEME, place=CITY)], THEME, GROUP, path, TODAY) is not None


def test_without_a_theme_the_group_decides_and_without_both_the_place() -> None:
    rules = [rule(1, 1, THEME), rule(2, 2, None, GROUP), rule(3, 3, place=CITY)]
    router = Router(rules)
    by_group, by_place = router.match(None, GROUP, CITY, TODAY), router.match(None, None, VILLAGE, TODAY)
    assert by_group is not None
    assert by_place is not None
    assert (by_group.agency_id, by_place.agency_id, by_place.why) == (2, 3, Why.PLACE)


def _by_scanning(
    rules: list[KnownRule], theme: int | None, group: int | None, place: str, on: date
) -> KnownRule | None:
    """The same decision taken the long way: every rule looked at, the best kept."""

    def narrowness(one: KnownRule) -> tuple[int, int, date, int]:
        subject = 2 if one.theme_id is not None else 1 if one.group_id is not None else 0
        return (subject, one.place_path.count("/"), one.since or date.min, one.id)

    fitting = [
        one
        for one in rules
        if (one.theme_id == theme if one.theme_id is not None else one.group_id in (None, group))
        and place.startswith(one.place_path)
        and (one.since or on) <= on <= (one.until or on)
    ]
    return max(fitting, key=narrowness, default=None)


@pytest.mark.parametrize("seed", range(20))
def test_the_index_decides_as_a_scan_of_all_rules_does(seed: int) -> None:
    dice = random.Random(seed)
    places = ["", "/1/", "/1/2/", "/1/3/", "/1/2/4/", "/1/2/5/", "/1/3/6/"]
    days = [None, TODAY - timedelta(days=9), TODAY, TODAY + timedelta(days=9)]

    def one_of(*values: int) -> int | None:
        return dice.choice([None, *values])

    def any_rule(number: int) -> KnownRule:
        subject = (one_of(1, 2, 3), one_of(1, 2))
        return rule(number, dice.randrange(6), *subject, dice.choice(places), dice.choice(days), dice.choice(days))

    rules = [any_rule(number) for number in range(dice.randrange(60))]
    router = Router(rules)
    for _ in range(200):
        asked = (one_of(1, 2, 3), one_of(1, 2), dice.choice(places), TODAY)
        found, expected = router.match(*asked), _by_scanning(rules, *asked)
        assert (found and (found.rule_id, found.agency_id)) == (expected and (expected.id, expected.agency_id))
        if found:
            assert found.agency_id not in {other.agency_id for other in found.others}
            assert found.share + sum(other.share for other in found.others) <= 1 + 1e-9


def fuller(number: int, agency: int, things: str = "", network: str = "", hours: Hours = Hours.ALWAYS) -> KnownRule:
    return KnownRule(number, THEME, GROUP, "", agency, None, None, things_of(things), network, hours)


def signs(text: str = "", network: str = "", working: bool | None = None) -> Signs:
    return Signs(network, frozenset(lemmas(text)), working)


def test_a_thing_is_narrower_than_a_network_and_a_network_than_a_time() -> None:
    rules = [
        fuller(4, 104),
        fuller(3, 103, hours=Hours.WORKING),
        fuller(2, 102, network="vk"),
        fuller(1, 101, "остановка"),
        rule(5, 105, THEME, place=CITY),
    ]
    told = signs("Крыши на остановках текут", "vk", working=True)
    assert [one.agency_id for one in Router(rules).fitting(THEME, GROUP, CITY, TODAY, told)] == [
        105,
        101,
        102,
        103,
        104,
    ]


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
    rules = [fuller(1, 101, " Остановки,, детская  площадка;"), fuller(2, 102)]
    found = match(rules, THEME, GROUP, CITY, TODAY, signs(text))
    assert found is not None
    assert (found.agency_id, found.thing) == (101 if thing else 102, thing)


@pytest.mark.parametrize(
    ("told", "agency"),
    [
        (Signs(network="vk"), 102),
        (Signs(network="ok"), 105),
        (Signs(working=True), 103),
        (Signs(working=False), 104),
        (Signs(), 105),
    ],
)
def test_a_rule_does_not_fit_what_it_asks_for_and_is_not_known(told: Signs, agency: int) -> None:
    rules = [
        fuller(1, 101, "остановка"),
        fuller(2, 102, network="vk"),
        fuller(3, 103, hours=Hours.WORKING),
        fuller(4, 104, hours=Hours.OUTSIDE),
        fuller(5, 105),
    ]
    found = match(rules, THEME, GROUP, CITY, TODAY, told)
    assert found is not None
    assert found.agency_id == agency


def test_a_card_goes_down_the_order_and_never_round() -> None:
    router = Router(known for known, _ in FROM_NARROW_TO_BROAD)
    gave_back: list[int] = []
    while found := router.match(THEME, GROUP, VILLAGE, TODAY, without=gave_back):
        gave_back.append(found.agency_id)
    assert gave_back == [known.agency_id for known, _ in FROM_NARROW_TO_BROAD]


def _some_rules(dice: random.Random, number: int) -> list[KnownRule]:
    days = [None, TODAY - timedelta(days=9), TODAY]
    return [
        KnownRule(
            *(pk, dice.choice([None, 1, 2]), dice.choice([None, 1]), dice.choice(["", "/1/", "/1/2/"])),
            *(dice.randrange(5), dice.choice(days), dice.choice([None, TODAY])),
            things_of(dice.choice(["", "", "остановка", "школа, остановка", "детский сад"])),
            dice.choice(["", "", "vk", "ok"]),
            dice.choice(list(Hours)),
        )
        for pk in range(number)
    ]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_order_in_which_rules_are_given_the_answer_is_that_of_a_scan(seed: int) -> None:
    dice = random.Random(seed)
    rules = _some_rules(dice, 40)
    shuffled = dice.sample(rules, len(rules))
    for _ in range(60):
        asked = (dice.choice([None, 1, 2]), dice.choice([None, 1]), dice.choice(["", "/1/", "/1/2/"]), TODAY)
        text = dice.choice(["", "на остановке у школы", "в детском саду", "сад"])
        told = signs(text, dice.choice(["", "vk", "ok"]), dice.choice([None, True, False]))
        found = list(Router(rules).fitting(*asked, told))
        assert found == list(Router(shuffled).fitting(*asked, told))
        assert Router(rules).match(*asked, told) == Router(shuffled).match(*asked, told)
        fitting = [one for one in rules if list(Router([one]).fitting(*asked, told))]
        assert found == sorted(fitting, key=narrowness, reverse=True)
