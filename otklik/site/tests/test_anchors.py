"""The journal's head elsewhere: whoever writes the journal anew, seals and all, or cuts it off, is noticed."""

import hashlib
import hmac
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.journal import book, seals
from otklik.journal.models import Entry, Seal
from otklik.site import anchors

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FILE = "otklik-journal.txt"


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Settings) -> Path:
    settings.ANCHORS = tmp_path
    return tmp_path / FILE


def write(verb: str = "incident.assign", **data: object) -> Entry:
    with book.turn():
        entry = book.write(at=NOW, actor="user:1", verb=verb, subject="incident:7", data=data)
    seals.seal_all(NOW)
    return entry


def past_the_triggers() -> None:
    with connection.cursor() as cursor:
        for table, prefix in (("entry", "journal"), ("seal", "journal_seal")):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE journal_{table} DISABLE TRIGGER ALL")
                continue
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {prefix}_no_{verb}")


def night() -> str:
    anchors.nightly()
    return Run.objects.latest("pk").fault


def test_a_journal_that_grows_is_sound_and_the_file_is_only_added_to(elsewhere: Path) -> None:
    assert night() == "", "an empty one, too"
    write()
    assert night() == ""
    before = elsewhere.read_text()
    write()
    assert night() == ""
    assert elsewhere.read_text().startswith(before)
    assert anchors.soundness() == "ok"
    assert seals.head()[1] in elsewhere.read_text()


def test_a_journal_written_anew_with_right_seals_is_noticed(elsewhere: Path) -> None:
    entries = [write() for _ in range(3)]
    assert night() == ""
    past_the_triggers()
    Entry.objects.update(actor="user:2")
    Seal.objects.all().delete()
    for _ in entries:
        seals.seal_all(NOW)
    assert seals.broken_at() is None, "in itself it is whole"
    assert f"запись {entries[-1].pk} отмечена" in anchors.soundness()
    assert f"запись {entries[-1].pk} отмечена" in night()
    assert f"запись {entries[-1].pk} отмечена" in night(), "nor is it forgotten the next night"


def test_a_journal_that_was_cut_off_is_noticed_and_one_that_a_restore_took_back_is_not(elsewhere: Path) -> None:
    first, last = write(), write()
    assert night() == ""
    past_the_triggers()
    Entry.objects.filter(pk=last.pk).delete()
    Seal.objects.filter(last=last.pk).delete()
    assert seals.broken_at() is None
    assert f"запись {last.pk} отмечена" in anchors.soundness()
    assert "её нет" in anchors.soundness()
    life = "restore:a:b"
    anchors.write(life, last.pk, "0" * 64, NOW)
    assert anchors.soundness() != "ok", "the journal itself must know of the restore"
    again = write("database.restore", copy=life)
    anchors.write(life, *seals.head(), NOW)
    assert anchors.soundness() == "ok"
    Entry.objects.filter(pk__in=[first.pk, again.pk]).delete()
    assert anchors.soundness() != "ok"


def test_what_is_no_line_is_passed_over_and_a_folder_that_is_not_there_is_told(
    elsewhere: Path, settings: Settings
) -> None:
    elsewhere.write_bytes(
        b"\xff\n1 2 3\na head 1 " + b"0" * 63 + b" x\na head " + b"9" * 5000 + b" " + b"0" * 64 + b" x\n"
    )
    assert night() == ""
    settings.ANCHORS = elsewhere.parent / "not mounted"
    assert "Отметку журнала не записать" in night()


def test_a_letter_carries_the_head_signed_with_the_installation_s_key(settings: Settings) -> None:
    settings.ANCHOR_MAIL, settings.MAIL_GOES = "control@example.ru", True
    entry = write()
    assert night() == ""
    (letter,) = mail.outbox
    anchor, _space, signature = str(letter.body).strip().rpartition(" ")
    assert anchor.split()[1:] == ["head", str(entry.pk), seals.head()[1]]
    own = hmac.new(settings.SECRET_KEY.encode(), b"otklik: the head of the journal", hashlib.sha256).digest()
    assert signature == hmac.new(own, anchor.encode(), hashlib.sha256).hexdigest()


def test_where_nobody_wants_it_nothing_is_written() -> None:
    anchors.nightly()
    assert not Run.objects.exists()
