import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from otklik.incidents.models import Tag
from otklik.lib.database import PromiseBroken, check_promises, file_system, learn_sizes
from otklik.lib.sqlite import may_distrust_schema

MOUNTS = """\
overlay / overlay rw,relatime,lowerdir=/a:/b 0 0
/dev/vda1 /srv ext4 rw,relatime 0 0
server:/export /srv/otklik nfs4 rw,vers=4.2 0 0
//nas/share /mnt/my\\040disk cifs rw,vers=3.0 0 0
tmpfs /srv/otklik/fast tmpfs rw 0 0
me@host: /home/me/far fuse.sshfs rw 0 0
broken line
"""


def test_the_file_system_is_that_of_the_nearest_mount_and_what_the_mounts_do_not_tell_is_not_guessed() -> None:
    kinds = {
        "/var/lib/otklik/otklik.sqlite3": "overlay",
        "/srv/other/otklik.sqlite3": "ext4",
        "/srv/otklik/otklik.sqlite3": "nfs4",
        "/srv/otklik": "nfs4",
        "/srv/otklik-two/otklik.sqlite3": "ext4",
        "/srv/otklik/fast/otklik.sqlite3": "tmpfs",
        "/mnt/my disk/otklik.sqlite3": "cifs",
        "/mnt/my": "overlay",
        "/home/me/far/data/otklik.sqlite3": "fuse.sshfs",
    }
    assert {path: file_system(Path(path), MOUNTS) for path in kinds} == kinds
    later = "/dev/a /data ext4 rw 0 0\nnas:/b /data nfs rw 0 0\n"
    assert file_system(Path("/data/x"), later) == "nfs", "the later mount on the same place counts"
    for mounts in ("", "\n\n", "nonsense\n", "/dev/a /elsewhere ext4 rw 0 0\n"):
        assert file_system(Path("/data/otklik.sqlite3"), mounts) == ""


@pytest.mark.django_db
def test_a_database_as_it_is_configured_keeps_the_promises() -> None:
    check_promises()


@pytest.fixture
def another_file(tmp_path: Path, transactional_db: None) -> Iterator[dict[str, object]]:
    """SQLite on a file of its own; the options with which it is opened can be changed before it is."""
    if connection.vendor != "sqlite":
        pytest.skip("these are promises of SQLite")
    kept_name, kept = connection.settings_dict["NAME"], dict(connection.settings_dict["OPTIONS"])
    connection.close()
    connection.settings_dict["NAME"] = str(tmp_path / "other.sqlite3")
    yield connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["NAME"] = kept_name
    connection.settings_dict["OPTIONS"].clear()
    connection.settings_dict["OPTIONS"].update(kept)


def test_sqlite_that_keeps_is_accepted_and_one_that_may_forget_is_refused(another_file: dict[str, object]) -> None:
    check_promises()
    assert "synchronous=FULL" in str(another_file["init_command"])
    for journal, synchronous, word in (
        *((mode, "FULL", "WAL") for mode in ("DELETE", "MEMORY")),
        *(("WAL", level, "synchronous=FULL") for level in ("NORMAL", "OFF")),
    ):
        connection.close()
        another_file["init_command"] = f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous};"
        with pytest.raises(PromiseBroken, match=word):
            check_promises()


@pytest.mark.django_db
def test_postgresql_that_may_forget_is_refused() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("this is a promise of PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
    with pytest.raises(PromiseBroken, match="synchronous_commit"):
        check_promises()


@pytest.mark.django_db
def test_sqlite_learns_how_large_its_tables_are() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its statistics itself")
    Tag.objects.create(name="вода")
    learn_sizes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'incidents_tag'")
        assert cursor.fetchone()[0] > 0


def test_a_sqlite_that_distrusts_our_tables_is_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        """As 3.40 answers: JSON_VALID is not for a distrusted schema."""

        def execute(self, words: str) -> None:
            if words.startswith("CREATE"):
                raise sqlite3.OperationalError("unsafe use of JSON_VALID()")

        def close(self) -> None: ...

    if sqlite3.sqlite_version_info >= (3, 42):  # older ones may refuse
        assert may_distrust_schema()
    monkeypatch.setattr("otklik.lib.sqlite.sqlite3.connect", lambda _place: Old())
    assert not may_distrust_schema()
