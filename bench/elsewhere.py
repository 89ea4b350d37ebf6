"""How long a text takes from somebody else's community to the queue: `python -m bench.elsewhere [--n 40]`.

Communities of others, each with posts and comments of before, are read by one account whose service key makes 2.5 calls
a second, as a real one may. Texts come at random moments, half of them in a few busy communities.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

from bench.latency import _install, _print_all, _running, _settle_environment, _wait_for
from bench.machine import share
from tests.sandbox import process
from tests.sandbox.town import Town, build

COMMUNITIES, POSTS, BUSY = 21, 20, 4
PACE = 2.5  # calls a second
TARGET = 30.0  # seconds, the slowest
ON_CARDS = (
    "SELECT m.external_id FROM inbox_message m JOIN incidents_incidentmessage l ON l.message_id = m.id"
    " WHERE m.text LIKE 'Во дворе%'"
)


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Exit code 1 when the slowest text took longer than the target."""
    parser = argparse.ArgumentParser("python -m bench.elsewhere", description=__doc__)
    parser.add_argument("--n", type=int, default=40, help="how many texts (default 40)")
    count, rng = parser.parse_args(words).n, Random(1)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        sandbox = stack.enter_context(process.running(folder))
        _settle_environment(folder, sandbox.port)
        town = build(sandbox)
        _install(town)
        walls = [_community(town, number) for number in range(COMMUNITIES)]
        _read_them(town, list(walls))
        stack.enter_context(_running("work"))
        file = folder / "otklik.sqlite3"
        _wait_for(lambda: _are_read(file), "every community's first look")
        _slow_down()  # the first looks were read at any pace
        before = os.getloadavg()[0]
        took = _write(town, file, walls, count, rng)
        _print_all([("written elsewhere -> card", took)], count, before)
    return 0 if share(took, 1.0) <= TARGET else 1


def _community(town: Town, number: int) -> tuple[int, list[str]]:
    """A community and its posts, each with two comments of before."""
    group = int(town.control("communities", name=f"Подслушано {number}", screen_name=f"podslushano{number}")["id"])
    now = int(time.time())
    posts = [town.put(f"Новости {turn}", place=str(group), at=now - turn * 7200) for turn in range(POSTS, 0, -1)]
    for address in posts:
        for turn in range(2):
            town.put(f"Спасибо за новость {turn}", under=address, person=str(town.anna))
    return group, posts


def _read_them(town: Town, walls: list[tuple[int, list[str]]]) -> None:
    from otklik.lib import clock
    from otklik.networks.models import Source
    from tests.make import inbox

    Source.objects.all().delete()  # the town's own community has a long poll of its own
    reader = inbox.account("vk", "999", {"service": town.service}, title="Чтение чужих")
    for group, _posts in walls:
        inbox.source(reader, str(group), kind=Source.Kind.FOREIGN, title=f"Подслушано {group}", due_at=clock.now())


def _slow_down() -> None:
    from otklik.networks.models import Token

    Token.objects.update(per_second=PACE)


def _are_read(file: Path) -> bool:
    """Whether each was read to the end, and a look after that."""
    with closing(sqlite3.connect(file, timeout=30)) as db:
        asked = "SELECT count(*) FROM networks_source WHERE due_at > last_poll_at AND last_poll_at IS NOT NULL"
        waiting = "SELECT count(*) FROM networks_rawevent WHERE due_at IS NOT NULL"
        (done,), (left,) = db.execute(asked).fetchone(), db.execute(waiting).fetchone()
    return bool(done >= COMMUNITIES and not left)


def _write(town: Town, file: Path, walls: list[tuple[int, list[str]]], count: int, rng: Random) -> list[float]:
    """Seconds that each text took."""
    waiting: dict[str, float] = {}
    took: list[float] = []
    following, written = time.monotonic(), 0
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as db:
        while written < count or waiting:
            if written < count and time.monotonic() >= following:
                _group, posts = rng.choice(walls[:BUSY] if rng.random() < 0.5 else walls)
                words = f"Во дворе на Красной, {written + 1} в Речном третий день темно, не горит фонарь"
                waiting[town.put(words, under=rng.choice(posts), person=str(town.anna))] = time.monotonic()
                written, following = written + 1, time.monotonic() + rng.uniform(0.5, 4)
            for (address,) in db.execute(ON_CARDS).fetchall():
                if address in waiting:
                    took.append(time.monotonic() - waiting.pop(address))
            time.sleep(0.05)
    return took


if __name__ == "__main__":
    sys.exit(main())
