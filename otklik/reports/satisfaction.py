"""The account of a percentage: whom we asked whether it helped, whom not and why, and who answered what.

Cards are counted, not words: one card is one voice, and its last confirmed word to each of the two questions is that
voice. A vote by an open link is no voice of a card's author and is only numbered. A card belongs to the period in
which the citizen wrote, as everywhere in figures. All of it comes out of the kept columns, but for what is on its way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Survey
from otklik.publishing.models import Sent
from otklik.reports.arithmetic import Share
from otklik.reports.columns import word
from otklik.reports.gather import ASKED
from otklik.reports.sets import Cohort, What
from otklik.reports.slices import Slice

ON_THE_WAY = ""
"""The question has not left yet."""


@dataclass(frozen=True, slots=True)
class Account:
    """Numbers of cards; `unconfirmed` alone counts votes.

    `published` cards have had an answer that ends them, `asked` of them were asked, the rest is in `unasked` by why not
    (Survey.Unasked, gather.TOGETHER, ON_THE_WAY). `by_survey` answered themselves, `by_reading` were read by an
    operator in words under the answer, `to_be_read` wait for him. `good` is the share of marks 4 and 5 among those that
    gave a mark, `solved` that of «решена» among those that said whether it is.
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


def account(asked: Cohort) -> Account:
    """`asked` are the cards that the reader sees and wants. One query."""
    cards = asked.of(What.ALL)
    published = cards.where(cards.happened("asked"))
    were = int(np.count_nonzero(published.is_("asking", ASKED)))
    return Account(
        published=len(published),
        asked=were,
        unasked=_unasked(published),
        by_survey=int(np.count_nonzero(cards.is_("by", Rating.Origin.SURVEY))),
        by_reading=int(np.count_nonzero(cards.is_("by", Rating.Origin.READING))),
        to_be_read=int(cards["unread"].sum()),
        unconfirmed=int(cards["votes"].sum()),
        good=asked.share("good"),
        solved=asked.share("solved"),
    )


def _unasked(published: Slice) -> dict[str, int]:
    """The usual reason is no word of a card's, nor is a question that is on its way; of these there are few."""
    reasons = {word(at): int(n) for at, n in enumerate(np.bincount(published["asking"])) if n}
    reasons.pop(ASKED, None)
    silent = reasons.pop("", 0)
    if not silent:
        return reasons
    going = np.isin(published["pk"][published["asking"] == 0], _on_the_way())
    rest = {ON_THE_WAY: int(np.count_nonzero(going)), Survey.Unasked.PUBLIC: int(np.count_nonzero(~going))}
    return reasons | {why: n for why, n in rest.items() if n}


def _on_the_way() -> list[int]:
    """The cards whose question is being sent, or whose wait is just about to begin."""
    ends = Q(delivery__answer__kind__in=(Answer.Kind.FINAL, Answer.Kind.FIRST))
    begins = Sent.objects.filter(ends, due_at__isnull=False).order_by().values_list("delivery__answer__incident_id")
    waits = Survey.objects.filter(closed_at__isnull=True, asked_at__isnull=True, unasked="")
    return [pk for (pk,) in waits.order_by().values_list("incident_id").union(begins, all=True)]
