"""A copy of the whole installation, and back: on either database, with real commands and real processes."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from otklik.backups import archive, folder
from otklik.backups.models import Run
from otklik.flow.models import Worker
from otklik.inbox.models import Message
from otklik.journal.models import Entry
from otklik.networks.models import Account, Source, Token
from otklik.people.models import User
from otklik.publishing.models import Delivery, Epoch
from otklik.site import backup, trial, unfinished
from otklik.site.restore import Asked, restore
from otklik.site.safety import Unsafe, check_fits, check_start
from tests.processes import CLI
from tests.region import Region, listen, settle
from tests.sandbox.process import free_port
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, queued, said, wake

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SECRET = "vk1.a.canary-of-a-backup"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """Folders of its own for attachments, copies and what is unfinished."""
    names = ("DATA", "MEDIA_ROOT", "BACKUPS", "PORT", "SECRET_KEY")
    kept = {name: getattr(settings, name) for name in names}
    settings.DATA = tmp_path  # what is unfinished would stop the processes of another test beside this one
    settings.MEDIA_ROOT, settings.BACKUPS, settings.PORT = tmp_path / "media", tmp_path / "backups", free_port()
    (tmp_path / "media").mkdir()
    yield tmp_path
    for name, value in kept.items():
        setattr(settings, name, value)
    live = Path(str(connection.settings_dict["NAME"]))
    for beside in live.parent.glob(f"{live.name}.before-*"):
        beside.unlink()


def made() -> Path:
    assert backup.backup("", 0) == 0
    path = folder.newest(Path(settings.BACKUPS))
    assert path is not None
    return path


def an_account() -> None:
    account = Account.objects.create(network="vk", external_id="12", title="Город")
    Token.objects.create(account=account, kind="community", secret=SECRET)


@pytest.mark.django_db(transaction=True)
def test_everything_comes_back_and_a_new_life_begins(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    an_account()
    now = timezone.now()
    user = User.objects.create(username="before")
    source = Source.objects.create(
        network="vk",
        kind="own",
        external_id="12",
        account=Account.objects.get(),
        lease="x",
        leased_until=now,
        due_at=now,
    )
    act = room / "media" / "acts" / "акт.pdf"
    act.parent.mkdir()
    act.write_bytes(b"%PDF " * 1000)
    path = made()
    told = capsys.readouterr().out
    assert "КЛЮЧА В КОПИИ НЕТ" in told
    assert Run.objects.get().ok
    body = path.read_bytes()
    assert settings.SECRET_KEY.encode() not in body
    assert SECRET.encode() not in body

    User.objects.all().delete()
    User.objects.create(username="after")
    act.unlink()
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
    assert unfinished.standing() == {}
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
    refused("Ключ не тот: отпечаток")
    settings.SECRET_KEY = kept
    sign = Worker.objects.create(name="w", started_at=timezone.now(), seen_at=timezone.now())
    refused("Сначала остановите обработчик (w)")
    Worker.objects.filter(pk=sign.pk).update(seen_at=timezone.now() - timedelta(minutes=1))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    refused("обрезана")
    path.write_bytes(whole)
    told = archive.manifest(path)
    told["facts"]["migrations"]["inbox"].append("0999_from_the_future")
    _rewritten(path, told)
    refused("более новой программой")
    told["facts"]["migrations"]["inbox"].pop()
    told["facts"]["rows"]["networks_token"] = 7
    _rewritten(path, told)
    if connection.vendor == "sqlite":  # on PostgreSQL it is looked at in the loaded database
        refused("networks_token строк 1, а было 7")


def _rewritten(path: Path, told: dict[str, object]) -> None:
    """The same copy with another manifest, sums and all."""
    database = path.with_name("database")
    archive.unpack_database(path, database, packed=False)
    path.unlink()
    with archive.writing(path) as writer:
        writer.add_json(archive.MANIFEST, told)
        writer.add_file(archive.DATABASE, database)


@pytest.mark.django_db(transaction=True)
def test_without_the_key_everything_but_the_secrets_comes_back(room: Path) -> None:
    an_account()
    path = made()
    kept = settings.SECRET_KEY, os.environ.get("OTKLIK_SECRET_KEY")
    settings.SECRET_KEY = os.environ["OTKLIK_SECRET_KEY"] = "another-key-" * 4
    try:
        assert restore(Asked(path, over=True, without_key=True)) == 0
        account = Account.objects.get()
        assert Token.objects.get().secret == ""
        assert account.stopped_at is not None
    finally:
        settings.SECRET_KEY = kept[0]
        os.environ.pop("OTKLIK_SECRET_KEY")
        if kept[1] is not None:
            os.environ["OTKLIK_SECRET_KEY"] = kept[1]


@pytest.mark.django_db(transaction=True)
def test_the_newest_copy_is_tried_and_a_bad_one_is_told_of(room: Path) -> None:
    an_account()
    path = made()
    run = trial.tried(path)
    assert (run.ok, run.fault) == (True, "")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert trial.newest() == 1
    assert "обрезана" in Run.objects.latest("pk").fault
    left = [one for one in Path(settings.BACKUPS).iterdir() if one != path]
    assert left == [], "the scratch database is gone"


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_not_written_over_anything_and_old_ones_go(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = room / "there.tar"
    there.touch()
    assert backup.backup(str(there), 0) == 2
    assert "Файл уже есть" in capsys.readouterr().err
    assert there.read_bytes() == b""
    for _ in range(3):
        assert backup.backup(str(room), 2) == 0
    assert len(list(room.glob("otklik-*.tar"))) == 2


def test_what_was_said_after_the_backup_is_not_said_again_and_what_came_in_is_read_again(
    town: Town, committed_region: Region, room: Path
) -> None:
    delivery = queued(town, committed_region)
    path = made()
    settle()
    town.comment("Ещё и яма во дворе, после копии")
    listen()
    assert Message.objects.filter(text__contains="после копии").count() == 1
    assert restore(Asked(path, over=True)) == 0
    assert not Message.objects.filter(text__contains="после копии").exists()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.QUEUED
    listen()
    assert Message.objects.filter(text__contains="после копии").count() == 1
    wake(delivery)
    settle()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert [item["text"] for item in said(town)] == [TEXT]


@pytest.mark.django_db
def test_a_newer_database_is_refused_by_every_command() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('inbox', '0999_from_the_future', %s)",
            [timezone.now()],
        )
    with pytest.raises(Unsafe, match=r"более новая программа.*inbox\.0999_from_the_future"):
        check_fits()
    with pytest.raises(Unsafe):
        check_start()


@pytest.mark.django_db
def test_an_unfinished_restore_starts_nothing_and_says_what_to_do(room: Path) -> None:
    unfinished.begin(unfinished.RESTORE, "проверка", copy="/copies/a.tar")
    with pytest.raises(Unsafe, match=r"otklik restore /copies/a\.tar --over"):
        check_start()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.site.settings", "OTKLIK_DATA": str(settings.DATA)}
    done = subprocess.run([*CLI, "check"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "otklik restore" in done.stderr) == (2, True)
