"""What people decide about themes is found again, beside what the machine had thought; what teaches nothing is not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from otklik.desk.tests.pages import exactly
from otklik.feedback.gathering import gather
from otklik.inbox.models import Message
from otklik.incidents import gathering
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.routing import lessons as module
from otklik.routing.agreement import agreement
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.lessons import Lesson, lessons, theme_ids
from otklik.routing.noise import dismiss
from otklik.routing.theming import set_theme
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.people import signed_in
from tests.make.town import Town

LONG_AGO = timezone.now() - timedelta(days=3650)


def decide(town: Town, card: Incident, theme: Theme | None) -> Incident:
    return assign(card, Decision(town.water, theme, town.city), town.operator, timezone.now())


def taught(since: datetime = LONG_AGO) -> list[Lesson]:
    return list(lessons(since))


def test_a_confirmed_theme_is_a_lesson_and_of_corrections_the_latest(town: Town) -> None:
    card = decide(town, town.card("Нет воды"), town.pipe)
    (lesson,) = taught()
    assert (lesson.message_pk, lesson.text, lesson.theme_code) == (main_message(card).pk, "Нет воды", "water")
    assert (lesson.guessed, lesson.guessed_code, lesson.confirmed) == (("water", "hole"), "water", True)
    assert (lesson.classifier, lesson.at) == ("t", card.assigned_at)
    set_theme(card, town.hole, town.operator, timezone.now())
    (lesson,) = taught()
    assert (lesson.theme_code, lesson.guessed_code, lesson.confirmed) == ("hole", "water", False)


def test_what_nobody_has_decided_noise_and_what_was_given_or_taken_back_teach_nothing(town: Town) -> None:
    undone, client = town.card(), signed_in(town.operator)
    seen = f"{Verdict.objects.get().pk}.{undone.suggestions.get().pk}"
    assert client.post(f"/incidents/{undone.pk}/acceptance/", {"seen": seen}).status_code == 302
    assert len(taught()) == 1
    client.post("/undo/")
    decide(town, town.card(), None)
    dismiss(town.card(), f"user:{town.operator.pk}", timezone.now(), "spam")
    returned = decide(town, town.card(), town.pipe)
    give_back(returned, town.executor, timezone.now(), "not_ours")
    assert taught() == []
    decide(town, Incident.objects.get(pk=returned.pk), town.hole)
    assert [lesson.theme_code for lesson in taught()] == ["hole"]


def test_deleted_emptied_and_later_edited_texts_teach_nothing(town: Town) -> None:
    for changed in (
        {"deleted_at": timezone.now()},
        {"text": ""},
        {"own": True},
        {"edited_at": timezone.now() + timedelta(hours=1)},
    ):
        card = decide(town, town.card(), town.pipe)
        Message.objects.filter(pk=main_message(card).pk).update(**changed)
        assert taught() == [], changed
    Message.objects.update(edited_at=timezone.now() - timedelta(days=1), own=False, deleted_at=None)
    assert len(taught()) == 3


def test_the_text_of_a_gathered_card_is_told_once_and_one_of_two_matters_teaches_neither(town: Town) -> None:
    one, other = decide(town, town.card("Нет воды"), town.pipe), decide(town, town.card("Сухо"), town.pipe)
    gather(one, other, town.operator, timezone.now())
    assert sorted(lesson.text for lesson in taught()) == ["Нет воды", "Сухо"]
    card = decide(town, town.card(), town.pipe)
    second = gathering.split(card, main_message(card), town.operator, timezone.now())
    assert len(taught()) == 3
    decide(town, second, town.hole)
    assert len(taught()) == 2
    set_theme(Incident.objects.get(pk=second.pk), town.pipe, town.operator, timezone.now())
    assert len(taught()) == 3


def test_the_machines_word_is_the_one_before_the_decision(town: Town) -> None:
    card = decide(town, town.card(), town.pipe)
    later = Verdict.objects.get()
    later.pk, later.at, later.themes = None, timezone.now() + timedelta(minutes=1), [{"id": town.hole.pk, "share": 1}]
    later.save()
    assert [lesson.guessed_code for lesson in taught()] == ["water"]
    Verdict.objects.filter(message=main_message(card)).update(at=timezone.now() + timedelta(days=1))
    assert [(lesson.guessed, lesson.confirmed) for lesson in taught()] == [((), False)]
    broken: tuple[object, ...] = (None, 3, {}, "ab", [None, {}, {"id": "1"}, {"id": True}, []])
    assert [themes for themes in broken if theme_ids(themes)] == []


def test_what_was_decided_since_is_told_page_by_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [decide(town, town.card(str(number)), town.pipe) for number in range(4)]
    since = timezone.now()
    cards.append(decide(town, town.card("Потом"), town.pipe))
    with book.turn():
        record(Incident.objects.get(pk=cards[0].pk), "note", at=timezone.now(), actor="user:1")
    assert [lesson.text for lesson in taught(since)] == ["Потом"]
    assert taught(timezone.now() + timedelta(days=1)) == []
    messages = [main_message(card).pk for card in cards]
    with exactly(2 + 5):
        assert len(taught()) == 5
    monkeypatch.setattr(module, "PAGE", 2)
    with exactly(2 + 5 * 3):
        assert [lesson.message_pk for lesson in taught()] == messages


def test_agreement_counts_the_first_the_first_three_and_what_is_taken_for_what_in_one_query(town: Town) -> None:
    other = Theme.objects.create(group=town.hole.group, code="other", name="Другое")
    for theme in (town.pipe, town.pipe, town.hole, town.hole, other, None):
        decide(town, town.card(), theme)
    town.card()
    counts = agreement(Incident.objects.all(), LONG_AGO, timezone.now())
    assert (counts.n, counts.first, counts.among) == (5, 2, 4)
    assert [tuple(pair) for pair in counts.confused] == [(town.pipe.pk, town.hole.pk, 2), (town.pipe.pk, other.pk, 1)]
    decide(town, town.card(at=timezone.now() - timedelta(days=40)), town.pipe)
    now = timezone.now()
    with exactly(1):
        assert agreement(Incident.objects.all(), now - timedelta(days=30), now).n == 5
    Verdict.objects.update(themes=[])
    assert agreement(Incident.objects.all(), LONG_AGO, timezone.now())[:3] == (6, 0, 0)
    Verdict.objects.all().delete()
    assert agreement(Incident.objects.all(), LONG_AGO, timezone.now())[:3] == (0, 0, 0)
