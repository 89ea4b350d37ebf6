"""What the promises need of the database, checked at every start: without it «nothing is lost» would be a lie."""

from pathlib import Path
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError, connection
from django.db.backends.signals import connection_created

REMOTE = (
    *("nfs", "cifs", "smb", "9p", "virtiofs", "lustre", "glusterfs", "ceph", "afs", "davfs", "vboxsf"),
    *("fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.grpcfuse"),
)

LONGEST_STANDSTILL = 15
"""Seconds that a process may stand still inside a transaction before PostgreSQL takes that back. Between two of its
statements a batch computes for a second at most, on a machine that is five times too busy five; a paused virtual
machine comes back within some. Whoever waits for a row of it waits no longer than this."""
_STOOD_STILL = "25P03"


class PromiseBroken(Exception):
    """A sentence for whoever starts the product."""


def end_idle_transactions() -> None:
    """From now on, on PostgreSQL: whatever this process has locked is free again soon after it stands still, or its
    machine is gone. For processes that nobody looks at: the site's and workers."""
    connection_created.connect(_end_idle_transactions, dispatch_uid="otklik.lib.end_what_stands_still")


def _end_idle_transactions(connection: Any, **_: Any) -> None:
    """Said once the line is open: a pooler such as PgBouncer refuses it among the options it is opened with."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_STANDSTILL}s'")


def is_away(error: BaseException | None) -> bool:
    """Whether the error says that the database is away, locked or full, or has let go of us: nobody's fault among rows,
    and nothing but to be waited for."""
    stood_still = isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") == _STOOD_STILL
    return stood_still or isinstance(error, OperationalError | InterfaceError)


def check_promises() -> None:
    """Raises PromiseBroken when this database cannot keep what it is told."""
    if connection.vendor == "sqlite":
        _check_sqlite()
    elif connection.vendor == "postgresql":
        _check_postgresql()
    else:
        raise PromiseBroken("Поддерживаются только SQLite и PostgreSQL.")


def _check_sqlite() -> None:
    path = Path(str(connection.settings_dict["NAME"])).resolve()
    kind = file_system(path, Path("/proc/mounts").read_text()) if Path("/proc/mounts").exists() else ""
    if kind.startswith(REMOTE):
        raise PromiseBroken(
            f"База {path} лежит на сетевой файловой системе ({kind}): SQLite там теряет данные. "
            "Перенесите папку данных на локальный диск (OTKLIK_DATA) или возьмите PostgreSQL (DATABASE_URL)."
        )
    if _ask("PRAGMA journal_mode") != "wal":
        raise PromiseBroken(f"База {path} не переходит в режим WAL: проверьте диск и права на папку.")
    if _ask("PRAGMA synchronous") != "2":
        raise PromiseBroken("SQLite открыт не с synchronous=FULL: после сбоя питания можно потерять принятое.")


def _check_postgresql() -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if _ask(f"SHOW {name}") == "off":
            raise PromiseBroken(f"В PostgreSQL выключен {name}: после сбоя питания можно потерять принятое.")


def learn_sizes() -> None:
    """Tell SQLite anew how large its tables have grown, so that it chooses its indexes well; PostgreSQL does so itself.

    A sample of each index: at a hundred thousand cards about a second.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def size() -> int:
    """Bytes that the database takes on its disk; on SQLite with its log."""
    return file_size() or int(_ask("SELECT pg_database_size(current_database())"))


def file_size() -> int:
    """The same without a question to the database: 0 on PostgreSQL, whose disk is another machine's affair."""
    if connection.vendor != "sqlite":
        return 0
    name = str(connection.settings_dict["NAME"])
    return sum(path.stat().st_size for path in (Path(name), Path(f"{name}-wal")) if path.exists())


def _ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0]).lower()


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system a path lies on, by the text of /proc/mounts; "" when it does not tell."""
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        inside = point == "/" or str(path) == point or str(path).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind
