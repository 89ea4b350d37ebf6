"""What one person is notified of: by colleagues, in notices, and by clocks, in alerts. Both are in one list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Expression, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from otklik.answers.models import Statement
from otklik.incidents.cards import visible_to
from otklik.journal.models import Entry
from otklik.notify.alerts.alarms import title_of
from otklik.notify.alerts.models import Alert, Kind
from otklik.notify.alerts.words import statement_of
from otklik.people.models import User
from otklik.routing.models import Inquiry
from otklik.routing.parts import theirs
from otklik.work.models import Notice

MOST = 50


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice or an alert for showing. `open`: its card is still one that the reader may see, or its `question` to his
    agency, the id of which stands in place of the card's. `statement` is that of which the answer is only one, `system`
    what is wrong with the system itself."""

    notice: Notice | Alert
    open: bool
    alert: bool = False
    question: int = 0
    statement: Statement | None = None
    system: str = ""


def unseen() -> Expression:
    """For annotating users: how many lines each has not seen yet. Costs no query of its own."""
    notices = Notice.objects.filter(user=OuterRef("pk"), seen_at__isnull=True)
    alerts = Alert.objects.filter(user=OuterRef("pk"), seen_at__isnull=True, desk=True)
    return _counted(notices) + _counted(alerts)


def _counted(lines: QuerySet[Any]) -> Coalesce:
    counted = lines.order_by().values("user").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def latest(user: User) -> list[NoticeRow]:
    """The last 50 lines of both kinds, newest first. Two queries."""
    opens = Exists(visible_to(user).filter(pk=OuterRef("incident")))
    notices = Notice.objects.filter(user=user).select_related("incident__place", "incident__theme", "note", "by")
    asked = Exists(Inquiry.objects.filter(theirs(user), pk=OuterRef("inquiry")))
    alerts = (
        Alert.objects.filter(user=user, desk=True)
        .annotate(asked=asked, verb=Subquery(Entry.objects.filter(pk=OuterRef("entry")).values("verb")))
        .select_related("incident__place", "incident__theme", "surge__place", "surge__theme", "surge__group", "rating")
        .select_related("answer__statement_card__statement__problem")
    )
    lines = [NoticeRow(row, row.opens) for row in notices.annotate(opens=opens).order_by("-pk")[:MOST]]
    lines += [
        NoticeRow(row, row.opens or row.asked, True, _question(row), statement_of(row), title_of(row, row.verb))
        for row in alerts.annotate(opens=opens).order_by("-pk")[:MOST]
    ]
    return sorted(lines, key=lambda row: (row.notice.at, row.notice.pk), reverse=True)[:MOST]


def _question(alert: Any) -> int:
    return alert.inquiry_id if alert.asked and alert.kind == Kind.ASSIGNED else 0


def newest(rows: Iterable[NoticeRow]) -> tuple[int, int]:
    """The newest notice and the newest alert among what is shown; 0 where there is none."""
    lines = list(rows)
    last = [max((row.notice.pk for row in lines if row.alert is kind), default=0) for kind in (False, True)]
    return last[0], last[1]


def mark_seen(user: User, up_to: int, at: datetime, alerts_up_to: int = 0) -> int:
    """Everything up to the lines that were the newest that were shown: later ones stay new."""
    alerts = Alert.objects.filter(user=user, pk__lte=alerts_up_to, seen_at__isnull=True).update(seen_at=at)
    return alerts + Notice.objects.filter(user=user, pk__lte=up_to, seen_at__isnull=True).update(seen_at=at)
