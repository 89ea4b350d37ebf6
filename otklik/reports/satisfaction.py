"""The account of a percentage: whom we asked whether it helped, whom not and why, and who said what.

Cards are counted, not words: one card is one voice, and its last confirmed word to each of the two questions is that
voice. A vote by an open link is no voice of a card's author and is only numbered. A card belongs to the period in
which the citizen wrote, as everywhere in figures. Constant in queries: three.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from otklik.feedback.models import Rating, Solved, Survey, Unconfirmed
from otklik.feedback.said import SATISFIED_FROM
from otklik.incidents.models import Incident, State
from otklik.reports.arithmetic import Share
from otklik.reports.periods import Period
from otklik.reports.queries import wanted
from otklik.reports.whose import Narrowing

TOGETHER = "together"
"""Why a card's author was not asked: he was answered on another card."""
ON_THE_WAY = ""
"""The question has not left yet, or it is not known any more why it did not."""


@dataclass(frozen=True, slots=True)
class Account:
    """Numbers of cards; `unconfirmed` alone counts votes.

    `published` cards have had an answer that ends them, `asked` of them were asked, the rest is in `unasked` by why not
    (Survey.Unasked, TOGETHER, ON_THE_WAY). `by_survey` answered themselves, `by_reading` were read by an operator in
    words under the answer, `to_be_read` wait for him. `good` is the share of marks 4 and 5 among those that gave a
    mark, `solved` that of «решена» among those that said whether it is.
    """

    published: int
    asked: int
    unasked: Mapping[str, int]
    by_survey: int
    by_reading: int
    to_be_read: int
    unconfirmed: int
    good: Share
    solved: Share


def account(scope: Q, narrowing: Narrowing, period: Period) -> Account:
    """`scope` is what the reader's grants open (people.access.reach). Three queries."""
    wrote = Q(started_at__gte=period.since, started_at__lt=period.until)
    cards = Incident.objects.filter(scope & wanted(narrowing) & wrote).exclude(state=State.NOISE).order_by()
    asked, unasked = _asking(cards)
    voices = _voices(cards)
    return Account(
        published=asked + sum(unasked.values()),
        asked=asked,
        unasked=unasked,
        by_survey=sum(voice.by == Rating.Origin.SURVEY for voice in voices.values()),
        by_reading=sum(voice.by == Rating.Origin.READING for voice in voices.values()),
        to_be_read=sum(voice.unread for voice in voices.values()),
        unconfirmed=Unconfirmed.objects.filter(survey__incident__in=cards).count(),
        good=_share(voice.mark >= SATISFIED_FROM for voice in voices.values() if voice.mark is not None),
        solved=_share(voice.solved == Solved.YES for voice in voices.values() if voice.solved),
    )


def _asking(cards: QuerySet[Incident]) -> tuple[int, dict[str, int]]:
    """How many were asked, and the rest by the reason of the last wait."""
    surveys = Survey.objects.filter(incident=OuterRef("pk"))
    why = Subquery(surveys.order_by("-pk").values("unasked")[:1], output_field=CharField())
    found = (
        cards.filter(rating_since__isnull=False)
        .annotate(asked=Exists(surveys.filter(asked_at__isnull=False)), why=Coalesce(why, Value(TOGETHER)))
        .values_list("asked", "why")
        .annotate(n=Count("pk"))
    )
    asked, unasked = 0, dict[str, int]()
    for was_asked, reason, number in found:
        if was_asked:
            asked += number
        else:
            unasked[reason] = unasked.get(reason, 0) + number
    return asked, unasked


@dataclass(slots=True)
class _Voice:
    """Of one card. `by` is how its last confirmed word came; `unread`: words wait for an operator."""

    mark: int | None = None
    solved: str = ""
    by: str = ""
    unread: bool = False


def _voices(cards: QuerySet[Incident]) -> dict[int, _Voice]:
    told = Rating.objects.filter(incident__in=cards, dismissed_at__isnull=True).order_by("at", "pk")
    voices: dict[int, _Voice] = {}
    columns = ("incident_id", "origin", "mark", "solved", "suggested", "confirmed_at")
    for card, origin, mark, solved, suggested, confirmed_at in told.values_list(*columns):
        voice = voices.setdefault(card, _Voice())
        if suggested and confirmed_at is None:
            voice.unread = True
            continue
        voice.by, voice.mark, voice.solved = origin, mark or voice.mark, solved or voice.solved
    return voices


def _share(good: Iterable[bool]) -> Share:
    said = list(good)
    return Share(sum(said), len(said))
