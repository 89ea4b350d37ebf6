import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from otklik.routing.faults import MOST, Because, Collision, Shadowed, collisions, shadowed
from otklik.routing.match import Hours, KnownRule, Router, Signs
from otklik.routing.things import things_of

TODAY = date(2026, 7, 1)
DAY = timedelta(days=1)
RULE = KnownRule(1, 7, None, "/1/5/", 101)


def like(number: int, agency: int = 102, **changed: object) -> KnownRule:
    return replace(RULE, id=number, agency_id=agency, **changed)  # type: ignore[arg-type]


def test_equal_rules_of_two_agencies_collide_and_those_that_differ_do_not() -> None:
    assert collisions([RULE, like(2)], TODAY) == [Collision(2, 1)]
    assert collisions([RULE, like(2, since=TODAY)], TODAY) == [Collision(2, 1)]
    assert collisions([like(2, since=TODAY), replace(RULE, since=TODAY + DAY)], TODAY) == [Collision(1, 2)]
    for other in (
        *(like(2, agency=101), like(2, place_path="/1/"), like(2, theme_id=8), like(2, network="vk")),
        *(like(2, hours=Hours.WORKING), like(2, things=things_of("остановка")), like(2, until=TODAY - DAY)),
        like(2, since=TODAY + DAY, until=TODAY),
    ):
        assert collisions([RULE, other], TODAY) == [], other
    assert collisions([replace(RULE, until=TODAY), like(2, since=TODAY + DAY)], TODAY) == [], "the days only touch"
    school, stop = like(2, things=things_of("школа")), like(3, agency=103, things=things_of("остановка"))
    assert collisions([school, stop], TODAY) == [Collision(3, 2)], "a text may name both things"
    assert len(collisions([like(pk, agency=pk) for pk in range(1, 40)], TODAY)) == MOST


def test_an_equal_rule_on_all_days_and_themes_that_all_have_their_own_shadow() -> None:
    assert shadowed([RULE, like(2)], {}, TODAY) == [Shadowed(1, (2,), Because.SAME)]
    assert shadowed([RULE, like(2, until=TODAY + DAY)], {}, TODAY) == []
    assert shadowed([replace(RULE, until=TODAY), like(2, until=TODAY + DAY)], {}, TODAY) != []
    assert shadowed([RULE, like(2, since=TODAY + DAY)], {}, TODAY) == []
    day, night = like(2, hours=Hours.WORKING), like(3, hours=Hours.OUTSIDE)
    assert shadowed([RULE, day, night], {}, TODAY) == [Shadowed(1, (2, 3), Because.HOURS)], "both times leave nothing"
    assert shadowed([RULE, day], {}, TODAY) == []
    group = KnownRule(1, None, 3, "/1/5/", 101)
    own = [like(2, theme_id=7), like(3, theme_id=8, place_path="")]
    assert shadowed([group, *own], {3: [7, 8]}, TODAY) == [Shadowed(1, (2, 3), Because.THEMES)]
    assert shadowed([group, *own], {3: [7, 8, 9]}, TODAY) == []
    assert shadowed([group, own[0], like(3, theme_id=8, network="vk")], {3: [7, 8]}, TODAY) == []
    assert shadowed([group, own[0], like(3, theme_id=8, place_path="/1/55/")], {3: [7, 8]}, TODAY) == []


@pytest.mark.parametrize("seed", range(25))
def test_what_is_called_shadowed_never_wins(seed: int) -> None:
    dice = random.Random(seed)
    rules = [
        KnownRule(
            *(pk, dice.choice([None, 1, 2]), dice.choice([None, 1]), dice.choice(["", "/1/", "/1/2/"])),
            *(pk, dice.choice([None, TODAY]), dice.choice([None, None, TODAY])),
            things_of(dice.choice(["", "", "школа", "школа, остановка"])),
            dice.choice(["", "vk"]),
            dice.choice(list(Hours)),
        )
        for pk in range(60)
    ]
    gone = {one.rule for one in shadowed(rules, {1: [1, 2]}, TODAY)}
    assert gone
    router = Router(rules)
    for _ in range(600):
        words = frozenset(dice.sample(["школа", "остановка"], dice.randrange(3)))
        signs = Signs(dice.choice(["", "vk", "ok"]), words, dice.choice([True, False]))
        day = TODAY + dice.randrange(3) * DAY
        match = router.match(dice.choice([1, 2]), 1, dice.choice(["", "/1/", "/1/2/"]), day, signs)
        assert match is None or match.rule_id not in gone
