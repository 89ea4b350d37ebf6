"""A card about a danger to life calls whoever is on duty, at any hour and by all his ways, until somebody confirms."""

from datetime import datetime, timedelta

from django.conf import settings

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import Change, hold, record
from otklik.journal.models import Entry
from otklik.lib.due import finish
from otklik.notify.alerts.batch import ACTOR, Batch
from otklik.notify.alerts.models import Alert, Chase, Kind
from otklik.notify.alerts.people import Staff
from otklik.notify.alerts.tell import News, tell
from otklik.people.models import Role, User

TOP = 5
"""The priority of a danger to life: see otklik/triage/urgency/level.py."""


def begin(batch: Batch, entry: Entry, incident: Incident) -> None:
    """The first in line is called at once. Safe to repeat."""
    nobody = not batch.staff.on_duty(incident, batch.now)
    due_at = batch.now + (_patience() if nobody else timedelta())
    if batch.begin(entry, Chase.Kind.URGENT, incident, due_at) is not None and nobody:
        recipients = [*batch.staff.administrators(), *batch.staff.nearest(Role.CURATOR, incident)]
        batch.tell(recipients, News(Kind.URGENT, entry.pk, incident))
        batch.record(Change(incident.pk, "call_nobody", {"users": list(dict.fromkeys(recipients))[:20]}))


def call(one: Chase, incident: Incident, staff: Staff, now: datetime) -> None:
    """The next in line, then the heads, and nobody after them. The step's part of a Chase; inside `book.writing()`.

    Whoever has been called already is passed over, so that a change of shifts in the meantime loses nobody.
    """
    if one.confirmed_at or incident.state in (State.DONE, State.NOISE):
        return finish(one)
    had = set(Alert.objects.filter(kind=Kind.URGENT, entry=one.entry).values_list("user", flat=True))
    left = [user for user in staff.on_duty(incident, now) if user not in had]
    recipients = left[:1] or [user for user in staff.nearest(Role.HEAD, incident) if user not in had]
    if not recipients:
        return finish(one)
    rung = one.rung + 1
    tell(recipients, News(Kind.URGENT, one.entry, incident, rung=rung), now)
    record(incident, "call", at=now, actor=ACTOR, data={"users": recipients[:20], "rung": rung})
    return finish(one, now + _patience(), {"rung": rung, "called": recipients[0]})


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
