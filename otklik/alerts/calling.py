"""A card about a danger to life calls whoever is on duty, at any hour and by all his ways, until somebody confirms."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from otklik.alerts import people
from otklik.alerts.models import Alert, Chase, Duty, Kind
from otklik.alerts.tell import News, tell
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.journal.models import Entry
from otklik.lib.due import finish
from otklik.people.models import Role, User

TOP = 5
"""The priority of a danger to life: see otklik/triage/urgency/level.py."""
ACTOR = "machine:alerts"


def begin(entry: Entry, incident: Incident, now: datetime) -> None:
    """The first in line is called at once. Safe to repeat. Inside `book.writing()`."""
    given = {"kind": Chase.Kind.URGENT, "incident": incident, "since": now, "due_at": now}
    chase, fresh = Chase.objects.get_or_create(entry=entry.pk, defaults=given)
    if fresh and not on_duty(incident, now):
        told = [*people.administrators(), *people.nearest(Role.CURATOR, incident)]
        tell(told, News(Kind.URGENT, entry.pk, incident), now)
        record(incident, "call_nobody", at=now, actor=ACTOR, data={"users": list(dict.fromkeys(told))[:20]})
        Chase.objects.filter(pk=chase.pk).update(due_at=now + _patience())


def call(one: Chase, incident: Incident, now: datetime) -> None:
    """The next in line, then the heads, and nobody after them. The step's part of a Chase; inside `book.writing()`.

    Whoever has been called already is passed over, so that a change of shifts in the meantime loses nobody.
    """
    if one.confirmed_at or incident.state in (State.DONE, State.NOISE):
        return finish(one)
    had = set(Alert.objects.filter(kind=Kind.URGENT, entry=one.entry).values_list("user", flat=True))
    left = [user for user in on_duty(incident, now) if user not in had]
    told = left[:1] or [user for user in people.nearest(Role.HEAD, incident) if user not in had]
    if not told:
        return finish(one)
    rung = one.rung + 1
    tell(told, News(Kind.URGENT, one.entry, incident, rung=rung), now)
    record(incident, "call", at=now, actor=ACTOR, data={"users": told[:20], "rung": rung})
    Chase.objects.filter(pk=one.pk).update(rung=rung, called=told[0])
    return finish(one, now + _patience())


def on_duty(incident: Incident, now: datetime) -> list[int]:
    """Ids of those on duty now for this card: of its agency and those above, the nearest first, then the region's."""
    above = [int(one) for one in incident.agency.path.strip("/").split("/")] if incident.agency else []
    rows = Duty.objects.filter(Q(agency__in=above) | Q(agency__isnull=True), starts_at__lte=now, ends_at__gt=now)
    found = list(rows.filter(user__is_active=True).order_by("place", "pk").values_list("agency", "user"))
    found.sort(key=lambda row: -above.index(row[0]) if row[0] else 1)
    return list(dict.fromkeys(user for _agency, user in found))


def call_of(incident: Incident) -> Chase | None:
    """The latest call about this card. No query for a card that is not urgent, else one."""
    if incident.priority < TOP:
        return None
    calls = Chase.objects.filter(incident=incident, kind=Chase.Kind.URGENT).select_related("called", "confirmed_by")
    return calls.order_by("-pk").first()


def was_called(user: User, incident: Incident) -> bool:
    return Alert.objects.filter(user=user, incident=incident, kind=Kind.URGENT).exists()


def confirm(incident: Incident, by: User, now: datetime) -> bool:
    """«Принял»: nobody else is called. False when somebody has said it before, or nobody was called."""
    with hold(incident.pk):
        waiting = Chase.objects.filter(incident=incident, kind=Chase.Kind.URGENT, confirmed_at__isnull=True)
        if not waiting.update(confirmed_at=now, confirmed_by=by):
            return False
        record(incident, "call_confirmed", at=now, actor=f"user:{by.pk}")
    return True


def _patience() -> timedelta:
    return timedelta(minutes=settings.DUTY_CONFIRMS_WITHIN)
