"""What a change would touch, in figures: cards and drafts in somebody's hands, what hangs on an agency."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.answers.models import Answer
from otklik.incidents.models import Incident, State
from otklik.networks.models import Account
from otklik.people.agencies import people_in, subtree
from otklik.people.models import Agency, Grant, User
from otklik.routing.models import Rule

OPEN = ~Q(state__in=(State.NOISE, State.DONE))
WRITING = (Answer.State.DRAFT, Answer.State.RETURNED)


@dataclass(slots=True)
class Hand:
    """Ids of the open cards that somebody has: taken as an operator, given to him to answer, with a draft of his."""

    taken: set[int] = field(default_factory=set)
    executing: set[int] = field(default_factory=set)
    drafts: set[int] = field(default_factory=set)

    @property
    def cards(self) -> set[int]:
        return self.taken | self.executing | self.drafts

    @property
    def words(self) -> str:
        """«открытых карточек 12, черновиков 2»; "" for empty hands."""
        parts = []
        if owned := len(self.taken | self.executing):
            parts.append(_("открытых карточек %d") % owned)
        if drafts := len(self.drafts):
            parts.append(_("черновиков %d") % drafts)
        return ", ".join(parts)


def in_hand(user: User) -> Hand:
    """One query, however much it is."""
    drafts = Exists(Answer.objects.filter(incident=OuterRef("pk"), author=user, state__in=WRITING))
    cards = Incident.objects.filter(OPEN).annotate(draft=drafts)
    mine = cards.filter(Q(taken_by=user) | Q(executor=user) | Q(draft=True))
    hand = Hand()
    for pk, taken_by, executor, draft in mine.values_list("pk", "taken_by", "executor", "draft"):
        for whose, ids in ((taken_by, hand.taken), (executor, hand.executing)):
            if whose == user.pk:
                ids.add(pk)
        if draft:
            hand.drafts.add(pk)
    return hand


@dataclass(frozen=True, slots=True)
class Weight:
    """What hangs on an agency with everything below it. `rules` are those that are in force or will be."""

    people: int
    cards: int
    rules: int
    accounts: int
    children: int

    @property
    def blocked(self) -> bool:
        """Whether it cannot be closed yet."""
        return bool(self.people or self.cards or self.rules or self.children)


def weight(agency: Agency) -> Weight:
    """One query: a scalar subselect for each figure."""
    below = Q(agency__path__startswith=agency.path)
    counted = (
        people_in(agency),
        Incident.objects.filter(OPEN & below),
        Rule.objects.filter(below).exclude(until__lt=timezone.localdate()),
        Account.objects.filter(below, active=True),
        subtree(agency).filter(active=True).exclude(pk=agency.pk),
    )
    return Weight(*Agency.objects.order_by().filter(pk=agency.pk).values_list(*map(_count, counted)).get())


def _count(rows: QuerySet[Any]) -> Subquery:
    # Count() would group by; as a bare function it is one figure over all rows.
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(counted=number).values("counted"))


def people_by_agency() -> list[tuple[int, int]]:
    """Pairs of an agency and an active user with a grant for it."""
    grants = Grant.objects.filter(user__is_active=True, agency__isnull=False)
    return list(grants.order_by().values_list("agency", "user").distinct())


def cards_by_agency() -> list[tuple[int, int]]:
    """Pairs of an agency and the number of its open cards."""
    cards = Incident.objects.filter(OPEN, agency__isnull=False).order_by()
    return list(cards.values_list("agency").annotate(n=Count("pk")))


def seers(path: str) -> set[int]:
    """Active users who reach an agency with this path by a grant for it or for one above it."""
    grants = Grant.objects.filter(user__is_active=True, agency__path__in=above(path))
    return set(grants.values_list("user", flat=True))


def above(path: str) -> list[str]:
    """The path itself and those of everything above it."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[: depth + 1])}/" for depth in range(len(parts))]
