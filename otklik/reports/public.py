"""What of the figures is open to everybody: the last word of an administrator holds, and all before it are kept."""

from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.people.seen import check_seen, mark, turned
from otklik.reports.discretion import LEAST, MOST
from otklik.reports.models import PublicFigures

SUBJECT = "public:region"


@dataclass(frozen=True, slots=True)
class Terms:
    """As the fields of PublicFigures."""

    on: bool
    least: int
    licence: str


def current() -> Terms:
    """What holds; off where nobody has decided anything. One query."""
    return _terms(PublicFigures.objects.order_by("-pk").first() or PublicFigures())


def seen(terms: Terms) -> str:
    """The mark of what `decide` changes."""
    return mark(terms.on, terms.least, terms.licence)


def decide(terms: Terms, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Refused: "least" (out of bounds), "overtaken" (it is not what was seen)."""
    if not LEAST <= terms.least <= MOST:
        raise Refused("least")
    with book.turn():
        was = current()
        check_seen(seen(was), was_seen)
        if terms == was:
            return False
        PublicFigures.objects.create(on=terms.on, least=terms.least, licence=terms.licence, by=by, at=at)
        data = {"on": terms.on, "least": terms.least, "before": {"on": was.on, "least": was.least}}
        words = turned((was.licence, terms.licence))
        book.write(at=at, actor=f"user:{by.pk}", verb="public.decide", subject=SUBJECT, data=data, words=words)
    return True


def _terms(row: PublicFigures) -> Terms:
    return Terms(row.on, row.least, row.licence)
