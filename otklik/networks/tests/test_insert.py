from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from otklik.lib.insert import insert
from otklik.networks.models import RawEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
HARD = ["", "\\N", "\\", "таб\tи\nстрока\r\n", '{"a": "b"}', "'; --", "👍🏽", "a\x0bb\x0c"]


def event(text: str, at: int) -> RawEvent:
    context: dict[str, Any] = {"text": text, "none": None, "deep": [1.5, True, {"ключ": text}]}
    body = text.encode() + bytes(range(256))
    columns = {"key": text or None, "context": context, "body": body, "received_at": AT}
    return RawEvent(network="vk", origin="push", error=text, events=at, due_at=None if at % 2 else AT, **columns)


def columns_of(row: RawEvent) -> dict[str, Any]:
    return model_to_dict(row, exclude=["id", "body"]) | {"body": bytes(row.body), "at": row.received_at}


def test_rows_put_in_together_are_the_same_as_one_by_one_and_refused_together() -> None:
    twice = [event("одно", 0), event("одно", 1)]
    for at, row in enumerate(twice, 1):
        row.pk = at
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(RawEvent, twice)
    assert not RawEvent.objects.exists()
    together = [event(text, at) for at, text in enumerate(HARD)]
    for at, row in enumerate(together, 1_000):
        row.pk = at
    insert(RawEvent, together)
    inserted = [columns_of(row) for row in RawEvent.objects.order_by("pk")]
    RawEvent.objects.all().delete()
    for at, text in enumerate(HARD):
        event(text, at).save()
    assert inserted == [columns_of(row) for row in RawEvent.objects.order_by("pk")]
