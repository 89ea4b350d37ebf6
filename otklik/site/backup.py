"""`otklik backup`: the whole installation in one file, while it works."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from otklik.backups import archive, folder, postgres, sealing, sqlite
from otklik.backups.facts import Facts
from otklik.backups.key import fingerprint
from otklik.backups.models import Run, note
from otklik.lib import clock
from otklik.site import anchors, trial
from otklik.site.version import program

FAILURES = (OSError, sqlite3.DatabaseError, archive.Damaged, postgres.NoClient)


def backup(output: str, keep: int) -> int:
    """Prints where it lies and where the key does not. `keep`: so many of this folder's copies stay, 0 for all."""
    try:
        path = target(output)
        missing = made(path)
    except FileExistsError as there:
        return _refuse(f"Файл уже есть: {there.filename}. Копия не перезаписывает ничего.")
    except FAILURES as failed:
        return _refuse(f"Копия не сделана: {failed}")
    sys.stdout.write(f"Копия: {path} ({path.stat().st_size / 1e6:.1f} МБ)\n")
    if missing:
        sys.stdout.write(f"Файлов, исчезнувших за это время: {len(missing)}, первый: {missing[0]}\n")
    if keep:
        folder.prune(path.parent, keep)
    _tell_of_the_key()
    return 0


def nightly() -> int:
    """As a worker asks for it: the journal's head is written down, a copy is made if the settings want any, the old
    ones go, and the newest is tried."""
    os.nice(15)
    anchors.nightly()
    if settings.NIGHTLY_COPIES:
        try:
            made(target(""))
            folder.prune(settings.BACKUPS, settings.NIGHTLY_COPIES)
        except FAILURES as failed:
            _refuse(f"Копия не сделана: {failed}")
    return trial.newest()


def target(output: str) -> Path:
    """The file to write: as given, or named by the moment in the given folder, or in that of the settings.

    Raises FileExistsError, OSError.
    """
    path = Path(output) if output else Path(settings.BACKUPS)
    if output and not path.is_dir() and not output.endswith("/"):
        if path.exists():
            raise FileExistsError(17, "", str(path))
        return path.resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder.named(path.resolve(), folder.NAME, clock.now(), ending())


def ending() -> str:
    """What the name of a copy ends with, behind .tar."""
    return sealing.ENDING if settings.BACKUP_KEY_FILE else ""


def made(path: Path) -> list[str]:
    """Write the copy and a row about it; which files had vanished when their turn came. Raises one of FAILURES; then
    nothing stands under the name."""
    at, began = clock.now(), time.monotonic()
    try:
        missing = write(path, at)
    except FAILURES as failed:
        note(Run(kind=Run.Kind.COPY, at=at, file=path.name, ok=False, fault=str(failed)))
        raise
    seconds = time.monotonic() - began
    note(Run(kind=Run.Kind.COPY, at=at, file=path.name, size=path.stat().st_size, seconds=seconds, ok=True))
    return missing


def write(path: Path, at: datetime) -> list[str]:
    """The database first, then the files: one that came in between does no harm, one that the database names is there.

    What will be sealed lies in the clear on the data's own disk alone. Gives the files that had vanished. Raises one of
    FAILURES.
    """
    archive.sweep(path.parent)
    key = sealing.key_in(settings.BACKUP_KEY_FILE) if settings.BACKUP_KEY_FILE else None
    with folder.scratch(settings.DATA if key else path.parent) as room:
        plain = room / path.name if key else path
        missing = _written(plain, room, at)
        if key:
            sealing.seal(plain, path, key)
    return missing


def _written(path: Path, room: Path, at: datetime) -> list[str]:
    with archive.writing(path, settings.SECRET_KEY) as writer:
        database = room / archive.DATABASE
        facts, size = _snapshot(database)
        writer.add_json(archive.MANIFEST, _manifest(facts, size, at))
        writer.add_file(archive.DATABASE, database)
        database.unlink()
        media = Path(settings.MEDIA_ROOT)
        for file in _files(media):
            writer.add_file(f"{archive.FILES}{file.relative_to(media).as_posix()}", file)
    return writer.missing


def _snapshot(target: Path) -> tuple[Facts, int]:
    """What the copied database says of itself, and how many bytes it will take when it is unpacked."""
    if connection.vendor == "postgresql":
        facts = postgres.snapshot(target)
        return facts, target.stat().st_size
    plain = target.with_name("plain")
    facts, size = sqlite.snapshot(Path(str(connection.settings_dict["NAME"])), plain), plain.stat().st_size
    archive.pack(plain, target)
    plain.unlink()
    return facts, size


def _manifest(facts: Facts, size: int, at: datetime) -> dict[str, object]:
    return {
        "format": archive.FORMAT,
        "program": program(),
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "plain": size,
        "key": fingerprint(settings.SECRET_KEY),
        "facts": facts.as_values(),
    }


def _files(media: Path) -> Iterator[Path]:
    """In a fixed order, without what is being written just now."""
    for file in sorted(media.rglob("*")):
        if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
            yield file


def _tell_of_the_key() -> None:
    where = "переменной OTKLIK_SECRET_KEY" if settings.SECRET_KEY_SET else f"файле {settings.SECRET_KEY_FILE}"
    lines = [
        "",
        "КЛЮЧА В КОПИИ НЕТ. Без него ключи доступа сетей и вторые факторы из неё не прочесть.",
        f"Ключ лежит в {where}: сохраните его отдельно, не рядом с копией.",
        f"Отпечаток ключа: {fingerprint(settings.SECRET_KEY)}",
        f"Туда же положите из {settings.DATA} файлы forgotten.key и forgotten.txt: по ним после восстановления",
        "снова забывают тех, кто просил об этом.",
        "",
    ]
    if settings.BACKUP_KEY_FILE:
        lines.insert(-1, f"Копия зашифрована. Без файла {settings.BACKUP_KEY_FILE} её не открыть: сохраните и его.")
    sys.stdout.write("\n".join(lines))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
