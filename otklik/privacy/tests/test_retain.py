from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Edition, Media, Message
from otklik.incidents.models import Incident
from otklik.journal.models import Entry, Look
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.networks.models import RawEvent
from otklik.privacy import retain
from otklik.privacy.kinds import BY_CODE, KINDS, waiting
from otklik.privacy.models import Sweep
from tests.make import cards, inbox

pytestmark = pytest.mark.django_db
NOW = clock.now()
LONG_AGO = NOW - timedelta(days=800)
TEXT = "Нет воды на Мира, 5! Анна Жилина, +7 918 555-01-42, vk.com/zhilina"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def card(at: datetime = LONG_AGO, place: str = "comment") -> Incident:
    author = inbox.author("Анна Жилина", url="https://vk.com/an1")
    return cards.card(inbox.message(TEXT, at=at, place=place, author=author), at=at)


def close(made: Incident, at: datetime = LONG_AGO) -> Incident:
    Incident.objects.filter(pk=made.pk).update(state="done", closed_at=at)
    return made


def night() -> None:
    """Everything that is due then, to its end."""
    if not Sweep.objects.exists():
        retain.plant(NOW)
    Sweep.objects.update(due_at=NOW)
    for _ in range(200):
        rows = claim(Sweep, NOW, timedelta(minutes=1), 20)
        if not rows:
            return
        retain.retain(rows, NOW)
    raise AssertionError("the night does not end")


def test_a_name_goes_when_the_last_card_has_been_over_for_its_time_and_the_matter_stays() -> None:
    over, running, lately = close(card()), card(), close(card(), NOW - timedelta(days=30))
    Edition.objects.create(message=over.messages.get(), text=TEXT, until=LONG_AGO)
    night()
    names = {made.pk: made.messages.get().author.name for made in (over, running, lately)}
    assert names == {over.pk: "", running.pk: "Анна Жилина", lately.pk: "Анна Жилина"}
    message = over.messages.get()
    assert message.author.external_id.startswith("forgotten-")
    assert message.text.startswith("Нет воды на Мира, 5!")
    kept = f"{message.text} {message.folded} {Edition.objects.get().text}"
    assert not [word for word in ("Жилин", "555-01", "zhilina") if word in kept]
    assert running.messages.get().text == TEXT


def test_another_card_that_runs_keeps_the_name_on_all_of_them() -> None:
    over, running = close(card()), card()
    Message.objects.filter(incidents=running).update(author=over.messages.get().author)
    night()
    assert over.messages.get().author.name == "Анна Жилина"


def raw(**more: Any) -> RawEvent:
    row = {"network": "vk", "origin": "push", "body": b"{}", "context": {"a": 1}, "received_at": LONG_AGO, **more}
    return RawEvent.objects.create(**row)


def test_payloads_are_emptied_unless_nobody_has_understood_them_yet() -> None:
    old, waits, fresh = raw(), raw(due_at=NOW), raw(received_at=NOW)
    later = raw()
    night()
    bodies = {row.pk: bytes(row.body) for row in RawEvent.objects.all()}
    assert bodies == {old.pk: b"", waits.pk: b"{}", fresh.pk: b"{}", later.pk: b""}
    RawEvent.objects.filter(pk=waits.pk).update(due_at=None)
    night()
    assert bytes(RawEvent.objects.get(pk=waits.pk).body) == b"", "come back to when it was taken in after all"


def test_pictures_leave_the_disk_after_their_card_and_not_before(tmp_path: Path) -> None:
    over, running = close(card()), card()
    for made in (over, running):
        picture = Media.objects.create(message=made.messages.get(), kind="photo", url="https://vk.com/p.jpg")
        picture.file.save("p.jpg", ContentFile(b"picture"))
    night()
    assert [bool(row.file) for row in Media.objects.order_by("pk")] == [False, True]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_mark_stays_and_its_words_go_and_so_does_a_text_on_no_card_and_an_old_look() -> None:
    Rating.objects.create(incident=close(card()), origin="survey", mark=2, reason="Ржавая", at=LONG_AGO)
    lone = card().messages.get()
    lone.links.all().delete()
    Look.objects.create(user=1, incident=1, quarter=LONG_AGO, at=LONG_AGO)
    Look.objects.create(user=1, incident=1, quarter=NOW, at=NOW)
    night()
    assert Rating.objects.values_list("mark", "reason").get() == (2, "")
    assert Message.objects.get(pk=lone.pk).text == ""
    assert Look.objects.get().at == NOW


def test_a_clock_that_is_switched_off_forgets_nothing_and_codes_differ(settings: Any) -> None:
    for one in KINDS:
        setattr(settings, one.setting.removeprefix("OTKLIK_"), 0)
    close(card())
    raw()
    night()
    rows = dict(Sweep.objects.values_list("kind", "count"))
    assert {rows[kind.code] for kind in KINDS[:-1]} == {0}
    assert len(BY_CODE) == len(KINDS)
    assert Author.objects.get().name == "Анна Жилина"
    assert bytes(RawEvent.objects.get().body) == b"{}"


def test_it_is_told_how_much_is_past_its_time_and_then_how_much_went() -> None:
    close(card())
    raw()
    assert {code: number for code, number in waiting({}, NOW).items() if number} == {"raw": 1, "authors": 1}
    night()
    assert not any(waiting({}, NOW).values())
    row = Sweep.objects.get(kind="raw")
    assert (row.count, row.round_at, row.ended_at) == (1, None, NOW)
    assert row.due_at is not None
    assert NOW < row.due_at <= NOW + timedelta(days=1)
    ended = Entry.objects.filter(verb="sweep.ended").order_by("pk")
    assert sorted((entry.subject, entry.data["rows"]) for entry in ended) == [("sweep:authors", 1), ("sweep:raw", 1)]


def test_a_dialogue_loses_its_address_and_is_not_read_once_more() -> None:
    made = close(card(place="direct"))
    before = made.messages.get()
    night()
    after = made.messages.get()
    assert after.external_id != before.external_id
    assert after.thread.external_id.startswith("forgotten-")
