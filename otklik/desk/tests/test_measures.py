"""What «Показатели» took over from other pages: returned drafts, repeats, promises, agreement, «решена ли проблема»."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from otklik.answers.drafts import send_back
from otklik.answers.models import Answer
from otklik.desk.promises.by_card import kept_by_cards
from otklik.desk.undo.keep import last_of, take_back, undoable
from otklik.feedback.hear import confirm
from otklik.feedback.models import Rating
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.registers.models import Promise
from otklik.reports.periods import Preset, preset
from otklik.reports.queries import atlas, sliced
from otklik.reports.satisfaction import account
from otklik.reports.whose import Narrowing
from otklik.routing.models import Deadline
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
F = Promise.Fate


def share(town: Town, title: str, query: str = "") -> str:
    """What stands beside a measure: «2 из 3»."""
    page = signed_in(town.operator).get(f"/metrics/?period=30d{query}")
    (row,) = (one for one in page.context["shares"] if one["title"] == title)
    return "".join(piece.text for piece in row["of"])


def returned(town: Town) -> Incident:
    answer = town.submitted()
    send_back(answer, town.approver, clock.now(), "Какого числа?")
    return Incident.objects.get(pk=answer.incident_id)


def test_an_answer_that_the_approver_returned_is_counted_on_its_card(town: Town) -> None:
    assert returned(town).sent_back == 1
    town.submitted()
    assert share(town, "Вернули с замечанием").startswith("1 из 2")


def test_a_return_that_was_taken_back_is_none(town: Town) -> None:
    answer = town.submitted()
    with undoable([answer.incident], "send_back", town.approver):
        send_back(Answer.objects.get(pk=answer.pk), town.approver, clock.now(), "Какого числа?")
    assert take_back(last_of(town.approver, clock.now()), town.approver, clock.now()).back
    assert Incident.objects.get(pk=answer.incident_id).sent_back == 0
    assert share(town, "Вернули с замечанием").startswith("0 из 1")


def test_what_was_returned_before_there_was_a_count_is_told_by_the_journal(town: Town) -> None:
    twice = returned(town)
    answer = Answer.objects.get(incident=twice)
    Answer.objects.filter(pk=answer.pk).update(state=Answer.State.APPROVAL)
    Incident.objects.filter(pk=twice.pk).update(state="approval")
    send_back(Answer.objects.get(pk=answer.pk), town.approver, clock.now(), "И где?")
    undone = town.submitted()
    with undoable([undone.incident], "send_back", town.approver):
        send_back(Answer.objects.get(pk=undone.pk), town.approver, clock.now(), "Какого числа?")
    take_back(last_of(town.approver, clock.now()), town.approver, clock.now())
    Incident.objects.update(sent_back=0)
    migration = import_module("otklik.incidents.migrations.0010_sent_back")
    migration.count(apps, None)
    assert dict(Incident.objects.values_list("pk", "sent_back")) == {twice.pk: 2, undone.incident_id: 0}


def test_whether_it_is_solved_is_the_same_as_in_the_account(town: Town) -> None:
    for word in ("yes", "no", "partly"):
        card = town.replied()
        for rating in Rating.objects.filter(incident=card):
            confirm(rating, 4, town.operator, clock.now(), word)
    period = preset(Preset.THIRTY, timezone.now(), timezone.get_current_timezone())
    told = account(sliced([("", "")], Narrowing(), period, atlas())[0])
    assert (told.solved.part, told.solved.n) == (1, 3)
    assert share(town, "Проблема решена").startswith("1 из 3")


def test_what_is_overdue_now_is_told_and_one_press_away(town: Town) -> None:
    """A card with two clocks that have run out is one; the agency's own clock makes nobody wait."""
    late = town.assigned()
    past = clock.now() - timedelta(hours=1)
    for name in ("first", "final"):
        Deadline.objects.create(incident=late, clock=name, starts_at=past, limit_at=past)
    Deadline.objects.create(incident=town.assigned(), clock="agency", starts_at=past, limit_at=past)
    told = signed_in(town.auditor).get("/metrics/").context["overdue"]
    assert told.text == "1"
    assert signed_in(town.auditor).get(told.address).context["whole"] == 1


def test_the_last_word_to_each_question_counts_by_itself(town: Town) -> None:
    card = town.published()
    for mark, solved in ((None, "no"), (5, ""), (None, "yes"), (2, "")):
        Rating.objects.create(incident=card, mark=mark, solved=solved, at=clock.now(), origin="survey")
    assert share(town, "Проблема решена").startswith("1 из 1")
    assert share(town, "Довольны ответом").startswith("0 из 1")


def test_who_writes_again_about_the_same_is_a_repeat_whoever_looks(town: Town) -> None:
    first, second = town.assigned(), town.assigned(agency=town.roads)
    message = main_message(second)
    type(message).objects.filter(pk=message.pk).update(author=main_message(first).author)
    Incident.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=29))
    assert share(town, "Тот же автор о том же").startswith("1 из 2")
    assert share(town, "Тот же автор о том же", f"&agency={town.roads.pk}").startswith("1 из 1")
    assert share(town, "Там же о том же").startswith("1 из 2")
    Incident.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=31))
    assert share(town, "Тот же автор о том же", f"&agency={town.roads.pk}").startswith("0 из 1")


def promise(card: Incident, town: Town, limit: timedelta, fate: str) -> None:
    now = timezone.now()
    told = {"author": town.executor, "created_at": now, "changed_at": now, "kind": Answer.Kind.INTERIM}
    answer = Answer.objects.create(incident=card, reply_to=main_message(card), **told)
    Promise.objects.create(answer=answer, incident=card, given_at=now, limit_at=card.started_at + limit, fate=fate)


def test_a_card_keeps_its_promise_when_it_keeps_all_whose_day_has_come(town: Town) -> None:
    kept, moved, cancelled, early, gathered = (town.assigned() for _ in range(5))
    hour, year = timedelta(hours=1), timedelta(days=365)
    for card, limit, fate in (
        (kept, hour, F.KEPT),
        (kept, year, F.OPEN),
        (moved, hour, F.MOVED),
        (moved, 2 * hour, F.KEPT),
        (cancelled, hour, F.CANCELLED),
        (early, year, F.OPEN),
        (gathered, -hour, F.BROKEN),
    ):
        promise(card, town, limit, fate)
    since = timezone.now() - timedelta(days=30)
    assert kept_by_cards(since, timezone.now()) == {kept.pk: True, moved.pk: False}
    assert share(town, "Сдержали обещание").startswith("1 из 2")
    (row,) = signed_in(town.operator).get("/metrics/?period=30d&by=theme").context["rows"]
    assert [of for _value, of, _few in row["cells"]][-1].startswith("1 из 2")


def test_agreement_with_the_suggestion_stands_beside_the_others(town: Town) -> None:
    town.assigned()
    Incident.objects.filter(pk=town.assigned().pk).update(theme=town.hole)
    assert share(town, "Взяли первую подсказку темы").startswith("1 из 2")
    assert share(town, "Взяли одну из трёх подсказок").startswith("2 из 2")
    assert "в разбивке и в таблице его нет" in signed_in(town.operator).get("/metrics/?by=theme").content.decode()
