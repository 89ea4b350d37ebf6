"""What the clocks of a card have said since a person's action, and how it stays said when the action is taken back."""

from datetime import datetime

from otklik.desk.undo.picture import Picture
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.routing.models import Deadline
from otklik.routing.watch import follow

MARKS = {"incident.warn": "warned_at", "incident.overdue": "missed_at"}


def keep_marks(picture: Picture, incident_pk: int, since: int) -> list[int]:
    """Write what was warned of and missed after the journal's entry `since` into the picture, before it is put back.

    Only where the clock has still the limit of the picture: a limit that goes back takes its warnings along. Returns
    the clocks that have run out since.
    """
    entries = Entry.objects.filter(incident=incident_pk, pk__gt=since, verb__in=MARKS).order_by("pk")
    said = [(str(entry.data.get("deadline")), MARKS[entry.verb], entry.at) for entry in entries]
    limits = {
        str(pk): limit_at.isoformat()
        for pk, limit_at in Deadline.objects.filter(incident=incident_pk).values_list("pk", "limit_at")
    }
    clocks = picture.get("deadline", {})
    same = [one for one in said if one[0] in clocks and clocks[one[0]]["limit_at"] == limits.get(one[0])]
    for pk, column, at in same:
        clocks[pk][column] = at.isoformat()
    return [int(pk) for pk, column, _at in same if column == "missed_at"]


def follow_up(incident: Incident, missed: list[int], at: datetime) -> None:
    """A clock that ran out while the card stood elsewhere moves it now, as it would have done then."""
    for deadline in Deadline.objects.filter(pk__in=missed, met_at__isnull=True, cancelled_at__isnull=True):
        follow(deadline, Incident.objects.get(pk=incident.pk), at)
