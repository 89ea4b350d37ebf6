"""What is said of an event: numbers, codes, names of agencies and themes. Never a word or a name of a citizen.

The receiver asks for the rest with a key of his own, and is shown what that key opens.
"""

import json
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.incidents.models import Incident
from otklik.routing.clocks import OURS
from otklik.routing.models import Deadline


def cards_of(ids: Collection[int]) -> dict[int, Incident]:
    """The cards with all that is said of them. One query."""
    return Incident.objects.select_related("theme", "agency", "place").in_bulk(ids)


def limits_of(ids: Collection[int]) -> dict[int, datetime]:
    """When the citizen's nearest clock of each card runs out; none for a card without one. One query."""
    running = Deadline.objects.filter(incident__in=ids, clock__in=OURS, runs_until__isnull=False)
    return dict(running.order_by("-runs_until").values_list("incident", "runs_until"))


def body_of(uid: str, kind: str, at: datetime, card: Incident | None, state: str, limit: datetime | None) -> str:
    """JSON as it is signed and sent. Times by the region's clock with its zone. Without a card it is a trial."""
    payload = {"id": uid, "type": kind, "timestamp": _time(at), "data": _data(card, state, limit) if card else {}}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _data(card: Incident, state: str, limit: datetime | None) -> dict[str, object]:
    return {
        "number": card.number,
        "state": state,
        "theme": {"code": card.theme.code, "name": card.theme.name} if card.theme else None,
        "agency": {"code": card.agency.code, "name": card.agency.name} if card.agency else None,
        "place": card.place.code if card.place else None,
        "deadline": _time(limit) if limit else None,
        "outcome": card.outcome or None,
        "url": f"{settings.ADDRESS}/incidents/{card.pk}/",
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds")
