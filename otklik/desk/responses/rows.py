"""Words that wait for a person, within what the reader may open again. Two queries."""

from dataclasses import dataclass

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.http import QueryDict

from otklik.answers.models import Answer
from otklik.desk.listing import Key, Listing, Page
from otklik.feedback.models import Rating
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_through
from otklik.incidents.models import State
from otklik.incidents.workflow import MOVES
from otklik.people.models import User
from otklik.publishing.models import Delivery

DESK = tuple(MOVES["reopen"].permissions)
SHOWN = 600
"""Characters of what was asked and answered; the card has it all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One word: what the citizen `asked`, what we `answered`, what he `said` of it ("" for marks alone).

    `reopens`: the card can be opened again; `explains`: one more answer can be written on it as it stands.
    """

    rating: Rating
    asked: str
    answered: str
    said: str

    @property
    def reopens(self) -> bool:
        return self.rating.incident.state in MOVES["reopen"].before

    @property
    def explains(self) -> bool:
        return self.rating.incident.state in (State.RATING, State.POSTPONED)


def waiting(user: User) -> QuerySet[Rating]:
    """All of them within the reader's reach."""
    return Rating.objects.filter(visible_through(user, "incident", DESK), waits_since__isnull=False)


LIST = Listing((Key("pk", falling=True),), {}, start="before")
"""The newest first."""


def page_of(user: User, query: QueryDict) -> Page[Row]:
    mine = Message.objects.filter(links__incident=OuterRef("incident"), links__main=True)
    ours = Delivery.objects.filter(
        answer__incident=OuterRef("incident"),
        answer__kind__in=(Answer.Kind.FINAL, Answer.Kind.FIRST, Answer.Kind.INTERIM),
        state=Delivery.State.SENT,
    )
    words = waiting(user).select_related("incident__agency", "incident__place", "message")
    words = words.annotate(
        asked=Subquery(mine.values(beginning=Left("text", SHOWN + 1))[:1]),
        answered=Coalesce(
            Left("survey__sent__delivery__answer__text", SHOWN + 1),
            Subquery(ours.order_by("-pk").values(beginning=Left("answer__text", SHOWN + 1))[:1]),
            output_field=CharField(),
        ),
    )
    page = LIST.page(words, query)
    return Page([_row(rating) for rating in page.rows], page.following)


def _row(rating: Rating) -> Row:
    said = rating.reason or (rating.message.text if rating.message else "")
    return Row(rating, getattr(rating, "asked", "") or "", getattr(rating, "answered", "") or "", said)
