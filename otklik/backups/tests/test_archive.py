import resource
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.backups import archive, folder
from otklik.backups.archive import Damaged
from otklik.backups.key import fingerprint
from otklik.lib import clock
from tests.tiers import fewer

TOLD = {"format": archive.FORMAT, "database": "sqlite"}


def copy_in(room: Path, *names: str) -> Path:
    """A small copy with a database and a file or two."""
    plain, database, path = room / "plain", room / "database", room / "copy.tar"
    plain.write_bytes(b"rows " * 5000)
    archive.pack(plain, database)
    with archive.writing(path) as writer:
        writer.add_json(archive.MANIFEST, TOLD)
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
    assert archive.check(path) == TOLD
    archive.unpack_database(path, tmp_path / "out", packed=True)
    assert (tmp_path / "out").read_bytes() == b"rows " * 5000
    target = tmp_path / "back"
    assert archive.unpack_files(path, target) == 2
    assert (target / "acts/акт.pdf").read_bytes() == (tmp_path / "media/acts/акт.pdf").read_bytes()
    assert archive.unpack_files(path, target) == 0, "what stands there as it is stays"
    (target / "acts/акт.pdf").write_bytes(b"spoilt")
    assert archive.unpack_files(path, target) == 1
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
        archive.check(path)
    except Damaged:
        return
    finally:
        changed = tmp_path / "changed.tar"
        path.rename(changed)
    archive.unpack_database(changed, tmp_path / "out", packed=True)
    assert (tmp_path / "out").read_bytes() == b"rows " * 5000


def test_a_disk_that_fills_leaves_no_half_copy_and_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(3_000_000)

    def write() -> None:
        with archive.writing(tmp_path / "copy.tar") as writer:
            writer.add_json(archive.MANIFEST, TOLD)
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
    with archive.writing(tmp_path / "copy.tar") as writer:
        writer.add_json(archive.MANIFEST, TOLD)
        writer.add_file(archive.DATABASE, tmp_path / "database")
        writer.add_file("files/gone.jpg", tmp_path / "gone.jpg")
    archive.check(tmp_path / "copy.tar")
    assert archive.missing(tmp_path / "copy.tar") == ["files/gone.jpg"]


def test_a_part_that_would_land_elsewhere_and_another_file_are_refused(tmp_path: Path) -> None:
    path, inside = tmp_path / "copy.tar", tmp_path / "inside"
    inside.write_text('{"format": 1}')
    for name in ("files/../../etc/passwd", "/etc/passwd", "secret.key"):
        with tarfile.open(path, "w") as tar:
            tar.add(inside, archive.MANIFEST)
            tar.addfile(tarfile.TarInfo(name))
        with pytest.raises(Damaged, match="чужая часть"):
            archive.check(path)
    path.write_bytes(b"not a tar at all" * 100)
    with pytest.raises(Damaged):
        archive.check(path)


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
