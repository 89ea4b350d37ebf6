"""SQLite: a copy while others write, and putting a file in the place of the database. Pure: no Django here."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from otklik.backups.archive import Damaged, sync_folder
from otklik.backups.facts import Facts, facts

ENDINGS = ("-wal", "-shm", "-journal")


def snapshot(live: Path, target: Path) -> Facts:
    """The database as it is at one moment, in a file of its own.

    In one step: the reader's moment is held the while, and in WAL mode a reader holds up no writer. In several steps
    each write in between would begin the copy anew. Raises Damaged when the copy does not hold together.
    """
    with (
        closing(sqlite3.connect(f"file:{quote(str(live))}?mode=ro", uri=True, timeout=20)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        copy.execute("PRAGMA synchronous=OFF")  # a scratch file: what counts is brought to the disk in the archive
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return examine(target)


def examine(file: Path) -> Facts:
    """The facts of a file that nobody else has open. Raises Damaged."""
    try:
        with closing(sqlite3.connect(file)) as opened:
            ((word,),) = opened.execute("PRAGMA integrity_check(1)").fetchall()
            if word != "ok":
                raise Damaged(f"База не цела: {word}.")
            return facts(lambda question: opened.execute(question).fetchall(), "sqlite")
    except sqlite3.DatabaseError as error:
        raise Damaged(f"База не читается: {error}.") from None


def put_in_place(fresh: Path, live: Path, kept: Path | None) -> None:
    """`fresh` becomes the database in one step, and the one before stays under the name `kept`.

    Nobody has either open. What stood beside the old one as its log must be gone before: SQLite would play it into the
    new file.
    """
    _settle(fresh)
    if live.exists():
        _settle(live)
        if kept is not None:
            kept.unlink(missing_ok=True)
            os.link(live, kept)
        for ending in ENDINGS:
            beside = live.with_name(live.name + ending)
            if beside.exists() and kept is not None:
                beside.rename(kept.with_name(kept.name + ending))
            beside.unlink(missing_ok=True)
    fresh.replace(live)
    sync_folder(live.parent)


def _settle(live: Path) -> None:
    """Whatever its log holds comes into the file. One that is damaged stays as it is, log and all."""
    try:
        with closing(sqlite3.connect(live, timeout=5)) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            opened.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        return
