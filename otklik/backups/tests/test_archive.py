import gzip
import hashlib
import io
import json
import resource
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.backups import archive, folder, sealing
from otklik.backups.archive import Damaged
from otklik.backups.key import fingerprint, proof
from otklik.lib import clock
from tests.tiers import fewer

KEY = "the installation's key" * 2
FACTS = {"rows": {"one": 1}, "migrations": {"inbox": ["0001_initial"]}, "entry": 0, "seal": ""}
MANIFEST: dict[str, Any] = {
    "format": archive.FORMAT,
    "database": "sqlite",
    "program": "0.1",
    "at": "2026-06-01T02:00:00+00:00",
    "key": fingerprint(KEY),
    "plain": 25_000,
    "facts": FACTS,
}


def copy_in(room: Path, *names: str) -> Path:
    """A small copy with a database and a file or two."""
    plain, database, path = room / "plain", room / "database", room / "copy.tar"
    plain.write_bytes(b"rows " * 5000)
    archive.pack(plain, database)
    with archive.writing(path, KEY) as writer:
        writer.add_json(archive.MANIFEST, MANIFEST)
        writer.add_file(archive.DATABASE, database)
        for name in names or ("captured/2026/06/a.jpg", "acts/акт.pdf"):
            file = room / "media" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(name.encode() * 300)
            writer.add_file(f"{archive.FILES}{name}", file)
    return path


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Nobody may write a longer file: the nearest thing to a full disk that harms nobody else."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


def test_what_went_in_comes_out(tmp_path: Path) -> None:
    path = copy_in(tmp_path)
    copy = archive.check(path)
    assert copy.manifest == MANIFEST
    assert copy.is_proven(["another key", KEY])
    assert not copy.is_proven(["another key"])
    archive.unpack_database(copy, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"rows " * 5000
    target = tmp_path / "back"
    assert archive.unpack_files(copy, target) == 2
    assert (target / "acts/акт.pdf").read_bytes() == (tmp_path / "media/acts/акт.pdf").read_bytes()
    assert archive.unpack_files(copy, target) == 0, "what stands there as it is stays"
    (target / "acts/акт.pdf").write_bytes(b"spoilt")
    assert archive.unpack_files(copy, target) == 1
    assert path.stat().st_mode & 0o077 == 0


@settings(max_examples=fewer(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_copy_cut_at_any_byte_is_not_taken_for_whole(tmp_path: Path, share: float) -> None:
    whole = copy_in(tmp_path).read_bytes()
    (tmp_path / "copy.tar").unlink()
    end = len(whole.rstrip(b"\0"))  # behind it a tar has nothing but zeros
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[: int(share * end)])
    with pytest.raises(Damaged):
        archive.check(cut)


@settings(max_examples=fewer(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_changed_byte_is_found_or_changes_nothing_that_is_loaded(tmp_path: Path, share: float) -> None:
    path = copy_in(tmp_path)
    body = bytearray(path.read_bytes())
    body[int(share * len(body))] ^= 0x55
    path.write_bytes(body)
    try:
        copy = archive.check(path)
    except Damaged:
        return
    assert copy.is_proven([KEY]) or copy.proof != archive.check(copy_in(tmp_path)).proof
    archive.unpack_database(copy, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"rows " * 5000


def test_a_disk_that_fills_leaves_no_half_copy_and_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(3_000_000)

    def write() -> None:
        with archive.writing(tmp_path / "copy.tar", KEY) as writer:
            writer.add_json(archive.MANIFEST, MANIFEST)
            writer.add_file(archive.DATABASE, big)

    with room_for(1_000_000), pytest.raises(OSError, match="large"):
        write()
    big.unlink()
    assert sorted(tmp_path.iterdir()) == before
    dead, alive = tmp_path / ".copy.tar.999999999.part", tmp_path / ".copy.tar.1.part"
    dead.touch()
    alive.touch()
    archive.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [alive]


def test_a_file_that_vanished_is_named_and_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "database").write_bytes(b"x")
    with archive.writing(tmp_path / "copy.tar", KEY) as writer:
        writer.add_json(archive.MANIFEST, MANIFEST)
        writer.add_file(archive.DATABASE, tmp_path / "database")
        writer.add_file("files/gone.jpg", tmp_path / "gone.jpg")
        writer.add_file("files/a\\b.jpg", tmp_path / "database")
    assert archive.check(tmp_path / "copy.tar").missing == ["files/gone.jpg", "files/a\\b.jpg"]


def member(name: str, body: bytes = b"x", kind: bytes = tarfile.REGTYPE, **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type = len(body), kind
    for field, value in more.items():
        setattr(info, field, value)
    return info, body


def manifest_member(**more: Any) -> tuple[tarfile.TarInfo, bytes]:
    return member(archive.MANIFEST, json.dumps(MANIFEST | more).encode())


DATABASE = member(archive.DATABASE, gzip.compress(b"rows " * 5000))
FILE = f"{archive.FILES}acts/a.pdf"
PARTS = {
    "an absolute path": member("files//etc/cron.d/otklik"),
    "an absolute name": member("/etc/passwd"),
    "a way up": member("files/../../etc/passwd"),
    "a way to itself": member("files/./a"),
    "an empty part": member("files/a//b"),
    "no name": member("files/"),
    "a drive": member("files/C:/a"),
    "a way up of another system": member("files/..\\a"),
    "what moves a terminal": member("files/\x1b[2J"),
    "a key": member("secret.key"),
    "a link": member(FILE, b"", tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": member(FILE, b"", tarfile.LNKTYPE, linkname=archive.DATABASE),
    "a folder": member(f"{archive.FILES}acts", b"", tarfile.DIRTYPE),
    "a pipe": member(FILE, b"", tarfile.FIFOTYPE),
    "a terabyte of nothing": member(FILE, b"", pax_headers={"GNU.sparse.map": "0,1", "GNU.sparse.size": "9" * 12}),
    "a length below nothing": member(FILE, pax_headers={"size": "-1024"}),
    "a header of two megabytes": member(FILE, pax_headers={"comment": "x" * (2 << 20)}),
}
COPIES: dict[str, list[tuple[tarfile.TarInfo, bytes]]] = {
    **{name: [manifest_member(), DATABASE, part] for name, part in PARTS.items()},
    "the same twice": [manifest_member(), DATABASE, member(FILE), member(FILE)],
    "a file that is a folder too": [manifest_member(), DATABASE, member(FILE), member(f"{FILE}/b")],
    "very many": [manifest_member(), DATABASE, *(member(f"{archive.FILES}{number}", b"") for number in range(60))],
    "no database": [manifest_member(), member(FILE)],
    "no manifest": [DATABASE],
    "a manifest without an end": [member(archive.MANIFEST, b"[" * 500_000), DATABASE],
    "another format": [manifest_member(format=3), DATABASE],
    "a moment that is none": [manifest_member(at="2026-13-01T00:00:00+00:00"), DATABASE],
    "facts that are none": [
        manifest_member(facts={"rows": [], "migrations": {"a": 1}, "entry": "", "seal": 1}),
        DATABASE,
    ],
    "more database than is said": [manifest_member(plain=9), DATABASE],
    "more database than there is room": [manifest_member(plain=1 << 60), DATABASE],
}


def hostile(path: Path, parts: list[tuple[tarfile.TarInfo, bytes]], sums: dict[str, Any], key: str = KEY) -> Path:
    """These parts with sums and a proof that fit them, as whoever has the key would make them."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for info, body in parts:
            tar.addfile(info, io.BytesIO(body))
        listed = {info.name: {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)} for info, body in parts}
        for info, body in end(listed | sums, key):
            tar.addfile(info, io.BytesIO(body))
    return path


def end(sums: dict[str, Any], key: str) -> list[tuple[tarfile.TarInfo, bytes]]:
    sealed = json.dumps({"members": sums, "missing": []}).encode()
    return [member(archive.SUMS, sealed), member(archive.PROOF, json.dumps({"hmac": proof(key, sealed)}).encode())]


@pytest.mark.parametrize("name", COPIES)
def test_a_hostile_copy_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    path, target = hostile(tmp_path / "copy.tar", COPIES[name], {}), tmp_path / "media"

    def unpack() -> None:
        copy = archive.check(path, most=50)
        archive.unpack_database(copy, tmp_path / "database")
        archive.unpack_files(copy, target)

    with pytest.raises(Damaged) as refused:
        unpack()
    assert "\x1b" not in str(refused.value)
    assert not target.exists()
    assert name not in PARTS or not (tmp_path / "database").exists(), "the check alone has seen it"


def test_sums_and_a_proof_hold_to_the_last_byte(tmp_path: Path) -> None:
    parts, path = [manifest_member(), DATABASE, member(FILE)], tmp_path / "copy.tar"
    assert archive.check(hostile(path, parts, {})).is_proven([KEY])
    assert not archive.check(hostile(path, parts, {}, "somebody else's")).is_proven([KEY])
    for wrong in ({FILE: {"sha256": "0" * 64, "size": 1}}, {f"{archive.FILES}b": {"sha256": "0" * 64, "size": 1}}):
        with pytest.raises(Damaged):
            archive.check(hostile(path, parts, wrong))
    older = hostile(path, [manifest_member(format=archive.OLDER), *parts[1:]], {})
    assert archive.check(older).is_proven([KEY])
    path.write_bytes(b"not a tar at all" * 100)
    with pytest.raises(Damaged):
        archive.check(path)


def test_what_is_exchanged_after_the_check_is_not_unpacked_and_no_link_leads_out(tmp_path: Path) -> None:
    path, target = tmp_path / "copy.tar", tmp_path / "media"
    copy = archive.check(hostile(path, [manifest_member(), DATABASE, member(FILE)], {}))
    hostile(path, [manifest_member(), member(archive.DATABASE, gzip.compress(b"evil")), member(FILE, b"y")], {})
    for unpack in (lambda: archive.unpack_database(copy, tmp_path / "out"), lambda: archive.unpack_files(copy, target)):
        with pytest.raises(Damaged, match="изменилась"):
            unpack()
    assert [one for one in target.rglob("*") if one.is_file()] == []
    shutil.rmtree(target)
    target.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (target / "acts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Damaged, match="вне папки"):
        archive.unpack_files(archive.check(path), target)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_sealed_copy_opens_with_its_key_alone(tmp_path: Path) -> None:
    path, sealed, keys = copy_in(tmp_path), tmp_path / "copy.tar.age", [tmp_path / "one", tmp_path / "two"]
    for file in keys:
        sealing.make_key(file)
        assert file.stat().st_mode & 0o077 == 0
    sealing.seal(path, sealed, sealing.key_in(keys[0]))
    assert b"rows" not in sealed.read_bytes()
    with sealing.opened(sealed, keys[0], tmp_path) as plain:
        assert archive.check(plain).is_proven([KEY])
    with sealing.opened(path, None, tmp_path) as plain:
        assert plain == path
    body = sealed.read_bytes()
    for key_file, shown in ((None, body), (keys[1], body), (path, body), (keys[0], body[:-9]), (keys[0], body[:300])):
        sealed.write_bytes(shown)
        with pytest.raises(Damaged), sealing.opened(sealed, key_file, tmp_path):
            pass
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_the_newest_copies_stay_and_those_named_by_hand(tmp_path: Path) -> None:
    now = clock.now()
    first = folder.named(tmp_path, folder.NAME, now)
    first.touch()
    assert folder.named(tmp_path, folder.NAME, now).name.endswith("-2.tar")
    for day in range(1, 5):
        (tmp_path / f"otklik-2020010{day}T020000Z.tar").touch()
    (tmp_path / "before-upgrade-20200101T020000Z.tar").touch()
    folder.prune(tmp_path, 2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["before-upgrade-20200101T020000Z.tar", "otklik-20200104T020000Z.tar", first.name]
    assert folder.newest(tmp_path) == first


def test_a_fingerprint_tells_keys_apart_and_holds_nothing_of_them() -> None:
    one = fingerprint("k" * 40)
    assert one == fingerprint("k" * 40) != fingerprint("k" * 39 + "l")
    assert [len(group) for group in one.split()] == [4, 4, 4, 4]
