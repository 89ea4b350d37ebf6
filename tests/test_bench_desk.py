"""A database of the bench is one that people can work on: what arrives there becomes a card."""

import json

import pytest
from django.db.models import Max

from bench.desk import block, multiply
from otklik.feedback.registers.models import Pace
from otklik.flow.loop import drain
from otklik.flow.steps import FLOW, Lane
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.models import Account, RawEvent, Source
from otklik.notify.alerts.models import Bookmark
from otklik.routing.models import Suggestion

CARDS, TIMES = 60, 3
TEXT = "Третий день нет холодной воды на улице Мира, 5. Когда дадут?"


def hear(text: str) -> None:
    """As VKontakte tells it."""
    now, source = clock.now(), Source.objects.get()
    where = {"id": 7, "from_id": 912345678, "post_id": 5, "owner_id": -1, "post_owner_id": -1}
    thing = {**where, "text": text, "date": int(now.timestamp())}
    event = {"type": "wall_reply_new", "group_id": 1, "event_id": "new", "object": thing}
    RawEvent.objects.create(
        account=Account.objects.get(),
        source=source,
        network="vk",
        origin="push",
        body=json.dumps(event).encode(),
        received_at=now,
        due_at=now,
    )


def last(column: str) -> int:
    return int(Incident.objects.aggregate(last=Max(column))["last"])


@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_in_a_multiplied_database_becomes_a_card_with_a_suggestion() -> None:
    now = clock.now()
    # What migrations have put there may have gone with an earlier test.
    Bookmark.objects.get_or_create(name="journal")
    Pace.objects.get_or_create(name=Pace.Name.JOURNAL)
    block.fill(now, CARDS, days=300)
    multiply.multiply(TIMES)
    assert (Incident.objects.count(), last("number")) == (CARDS * TIMES, CARDS * TIMES)
    newest = Entry.objects.aggregate(newest=Max("pk"))["newest"]
    assert set(Bookmark.objects.values_list("entry", flat=True)) == {newest}
    assert Pace.objects.get(name=Pace.Name.JOURNAL).at == newest

    hear(TEXT)
    drain(lanes=frozenset({Lane.THINK}))

    card = Incident.objects.get(messages__text=TEXT)
    assert card.number == CARDS * TIMES + 1
    assert card.pk > CARDS * TIMES  # by how much depends on what was there before the test
    assert card.revision > newest
    assert Suggestion.objects.get(incident=card).agency_id is not None
    for step in FLOW:  # some of the bench's own cards were set aside to begin with
        aside = step.model._default_manager.filter(set_aside_at__isnull=False)
        assert not aside.exclude(set_aside_at=now).exists(), step.name
