"""What somebody has in his hands at the end of a shift, and why each card is among it. One query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left

from otklik.answers.drafts import OPEN
from otklik.answers.models import Answer
from otklik.desk.models import HandedOver
from otklik.desk.operator.shift.roles import DESK
from otklik.incidents.cards import visible_to
from otklik.incidents.models import IN_HAND, Incident, IncidentMessage, State
from otklik.people.access import has_role
from otklik.people.models import User
from otklik.publishing.hold import stuck
from otklik.routing.models import Deadline, Norm

MOST = 300
SOON = timedelta(days=3)
Why = HandedOver.Why
# After the answer a card waits for its author, not for a person.
ALIVE = (*IN_HAND, State.RATING)


@dataclass(frozen=True, slots=True)
class Held:
    """One card and why it is in the shift. `promised_at`: the promise that runs out soon; `says`: how it begins."""

    card: Incident
    why: list[Why]
    promised_at: datetime | None
    says: str


def shift_of(user: User, now: datetime, only: Collection[int] | None = None) -> list[Held]:
    """Open cards before him, his drafts, promises of the next three days and answers that did not leave, in the
    order of their numbers, at most 300; `only` asks about these cards alone. Nothing that he does not see."""
    cards = visible_to(user).filter(state__in=ALIVE)
    if only is not None:
        cards = cards.filter(pk__in=only)
    marked = _marked(cards, user, now)
    wanted = marked.filter(Q(drafted=True) | Q(his=True, promised_at__isnull=False) | Q(stuck=True) | _open_for(user))
    rows: list[Any] = list(
        wanted.select_related("theme", "place", "agency").order_by("number")[:MOST]  # the places are for `opens`
    )
    return [Held(row, _why(row, user), row.promised_at if row.his else None, row.says or "") for row in rows]


def _marked(cards: QuerySet[Incident], user: User, now: datetime) -> QuerySet[Incident]:
    drafts = Answer.objects.filter(Q(author=user) | Q(changed_by=user), incident=OuterRef("pk"), state__in=OPEN)
    promises = Deadline.objects.filter(
        incident=OuterRef("pk"),
        clock=Norm.Clock.PROMISE,
        runs_until__lte=now + SOON,
    )
    unsent = stuck().filter(answer__incident=OuterRef("pk"))
    mine, free = Q(taken_by=user) | Q(executor=user), _in_no_other_hand(user)
    his = mine | Q(operator=user) & free
    return cards.annotate(
        his=_true(his),
        drafted=_true(Exists(drafts) & (mine | free)),
        promised_at=Subquery(promises.order_by("limit_at").values("limit_at")[:1]),
        stuck=_true(Exists(unsent) & his | Exists(unsent.filter(answer__author=user)) & (mine | free)),
        says=beginning("pk"),
    )


def beginning(card: str) -> Subquery:
    """How a card's main message begins, whichever column of the row names the card."""
    main = IncidentMessage.objects.filter(incident=OuterRef(card), main=True)
    return Subquery(main.annotate(says=Left(F("message__text"), 160)).values("says")[:1])


def hand_of(user: User) -> str:
    """The column that says in whose hands a card is, for people of his kind: the desk's or the agency's."""
    return "taken_by" if has_role(user, *DESK) else "executor"


def _in_no_other_hand(user: User) -> Q:
    """What a colleague has taken over is his, whoever began the draft and gave the promise."""
    return Q(**{f"{hand_of(user)}__isnull": True}) | Q(**{hand_of(user): user})


def _true(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _open_for(user: User) -> Q:
    return Q(Q(taken_by=user) | Q(executor=user), state__in=IN_HAND)


def _why(row: Any, user: User) -> list[Why]:
    open_now = user.pk in (row.taken_by_id, row.executor_id) and row.state in IN_HAND
    reasons = {
        Why.OPEN: open_now,
        Why.DRAFT: row.drafted,
        Why.PROMISE: row.his and row.promised_at is not None,
        Why.UNDELIVERED: row.stuck,
    }
    return [why for why, so in reasons.items() if so]
