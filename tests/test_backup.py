import os
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from otklik.backups import archive, folder
from otklik.backups.models import Run
from otklik.flow.models import Worker
from otklik.inbox.models import Message
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.networks.models import Account, Token
from otklik.people.models import User
from otklik.publishing.models import Delivery, Epoch
from otklik.site import anchors, backup, rotate, trial, unfinished
from otklik.site.restore import Asked, restore
from otklik.site.safety import Unsafe, check_fits, check_start
from tests.make import inbox
from tests.region import Region, hear, listen, settle
from tests.sandbox.process import free_port
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, queued, texts, wake

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SECRET = "vk1.a.canary-of-a-backup"


@pytest.fixture
def room(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Folders of its own for attachments, copies and what is unfinished."""
    settings.DATA = tmp_path  # what is unfinished would stop the processes of another test beside this one
    settings.MEDIA_ROOT, settings.BACKUPS, settings.PORT = tmp_path / "media", tmp_path / "backups", free_port()
    (tmp_path / "media").mkdir()
    yield tmp_path
    live = Path(str(connection.settings_dict["NAME"]))
    for beside in live.parent.glob(f"{live.name}.before-*"):
        beside.unlink()


def made() -> Path:
    assert backup.backup("", 0) == 0
    path = folder.newest(Path(settings.BACKUPS))
    assert path is not None
    return path


def an_account() -> Account:
    return inbox.account(tokens={"community": SECRET}, sandbox=False)


@pytest.mark.django_db(transaction=True)
def test_everything_comes_back_and_a_new_life_begins(
    room: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MODE, settings.ANCHORS = "real", room  # as the account is that is copied
    monkeypatch.setenv("OTKLIK_ANCHORS", str(room))
    now = timezone.now()
    user = User.objects.create(username="before")
    source = inbox.source(an_account(), lease="x", leased_until=now, due_at=now)
    act = room / "media" / "acts" / "акт.pdf"
    act.parent.mkdir()
    act.write_bytes(b"%PDF " * 1000)
    path = made()
    assert "КЛЮЧА В КОПИИ НЕТ" in capsys.readouterr().out
    assert Run.objects.get().ok
    body = path.read_bytes()
    assert settings.SECRET_KEY.encode() not in body
    assert SECRET.encode() not in body

    User.objects.all().delete()
    User.objects.create(username="after")
    act.unlink()
    with book.turn():
        for _ in range(3):
            book.write(at=now, actor="user:1", verb="user.create", subject="user:1")
    anchors.nightly()
    assert restore(Asked(path)) == 2
    assert "добавьте --over" in capsys.readouterr().err
    assert User.objects.get().username == "after"
    assert restore(Asked(path, over=True)) == 0
    assert "новая эпоха" in capsys.readouterr().out
    assert User.objects.get() == user
    assert Token.objects.get().secret == SECRET
    assert act.read_bytes() == b"%PDF " * 1000
    source.refresh_from_db()
    assert (source.lease, source.leased_until) == ("", None)
    assert [epoch.words.split(":")[0] for epoch in Epoch.objects.order_by("pk")] == ["first", "restore"]
    assert Entry.objects.get().verb == "database.restore"
    assert anchors.soundness() == "ok", "what came after the copy is not asked for"
    assert unfinished.standing() == {}
    settings.DATA = Path(os.environ["OTKLIK_DATA"])  # where the process that proved it has its folder
    check_fits()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_touched_where_anything_is_wrong(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    an_account()
    path = made()
    here = User.objects.create(username="here")

    def refused(words: str, **asked: bool) -> None:
        assert restore(Asked(path, **{"over": True, **asked})) == 2
        assert words in capsys.readouterr().err
        assert User.objects.get() == here
        assert unfinished.standing() == {}

    kept = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" * 4
    for asked in ({}, {"unproven": True}, {"without_key": True}):
        refused("Ключ не тот: отпечаток", **asked)
    settings.SECRET_KEY = kept
    sign = Worker.objects.create(name="w", started_at=timezone.now(), seen_at=timezone.now())
    refused("Сначала остановите обработчик (w)")
    Worker.objects.filter(pk=sign.pk).update(seen_at=timezone.now() - timedelta(minutes=1))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    refused("обрезана")
    path.write_bytes(whole)
    manifest = archive.manifest(path)
    rewritten(path, manifest, "somebody else's")
    refused("Копию изменили или сделали не здесь")
    rewritten(path, manifest | {"format": archive.OLDER}, "")
    refused("ничем не доказывает")
    manifest["facts"]["migrations"]["inbox"].append("0999_from_the_future")
    rewritten(path, manifest)
    refused("более новой программой")
    manifest["facts"]["migrations"]["inbox"].pop()
    manifest["facts"]["rows"]["networks_token"] = 7
    rewritten(path, manifest)
    if connection.vendor == "sqlite":  # on PostgreSQL it is looked at in the loaded database
        refused("networks_token строк 1, а было 7")


def rewritten(path: Path, manifest: dict[str, object], key: str = settings.SECRET_KEY) -> None:
    """The same copy with another manifest, sums and all, proven by this key."""
    database = path.with_name("of the copy")
    with tarfile.open(path) as tar:
        database.write_bytes(cast("IO[bytes]", tar.extractfile(archive.DATABASE)).read())
    with archive.writing(path, key) as writer:
        writer.add_json(archive.MANIFEST, manifest)
        writer.add_file(archive.DATABASE, database)
    database.unlink()


@pytest.mark.whole("postgresql")
@pytest.mark.django_db(transaction=True)
def test_an_older_copy_comes_back_when_somebody_answers_for_it_and_by_night_it_is_not_run(room: Path) -> None:
    an_account()
    path = made()
    rewritten(path, archive.manifest(path) | {"format": archive.OLDER}, "")
    assert trial.newest() == 1
    assert "прежней версией" in Run.objects.latest("pk").fault
    assert restore(Asked(path, over=True)) == 2
    assert restore(Asked(path, over=True, unproven=True)) == 0
    assert Token.objects.get().secret == SECRET


@pytest.mark.whole("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_sealed_copy_is_made_tried_and_comes_back(
    room: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    an_account()
    settings.BACKUP_KEY_FILE = room / "copies.key"
    assert backup.backup("", 0) == 2, "nobody makes the key by the way"
    assert rotate.copies() == 0
    assert rotate.copies() == 2, "nor a second one over it"
    path = made()
    assert "Копия зашифрована" in capsys.readouterr().out
    assert path.name.endswith(".tar.age")
    assert trial.newest() == 0
    settings.BACKUP_KEY_FILE = None
    assert restore(Asked(path, over=True)) == 2
    assert "OTKLIK_BACKUP_KEY_FILE" in capsys.readouterr().err
    settings.BACKUP_KEY_FILE = room / "copies.key"
    assert restore(Asked(path, over=True)) == 0
    assert Token.objects.get().secret == SECRET
    assert [one.name for one in room.iterdir() if one.name.startswith(".")] == []


@pytest.mark.whole("postgresql")
@pytest.mark.django_db(transaction=True)
def test_without_the_key_no_secret_comes_back(room: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    an_account()
    path = made()
    settings.SECRET_KEY = "another-key-" * 4
    monkeypatch.setenv("OTKLIK_SECRET_KEY", settings.SECRET_KEY)
    assert restore(Asked(path, over=True, without_key=True, unproven=True)) == 0
    assert Token.objects.get().secret == ""
    assert Account.objects.get().stopped_at is not None


@pytest.mark.whole("postgresql")
@pytest.mark.django_db(transaction=True)
def test_copies_are_tried_swept_and_written_over_nothing(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    an_account()
    path = made()
    run = trial.tried(path)
    assert (run.ok, run.fault) == (True, "")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert trial.newest() == 1
    assert "обрезана" in Run.objects.latest("pk").fault
    assert [one for one in Path(settings.BACKUPS).iterdir() if one != path] == [], "the scratch database is gone"
    there = room / "there.tar"
    there.touch()
    assert backup.backup(str(there), 0) == 2
    assert "Файл уже есть" in capsys.readouterr().err
    assert there.read_bytes() == b""
    for _ in range(3):
        assert backup.backup(str(room), 2) == 0
    assert len(list(room.glob("otklik-*.tar"))) == 2


def test_a_restore_says_nothing_twice_and_reads_again(town: Town, committed_region: Region, room: Path) -> None:
    delivery = queued(town, committed_region)
    path = made()
    settle()
    hear(town, "Ещё и яма во дворе, после копии")
    assert Message.objects.filter(text__contains="после копии").count() == 1
    assert restore(Asked(path, over=True)) == 0
    assert not Message.objects.filter(text__contains="после копии").exists()
    assert Delivery.objects.get().state == Delivery.State.QUEUED
    listen()
    assert Message.objects.filter(text__contains="после копии").count() == 1
    wake(delivery)
    settle()
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert texts(town) == [TEXT]


@pytest.mark.django_db
def test_a_newer_database_and_an_unfinished_restore_are_refused_by_every_command(room: Path) -> None:
    future = MigrationRecorder.Migration.objects.create(app="inbox", name="0999_from_the_future")
    with pytest.raises(Unsafe, match=r"более новая программа.*inbox\.0999_from_the_future"):
        check_fits()
    with pytest.raises(Unsafe):
        check_start()
    future.delete()
    check_start()
    unfinished.begin(unfinished.RESTORE, "проверка", copy="/copies/a.tar")
    with pytest.raises(Unsafe, match=r"otklik restore /copies/a\.tar --over"):
        check_start()
