"""What a card costs on disk, table by table: `python -m bench.size [--cards 10000] [--database postgresql]`.

The demonstration's cards with all that hangs on them, written in the order of time as people and the worker write them,
and for each comment the payload that it came in; or, with `--multiplied`, those of `bench.desk`, which are there sooner
and have fewer tables. For each table and index: rows and bytes a card as it has grown, the bytes when it is packed
anew, and, where retention has run with every term over, the bytes that are left then, packed again. Cards that run keep
what they have, as they do in a region.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.desk.database import database
from bench.machine import machine

SHOWN = 0.002
"""The share of the whole from which an index or a table has a line of its own."""
LEASE = timedelta(minutes=10)
JOURNAL = "journal_"
SQLITE = """
SELECT s.name, coalesce(m.tbl_name, s.name), coalesce(m.type, 'table'), SUM(s.pgsize) FROM dbstat s
LEFT JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2, 3
"""
POSTGRESQL = """
SELECT t.relname, t.relname, 'table', pg_table_size(t.oid) FROM pg_class t
WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
UNION ALL SELECT i.relname, t.relname, 'index', pg_relation_size(i.oid) FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
"""
Sizes = dict[str, int]


@dataclass(slots=True)
class Table:
    """One table with its indexes; bytes by the name of each part, the table's own first."""

    name: str
    rows: int = 0
    parts: list[str] = field(default_factory=list)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.size", description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000, help="how many cards (default 10000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--multiplied", action="store_true", help="the cards of bench.desk; --cards by ten thousands")
    parser.add_argument("--only", default="", help="only tables whose name begins so, and nothing is forgotten")
    args = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        with database(args.database, folder, again=False, keep=False, name="otklik_bench_size"):
            _fill(args.cards, args.multiplied)
            _print(args.cards, args.only)
    finally:
        shutil.rmtree(folder)
    return 0


def _fill(cards: int, multiplied: bool) -> None:
    from bench.desk import block, multiply
    from otklik.demo.history.load import load_history
    from otklik.demo.networks import make_networks
    from otklik.demo.region import load_reference
    from otklik.demo.users import make_users
    from otklik.flow.loop import drain
    from otklik.lib import clock

    now = clock.now()
    if multiplied:
        block.fill(now)
        multiply.multiply(max(1, cards // block.BLOCK))
    else:
        load_reference(now, lambda _done, _total: None)
        make_users(now)
        make_networks(now)
        load_history(now, cards)
        _payloads(now)
    drain()


def _payloads(now: datetime) -> None:
    """What each comment came in, as VKontakte pushes it: the history has messages alone. All of them are taken in."""
    from bench.load.events import PUSHES, Comment
    from otklik.inbox.models import Message
    from otklik.networks.models import RawEvent, Source

    source, raws = Source.objects.order_by("pk").first(), []
    heard = Message.objects.filter(own=False).values_list("pk", "author", "text", "captured_at")
    for pk, author, text, at in heard.order_by("pk"):
        body, _headers = PUSHES["vk"](Comment(pk, author or 0, ("", ""), text, int(at.timestamp())))
        columns = {"network": "vk", "origin": "push", "source": source, "received_at": at, "due_at": None}
        raws.append(RawEvent(key=f"vk:bench{pk:x}", body=json.dumps(body).encode(), **columns))
    RawEvent.objects.bulk_create(raws, 1000)


def _print(cards: int, only: str) -> None:
    from django.db import connection

    tables = {name: table for name, table in _tables().items() if name.startswith(only)}
    grown = _sizes()
    columns = {"as it grew": grown, "packed": _packed()}
    if not only:
        _forget()
        columns["forgotten"] = _packed()
    version = ".".join(map(str, connection.get_database_version()))
    _say(f"{machine(connection.vendor, version)}; {cards} cards; bytes a card")
    _line("table, its indexes", "rows", list(columns))
    for name, rows, sizes in _lines(tables, list(columns.values()), 0 if only else SHOWN):
        _line(name, f"{rows / cards:.2f}" if rows is not None else "", [f"{size / cards:.0f}" for size in sizes])


def _lines(
    tables: dict[str, Table], columns: Sequence[Sizes], shown: float
) -> Iterator[tuple[str, int | None, list[int]]]:
    """The whole, the journal, and then each table with its indexes, the largest first; the small ones together."""

    def sums(some: Sequence[Table]) -> list[int]:
        return [sum(column.get(part, 0) for table in some for part in table.parts) for column in columns]

    every = sorted(tables.values(), key=lambda table: -sums([table])[0])
    least = shown * sums(every)[0]
    yield "everything", None, sums(every)
    yield "of that the journal", None, sums([table for table in every if table.name.startswith(JOURNAL)])
    small = [table for table in every if sums([table])[0] < least]
    for table in every:
        if table in small:
            continue
        yield table.name, table.rows, sums([table])
        for part in sorted(table.parts, key=lambda part: -columns[0].get(part, 0)):
            if columns[0].get(part, 0) >= least:
                whose = "  the rows" if part == table.name else f"  {part}"
                yield whose, None, [column.get(part, 0) for column in columns]
    if small:
        yield f"{len(small)} more tables", None, sums(small)


def _tables() -> dict[str, Table]:
    from django.db import connection

    tables: dict[str, Table] = {}
    for name, table, _kind, _size in _ask():
        tables.setdefault(table, Table(table)).parts.append(name)
    with connection.cursor() as cursor:
        for table in tables.values():
            if table.name in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT COUNT(*) FROM "{table.name}"')  # noqa: S608 the database's own names
                table.rows = cursor.fetchone()[0]
    return tables


def _sizes() -> Sizes:
    return {name: int(size) for name, _table, _kind, size in _ask()}


def _ask() -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
        return list(cursor.fetchall())


def _packed() -> Sizes:
    """Tables and indexes written anew, so that what they hold can be compared, and not how they came to hold it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL" if connection.vendor == "postgresql" else "VACUUM")
    return _sizes()


def _forget() -> None:
    """Every round of the step that forgets, with the clock a day past the longest term."""
    from otklik.lib import clock
    from otklik.lib.due import claim
    from otklik.privacy import retain
    from otklik.privacy.kinds import KINDS
    from otklik.privacy.models import Sweep

    now = clock.now() + timedelta(days=max(kind.days for kind in KINDS) + 1)
    retain.plant(now)
    for kind in KINDS:
        Sweep.objects.filter(kind=kind.code).update(due_at=now)
        while rows := claim(Sweep, now, LEASE, 1):
            retain.retain(rows, now)


def _line(name: str, rows: str, figures: Sequence[str]) -> None:
    _say(f"{name:<48}{rows:>8}" + "".join(f"{figure:>12}" for figure in figures))


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
