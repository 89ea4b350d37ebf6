"""One file that holds a copy: a tar whose first member says what it is, and whose last ones prove that it is whole and
whose it is.

It is written under another name beside its own, brought to the disk, and only then gets its name; so under its final
name no half copy ever stands. Nothing is held in memory but one piece of one file. What is read is taken for hostile:
names, sums and proof are looked at before anything is unpacked, and again while it is. Pure: no Django here.
"""

import gzip
import hashlib
import hmac
import io
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from otklik.backups.facts import is_manifest
from otklik.backups.key import proof

FORMAT = 2
OLDER = 1
"""Without a proof of origin."""
MANIFEST, SUMS, PROOF, DATABASE, FILES = "manifest.json", "sums.json", "proof.json", "database", "files/"
PIECE = 1 << 20
MOST_MEMBERS = 1_000_000
MOST_HEADER, MOST_JSON = 1 << 20, 1 << 28
_PART = re.compile(r"\..+\.(\d+)\.part")
_DRIVE = re.compile(r"[A-Za-z]:")


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


class _Header(tarfile.TarInfo):
    """A header that only describes the next one is read into memory whole, whatever length it claims; and one of a
    negative length leads the reader back to where it was."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.size < 0 or (self.type not in tarfile.REGULAR_TYPES and self.size > MOST_HEADER):
            raise tarfile.ReadError("header")
        return super()._proc_member(tar)  # type: ignore[misc, no-any-return]  # tarfile names it as the place for this


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was read to its end and is whole. `manifest` is what it says of itself, `missing` the files that had
    vanished when it was made; `sums` by member."""

    path: Path
    manifest: dict[str, Any]
    sums: Mapping[str, Mapping[str, Any]]
    missing: list[str]
    sealed: bytes
    proof: str

    def is_proven(self, keys: Sequence[str]) -> bool:
        """Whether an installation with one of these keys made it, and nobody has changed it since."""
        return any(hmac.compare_digest(proof(key, self.sealed), self.proof) for key in keys)


class Writer:
    """Members in the order of the calls. `missing` are files that were gone when their turn came, or have a name that
    no copy may hold."""

    def __init__(self, tar: tarfile.TarFile, key: str) -> None:
        self._tar, self._key = tar, key
        self._sums: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def add_json(self, name: str, payload: Mapping[str, Any]) -> bytes:
        body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
        self._add(name, io.BytesIO(body), len(body))
        return body

    def add_file(self, name: str, path: Path) -> None:
        """A file as it stands. One that has vanished is noted; one that cannot be read raises OSError."""
        if not _is_known(name):
            self.missing.append(name)
            return
        try:
            file = path.open("rb")
        except FileNotFoundError:
            self.missing.append(name)
            return
        with file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def close(self) -> None:
        """The members that make it whole and prove whose it is."""
        sealed = self.add_json(SUMS, {"members": self._sums, "missing": self.missing})
        self.add_json(PROOF, {"hmac": proof(self._key, sealed)})

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        summed = _Summed(file)
        self._tar.addfile(info, summed)
        self._sums[name] = {"sha256": summed.sum.hexdigest(), "size": size}


@contextmanager
def writing(path: Path, key: str) -> Iterator[Writer]:
    """Write a new copy, proven by the installation's key. Whatever goes wrong inside leaves nothing behind. Raises
    OSError (a full disk)."""
    with fresh(path) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        writer = Writer(tar, key)
        yield writer
        writer.close()


@contextmanager
def fresh(path: Path) -> Iterator[IO[bytes]]:
    """A new file for its owner alone, under its name only when it is whole and on the disk. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb", PIECE) as file:
            yield file
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
        match = _PART.fullmatch(part.name)
        if match and not Path(f"/proc/{match[1]}").exists():
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
        if first is None or first.name != MANIFEST or not first.isreg():
            raise Damaged(f"{path.name}: это не копия «Отклика».")
        description, _body = _json(tar, first)
    if description.get("format") not in (OLDER, FORMAT):
        raise Damaged(f"{path.name}: копия другого вида, эта программа её не читает.")
    if not is_manifest(description):
        raise Damaged(f"{path.name}: опись копии непонятна.")
    return description


def check(path: Path, most: int = MOST_MEMBERS) -> Copy:
    """Read the whole copy, its names and the sum of each member; at most so many of them. Whose it is, `is_proven`
    tells. Raises Damaged, with the reason."""
    description = manifest(path)
    members: dict[str, dict[str, Any]] = {}
    last: dict[str, dict[str, Any]] = {}
    sealed = b""
    with _opened(path) as tar:
        for member in _members(tar):
            _check_name(path, member)
            if member.name in members or len(members) > most or (last and member.name != PROOF) or PROOF in last:
                raise Damaged(f"{path.name}: в копии лишняя часть {_shown(member.name)}.")
            if member.name in (SUMS, PROOF):
                last[member.name], body = _json(tar, member)
                sealed = body if member.name == SUMS else sealed
            else:
                members[member.name] = {"sha256": _sum(tar, member), "size": member.size}
    if SUMS not in last or (PROOF not in last and description["format"] == FORMAT):
        raise Damaged(f"{path.name}: копия обрезана, конца в ней нет.")
    wanted, missing = last[SUMS].get("members"), last[SUMS].get("missing")
    if not isinstance(wanted, dict) or not isinstance(missing, list):
        raise Damaged(f"{path.name}: опись копии непонятна.")
    _compare(path, wanted, members)
    return Copy(
        path, description, members, [str(name) for name in missing], sealed, str(last.get(PROOF, {}).get("hmac", ""))
    )


def _compare(path: Path, wanted: Mapping[str, Any], members: Mapping[str, Any]) -> None:
    for name, summed in wanted.items():
        if members.get(name) != summed:
            raise Damaged(f"{path.name}: часть {_shown(name)} испорчена.")
    if members.keys() != wanted.keys() or DATABASE not in members:
        raise Damaged(f"{path.name}: состав копии не сходится с её описью.")
    for name in members:
        if any(name[:at] in members for at, sign in enumerate(name) if sign == "/"):
            raise Damaged(f"{path.name}: {_shown(name)} и файл, и папка.")


def unpack_database(copy: Copy, target: Path) -> None:
    """The database's member as a file, brought to the disk; one of SQLite is pressed together, and grows no further
    than the manifest says. Raises Damaged, OSError."""
    free = shutil.disk_usage(target.parent).free
    most = int(copy.manifest.get("plain", free))
    if most > free:
        raise Damaged(f"{copy.path.name}: на диске нет места для базы, нужно {most / 1e6:.0f} МБ.")
    with _opened(copy.path) as tar, target.open("wb") as file:
        source = _Summed(tar.extractfile(DATABASE))  # type: ignore[arg-type]  # it is a regular file
        if copy.manifest["database"] == "sqlite":
            with gzip.open(source) as plain:
                while piece := plain.read(PIECE):
                    if file.tell() + len(piece) > most:
                        raise Damaged(f"{copy.path.name}: база больше, чем сказано в описи копии.")
                    file.write(piece)
        else:
            shutil.copyfileobj(source, file, PIECE)
        _check_sum(copy, DATABASE, source)
        file.flush()
        os.fsync(file.fileno())


def unpack_files(copy: Copy, folder: Path) -> int:
    """The attachments into their folder, each whole or not at all; those that stand there as they are stay. How many
    were written. Raises Damaged for a path that leads out of the folder, OSError."""
    written = 0
    with _opened(copy.path) as tar:
        for member in _members(tar):
            if not member.name.startswith(FILES):
                continue
            _check_name(copy.path, member)
            target = folder / member.name.removeprefix(FILES)
            if not target.resolve().is_relative_to(folder.resolve()):
                raise Damaged(f"{copy.path.name}: часть {_shown(member.name)} легла бы вне папки {folder}.")
            if target.is_file() and target.stat().st_size == member.size and _sum(tar, member) == _sum_of(target):
                continue
            source = _Summed(tar.extractfile(member))  # type: ignore[arg-type]  # it is a regular file
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            try:
                with part.open("wb") as file:
                    shutil.copyfileobj(source, file, PIECE)
                _check_sum(copy, member.name, source)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
            written += 1
    return written


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:", tarinfo=_Header) as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError, KeyError, RecursionError, zlib.error, gzip.BadGzipFile) as error:
        raise Damaged(f"{path.name}: копия обрезана или испорчена ({type(error).__name__}).") from None


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """One after the other, and none of them is remembered."""
    while (member := tar.next()) is not None:
        yield member
        tar.members.clear()  # type: ignore[attr-defined]  # it would grow with the copy


def _is_known(name: str) -> bool:
    """Whether a copy may hold a part of this name: one of ours, or a file below its folder, on any system."""
    if name in (MANIFEST, SUMS, PROOF, DATABASE):
        return True
    parts = name.removeprefix(FILES).split("/")
    strange = any(part in ("", ".", "..") or "\\" in part or not part.isprintable() for part in parts)
    return name.startswith(FILES) and not strange and not _DRIVE.match(parts[0])


def _check_name(path: Path, member: tarfile.TarInfo) -> None:
    if not _is_known(member.name) or not member.isreg() or member.issparse() or member.size < 0:
        raise Damaged(f"{path.name}: в копии чужая часть {_shown(member.name)}.")


def _shown(name: str) -> str:
    """As it may stand on somebody's terminal."""
    return f"«{name[:200]}»" if name.isprintable() else ascii(name[:200])


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[dict[str, Any], bytes]:
    file = tar.extractfile(member)
    if file is None or member.size > MOST_JSON:
        raise KeyError(member.name)
    body = file.read()
    payload = json.loads(body)
    if not isinstance(payload, dict):
        raise KeyError(member.name)
    return payload, body


def _sum(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = tar.extractfile(member)
    return hashlib.file_digest(file, "sha256").hexdigest() if file else ""  # type: ignore[arg-type]


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sum(copy: Copy, name: str, summed: _Summed) -> None:
    """The file may have been exchanged since it was checked. Raises Damaged."""
    while summed.read(PIECE):
        pass
    if copy.sums.get(name) != {"sha256": summed.sum.hexdigest(), "size": summed.length}:
        raise Damaged(f"{copy.path.name}: часть {_shown(name)} изменилась, пока её читали.")
