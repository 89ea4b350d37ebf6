"""What is wrong with the system itself: each is declared here, and rings the administrators once for each time."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.journal import book, seals
from otklik.journal.models import Entry
from otklik.notify.alerts.models import Alert, Kind
from otklik.notify.alerts.people import Staff
from otklik.notify.alerts.tell import News, tell

BROKEN, FAILING, GONE, UNSEALED = "alerts.broken", "hook.failing", "hook.gone", "journal.unsealed"
TITLES: Mapping[str, Promise] = {
    BROKEN: _("Оповещения не доходят"),
    FAILING: _("Программа не отвечает больше суток"),
    GONE: _("Программа отказалась от вызовов и выключена"),
    UNSEALED: _("Журнал без печати: никто не ставит печати на записи"),
}
"""What each says, by the journal's word for it."""


def alarm(verb: str, subject: str, actor: str, now: datetime) -> None:
    """The administrators hear of it, by the ways they have chosen for what concerns the system. Inside
    `book.writing()`."""
    entry = book.write(at=now, actor=actor, verb=verb, subject=subject)
    tell(Staff().administrators(), News(Kind.SYSTEM, entry.pk), now)


def title_of(alert: Alert, verb: str = "") -> str:
    """What an alert about the system says, "" for any other, and where its entry is not there or is about something
    else. One query where the verb of its entry is not given."""
    if alert.kind != Kind.SYSTEM:
        return ""
    verb = verb or Entry.objects.filter(pk=alert.entry).values_list("verb", flat=True).first() or ""
    return str(TITLES.get(verb, ""))


def ring_for_seals(now: datetime) -> None:
    """Nobody seals the journal: told of once for the entry that has waited longest."""
    for entry in seals.late(now - seals.LATE):
        subject = f"entry:{entry.pk}"
        if not Entry.objects.filter(subject=subject, verb=UNSEALED).exists():
            with book.writing():
                alarm(UNSEALED, subject, "machine:chores", now)
