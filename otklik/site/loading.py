"""Loading a copy into a scratch database and asking it whether it is what was copied: for restores and for trials."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from otklik.backups import archive, postgres, sqlite
from otklik.backups.archive import Damaged
from otklik.backups.facts import Facts, differences


@dataclass(frozen=True, slots=True)
class Proof:
    """`looked_first`: how many deliveries will be looked up before they are said; `forgotten`: how many rows of people
    who were forgotten after the copy have been emptied again."""

    looked_first: int
    forgotten: int = 0


def unpacked(copy: Path, room: Path, told: Mapping[str, Any]) -> Path:
    """The database's member as a file in this folder. Raises Damaged, OSError."""
    file = room / "database"
    archive.unpack_database(copy, file, packed=told["database"] == "sqlite")
    return file


def compare(told: Mapping[str, Any], found: Facts) -> None:
    """Raises Damaged unless the loaded database is the one that was copied."""
    wrong = differences(told["facts"], found)
    if wrong:
        raise Damaged(f"Загружено не то, что копировалось: {'; '.join(wrong[:3])}.")


def examine_sqlite(file: Path, told: Mapping[str, Any]) -> None:
    """Raises Damaged."""
    compare(told, sqlite.examine(file))


def examine_postgres(name: str, told: Mapping[str, Any]) -> None:
    """Raises Damaged."""
    compare(told, postgres.examine(name))


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
    told = json.loads(done.stdout.splitlines()[-1])
    if told["broken"] is not None:
        raise Damaged(f"Журнал в копии не цел: запись {told['broken']}.")
    if told["lost"]:
        raise Damaged("Ключи доступа из копии не открываются ключом этой установки.")
    return Proof(told.get("looked_first", 0), told.get("forgotten", 0))


def address(database: str) -> str:
    """DATABASE_URL of another database of the same kind: a file's path, or a name on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database}"
    return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", lambda found: f"{found[1]}/{database}", settings.DATABASE_URL)
