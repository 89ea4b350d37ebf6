"""How long it takes to find whose a message is, among many rules: `python -m bench.routing [--rules N]`.

Rules of theme × place as a region has them, then as many again that ask for a thing, a network or a time. Of several
runs the fastest counts: what else a machine does can only slow it.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from otklik.routing.match import Hours, KnownRule, Router, Signs
from otklik.routing.things import things_of

RUNS, LOOKUPS = 5, 2000
THEMES, GROUPS, TOWNS = 359, 26, 44
THINGS = ("остановка", "школа", "детский сад", "подъезд", "светофор", "федеральная трасса")
TODAY = date(2026, 7, 1)
TEXT = "На остановке у школы второй день не горит светофор дети переходят дорогу в темноте просим принять меры"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.routing", description=__doc__)
    parser.add_argument("--rules", type=int, default=10_000, help="how many rules (10000)")
    number = parser.parse_args(words).rules
    dice = random.Random(5)  # noqa: S311 the same rules every time
    plain = [_plain(dice, pk) for pk in range(number)]
    mixed = plain[: number // 2] + [_asking(dice, pk) for pk in range(number // 2, number)]
    signs = Signs("vk", frozenset(word for thing in things_of(TEXT) for word in thing), working=True)
    for title, rules in (("theme × place", plain), ("half of them ask for more", mixed)):
        router = Router(rules)
        build = _fastest(lambda rules=rules: Router(rules))  # type: ignore[misc]
        asked = [(dice.randrange(THEMES), dice.randrange(GROUPS), _place(dice)) for _ in range(LOOKUPS)]

        def look(router: Router = router, asked: Sequence[tuple[int, int, str]] = asked) -> None:
            for theme, group, place in asked:
                router.match(theme, group, place, TODAY, signs)

        lookup = _fastest(look) / LOOKUPS
        sys.stdout.write(
            f"{title}, {number} rules: built in {build * 1e3:.0f} ms, a lookup takes {lookup * 1e6:.1f} µs\n"
        )
    return 0


def _plain(dice: random.Random, pk: int) -> KnownRule:
    theme = dice.randrange(THEMES) if dice.random() < 0.9 else None
    group = dice.randrange(GROUPS) if theme is None else None
    return KnownRule(pk, theme, group, _place(dice), dice.randrange(40))


def _asking(dice: random.Random, pk: int) -> KnownRule:
    theme, group, place, agency = dice.randrange(THEMES), None, _place(dice), dice.randrange(40)
    things = things_of(dice.choice(THINGS)) if dice.random() < 0.5 else frozenset()
    network, hours = dice.choice(("", "vk", "ok")), dice.choice(list(Hours))
    return KnownRule(pk, theme, group, place, agency, None, None, things, network, hours)


def _place(dice: random.Random) -> str:
    return f"/1/{dice.randrange(TOWNS) + 2}/" if dice.random() < 0.7 else ""


def _fastest(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(RUNS):
        before = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - before)
    return best


if __name__ == "__main__":
    raise SystemExit(main())
