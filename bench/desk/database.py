"""A database of the bench's own: a file in a folder that is thrown away, or one on the local PostgreSQL server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "otklik_bench"


@contextmanager
def database(kind: str, folder: Path, again: bool, keep: bool, name: str = NAME, template: str = "") -> Iterator[None]:
    """Settles the environment, sets Django up and makes the tables; afterwards the database is dropped.

    `again`: it is there already. `keep`: it stays there. `name` is that of the server's database, `template` that of
    one to copy, where it is there.
    """
    url = f"postgresql:///{name}" if kind == "postgresql" else f"sqlite:///{folder / 'bench.sqlite3'}"
    if kind == "postgresql" and not again:
        _drop(name)
        _on_server(f"CREATE DATABASE {name}{_copied(template)}")
    try:
        _settle(url, folder)
        yield
    finally:
        _close()
        if kind == "postgresql" and not keep:
            _drop(name)


def _settle(url: str, folder: Path) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
        "DATABASE_URL": url,
        "OTKLIK_DATA": str(folder),
        "OTKLIK_MODE": "demo",
        "OTKLIK_LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from otklik.site.safety import check_fits

    check_fits()
    call_command("collectstatic", interactive=False, verbosity=0)


def _close() -> None:
    from django.db import connection

    connection.close()


def _drop(name: str) -> None:
    _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _copied(template: str) -> str:
    import psycopg

    with psycopg.connect("postgresql:///postgres") as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
    return f" TEMPLATE {template}" if there else ""


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect("postgresql:///postgres", autocommit=True) as server:
        server.execute(statement.encode())
