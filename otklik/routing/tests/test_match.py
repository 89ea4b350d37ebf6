import random
from datetime import date, timedelta
from typing import Any

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
    decision = match(rules, theme, group, place, TODAY, signs or Signs())
    assert decision is not None
    return decision


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


def test_the_narrowest_rule_wins_says_why_and_the_next_broader_are_at_most_two_alternatives() -> None:
    for dropped in range(len(FROM_NARROW_TO_BROAD)):
        left = FROM_NARROW_TO_BROAD[dropped:]
        decision = decided([known for known, _ in reversed(left)], place=VILLAGE)
        assert (decision.rule_id, decision.agency_id, decision.why) == (left[0][0].id, left[0][0].agency_id, left[0][1])
    decision = decided([known for known, _ in FROM_NARROW_TO_BROAD], place=VILLAGE)
    assert [(other.rule_id, other.agency_id) for other in decision.others] == [(2, 102), (3, 103)]
    assert decision.share > 2 / 3 > decision.others[0].share > decision.others[1].share > 0
    agreeing = decided([rule(1, 9, THEME), rule(2, 9, None, GROUP), rule(3, 9)])
    assert agreeing == Match(1, 9, 1.0, Why.THEME, ()), "rules that agree share nothing with others"


def test_a_rule_counts_from_its_first_to_its_last_day_and_of_two_equal_ones_the_newer_leads() -> None:
    for since, until, agency in (
        *((None, None, 9), (TODAY, TODAY, 9), (TODAY + DAY, None, 8), (None, TODAY - DAY, 8)),
        (TODAY + DAY, TODAY - DAY, 8),
    ):
        assert decided([rule(1, 9, THEME, since=since, until=until), rule(2, 8)]).agency_id == agency, (since, until)
    decision = decided([rule(9, 1, THEME, since=date(2025, 1, 1)), rule(2, 2, THEME, since=date(2026, 1, 1))])
    assert (decision.agency_id, decision.others[0].agency_id) == (2, 1)


def test_places_are_compared_by_whole_numbers_and_the_group_or_the_place_decides_without_a_theme() -> None:
    assert decided([rule(1, 1, THEME, place=REGION), rule(2, 2, None, GROUP)], place="").rule_id == 2
    assert match([rule(1, 1, THEME, place="/1/5/")], THEME, GROUP, "/1/55/", TODAY) is None
    for careless in ("1/5", "/1/5", "//1//5//", "1/5/"):
        assert decided([rule(1, 1, THEME, place=careless)])
        assert decided([rule(1, 1, THEME, place=CITY)], place=careless)
    rules = [rule(1, 1, THEME), rule(2, 2, None, GROUP), rule(3, 3, place=CITY)]
    assert decided(rules, theme=None).agency_id == 2
    by_place = decided(rules, theme=None, group=None, place=VILLAGE)
    assert (by_place.agency_id, by_place.why) == (3, Why.PLACE)
    others = [rule(1, 9, THEME + 1), rule(2, 9, None, GROUP + 1), rule(3, 9, THEME, place="/1/6/")]
    assert match(others, THEME, GROUP, VILLAGE, TODAY) is match([], THEME, GROUP, VILLAGE, TODAY) is None


def test_a_thing_is_narrower_than_a_network_that_than_a_time_and_is_found_in_any_form() -> None:
    rules = [of_theme(4, 104), of_theme(3, 103, hours=Hours.WORKING), of_theme(2, 102, network="vk")]
    rules += [of_theme(1, 101, "остановка"), rule(5, 105, THEME, place=CITY)]
    signs = Signs("vk", frozenset(lemmas("Крыши на остановках текут")), working=True)
    order = [one.agency_id for one in Router(rules).fitting(THEME, GROUP, CITY, TODAY, signs)]
    assert order == [105, 101, 102, 103, 104]
    rules = [of_theme(1, 101, " Остановки,, детская  площадка;"), of_theme(2, 102)]
    things = {"Нет скамеек на ОСТАНОВКЕ!": "остановка", "сломаны качели на детских площадках": "детский площадка"}
    things |= {"остановка " * 5000: "остановка"}
    things |= dict.fromkeys(("площадка для собак", "приостановка работ", "", "\x00‮ 🙂"), "")
    for text, thing in things.items():
        decision = decided(rules, signs=Signs(lemmas=frozenset(lemmas(text))))
        assert (decision.agency_id, decision.thing) == (101 if thing else 102, thing), text[:40]


def test_a_rule_does_not_fit_what_it_asks_for_and_is_not_known() -> None:
    rules = [of_theme(1, 101, "остановка"), of_theme(2, 102, network="vk"), of_theme(3, 103, hours=Hours.WORKING)]
    rules += [of_theme(4, 104, hours=Hours.OUTSIDE), of_theme(5, 105)]
    signs = [Signs(network="vk"), Signs(network="ok"), Signs(working=True), Signs(working=False), Signs()]
    assert [decided(rules, signs=one).agency_id for one in signs] == [102, 105, 103, 104, 105]


def test_a_card_goes_down_the_order_and_never_round() -> None:
    router = Router(known for known, _ in FROM_NARROW_TO_BROAD)
    gave_back: list[int] = []
    while decision := router.match(THEME, GROUP, VILLAGE, TODAY, without=gave_back):
        gave_back.append(decision.agency_id)
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


def test_the_index_decides_as_a_scan_of_all_rules_does_in_whatever_order_they_are_read() -> None:
    for seed in range(30):
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
            decision = router.match(*asked, TODAY, signs)
            assert decision == shuffled.match(*asked, TODAY, signs)
            assert bool(decision) is bool(expected)
            if decision:
                assert (decision.rule_id, decision.agency_id) == (expected[0].id, expected[0].agency_id)
                assert decision.agency_id not in {other.agency_id for other in decision.others}
                assert decision.share + sum(other.share for other in decision.others) <= 1 + 1e-9
