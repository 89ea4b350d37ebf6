"""The migrated, empty database is made once for each state of the migrations, and copied for every run and worker.

Migrating takes twenty seconds, a copy none. `OTKLIK_TEST_TEMPLATE=off` migrates as an installation would.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("OTKLIK_TEST_TEMPLATES") or ROOT / ".venv" / "test-databases")
MADE_OF = ("otklik/**/migrations/*.py", "otklik/**/models.py", "otklik/*/models/*.py", "requirements/develop.txt")
OLD = "7 days"
STALE = """
SELECT datname FROM pg_database JOIN pg_shdescription ON objoid = pg_database.oid AND classoid = 'pg_database'::regclass
WHERE CASE WHEN datname LIKE 'otklik_template_%%' THEN description::timestamptz < now() - %s::interval END
"""


def key() -> str:
    """A digest of what the empty database is made of: every migration, every model, every package."""
    digest = hashlib.sha256()
    for pattern in MADE_OF:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def install() -> None:
    """From here on `create_test_db` copies, and migrates only what nobody has migrated yet."""
    if os.environ.get("OTKLIK_TEST_TEMPLATE") == "off":
        return
    creation: Any = connection.creation
    migrated = creation.create_test_db
    copied = _copied_file if connection.vendor == "sqlite" else _copied_on_server

    def create_test_db(verbosity: int = 1, autoclobber: bool = False, **more: Any) -> str:
        name = creation._get_test_db_name()
        with _alone():
            return copied(name, lambda: migrated(verbosity, autoclobber, **more))

    creation.create_test_db = create_test_db


@contextmanager
def _alone() -> Iterator[None]:
    """One worker migrates, and the others wait for its template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copied_file(name: str, migrate: Callable[[], str]) -> str:
    template = FOLDER / f"{key()}.sqlite3"
    if template.exists():
        connection.close()
        for rest in ("-wal", "-shm"):
            Path(name + rest).unlink(missing_ok=True)
        shutil.copyfile(template, name)
        return _connected(name)
    migrate()
    connection.close()
    for old in FOLDER.glob("*.sqlite3*"):
        old.unlink()
    new = template.with_suffix(".new")
    with closing(sqlite3.connect(name)) as line:
        line.execute("VACUUM INTO ?", [str(new)])
    new.rename(template)
    return name


def copy_to(file: Path) -> None:
    """The database of an installation that a test makes, migrated already. Without a template of SQLite it is left to
    the product, which then migrates it."""
    template = FOLDER / f"{key()}.sqlite3"
    if template.exists() and os.environ.get("OTKLIK_TEST_TEMPLATE") != "off":
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, file)


def on_server() -> str:
    """The name of the template on PostgreSQL, where one was made."""
    return f"otklik_template_{key()}"


def _copied_on_server(name: str, migrate: Callable[[], str]) -> str:
    template, quote = on_server(), connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone():
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(name)}")
            cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}")
            return _connected(name)
    migrate()
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(STALE, [OLD])
        for (old,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(old)}")
        cursor.execute(f"CREATE DATABASE {quote(template)} TEMPLATE {quote(name)}")
        cursor.execute("SELECT now()::text")
        cursor.execute(f"COMMENT ON DATABASE {quote(template)} IS '{cursor.fetchone()[0]}'")
    return name


def _connected(name: str) -> str:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    # Django asks a connection once whether its SQLite knows JSON: the first page of a process would cost three queries
    # more than it does, and which one is first is chance.
    assert connection.features.supports_json_field
    return name
