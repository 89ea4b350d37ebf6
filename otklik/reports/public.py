"""What of the figures is open to everybody: the last word of an administrator holds, and all before it are kept."""

from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.people.models import User
from otklik.people.scope import Refused
from otklik.people.seen import check_seen, mark, turned
from otklik.reports.discretion import LEAST, MOST
from otklik.reports.models import PublicFigures

SUBJECT = "public:region"


@dataclass(frozen=True, slots=True)
class Told:
    """As the fields of PublicFigures."""

    on: bool
    least: int
    licence: str


def current() -> Told:
    """What holds; off where nobody has said anything. One query."""
    return _told(PublicFigures.objects.order_by("-pk").first() or PublicFigures())


def seen(stands: Told) -> str:
    """The mark of what `decide` changes."""
    return mark(stands.on, stands.least, stands.licence)


def decide(told: Told, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Refused: "least" (out of bounds), "overtaken" (it is not what was seen)."""
    if not LEAST <= told.least <= MOST:
        raise Refused("least")
    with book.turn():
        was = current()
        check_seen(seen(was), was_seen)
        if told == was:
            return False
        PublicFigures.objects.create(on=told.on, least=told.least, licence=told.licence, by=by, at=at)
        data = {"on": told.on, "least": told.least, "before": {"on": was.on, "least": was.least}}
        words = turned((was.licence, told.licence))
        book.write(at=at, actor=f"user:{by.pk}", verb="public.decide", subject=SUBJECT, data=data, words=words)
    return True


def _told(row: PublicFigures) -> Told:
    return Told(row.on, row.least, row.licence)
