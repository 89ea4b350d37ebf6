"""What one person is told: somebody called him, hands him a shift, sent his answer back, decided what he asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from otklik.desk.models import Notice
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Note
from otklik.people.models import User

MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A notice for showing. `open`: its card is still one that the reader may see."""

    notice: Notice
    open: bool


def tell(
    people: Iterable[User],
    kind: Notice.Kind,
    *,
    by: User,
    at: datetime,
    incident: Incident | None = None,
    note: Note | None = None,
) -> None:
    """A new line for each of them, save for whoever did it himself. Inside the transaction of what it tells of."""
    Notice.objects.bulk_create(
        Notice(user=user, kind=kind, incident=incident, note=note, by=by, at=at) for user in people if user.pk != by.pk
    )


def unseen() -> Coalesce:
    """For annotating users: how many lines each has not seen yet. Costs no query of its own."""
    lines = Notice.objects.filter(user=OuterRef("pk"), seen_at__isnull=True).order_by().values("user")
    counted = Subquery(lines.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Coalesce(counted, 0)


def latest(user: User) -> list[Told]:
    """The last 50 lines, newest first. Two queries."""
    rows = list(
        Notice.objects.filter(user=user)
        .select_related("incident__place", "incident__theme", "note", "by")
        .order_by("-pk")[:MOST]
    )
    cards = {row.incident_id for row in rows if row.incident_id}
    seen = set(visible_to(user).filter(pk__in=cards).values_list("pk", flat=True)) if cards else set()
    return [Told(row, row.incident_id in seen) for row in rows]


def mark_seen(user: User, up_to: int, at: datetime) -> int:
    """Everything up to the line `up_to`, which is the newest that was shown: later ones stay new."""
    return Notice.objects.filter(user=user, pk__lte=up_to, seen_at__isnull=True).update(seen_at=at)
