"""Ways to write into one journal at once, on PostgreSQL: `python -m bench.appending`.

Four people change cards and append an entry each, beside a worker whose transactions last (as those of a batch do).
What differs is who waits for whom: everybody for the whole transaction, as it was; for the end of it, from the append
to the commit; for those of the same agency; nobody. The tables are of the bench's own. See docs/adr/0033.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterable
from hashlib import sha256

import psycopg

from bench.machine import machine, pace, share

NAME = "otklik_bench_appending"
AGENCIES, PEOPLE, CARDS = 20, 4, 400
LOCK = "SELECT pg_advisory_xact_lock(%s)"
Cursor = psycopg.Cursor[tuple[object, ...]]


def whole(cursor: Cursor, _agencies: Iterable[int]) -> None:
    cursor.execute(LOCK, [1])


def nothing(_cursor: Cursor, _agencies: Iterable[int]) -> None:
    pass


def by_agency(cursor: Cursor, agencies: Iterable[int]) -> None:
    for agency in sorted(agencies):
        cursor.execute(LOCK, [agency + 10])


def marks(cursor: Cursor, _agencies: Iterable[int]) -> None:
    cursor.execute(
        "SELECT pg_advisory_xact_lock_shared(1), pg_advisory_xact_lock_shared(2 + last_value) FROM entry_id_seq"
    )


Lock = Callable[[Cursor, Iterable[int]], None]
WAYS: dict[str, tuple[Lock, Lock]] = {
    "one lock, first of all": (whole, nothing),
    "one lock, from the append on": (nothing, whole),
    "a chain for each agency": (by_agency, nothing),
    "marks, sealed later": (marks, nothing),
}
"""What is locked at the beginning, and before the append."""


def change(
    line: "psycopg.Connection[tuple[object, ...]]", way: tuple[Lock, Lock], cards: list[int], lasts: float
) -> None:
    agencies = {card % AGENCIES for card in cards}
    with line.transaction(), line.cursor() as cursor:
        way[0](cursor, agencies)
        cursor.execute("SELECT id FROM card WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [cards])
        time.sleep(lasts)
        cursor.execute("UPDATE card SET state = state + 1 WHERE id = ANY(%s)", [cards])
        way[1](cursor, agencies)
        cursor.execute("INSERT INTO entry (card, data) SELECT unnest(%s::int[]), 'incident.assign'", [cards])


def measured(way: tuple[Lock, Lock], seconds: float, lasts: float) -> list[float]:
    """How long each change of a person took, in milliseconds."""
    until, took, lock = time.monotonic() + seconds, [], threading.Lock()

    def person(number: int) -> None:
        with psycopg.connect(dbname=NAME, autocommit=True) as line:
            card = number
            while time.monotonic() < until:
                card = (card + PEOPLE) % CARDS
                began = time.perf_counter()
                change(line, way, [card], 0)
                with lock:
                    took.append(1000 * (time.perf_counter() - began))

    def worker() -> None:
        with psycopg.connect(dbname=NAME, autocommit=True) as line:
            while time.monotonic() < until:
                change(line, way, [CARDS + number for number in range(64)], lasts)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    threads.append(threading.Thread(target=worker))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def sealing(count: int = 512) -> tuple[float, float]:
    """Microseconds an entry: a hash over a batch's digests, and a tree of hashes over them."""
    digests = [sha256(str(number).encode()).hexdigest() for number in range(count)]
    began = time.perf_counter()
    for _ in range(20):
        sha256("\n".join(digests).encode()).hexdigest()
    flat = time.perf_counter()
    for _ in range(20):
        level = digests
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [sha256((one + two).encode()).hexdigest() for one, two in pairs]
    tree = time.perf_counter()
    return 1e6 * (flat - began) / 20 / count, 1e6 * (tree - flat) / 20 / count


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=8, help="for each way")
    asked.add_argument("--lasts", type=float, default=0.2, help="seconds of each of the worker's transactions")
    args = asked.parse_args()
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME}")
        try:
            with psycopg.connect(dbname=NAME, autocommit=True) as line:
                line.execute("CREATE TABLE card (id int PRIMARY KEY, state int NOT NULL)")
                line.execute("CREATE TABLE entry (id bigserial PRIMARY KEY, card int NOT NULL, data text NOT NULL)")
                line.execute("INSERT INTO card SELECT n, 0 FROM generate_series(0, %s) AS n", [CARDS + 64])
                say(machine("PostgreSQL", str(line.info.server_version)))
                say(pace())
            say(f"{'way':32}{'changes/s':>10}{'p50 ms':>9}{'p95 ms':>9}{'most ms':>9}")
            for title, way in WAYS.items():
                took = measured(way, args.seconds, args.lasts)
                figures = f"{share(took, 0.5):9.1f}{share(took, 0.95):9.1f}{max(took):9.1f}"
                say(f"{title:32}{len(took) / args.seconds:10.1f}{figures}")
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    flat, tree = sealing()
    say(f"sealing an entry: {flat:.2f} µs in one hash over the batch, {tree:.2f} µs in a tree of hashes")


if __name__ == "__main__":
    main()
