"""A person who asks to be forgotten: no table, file or index knows anything of her afterwards, and the rest stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Forgotten, Message
from otklik.incidents.models import Incident, Note
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.models import RawEvent
from otklik.privacy import again
from otklik.privacy.forget import StillOpen
from otklik.privacy.forget import forget as forget_author
from otklik.routing.lessons import lessons
from otklik.site.forget import forget
from otklik.site.train import LONG_AGO
from tests.make.town import Town, make_town
from tests.planted import COMPLAINT, MARKS, NAME, NICK, NUMBER, comment, hear, plant, settle, traces

EVERYWHERE = {
    *("answers_answer", "answers_answertext", "desk_handover", "desk_selection", "desk_undoable", "feedback_rating"),
    *("feedback_unconfirmed", "finding_words", "inbox_author", "inbox_edition", "inbox_media", "inbox_message"),
    *("inbox_thread", "incidents_note", "journal_reason", "networks_rawevent", "publishing_delivery"),
    *("routing_inquiry", "triage_verdict", "her.jpg", "proof.jpg"),
}
"""Where she was before: else a test that finds nothing afterwards has looked for nothing."""


@pytest.fixture
def town(tmp_path: Path, settings: Settings) -> Town:
    """With a data folder of its own: other tests, here and in another worker, leave her picture in theirs."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FORGOTTEN_FILE = tmp_path / "forgotten.txt"
    return make_town()


def erase(address: str = f"https://m.vk.com/{NICK}/", *, with_open: bool = True) -> int:
    return forget(address, do=True, with_open=with_open)


@pytest.mark.django_db(transaction=True)
def test_no_trace_of_her_is_left_in_any_table_or_file(town: Town) -> None:
    card = plant(town)
    before = traces()
    assert {where for where, _mark in before} >= EVERYWHERE
    assert {mark for _where, mark in before} == set(MARKS)
    assert forget(f"vk.com/{NICK}", do=False, with_open=False) == 0
    assert traces() == before, "only shown, and something was changed"
    figures = Incident.objects.filter(pk=card.pk).values_list("state", "theme", "place", "outcome", "started_at").get()
    assert erase() == 0
    settle()
    assert traces() == set()
    _nothing_in_the_database_file()
    left = Incident.objects.filter(pk=card.pk).values_list("state", "theme", "place", "outcome", "started_at").get()
    assert left == figures
    assert list(Rating.objects.values_list("mark", "reason")) == [(2, "")]
    assert book.broken_at() is None
    assert [lesson.text for lesson in lessons(LONG_AGO) if lesson.message_pk in _hers(card)] == []


def _hers(card: Incident) -> set[int]:
    return set(Message.objects.filter(incidents=card, own=False).values_list("pk", flat=True))


def _nothing_in_the_database_file() -> None:
    """SQLite's own bytes: freed pages, the log, the index's pieces."""
    if connection.vendor != "sqlite":
        return
    base = Path(str(connection.settings_dict["NAME"]))
    for path in (base, base.with_name(base.name + "-wal")):
        text = path.read_bytes().decode("utf-8", "replace").lower() if path.exists() else ""
        assert [mark for mark in MARKS if mark in text] == [], path.name


@pytest.mark.django_db
def test_whoever_waits_for_an_answer_is_not_forgotten_until_it_is_said_so(town: Town) -> None:
    now = clock.now()
    hear("wall_reply_new", comment(11, COMPLAINT, now - timedelta(hours=1)), town)
    author = Author.objects.get(external_id=f"id{NUMBER}")
    with pytest.raises(StillOpen) as waiting:
        forget_author(author, now, now, actor="user:1")
    assert waiting.value.numbers == [Incident.objects.get().number]
    assert not Forgotten.objects.exists()
    assert Message.objects.get().text == COMPLAINT
    forget_author(author, now, now, actor="user:1", with_open=True)
    settle()
    card = Incident.objects.get()
    assert card.state == "new", "the matter stays with the people who have it"
    assert Entry.objects.filter(incident=card.pk, verb="incident.person_forgotten").count() == 1


@pytest.mark.django_db
def test_what_she_wrote_before_does_not_come_back_and_what_she_writes_after_does(town: Town) -> None:
    plant(town)
    author, now = Author.objects.get(external_id=f"id{NUMBER}"), clock.now()
    forget_author(author, now, now, actor="user:1", with_open=True)
    hear("wall_reply_new", comment(11, COMPLAINT, now - timedelta(hours=3)), town)
    assert not Author.objects.filter(external_id=f"id{NUMBER}").exists()
    assert bytes(RawEvent.objects.latest("pk").body) == b""
    hear("wall_reply_new", comment(31, "Снова нет воды на Мира, 5!", now + timedelta(minutes=1)), town)
    assert Message.objects.get(author__external_id=f"id{NUMBER}").text.startswith("Снова")


@pytest.mark.django_db
def test_after_a_restore_she_is_forgotten_again_and_what_came_later_stays(town: Town) -> None:
    plant(town)
    now = clock.now()
    forget_author(Author.objects.get(external_id=f"id{NUMBER}"), now, now, actor="user:1", with_open=True)
    Forgotten.objects.all().delete()  # the older copy of the database does not know of it
    plant_again = comment(41, COMPLAINT, now - timedelta(days=1))
    hear("wall_reply_new", plant_again, town)
    hear("wall_reply_new", comment(42, "А это уже потом", now + timedelta(minutes=1)), town)
    Author.objects.filter(external_id=f"id{NUMBER}").update(name=NAME)
    assert again.apply(clock.now())["inbox.Message"] == 1
    assert list(Message.objects.filter(author__external_id=f"id{NUMBER}").values_list("text", flat=True)) == [
        "А это уже потом"
    ]
    assert not again.apply(clock.now()), "the second time there is nothing to do"


@pytest.mark.django_db
def test_what_was_cut_off_is_brought_to_its_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(town)
    author, now = Author.objects.get(external_id=f"id{NUMBER}"), clock.now()

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("otklik.privacy.forget.settle_author", die)
        with pytest.raises(KeyboardInterrupt):
            forget_author(author, now, now, actor="user:1", with_open=True)
    again.apply(clock.now())
    settle()
    marked = "finding_words_data"  # in one transaction the pieces of the index cannot be merged
    assert [(where, mark) for where, mark in traces() if where != marked] == []


@pytest.mark.django_db
def test_a_namesake_a_neighbour_and_an_agency_s_phone_stay(town: Town) -> None:
    plant(town)
    hear("wall_reply_new", comment(51, "Ждана, спасибо за помощь! На Мира, 9 темно", clock.now(), 700000002), town)
    neighbour = Message.objects.get(author__external_id="id700000002")
    other = neighbour.incidents.get()
    words = "Позвонили Ждане Сергеевне, дежурная +7 (861) 200-00-01"
    note = Note.objects.create(incident=other, author=town.operator, text=words, at=clock.now())
    now = clock.now()
    forget_author(Author.objects.get(external_id=f"id{NUMBER}"), now, now, actor="user:1", with_open=True)
    note.refresh_from_db()
    neighbour.refresh_from_db()
    assert (note.text, neighbour.text) == (words, "Ждана, спасибо за помощь! На Мира, 9 темно")


@pytest.mark.django_db
def test_the_journal_tells_that_it_was_done_and_not_to_whom(town: Town) -> None:
    plant(town)
    author, now = Author.objects.get(external_id=f"id{NUMBER}"), clock.now()
    told = forget_author(author, now, now, actor="user:7", with_open=True)
    entry = Entry.objects.get(verb="person.forgotten")
    assert (entry.actor, entry.subject) == ("user:7", f"author:{author.pk}")
    assert entry.data == {model.lower(): number for model, number in told.rows.items()}
    mark = Forgotten.objects.get().mark
    assert settings.FORGOTTEN_FILE.read_text().startswith(mark)
    assert str(NUMBER) not in mark


@pytest.mark.django_db
def test_a_community_and_an_unknown_address_are_refused_in_words(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    Author.objects.create(network="vk", external_id="club77", is_community=True)
    assert forget("vk:club77", do=True, with_open=True) == 2
    assert "сообщество" in capsys.readouterr().err
    assert forget("vk.com/nobody_here", do=True, with_open=True) == 2
    assert "номером" in capsys.readouterr().err
    assert not Forgotten.objects.exists()
