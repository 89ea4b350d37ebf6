"""«Требует человека»: an agency that asks for a later day, and an author who came after the answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.desk.tests.queue_data import Region
from otklik.feedback.gathering import gather
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.routing import extensions
from otklik.routing.assign import Decision, assign

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def needing(client: Client) -> list[int]:
    return [row.incident.pk for row in client.get("/queue/?tab=person").context["rows"]]


def given(region: Region) -> Incident:
    """A card that the water company has."""
    return assign(region.card(), Decision(region.water, region.pipe, region.city), region.operator, timezone.now())


def test_an_ask_for_a_later_day_needs_a_person_until_it_is_decided(client: Client, region: Region) -> None:
    card, other = given(region), given(region)
    client.force_login(region.operator)
    assert needing(client) == []
    asked = extensions.ask(
        card, timezone.localdate() + timedelta(days=9), "Ждём трубу", region.executor, timezone.now()
    )
    assert needing(client) == [card.pk]
    assert "ведомство просит продлить срок" in client.get("/queue/?tab=work").content.decode()
    extensions.refuse(asked, "Нет", region.operator, timezone.now())
    assert needing(client) == []
    assert other.pk != card.pk


def test_an_ask_of_the_agency_that_had_the_card_before_is_over(client: Client, region: Region) -> None:
    card = given(region)
    extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", region.executor, timezone.now())
    Incident.objects.filter(pk=card.pk).update(assigned_at=timezone.now() + timedelta(seconds=1))
    client.force_login(region.operator)
    assert needing(client) == []
    assert "ведомство просит продлить срок" not in client.get("/queue/?tab=work").content.decode()


def answered(region: Region, card: Incident) -> Answer:
    """Approved and told: the card waits for the author's word."""
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=now)
    return Answer.objects.create(
        incident=card,
        reply_to=main_message(card),
        text="Воду дали.",
        author=region.executor,
        state=Answer.State.APPROVED,
        decided_at=now,
        created_at=now,
        changed_at=now,
    )


def test_an_author_who_was_gathered_after_the_answer_needs_a_person_until_he_has_one(
    client: Client, region: Region
) -> None:
    card = region.card(at=NOW - timedelta(hours=5))
    answered(region, card)
    late = region.card("И у нас нет воды")
    client.force_login(region.operator)
    assert needing(client) == []
    leads = gather(card, late, region.operator, timezone.now())
    assert leads.pk == card.pk
    assert needing(client) == [card.pk]
    assert "не все авторы получили ответ" in client.get("/queue/?tab=rating").content.decode()
    answer = answered(region, card)
    Answer.objects.filter(pk=answer.pk).update(reply_to=main_message(late))
    Incident.objects.filter(pk=card.pk).update(rating_since=NOW)
    assert needing(client) == []
    assert "не все авторы получили ответ" not in client.get("/queue/?tab=rating").content.decode()


def test_who_was_gathered_before_the_answer_has_had_it(client: Client, region: Region) -> None:
    card = region.card(at=NOW - timedelta(hours=5))
    gather(card, region.card("И у нас нет воды"), region.operator, timezone.now())
    answered(region, card)
    client.force_login(region.operator)
    assert needing(client) == []
