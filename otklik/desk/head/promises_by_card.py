"""Which cards have kept what they promised, for pages that count cards and not promises."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from otklik.feedback.registers.models import Promise

Fate = Promise.Fate
KEPT, UNKEPT = "kept", "unkept"


def kept_by_cards(since: datetime, now: datetime) -> Mapping[int, bool]:
    """Of each card that has promised a day which has come: whether it has kept all that it promised, but for what was
    cancelled. Everybody's cards, at least all that were begun since then; one query, of a row a card."""
    return kept_of(promised(since, now))


def promised(since: datetime, now: datetime) -> QuerySet[Any]:
    """The same as rows to ask for together with others: KEPT or UNKEPT, and the card."""
    come = Promise.objects.filter(limit_at__gte=since, limit_at__lt=now).exclude(fate=Fate.CANCELLED)
    # What was promised before the card began came from one that was gathered into it.
    latest = come.filter(limit_at__gte=F("incident__started_at")).order_by().values("incident")
    counted = latest.annotate(n=Count("pk"), kept=Count("pk", filter=Q(fate=Fate.KEPT)))
    word = Case(When(n=F("kept"), then=Value(KEPT)), default=Value(UNKEPT), output_field=CharField())
    return counted.annotate(word=word).values_list("word", "incident")


def kept_of(rows: Iterable[tuple[str, int]]) -> Mapping[int, bool]:
    """What such rows say, among others."""
    return {card: word == KEPT for word, card in rows if word in (KEPT, UNKEPT)}
