"""Loading a copy into a scratch database and asking it whether it is what was copied: for restores and for trials."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from otklik.backups import archive, postgres, sealing, sqlite
from otklik.backups.archive import Copy, Damaged
from otklik.backups.facts import Facts, differences
from otklik.backups.key import fingerprint


@dataclass(frozen=True, slots=True)
class Proof:
    """`looked_first`: how many deliveries will be looked up before they are said; `forgotten`: how many rows of people
    who were forgotten after the copy have been emptied again."""

    looked_first: int
    forgotten: int = 0


class Strange(Damaged):
    """A copy that is whole, but not known as one of ours."""


class OtherKey(Strange):
    """Nor can it be: it was made with a key that is not here."""


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """The copy itself, or opened with the key of the settings in the data folder. Raises Damaged, OSError."""
    with sealing.opened(path, settings.BACKUP_KEY_FILE, settings.DATA) as plain:
        yield plain


def checked(path: Path, *, unproven: bool = False) -> Copy:
    """A copy that is whole and of this kind of database, and was made by this installation: what it holds is run, not
    only read. `unproven` takes any. Raises Strange, Damaged, OSError."""
    copy = archive.check(path)
    if copy.manifest["database"] != connection.vendor:
        raise Damaged(f"Копия сделана с {copy.manifest['database']}, а DATABASE_URL ведёт в {connection.vendor}.")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if unproven or copy.is_proven(keys):
        return copy
    if copy.manifest["key"] not in [fingerprint(key) for key in keys]:
        raise OtherKey(
            f"Ключ не тот: отпечаток здешнего {fingerprint(keys[0])}, а копия сделана с {copy.manifest['key']}."
        )
    if copy.manifest["format"] == archive.OLDER:
        raise Strange("Копия сделана прежней версией программы и ничем не доказывает, откуда она.")
    raise Strange("Копию изменили или сделали не здесь: её подпись не сходится с ключом этой установки.")


def unpacked(copy: Copy, room: Path) -> Path:
    """The database's member as a file in this folder. Raises Damaged, OSError."""
    file = room / "database"
    archive.unpack_database(copy, file)
    return file


def compare(manifest: Mapping[str, Any], facts: Facts) -> None:
    """Raises Damaged unless the loaded database is the one that was copied."""
    wrong = differences(manifest["facts"], facts)
    if wrong:
        raise Damaged(f"Загружено не то, что копировалось: {'; '.join(wrong[:3])}.")


def examine_sqlite(file: Path, manifest: Mapping[str, Any]) -> None:
    """Raises Damaged."""
    compare(manifest, sqlite.examine(file))


def examine_postgres(name: str, manifest: Mapping[str, Any]) -> None:
    """Raises Damaged."""
    compare(manifest, postgres.examine(name))


def prove(database: str, *, life: str = "", without_key: bool = False) -> Proof:
    """In a process of its own on this database (a file or a name): see site/prove.py. Raises Damaged."""
    asked = json.dumps({"life": life, "without_key": without_key})
    done = subprocess.run(
        [sys.executable, "-m", "otklik.site.prove"],
        env={**os.environ, "DATABASE_URL": address(database)},
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Damaged(f"База из копии не поднимается: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    report = json.loads(done.stdout.splitlines()[-1])
    if report["broken"] is not None:
        raise Damaged(f"Журнал в копии не цел: запись {report['broken']}.")
    if report["lost"]:
        raise Damaged("Ключи доступа из копии не открываются ключом этой установки.")
    return Proof(report.get("looked_first", 0), report.get("forgotten", 0))


def address(database: str) -> str:
    """DATABASE_URL of another database of the same kind: a file's path, or a name on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database}"
    return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", lambda match: f"{match[1]}/{database}", settings.DATABASE_URL)
