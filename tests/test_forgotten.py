import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.api.tests.program import Program
from otklik.feedback.models import Rating
from otklik.finding.search import search
from otklik.inbox.models import Author, Forgotten, Message
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.networks.models import RawEvent
from otklik.privacy import again
from otklik.privacy.forget import Account, StillOpen
from otklik.privacy.forget import forget as forget_author
from otklik.routing.lessons import lessons
from otklik.site.forget import forget
from otklik.site.moving import give_out
from otklik.site.train import LONG_AGO
from tests.forgotten_person import COMPLAINT, MARKS, NAME, NICK, NUMBER, hear_comment, leave_traces, settle, traces
from tests.make.people import signed_in
from tests.make.town import Town, make_town

EVERYWHERE = {
    *("answers_answer", "answers_answertext", "desk_handover", "desk_selection", "desk_undoable", "feedback_rating"),
    *(
        "feedback_unconfirmed",
        "finding_words",
        "incidents_tag",
        "inbox_author",
        "inbox_edition",
        "inbox_media",
        "inbox_message",
    ),
    *("inbox_thread", "incidents_note", "incidents_tag", "journal_reason", "networks_rawevent", "publishing_delivery"),
    *("routing_inquiry", "triage_verdict", "her.jpg", "proof.jpg"),
}
"""Where she was before: else a test that finds nothing afterwards has looked for nothing."""
DOWNLOADS = ("admin/journal/export/", "metrics/export.csv", "statistics/export.csv", "promises/table/?tab=ahead")
LISTS = ("cards", "messages", "answers")


@pytest.fixture
def town(tmp_path: Path, settings: Settings) -> Town:
    """With a data folder of its own: other tests, here and in another worker, leave her picture in theirs."""
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA / "media"
    settings.FORGOTTEN_FILE = settings.DATA / "forgotten.txt"
    settings.DATA.mkdir()
    return make_town()


def forget_her(actor: str = "user:1", *, with_open: bool = True) -> Account:
    now = clock.now()
    return forget_author(Author.objects.get(external_id=f"id{NUMBER}"), now, now, actor=actor, with_open=with_open)


@pytest.mark.django_db(transaction=True)
def test_no_trace_of_her_is_left_in_any_table_file_or_download(town: Town, tmp_path: Path) -> None:
    card = leave_traces(town)
    before = traces()
    assert search("перепёлкина", Incident.objects.all(), 5)[-1:] == [card.pk]
    assert {where for where, _mark in before} >= EVERYWHERE
    assert {mark for _where, mark in before} == set(MARKS)
    assert forget(f"vk.com/{NICK}", do=False, with_open=False) == 0
    assert traces() == before, "only shown, and something was changed"
    downloaded = {which for which, _mark in traces_in_downloads(town, tmp_path)}
    assert downloaded >= {"messages", "answers", f"export im {town.admin.username}"}, "where she was, this must see her"
    figures = Incident.objects.filter(pk=card.pk).values("state", "theme", "place", "outcome", "started_at")
    counted = figures.get()
    assert forget(f"https://m.vk.com/{NICK}/", do=True, with_open=True) == 0
    settle()
    assert traces() == set()
    assert traces_in_downloads(town, tmp_path) == set()
    assert [search(mark, Incident.objects.all(), 5) for mark in MARKS] == [[]] * len(MARKS)
    if connection.vendor == "sqlite":  # its own bytes: freed pages, the log, the index's pieces
        base = str(connection.settings_dict["NAME"])
        for name in (base, f"{base}-wal"):  # by another process: closing the file in this one would end SQLite's locks
            content = subprocess.run(["cat", name], capture_output=True, check=name == base).stdout
            assert [mark for mark in MARKS if mark in content.decode(errors="replace").lower()] == [], name
    assert figures.all().get() == counted
    assert list(Rating.objects.values_list("mark", "reason")) == [(2, "")]
    assert whole()
    hers = set(Message.objects.filter(incidents=card, own=False).values_list("pk", flat=True))
    assert [lesson.text for lesson in lessons(LONG_AGO) if lesson.message_pk in hers] == []


@pytest.mark.django_db
def test_whoever_waits_is_not_forgotten_until_it_is_said_so_and_a_community_and_nobody_never(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    Author.objects.create(network="vk", external_id="club77", is_community=True)
    assert forget("vk:club77", do=True, with_open=True) == 2
    assert "сообщество" in capsys.readouterr().err
    assert forget("vk.com/nobody_here", do=True, with_open=True) == 2
    assert "номером" in capsys.readouterr().err
    hear_comment(town, 11, COMPLAINT, clock.now() - timedelta(hours=1))
    with pytest.raises(StillOpen) as waiting:
        forget_her(with_open=False)
    assert waiting.value.numbers == [Incident.objects.get().number]
    assert not Forgotten.objects.exists()
    assert Message.objects.get().text == COMPLAINT
    forget_her()
    settle()
    card = Incident.objects.get()
    assert card.state == "new", "the matter stays with the people who have it"
    assert Entry.objects.filter(incident=card.pk, verb="incident.person_forgotten").count() == 1


@pytest.mark.django_db
def test_what_she_wrote_before_never_comes_back_even_by_a_restore_and_what_she_writes_later_does(town: Town) -> None:
    leave_traces(town)
    forget_her()
    now = clock.now()
    hear_comment(town, 11, COMPLAINT, now - timedelta(hours=3))
    assert not Author.objects.filter(external_id=f"id{NUMBER}").exists()
    assert bytes(RawEvent.objects.latest("pk").body) == b""
    hear_comment(town, 31, "Снова нет воды на Мира, 5!", now + timedelta(minutes=1))
    assert Message.objects.get(author__external_id=f"id{NUMBER}").text.startswith("Снова")
    Forgotten.objects.all().delete()  # the older copy of the database does not know of it
    hear_comment(town, 41, COMPLAINT, now - timedelta(days=1))
    Author.objects.filter(external_id=f"id{NUMBER}").update(name=NAME)
    assert again.apply(clock.now())["inbox.Message"] == 1
    assert Message.objects.get(author__external_id=f"id{NUMBER}").text.startswith("Снова")
    assert not again.apply(clock.now()), "the second time there is nothing to do"


@pytest.mark.django_db
def test_what_was_cut_off_is_brought_to_its_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_traces(town)

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("otklik.privacy.forget.settle_author", die)
        with pytest.raises(KeyboardInterrupt):
            forget_her()
    again.apply(clock.now())
    settle()
    marked = "finding_words_data"  # in one transaction the pieces of the index cannot be merged
    assert [(where, mark) for where, mark in traces() if where != marked] == []


@pytest.mark.django_db
def test_a_namesake_a_neighbour_and_an_agency_s_phone_stay_and_the_journal_tells_not_whom(town: Town) -> None:
    leave_traces(town)
    hear_comment(town, 51, "Ждана, спасибо за помощь! На Мира, 9 темно", clock.now(), 700000002)
    neighbour = Message.objects.get(author__external_id="id700000002")
    other = neighbour.incidents.get()
    words = "Позвонили Ждане Сергеевне, дежурная +7 (861) 200-00-01"
    note = Note.objects.create(incident=other, author=town.operator, text=words, at=clock.now())
    author = Author.objects.get(external_id=f"id{NUMBER}")
    erased = forget_her("user:7")
    note.refresh_from_db()
    neighbour.refresh_from_db()
    assert (note.text, neighbour.text) == (words, "Ждана, спасибо за помощь! На Мира, 9 темно")
    entry = Entry.objects.get(verb="person.forgotten")
    assert (entry.actor, entry.subject) == ("user:7", f"author:{author.pk}")
    assert entry.data == {model.lower(): number for model, number in erased.rows.items()}
    mark = Forgotten.objects.get().mark
    assert settings.FORGOTTEN_FILE.read_text().startswith(mark)
    assert str(NUMBER) not in mark


def downloads(town: Town, folder: Path) -> Iterator[tuple[str, str]]:
    """(which, what stands in it) of each thing that can be taken out, by whoever may take most."""
    client, program = signed_in(town.admin), Program(town.admin)
    day = timezone.localdate().isoformat()
    for address in DOWNLOADS:
        yield address, text_of(got(client, f"/{address}"))
    for ending in ("docx", "xlsx"):
        yield ending, text_of(got(client, f"/reports/file/?cycle=weekly&day={day}&ending={ending}"))
    for name in LISTS:
        yield name, repr(program.everything(f"/{name}"))
    for login in ("", town.admin.username):
        path = folder / "out.xlsx"
        assert give_out(str(path), "", "", login) == 0
        yield f"export im {login}", text_of(path.read_bytes())


def got(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200, (address, response.content[:300])
    return b"".join(response.streaming_content) if response.streaming else response.content


def text_of(content: bytes) -> str:
    """Of an office file all that is packed in it."""
    if content[:2] != b"PK":
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def traces_in_downloads(town: Town, folder: Path) -> set[tuple[str, str]]:
    return {(which, mark) for which, text in downloads(town, folder) for mark in MARKS if mark in text.lower()}
