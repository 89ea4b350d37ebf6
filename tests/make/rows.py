"""Cards as bare rows: past the product's verbs, without messages and without a word in the journal."""

from datetime import datetime
from itertools import count

from django.utils import timezone

from otklik.incidents.models import Incident

_NUMBERS = count(1)


def card(at: datetime | None = None, **columns: object) -> Incident:
    """New and begun at that moment, unless its columns say otherwise."""
    at = at or timezone.now()
    return Incident.objects.create(**{"number": next(_NUMBERS), "started_at": at, "created_at": at, **columns})
