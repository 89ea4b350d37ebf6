"""«Требует человека»: an agency that asks for a later day, and an author who came after the answer."""

import importlib
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.feedback.gathering import gather, ungather
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.journal import book
from otklik.routing import extensions
from otklik.routing.assign import Decision, assign
from tests.make.town import Town

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def needing(client: Client) -> list[int]:
    return [row.card.pk for row in client.get("/queue/?tab=person").context["rows"]]


def given(town: Town) -> Incident:
    """A card that the water company has."""
    return assign(town.card(), Decision(town.water, town.pipe, town.city), town.operator, timezone.now())


def test_an_ask_for_a_later_day_needs_a_person_until_it_is_decided(client: Client, town: Town) -> None:
    card, other = given(town), given(town)
    client.force_login(town.operator)
    assert needing(client) == []
    asked = extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    assert needing(client) == [card.pk]
    assert "ведомство просит продлить срок" in client.get("/queue/?tab=work").content.decode()
    extensions.refuse(asked, "Нет", town.operator, timezone.now())
    assert needing(client) == []
    assert other.pk != card.pk


def test_an_ask_of_the_agency_that_had_the_card_before_is_over(client: Client, town: Town) -> None:
    card = given(town)
    extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    Incident.objects.filter(pk=card.pk).update(assigned_at=timezone.now() + timedelta(seconds=1))
    client.force_login(town.operator)
    assert needing(client) == []
    assert "ведомство просит продлить срок" not in client.get("/queue/?tab=work").content.decode()


def written(town: Town, card: Incident, state: Answer.State, at: datetime) -> Answer:
    """An answer to the author of the card."""
    return Answer.objects.create(
        incident=card,
        reply_to=main_message(card),
        text="Воду дали.",
        outcome=Outcome.SOLVED,
        author=town.executor,
        version=1,
        state=state,
        decided_at=at if state == Answer.State.APPROVED else None,
        created_at=at,
        changed_at=at,
    )


def answered(town: Town) -> Incident:
    """Approved and told: the card waits for the author's word."""
    card, now = town.card(at=NOW - timedelta(hours=5)), timezone.now()
    written(town, card, Answer.State.APPROVED, now)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=now, agency=town.water)
    return card


def late_for(town: Town, card: Incident) -> Incident:
    late = town.card("И у нас нет воды")
    assert gather(card, late, town.operator, timezone.now()).pk == card.pk
    return late


def test_an_author_who_was_gathered_after_the_answer_needs_a_person(client: Client, town: Town) -> None:
    card = answered(town)
    client.force_login(town.operator)
    assert needing(client) == []
    late_for(town, card)
    assert needing(client) == [card.pk]
    assert "не все авторы получили ответ" in client.get("/queue/?tab=rating").content.decode()


def test_nobody_waits_who_has_had_an_answer_on_the_card_that_was_gathered(town: Town) -> None:
    card, late = answered(town), town.card("И у нас нет воды")
    written(town, late, Answer.State.APPROVED, timezone.now())
    Incident.objects.filter(pk=late.pk).update(state=State.IN_WORK, agency=town.water)
    gather(card, late, town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_he_needs_nobody_any_more_once_his_card_goes_its_own_way(client: Client, town: Town) -> None:
    card = answered(town)
    late = late_for(town, card)
    with book.turn():
        ungather(Incident.objects.get(pk=late.pk), "machine:feedback", timezone.now())
    client.force_login(town.operator)
    assert needing(client) == []
    assert "не все авторы получили ответ" not in client.get("/queue/?tab=rating").content.decode()


def test_nor_once_an_answer_is_approved_that_he_gets_too(client: Client, town: Town) -> None:
    card = answered(town)
    late_for(town, card)
    Incident.objects.filter(pk=card.pk).update(state=State.APPROVAL)
    again = written(town, card, Answer.State.APPROVAL, timezone.now())
    drafts.approve(again, town.operator, timezone.now(), 1)
    assert again.copies.count() == 1
    card.refresh_from_db()
    assert card.owed_since is None


def test_who_was_gathered_before_the_answer_has_had_it(client: Client, town: Town) -> None:
    card = town.card(at=NOW - timedelta(hours=5))
    gather(card, town.card("И у нас нет воды"), town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_cards_that_were_owed_before_the_column_get_it(town: Town) -> None:
    owed, other = answered(town), answered(town)
    late_for(town, owed)
    since = Incident.objects.get(pk=owed.pk).owed_since
    Incident.objects.update(owed_since=None)
    importlib.import_module("otklik.feedback.migrations.0002_owed").fill(apps, None)
    found = dict(Incident.objects.filter(owed_since__isnull=False).values_list("pk", "owed_since"))
    assert list(found) == [owed.pk]
    again = found[owed.pk]
    assert since is not None
    assert again is not None
    assert abs(again - since) < timedelta(seconds=5)
    assert other.pk not in found
