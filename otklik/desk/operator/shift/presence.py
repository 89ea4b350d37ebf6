"""Who has a card open now, and who writes its answer. No journal: looking is no change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from otklik.desk.models import Presence
from otklik.people.models import User

HERE = timedelta(seconds=45)  # an open page is written down every fifteen, see seats.py: two may be lost on the way
WRITES = timedelta(seconds=15)
SWEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else at the same card."""

    name: str
    writing: bool


def come(incident_pk: int, user: User, writing: bool, now: datetime) -> None:
    """He is here, and writes if `writing`. One statement, so that two windows of his cannot collide."""
    row = Presence(incident_id=incident_pk, user=user, seen_at=now, wrote_at=now if writing else None)
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["incident", "user"],
        update_fields=["seen_at", "wrote_at"] if writing else ["seen_at"],
    )


def leave(incident_pk: int, user: User, now: datetime) -> None:
    """He has closed the card. Whoever lost his line instead is swept away here too, an hour later."""
    Presence.objects.filter(incident=incident_pk, user=user).delete()
    Presence.objects.filter(seen_at__lt=now - SWEPT).delete()


def present(since: datetime) -> QuerySet[Presence]:
    """Who was at a card since then. Whoever was blocked is at none, though his page may still stand open."""
    return Presence.objects.filter(seen_at__gte=since, user__is_active=True)


def others(incident_pk: int, but: User, now: datetime) -> list[Other]:
    """Everybody else who is at this card now; those who write come first. One query."""
    rows = present(now - HERE).filter(incident=incident_pk).exclude(user=but)
    other_people = [_other(row, now) for row in rows.select_related("user").order_by("user__last_name", "user_id")[:20]]
    return sorted(other_people, key=lambda other: not other.writing)


def _other(row: Presence, now: datetime) -> Other:
    return Other(row.user.initials, is_writing(row.wrote_at, now))


def is_writing(wrote_at: datetime | None, now: datetime) -> bool:
    """Whether what was typed last is of just now."""
    return wrote_at is not None and wrote_at >= now - WRITES
