"""`otklik upgrade`: the database of the version before becomes that of this program, or stays what it was.

A copy, the migrations, a check; whatever fails after the copy brings the copy back. Where it stands is written down
before each step (unfinished.py), so that a kill at any moment leaves a clear next step: `otklik upgrade` goes on.

The copy comes back in the same epoch of the database: while an upgrade is unfinished no worker starts, so nothing was
said since the copy that it does not know.
"""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection

from otklik.backups import archive, folder, postgres, sqlite
from otklik.journal import seals
from otklik.lib import clock
from otklik.lib.redact import redact
from otklik.site import backup, loading, unfinished
from otklik.site.restore import busy
from otklik.site.safety import Unsafe, applied, check_database, check_installation, is_behind
from otklik.site.version import program

COPY, MIGRATE, CHECK, BACK = "копия", "перевод базы", "проверка", "возврат"
KEPT = ("incidents_incident", "inbox_message", "publishing_delivery", "publishing_sent", "people_user")
"""Tables that no migration may make shorter or longer; the journal may only grow."""
FAILURES = (OSError, archive.Damaged, postgres.NoClient, sqlite3.DatabaseError, DatabaseError)
Probe = Callable[[str], None]


class Failed(Exception):
    """A sentence: what the check found."""


def nowhere(stage: str) -> None:
    """The probe of ordinary life."""


def upgrade(probe: Probe = nowhere) -> int:
    """Begin, or go on where it was cut off. `probe` is told each stage that has been written down. The exit code: 0
    done, 1 brought back, 2 nothing changed."""
    if sentence := _against():
        return _say(sentence)
    state = unfinished.standing()
    if state.get("stage") == BACK:
        return back(probe)
    try:
        copy = Path(state["copy"]) if state.get("stage") in (MIGRATE, CHECK) else _copied(probe)
    except FAILURES as failed:
        unfinished.end()
        return _say(f"Копия перед обновлением не сделана, база не тронута: {failed}")
    if copy is None:
        sys.stdout.write("Обновлять нечего: база уже этой версии.\n")
        return 0
    try:
        _stand(MIGRATE, copy, probe)
        call_command("migrate", interactive=False, verbosity=0)
        _stand(CHECK, copy, probe)
        with loading.readable(copy) as plain:
            _check(archive.manifest(plain))
    except Exception as error:  # whatever a migration raises, the database must not stay between two versions
        sys.stderr.write(f"Не получилось: {type(error).__name__}: {redact(str(error))}\n")
        return back(probe)
    unfinished.end()
    sys.stdout.write(f"База переведена на версию {program()}. Копия прежней: {copy}\nЗапустите обработчик и сайт.\n")
    return 0


def back(probe: Probe = nowhere) -> int:
    """The copy that the unfinished upgrade made becomes the database again. The exit code: 1 brought back, 2 not."""
    state = unfinished.standing()
    if state.get("what") != unfinished.UPGRADE:
        return _say(unfinished.sentence() or "Возвращать нечего: нет оборванного обновления.")
    if sentence := busy():
        return _say(sentence)
    copy = Path(state["copy"])
    if state["stage"] != COPY:
        try:
            with loading.readable(copy) as plain:
                checked_copy = loading.checked(plain)
                _stand(BACK, copy, probe)
                _put_back(checked_copy)
        except FAILURES as failed:
            return _say(f"Вернуть не получилось: {failed}\n{unfinished.sentence()}")
        sys.stderr.write(
            f"Вернули всё, как было. Поставьте прежнюю версию программы: {checked_copy.manifest['program']}.\n"
        )
    unfinished.end()
    return 1


def _against() -> str:
    """Why nothing can be begun, "" when it can."""
    if unfinished.standing().get("what") == unfinished.RESTORE:
        return unfinished.sentence()
    try:
        check_database()
    except Unsafe as unsafe:
        return str(unsafe)
    if applied() and not settings.SECRET_KEY_SET and not settings.SECRET_KEY_FILE.exists():
        return (
            f"Нет ключа установки {settings.SECRET_KEY_FILE}, а база уже работала: подключите диск с папкой данных "
            "или верните ключ, который вы сохранили отдельно."
        )
    return busy()


def _stand(stage: str, copy: Path, probe: Probe) -> None:
    unfinished.begin(unfinished.UPGRADE, stage, copy=str(copy))
    probe(stage)


def _copied(probe: Probe) -> Path | None:
    """The copy of what there is; None when there is nothing to do. A new database needs no copy. Raises FAILURES."""
    if not is_behind():
        unfinished.end()
        return None
    beside = Path(settings.BACKUPS)
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = clock.now()
    copy = folder.named(beside.resolve(), "before-upgrade-", now, backup.ending())
    _stand(COPY, copy, probe)
    backup.write(copy, now)
    return copy


def _check(manifest: dict[str, Any]) -> None:
    """Raises Failed, PromiseBroken, Unsafe."""
    wrong = [str(one.msg) for one in checks.run_checks(databases=["default"]) if one.level >= checks.ERROR]
    if wrong:
        raise Failed(wrong[0])
    check_installation()
    connection.check_constraints()
    if (entry := seals.broken_at()) is not None:
        raise Failed(f"журнал не цел: запись {entry}")
    before, now = manifest["facts"]["rows"], _rows()
    lost = [table for table in KEPT if table in before and now.get(table) != before[table]]
    if lost or now.get("journal_entry", 0) < before.get("journal_entry", 0):
        raise Failed(f"строк стало не столько, сколько было: {', '.join(lost) or 'journal_entry'}")


def _rows() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in (*KEPT, "journal_entry"):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 our own names
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _put_back(copy: archive.Copy) -> None:
    """Raises FAILURES; then everything is as it was, and it may be tried again."""
    connection.close()
    with folder.scratch(copy.path.parent) as room:
        file = loading.unpacked(copy, room)
        if connection.vendor == "postgresql":
            name = str(connection.settings_dict["NAME"])
            postgres.load(file, name)
            return loading.examine_postgres(name, copy.manifest)
        loading.examine_sqlite(file, copy.manifest)
        live = Path(str(connection.settings_dict["NAME"])).resolve()
        fresh = live.with_name(f".{live.name}.back")  # the copy may lie on another disk
        archive.unpack_database(copy, fresh)
        return sqlite.put_in_place(
            fresh, live, live.with_name(f"{live.name}.after-upgrade-{folder.stamp(clock.now())}")
        )


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
