"""Every night: the newest copy is loaded into a scratch database. A copy that nobody has loaded is a hope."""

import sqlite3
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from otklik.backups import folder, postgres
from otklik.backups.archive import Damaged
from otklik.backups.models import Run, note
from otklik.lib import clock
from otklik.lib.redact import redact
from otklik.site import loading

FAILURES = (OSError, Damaged, postgres.NoClient, postgres.NotAllowed, sqlite3.DatabaseError, DatabaseError)


def newest() -> int:
    """Try the newest copy of the settings' folder, if there is one. The exit code: 1 when it cannot be loaded."""
    copy = folder.newest(Path(settings.BACKUPS))
    if copy is None:
        return 0
    run = tried(copy)
    sys.stdout.write(f"{copy.name}: {'загружается, всё на месте' if run.ok else run.fault}\n")
    return 0 if run.ok else 1


def tried(copy: Path) -> Run:
    """Load it into a scratch database, compare, forget it again. The row about it is kept."""
    at, began = clock.now(), time.monotonic()
    try:
        _load(copy)
        fault = ""
    except FAILURES as failed:
        fault = redact(str(failed)).removeprefix(f"{copy.name}: ")
    size = copy.stat().st_size if copy.exists() else 0
    seconds = time.monotonic() - began
    run = Run(kind=Run.Kind.TRIAL, at=at, file=copy.name, size=size, seconds=seconds, ok=not fault, fault=fault)
    note(run)
    return run


def _load(copy: Path) -> None:
    """Raises one of FAILURES."""
    with loading.readable(copy) as plain, folder.scratch(settings.DATA if plain != copy else copy.parent) as room:
        checked_copy = loading.checked(plain)
        manifest, file = checked_copy.manifest, loading.unpacked(checked_copy, room)
        if connection.vendor == "sqlite":
            loading.examine_sqlite(file, manifest)
            loading.prove(str(file))
            return
        with postgres.scratch() as name:
            postgres.load(file, name)
            loading.examine_postgres(name, manifest)
            loading.prove(name)
