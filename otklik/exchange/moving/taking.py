"""Takes an export in, piece by piece. It may be broken off at any moment: started again, it goes on where it was."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection

from otklik.exchange.moving.building import Writer
from otklik.exchange.moving.cells import Clock
from otklik.exchange.moving.changing import Touched
from otklik.exchange.moving.matching import Names, agency_maker
from otklik.exchange.moving.models import Import
from otklik.exchange.moving.piece import Key, Piece, Remarks, prepare
from otklik.exchange.moving.planting import Planter
from otklik.exchange.moving.reading import Export, NamedRow, opened
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import User
from otklik.publishing.restored import current_epoch
from otklik.reports.folding import fold_all
from otklik.routing.weeks import region_week

FIRST, MOST, LEAST = 8, 40, 4
"""Rows of one transaction, with ten tables each."""
UNHURRIED, HELD = 0.05, 0.1
"""Seconds: a transaction that takes less leaves room for a few more rows in the next, one that takes more had too many.
Others who write wait for it, and a machine with other work is several times slower than a quiet one."""
TRIES = 5
ROOM = {"cache_size": -262_144, "wal_autocheckpoint": 0}
"""SQLite's memory for pages in KiB. Its log goes into the file between two pieces and not at the end of one."""
ACTOR = "machine:import"
NOBODY = "im-import"
"""The user that stands where a text needs an author and the file tells of nobody. He cannot sign in."""
Hear = Callable[[list[Remarks]], None]
Progress = Callable[[int, int], None]


class OtherZone(ValueError):
    """The import of this file was begun by another clock; its name is the message."""


@dataclass(slots=True)
class Done:
    """What has become of the rows. `before` were done by an earlier start that was broken off; `longest` is
    the longest transaction in seconds."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    skipped: int = 0
    odd: int = 0
    before: int = 0
    agencies: int = 0
    longest: float = 0.0
    merged: int = 0
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    def add(self, piece: Piece) -> None:
        self.rows += piece.rows
        self.new += len(piece.new)
        self.changed += len(piece.changed)
        self.same += piece.same
        self.skipped += piece.skipped
        self.odd += sum(len(one.odd) for one in piece.remarks)


def take(path: Path, zone: ZoneInfo, hear: Hear, progress: Progress) -> Done:
    """Raises WrongFile for what is no export, OtherZone, OSError, and Overtaken when another process takes it in."""
    with opened(path) as export, _room():
        run = _begun(_digest(path), zone, clock.now())
        by = nobody()
        names = Names(agency_maker(by, clock.now()))
        planter = Planter(run, Writer(by.pk, current_epoch(clock.now()).pk, region_week()))
        done = _about(export)
        done.before = run.position and run.rows
        seen: set[Key] = set()
        pace = _Pace()
        for batch in _pieces(export, run.position, pace):
            piece = _written(planter, batch, Clock(zone, export.from_1904), names, seen, run.pk)
            seen |= piece.keys
            done.add(piece)
            hear(piece.remarks)
            progress(done.before + done.rows, export.about)
            pace.heed(planter.last)
            _settle()
        done.agencies, done.longest = names.made, planter.longest
        _ended(run, clock.now())
        fold_all(clock.now())
    return done


def check(path: Path, zone: ZoneInfo, hear: Hear, progress: Progress) -> Done:
    """The same without a word written."""
    with opened(path) as export:
        names, done, seen = Names(None), _about(export), set[Key]()
        for batch in _pieces(export, 0, _Pace()):
            piece = prepare(batch, Clock(zone, export.from_1904), names, seen, 0)
            seen |= piece.keys
            done.add(piece)
            hear(piece.remarks)
            progress(done.rows, export.about)
        done.agencies = names.made
    return done


def _about(export: Export) -> Done:
    header = export.header
    return Done(merged=export.merged, missing=header.missing, unknown=header.unknown, twice=header.twice)


def _pieces(export: Export, position: int, pace: "_Pace") -> Iterator[list[NamedRow]]:
    rows = (export_row for export_row in export.rows() if export_row.number > position and export_row.cells)
    while batch := list(islice(rows, pace.rows)):
        yield batch


class _Pace:
    """How many rows the next transaction takes, by how long the last one took."""

    def __init__(self) -> None:
        self.rows = min(MOST, FIRST)

    def heed(self, seconds: float) -> None:
        if seconds > HELD:
            self.rows = max(LEAST, self.rows // 2)
        elif seconds < UNHURRIED:
            self.rows = min(MOST, self.rows + 2)


def _written(planter: Planter, batch: list[NamedRow], by: Clock, names: Names, seen: set[Key], run: int) -> Piece:
    for _try in range(TRIES - 1):
        # Somebody else has written one of these addresses, or a card, since the piece was read: read it anew.
        with suppress(IntegrityError, Touched):
            piece = prepare(batch, by, names, seen, run)
            planter.write(piece, clock.now())
            return piece
    piece = prepare(batch, by, names, seen, run)
    planter.write(piece, clock.now())
    return piece


@contextmanager
def _room() -> Iterator[None]:
    """A large file's index pages are touched at random: with SQLite's usual two megabytes most of them are read and
    written again for every piece. What is changed here belongs to this connection alone."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = [(name, cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in ROOM]
        for name, value in ROOM.items():
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in usual:
                cursor.execute(f"PRAGMA {name} = {value}")


def _settle() -> None:
    """Others may write meanwhile, and none of them finds a long log that it is his turn to copy. Inside somebody's
    transaction there is nothing to copy yet, and SQLite refuses."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def nobody() -> User:
    user = User.objects.filter(username=NOBODY).first()
    if user is None:
        user = User(username=NOBODY, is_active=False, last_name="Перенос из «Инцидент Менеджмента»")
        user.set_unusable_password()
        user.save()
    return user


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begun(digest: str, zone: ZoneInfo, at: datetime) -> Import:
    with book.turn():
        run = Import.objects.filter(digest=digest, ended_at__isnull=True).first()
        if run is None:
            run = Import.objects.create(digest=digest, zone=zone.key, actor=ACTOR, began_at=at)
            book.write(at=at, actor=ACTOR, verb="import.begin", subject=f"import:{run.pk}")
        elif run.zone != zone.key:
            raise OtherZone(run.zone)
    return run


def _ended(run: Import, at: datetime) -> None:
    with book.turn():
        if Import.objects.filter(pk=run.pk, ended_at__isnull=True).update(ended_at=at):
            run.refresh_from_db()
            names = ("rows", "new", "changed", "same", "skipped", "odd")
            data = {name: getattr(run, name) for name in names}
            book.write(at=at, actor=ACTOR, verb="import.end", subject=f"import:{run.pk}", data=data)
