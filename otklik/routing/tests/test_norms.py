from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from otklik.routing.norms import Allowed, Matter, crossings, find, pick

FIRST = "first_answer"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
PIPE = Matter(theme=1, group=10, fast_track=True, priority=4, network="vk", place="/1/2/3/")


def norm(minutes: int, theme: int | None = None, fast: bool = False, **more: Any) -> Allowed:
    return Allowed(FIRST, theme, fast, minutes, True, **more)


NARROWING = [
    *(norm(1), norm(2, network="vk"), norm(3, place=1, path="/1/"), norm(4, place=3, path="/1/2/3/")),
    *(norm(5, priority=3), norm(6, priority=4), norm(7, fast=True), norm(8, group=10)),
    *(norm(9, theme=1), norm(10, theme=1, priority=4)),
]


def test_the_narrowest_wins_in_the_stated_order_whatever_was_written_first() -> None:
    for number in range(1, len(NARROWING) + 1):
        held = NARROWING[:number]
        assert pick(held, FIRST, PIPE) == pick(held[::-1], FIRST, PIPE) == (number, True)


def test_a_norm_for_other_cards_does_not_hold_and_of_two_for_the_same_the_one_of_its_time_does() -> None:
    for other in (
        *(norm(1, theme=2), norm(1, group=11), norm(1, priority=5), norm(1, network="ok"), norm(1, until=NOW)),
        *(norm(1, place=4, path="/1/22/"), Allowed("final_answer", None, False, 1, True)),
        norm(1, place=9),  # a place that nobody has looked up
    ):
        assert find([other], FIRST, PIPE) is None, other
        assert pick([other], FIRST, PIPE) == (240, True), "the fast track's own"
    assert [find(pair, FIRST, Matter()) for pair in permutations([norm(1), norm(2)])] == [norm(1), norm(2)]
    held = [norm(1, until=NOW), norm(2, since=NOW)]
    for at, minutes in ((NOW - timedelta(seconds=1), 1), (NOW, 2), (None, 2)):
        assert pick(held, FIRST, Matter(at=at)) == (minutes, True)


def test_norms_cross_where_a_card_may_have_both() -> None:
    for one, other, cross in (
        (norm(1, priority=4), norm(2, network="vk"), True),
        (norm(1, theme=1), norm(2, priority=4), True),
        (norm(1, theme=1), norm(2, group=10, network="vk"), True),
        (norm(1, group=10, place=2, path="/1/2/"), norm(2, group=10, priority=4), True),
        (norm(1, theme=1), norm(2, group=10), False),  # the one is a part of the other
        (norm(1, theme=1), norm(2, group=11, priority=4), False),  # of another group: no card has both
        (norm(1, theme=1), norm(2, theme=2, priority=4), False),
        (norm(1, network="vk"), norm(2, network="ok", priority=4), False),
        (norm(1, place=2, path="/1/2/"), norm(2, place=22, path="/1/22/", priority=4), False),
        (norm(1, priority=3), norm(2, priority=4), False),
        (norm(1), norm(2, priority=4, network="vk", theme=1), False),
        (norm(1, priority=4), norm(2, network="vk", until=NOW), False),
    ):
        pairs = crossings([one, other], {1: 10, 2: 10})
        assert bool(pairs) is cross
        for winner, loser in pairs:
            both = Matter(1, 10, True, 5, "vk", "/1/2/3/")
            assert find([loser, winner], FIRST, both) == winner
