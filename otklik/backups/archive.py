"""One file that holds a copy: a tar whose first member says what it is, and whose last one proves that it is whole.

It is written under another name beside its own, brought to the disk, and only then gets its name; so under its final
name no half copy ever stands. Nothing is held in memory but one piece of one file. Pure: no Django here.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST, SUMS, DATABASE, FILES = "manifest.json", "sums.json", "database", "files/"
PIECE = 1 << 20
_PART = re.compile(r"\..+\.(\d+)\.part")


class Damaged(Exception):
    """A sentence in Russian: this file is no copy of ours, or not a whole one."""


class _Summed(io.RawIOBase):
    """What is read through it is summed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sum, self.length = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.sum.update(piece)
        self.length += len(piece)
        return piece


class Writer:
    """Members in the order of the calls. `missing` are files that were gone when their turn came."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._sums: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def add_json(self, name: str, told: Mapping[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        self._add(name, io.BytesIO(body), len(body))

    def add_file(self, name: str, path: Path) -> None:
        """A file as it stands. One that has vanished is noted; one that cannot be read raises OSError."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            self.missing.append(name)
            return
        with file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def close(self) -> None:
        """The member that makes it whole."""
        self.add_json(SUMS, {"members": self._sums, "missing": self.missing})

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        summed = _Summed(file)
        self._tar.addfile(info, summed)
        self._sums[name] = {"sha256": summed.sum.hexdigest(), "size": size}


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a new copy. Whatever goes wrong inside leaves nothing behind. Raises OSError (a full disk)."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb", PIECE) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar)
                yield writer
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """A new name in a folder outlives a power cut only when the folder itself was brought to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Half files of processes that were killed."""
    for part in folder.glob(".*.part"):
        found = _PART.fullmatch(part.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            with suppress(FileNotFoundError):
                part.unlink()


def pack(source: Path, target: Path) -> None:
    """Press a file together, piece by piece."""
    with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=5) as packed:
        shutil.copyfileobj(plain, packed, PIECE)


def manifest(path: Path) -> dict[str, Any]:
    """What the copy says of itself, without looking further. Raises Damaged."""
    with _opened(path) as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST:
            raise Damaged(f"{path.name}: это не копия «Отклика».")
        told = _json(tar, first)
    if told.get("format") != FORMAT:
        raise Damaged(f"{path.name}: копия другого вида ({told.get('format')}), эта программа её не читает.")
    return told


def check(path: Path) -> dict[str, Any]:
    """Read the whole copy and compare each member's sum. Returns the manifest. Raises Damaged, with the reason."""
    told = manifest(path)
    found: dict[str, dict[str, Any]] = {}
    last = None
    with _opened(path) as tar:
        for member in tar:
            _check_name(path, member)
            last = _json(tar, member) if member.name == SUMS else None
            if last is None:
                found[member.name] = {"sha256": _sum(tar, member), "size": member.size}
    if last is None:
        raise Damaged(f"{path.name}: копия обрезана, конца в ней нет.")
    for name, wanted in last["members"].items():
        if found.get(name) != wanted:
            raise Damaged(f"{path.name}: часть «{name}» испорчена.")
    if found.keys() != last["members"].keys() or DATABASE not in found:
        raise Damaged(f"{path.name}: состав копии не сходится с её описью.")
    return told


def unpack_database(path: Path, target: Path, *, packed: bool) -> None:
    """The database's member as a file, brought to the disk. Raises Damaged, OSError."""
    with _opened(path) as tar, target.open("wb") as file:
        source = tar.extractfile(DATABASE)
        if source is None:
            raise Damaged(f"{path.name}: в копии нет базы.")
        if packed:
            with gzip.open(source) as plain:
                shutil.copyfileobj(plain, file, PIECE)
        else:
            shutil.copyfileobj(source, file, PIECE)
        file.flush()
        os.fsync(file.fileno())


def unpack_files(path: Path, folder: Path) -> int:
    """The attachments into their folder, each whole or not at all; those that stand there as they are stay. How many
    were written."""
    written = 0
    with _opened(path) as tar:
        for member in tar:
            if not member.name.startswith(FILES):
                continue
            _check_name(path, member)
            target = folder / member.name.removeprefix(FILES)
            if target.is_file() and target.stat().st_size == member.size and _sum(tar, member) == _sum_of(target):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            source = tar.extractfile(member)
            with part.open("wb") as file:
                shutil.copyfileobj(source, file, PIECE)  # type: ignore[arg-type]  # it is a regular file
            part.replace(target)
            written += 1
    return written


def missing(path: Path) -> list[str]:
    """Files that had vanished when the copy was made. The copy has been checked."""
    with _opened(path) as tar:
        return list(_json(tar, tar.getmember(SUMS))["missing"])


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError, KeyError, gzip.BadGzipFile) as error:
        raise Damaged(f"{path.name}: копия обрезана или испорчена ({error}).") from None


def _check_name(path: Path, member: tarfile.TarInfo) -> None:
    inside = PurePosixPath(member.name)
    known = member.name in (MANIFEST, SUMS, DATABASE) or member.name.startswith(FILES)
    if not known or not member.isreg() or inside.is_absolute() or ".." in inside.parts:
        raise Damaged(f"{path.name}: в копии чужая часть «{member.name}».")


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    file = tar.extractfile(member)
    told = json.loads(file.read()) if file else None
    if not isinstance(told, dict):
        raise KeyError(member.name)
    return told


def _sum(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = tar.extractfile(member)
    return hashlib.file_digest(file, "sha256").hexdigest() if file else ""  # type: ignore[arg-type]


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
