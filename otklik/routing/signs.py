"""What rules ask of a card beside its theme and place: its network, the words of its text, when it was written."""

from datetime import datetime, timedelta

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.text import lemmas
from otklik.routing import clocks
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.match import Router, Signs


def signs_of(incident: Incident, router: Router, week: WorkWeek | None = None) -> Signs:
    """Of a card. No query where no rule of the router asks for it, two at most."""
    message = Message.objects.filter(links__incident=incident, links__main=True)
    text = message.values_list("text", flat=True).first() if router.wordy else ""
    return signs_in(router, incident.network, text or "", incident.started_at, week)


def signs_in(router: Router, network: str, text: str, at: datetime, week: WorkWeek | None = None) -> Signs:
    """Of a text that was written at that moment. One query at most, for the calendar.

    The moment is that of the message and not of the looking: a card has the same answer whenever it is asked for.
    """
    words = frozenset(lemmas(text)) if router.wordy else frozenset()
    return Signs(network, words, in_hours(at, week or clocks.work_week()) if router.timed else None)


def in_hours(at: datetime, week: WorkWeek) -> bool | None:
    """Whether that second is working time; None for a moment that no calendar reaches."""
    try:
        return working_seconds(at, at + timedelta(seconds=1), week) > 0
    except (TooFar, ValueError, OverflowError):
        return None
