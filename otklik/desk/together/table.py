"""What stands on the card for everybody at the table: in whose hands it is now, and its tags."""

from dataclasses import dataclass
from datetime import datetime

from otklik.incidents.models import Incident
from otklik.incidents.taking import HOLD
from otklik.people.models import User

_WHO = ("username", "last_name", "first_name", "patronymic")


@dataclass(frozen=True, slots=True)
class Table:
    """`taken` is a name, "" where nobody has the card before him, or no more. `tags` are ids and names."""

    taken_pk: int
    taken: str
    taken_at: datetime | None
    tags: list[tuple[int, str]]


def table_of(incident: Incident, now: datetime) -> Table:
    """One query."""
    rows = list(
        Incident.objects.filter(pk=incident.pk)
        .order_by("tags__name")
        .values("tags__pk", "tags__name", *(f"taken_by__{part}" for part in _WHO))[:60]
    )
    first = rows[0] if rows else {}
    held = incident.taken_by_id is not None and incident.taken_at is not None and incident.taken_at >= now - HOLD
    return Table(
        taken_pk=(incident.taken_by_id or 0) if held else 0,
        taken=_name(first) if held else "",
        taken_at=incident.taken_at,
        tags=[(row["tags__pk"], row["tags__name"]) for row in rows if row["tags__pk"]],
    )


def _name(row: dict[str, object]) -> str:
    parts = {part: str(row.get(f"taken_by__{part}") or "") for part in _WHO}
    return User(**parts).initials if parts["username"] else ""
