"""PostgreSQL: a copy while others write by its own `pg_dump`, and loading it in one transaction."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from otklik.backups.archive import Damaged
from otklik.backups.facts import Facts, facts

_EMPTY = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = current_schema()
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name);
  END LOOP;
END $$;
"""
_HEAD = 8_192
_SETS = re.compile(rb"^SET (\w+) = ", re.MULTILINE)
_WHERE = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile")


class NoClient(Exception):
    """A sentence: which program is missing here, or too old, and what to install."""


class NotAllowed(Exception):
    """A sentence: what the role in DATABASE_URL may not do."""


def snapshot(target: Path) -> Facts:
    """The default database as it is at one moment, in pg_dump's own form. Raises NoClient, Damaged.

    The facts are asked in the very moment that the dump shows: pg_dump takes our transaction's snapshot.
    """
    needs_client()
    with closing(connection.copy()) as line, line.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question)
            return list(cursor.fetchall())

        current_facts = facts(ask, "postgresql")
        name = str(connection.settings_dict["NAME"])
        _run("pg_dump", "--format=custom", *_PLAIN, f"--snapshot={moment}", f"--file={target}", database=name)
        cursor.execute("ROLLBACK")
    return current_facts


_PLAIN = ("--no-owner", "--no-privileges")


def load(dump: Path, name: str, then: str = "") -> None:
    """Everything in the database `name` gives way to the dump, and `then` (SQL) is done: in one transaction, so that it
    is wholly the old one or wholly the new one whenever this is cut off. Raises NoClient, Damaged."""
    script, before, after = (dump.with_name(f"{dump.name}.{part}.sql") for part in ("all", "before", "after"))
    try:
        _run("pg_restore", *_PLAIN, f"--file={script}", str(dump))
        leave_out_unknown(script)
        before.write_text(_EMPTY)
        # pg_restore leaves the search path empty: what it makes it names in full.
        after.write_text(f"SET search_path = public;\n{then}\n")
        files = [f"--file={path}" for path in (before, script, after)]
        _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files, database=name)
    finally:
        for path in (script, before, after):
            path.unlink(missing_ok=True)


def leave_out_unknown(script: Path) -> None:
    """Make comments of what a newer pg_restore sets at the head of its script and this older server does not know: 17's
    transaction_timeout, for one. In place, for the script is as long as the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings")
        known = {name for (name,) in cursor.fetchall()}
    with script.open("r+b") as file:
        head = file.read(_HEAD).partition(b"-- Name:")[0]
        for match in _SETS.finditer(head):
            if match[1].decode() not in known:
                file.seek(match.start())
                file.write(b"--")


def examine(name: str) -> Facts:
    """The facts of another database on the same server."""
    with closing(connection.copy()) as line:
        line.settings_dict = {**line.settings_dict, "NAME": name}
        with line.cursor() as cursor:

            def ask(question: str) -> list[tuple[Any, ...]]:
                cursor.execute(question)
                return list(cursor.fetchall())

            return facts(ask, "postgresql")


@contextmanager
def scratch() -> Iterator[str]:
    """The name of an empty database that is gone afterwards. Raises NotAllowed."""
    name = f"{str(connection.settings_dict['NAME'])[:40]}_trial_{secrets.token_hex(4)}"
    with closing(connection.copy()) as line, line.cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except DatabaseError as error:
            raise NotAllowed(
                f"Пробную базу не создать ({str(error).strip()}): дайте роли право CREATEDB "
                "(ALTER ROLE … CREATEDB) или проверяйте копии на другой машине."
            ) from None
        try:
            yield name
        finally:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def needs_client() -> None:
    """Raises NoClient unless pg_dump, pg_restore and psql are here and no older than the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    client_version = _version("pg_dump")
    if client_version is None or not shutil.which("pg_restore") or not shutil.which("psql"):
        raise NoClient(
            f"Нужны программы pg_dump, pg_restore и psql не старше сервера: поставьте postgresql-client-{server} "
            "(Debian, Ubuntu, Astra Linux) или postgresql" + f"{server} (RED OS, ALT)."
        )
    if client_version < server:
        raise NoClient(f"pg_dump {client_version} старше сервера {server}: поставьте postgresql-client-{server}.")


def _version(program: str) -> int | None:
    path = shutil.which(program)
    if path is None:
        return None
    output = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.search(r"(\d+)(?:\.|\s|$)", output)
    return int(match[1]) if match else None


def _run(program: str, *words: str, database: str = "") -> None:
    path = shutil.which(program)
    if path is None:
        raise NoClient(f"Нет программы {program}.")
    done = subprocess.run(  # noqa: S603 the server's own client
        [path, *words],
        env=_environment(connection.settings_dict, database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["?"]
        raise Damaged(f"{program}: {last[0]}")


def _environment(settings: Mapping[str, Any], database: str) -> dict[str, str]:
    """A password on a command line could be read by everybody on this machine."""
    variables = {variable: str(settings[name]) for name, variable in _WHERE.items() if settings.get(name)}
    options = settings.get("OPTIONS", {})
    variables |= {f"PG{name.upper()}": str(options[name]) for name in _OPTIONS if name in options}
    return {**os.environ, **variables, "PGAPPNAME": "otklik backup", **({"PGDATABASE": database} if database else {})}
