"""Which cards have kept what they promised, for pages that count cards and not promises."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, F, Q

from otklik.registers.models import Promise

Fate = Promise.Fate


def kept_by_cards(since: datetime, now: datetime) -> Mapping[int, bool]:
    """Of each card that has promised a day which has come: whether it has kept all that it promised, but for what was
    cancelled. Everybody's cards, at least all that were begun since then; one query, of a row a promise."""
    come = Promise.objects.filter(limit_at__gte=since, limit_at__lt=now).exclude(fate=Fate.CANCELLED)
    # What was promised before the card began came from one that was gathered into it.
    told = come.filter(limit_at__gte=F("incident__started_at")).order_by().values_list("incident")
    counted = told.annotate(n=Count("pk"), kept=Count("pk", filter=Q(fate=Fate.KEPT)))
    return {card: n == kept for card, n, kept in counted}
