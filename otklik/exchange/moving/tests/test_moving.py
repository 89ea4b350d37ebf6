from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otklik.answers.models import Answer
from otklik.exchange.moving import columns as c
from otklik.exchange.moving import taking
from otklik.exchange.moving.models import Import, Imported
from otklik.exchange.moving.piece import Remarks
from otklik.exchange.moving.taking import check, take
from otklik.exchange.moving.tests import files
from otklik.exchange.moving.tests.house import MOSCOW, brought, taken
from otklik.feedback.models import Rating, Survey
from otklik.feedback.registers.unheard import unheard_on
from otklik.flow.steps import FLOW
from otklik.inbox.models import Message
from otklik.incidents.models import Findable, Incident, Note
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.publishing.models import Delivery, Sent
from otklik.reports.gather import columns_of
from otklik.routing.lessons import lessons
from tests.make import cards, inbox, places

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_closed_incident_becomes_a_card_with_all_that_it_had(region: Place, tmp_path: Path) -> None:
    done, odd = brought(tmp_path, files.row(REASON="5", TAGS="двор"))
    assert (done.new, done.skipped, odd) == (1, 0, ["agency_new"])
    card = Incident.objects.get()
    assert (card.number, card.state, card.close_reason) == (1, "done", "score")
    assert (card.kind, card.outcome) == ("solvable", "explained")
    belongs = Incident.objects.values_list("theme__code", "place__name", "agency__name", "agency__parent__code").get()
    assert belongs == ("dorogi.yamy", "Заречное", files.ROW[c.EXECUTOR], "town")
    assert (card.street, card.house) == ("улица Мира", "4Б")
    assert card.started_at == datetime(2025, 12, 24, 17, 6, 2, tzinfo=UTC)
    assert card.first_answered_at == datetime(2025, 12, 25, 5, 36, 39, tzinfo=UTC)
    assert card.first_answer_working_seconds == 6 * 60 + 39
    message = card.messages.get()
    assert (message.external_id, message.thread.external_id) == ("wall-77_5?reply=9", "wall-77_5")
    assert message.text == "Яма у дома<br>и [club77|Двор]"
    assert (message.author.external_id, message.author.url) == ("id501", "https://vk.com/id501")
    answer = card.answers.get()
    assert (answer.kind, answer.text, answer.outcome) == ("final", "Здравствуйте! Вывезем завтра.", "explained")
    assert Sent.objects.get().at == card.executor_answered_at
    assert Rating.objects.get().mark == 5
    origin = "Перенесено из «Инцидент Менеджмента»: № 200001, ID 30000001"
    assert [note.text for note in card.notes.order_by("pk")] == [origin, "ответ дан"]
    assert [tag.name for tag in card.tags.all()] == ["двор"]


STEPS: list[tuple[dict[str, Any], str]] = [
    ({"STEP": "Готово", "CLOSED_AT": None}, "done"),
    ({"STEP": "Оценка удовлетворенности", "CLOSED_AT": None}, "rating"),
    ({"STEP": "Оценка удовлетворенности"}, "rating"),
    ({"STEP": "В работе", "CLOSED_AT": None}, "in_work"),
    ({"STEP": "В работе"}, "in_work"),
    ({"STEP": "В работе", "AGENCY": None, "EXECUTOR": None}, "new"),
    ({"STEP": "На согласовании", "CLOSED_AT": None}, "in_work"),
    ({"STEP": "Новый", "CLOSED_AT": None}, "new"),
    ({"STEP": "Не инцидент"}, "noise"),
    ({"STEP": "Неведомый шаг", "CLOSED_AT": None}, "in_work"),
]


def test_every_step_waits_where_somebody_can_take_it_and_nothing_is_due(region: Place, tmp_path: Path) -> None:
    own = [
        {"ID": at, "NUMBER": at, "POST_URL": f"https://vk.com/wall-77_5?reply={at}"} for at in range(1, len(STEPS) + 1)
    ]
    brought(tmp_path, *(files.row(**changed, **one) for (changed, _state), one in zip(STEPS, own, strict=True)))
    states = Incident.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [state for _changed, state in STEPS]
    due = {step.model.__name__ for step in FLOW if step.model._default_manager.filter(due_at__isnull=False).exists()}
    assert due - {"Findable", "Bookmark", "Pace", "MonthFolding", "Chore", "Sealing"} == set()
    assert Findable.objects.count() == len(STEPS)
    assert not Survey.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"sent"}


def test_a_check_writes_nothing_and_the_same_file_twice_doubles_nothing(region: Place, tmp_path: Path) -> None:
    entries = Entry.objects.count()
    heard: list[Remarks] = []
    done = check(files.sheet(tmp_path / "one.xlsx", files.row()), MOSCOW, heard.extend, lambda *_: None)
    assert (done.new, done.agencies, len(heard)) == (1, 1, 1)
    assert (Incident.objects.count(), Import.objects.count(), Entry.objects.count()) == (0, 0, entries)
    assert Agency.objects.count() == 1
    path = files.sheet(tmp_path / "a.xlsx", files.row(), files.row(ID=30000002, NUMBER=200002))
    taken(path)
    before = {model: model._default_manager.count() for model in (Incident, Message, Answer, Sent, Agency, Note)}
    again, odd = taken(path)
    assert (again.new, again.same, odd) == (0, 2, [])
    assert before == {model: model._default_manager.count() for model in before}
    assert Import.objects.filter(ended_at__isnull=False).count() == 2


def test_a_newer_export_changes_a_card_that_nobody_has_touched(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(STEP="В работе", CLOSED_AT=None, OUTCOME=None, REASON=None))
    done, _odd = brought(tmp_path, files.row(), name="b.xlsx")
    assert (done.new, done.changed) == (0, 1)
    card = Incident.objects.get()
    assert (card.state, card.outcome, card.close_reason) == ("done", "explained", "silence")
    assert card.answers.get().outcome == "explained"
    assert Imported.objects.get().revision == card.revision
    assert whole()


def test_a_card_that_somebody_works_on_here_is_left_as_it_is(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(STEP="В работе"))
    card = Incident.objects.get()
    with book.turn():
        Incident.objects.filter(pk=card.pk).update(priority=1)
        record(card, "priority", at=clock.now(), actor="user:1")
    done, odd = brought(tmp_path, files.row(), name="b.xlsx")
    assert (done.changed, done.skipped, odd) == (0, 1, ["touched"])
    assert Incident.objects.get().state == "in_work"


def test_a_broken_import_goes_on(region: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "MOST", "LEAST"):
        monkeypatch.setattr(taking, name, 2)
    rows = [
        files.row(ID=30000000 + at, NUMBER=at, POST_URL=f"https://vk.com/wall-77_5?reply={at}") for at in range(1, 8)
    ]
    path = files.sheet(tmp_path / "a.xlsx", *rows)

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(path, MOSCOW, lambda _: None, stop)
    assert Incident.objects.count() == 4
    done, _odd = taken(path)
    assert (done.before, done.new, done.same) == (4, 3, 0)
    run = Import.objects.get()
    assert (run.rows, run.new, run.position) == (7, 7, 8)
    assert run.ended_at is not None
    assert list(Incident.objects.order_by("pk").values_list("number", flat=True)) == list(range(1, 8))


def test_an_id_twice_in_one_file_is_taken_once(region: Place, tmp_path: Path) -> None:
    done, odd = brought(tmp_path, files.row(), files.row(TEXT="'Совсем другое"))
    assert (done.new, done.skipped, odd) == (1, 1, ["agency_new", "id_twice"])


def test_two_texts_at_one_address_are_two_messages_and_one_text_one(region: Place, tmp_path: Path) -> None:
    other = "Другое под тем же адресом"
    _done, odd = brought(tmp_path, files.row(), files.row(ID=2, NUMBER=2), files.row(ID=3, NUMBER=3, TEXT=f"'{other}"))
    assert odd.count("address_shared") == 1
    texts = [card.messages.get().text for card in Incident.objects.order_by("pk")]
    assert texts == ["Яма у дома<br>и [club77|Двор]", "Яма у дома<br>и [club77|Двор]", other]
    assert Message.objects.count() == 2


def test_a_comment_that_was_heard_here_already_gets_no_second_card(region: Place, tmp_path: Path) -> None:
    thread = inbox.thread(external_id="wall-77_5")
    cards.card(inbox.message("Яма у дома", thread=thread, external_id="wall-77_5?reply=9"))
    done, odd = brought(tmp_path, files.row())
    assert (done.new, done.skipped, odd) == (0, 1, ["ours_already"])


def test_what_is_not_known_for_sure_is_left_open_and_said(region: Place, tmp_path: Path) -> None:
    row = files.row(THEME="Нечто новое", MUNICIPALITY="Дальний район", POST_URL="вконтакте", AUTHOR_URL="Иван Петров")
    _done, odd = brought(tmp_path, row)
    assert odd == ["address", "agency_new", "author", "place", "theme"]
    card = Incident.objects.get()
    assert (card.theme, card.place) == (None, region)
    message = card.messages.get()
    assert message.network == "vk", "by the community's link"
    assert message.closed
    assert message.author.name == "Иван Петров"
    assert list(lessons(LONG_AGO)) == [], "it teaches nothing"


def test_a_theme_that_is_named_a_little_otherwise_is_found_within_its_group(region: Place, tmp_path: Path) -> None:
    there = places.theme("Некачественный ремонт дорог области", "dorogi.remont")
    _done, odd = brought(tmp_path, files.row(THEME="Некачественные ремонт дорог области"))
    assert "theme_close" in odd
    assert Incident.objects.get().theme == there


def test_the_same_executor_below_two_agencies_is_two(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(), files.row(ID=2, NUMBER=2, AGENCY="Тарский район", TEXT="'Ещё"))
    names = Agency.objects.filter(name=files.ROW[c.EXECUTOR]).order_by("pk").values_list("short_name", flat=True)
    assert list(names) == ["Департамент хозяйства (ДХ)", "Департамент хозяйства (ДХ) (Тарский район)"]


def test_the_other_clock_of_an_import_under_way_is_refused(region: Place, tmp_path: Path) -> None:
    path = files.sheet(tmp_path / "a.xlsx", files.row())

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(path, MOSCOW, lambda _: None, stop)
    with pytest.raises(taking.OtherZone, match="Europe/Moscow"):
        taken(path, ZoneInfo("Asia/Omsk"))


def test_the_journal_figures_registers_and_lessons_see_it(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(REASON="4"))
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["import.begin", "agency.add", "incident.import", "import.end"]
    assert Incident.objects.get().revision == Entry.objects.get(verb="incident.import").pk
    assert whole()
    cards = Incident.objects.order_by("pk")
    columns = columns_of(cards)
    took = (datetime(2025, 12, 25, 8, 36, 39) - datetime(2025, 12, 24, 20, 6, 2)).total_seconds()  # noqa: DTZ001
    assert (int(columns["took"][0]), int(columns["working"][0]), int(columns["mark"][0])) == (took, 399, 4)
    assert unheard_on([cards.get().pk]) == []
    (lesson,) = lessons(LONG_AGO)
    assert (lesson.theme_code, lesson.text) == ("dorogi.yamy", "Яма у дома<br>и [club77|Двор]")


def test_who_had_no_word_there_has_none_here(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, {**files.row(STEP="Новый", FIRST_TEXT="'"), c.ANSWERS[0]: None})
    silent = Incident.objects.get()
    assert [row.incident_id for row in unheard_on([silent.pk])] == [silent.pk]
