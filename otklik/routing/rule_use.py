"""Which rules there are to look at: the one for everything else, those that never fire, those that lead nowhere."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.routing.models import Rule, Suggestion

FOR_EVERYTHING = Q(theme=None, group=None, place=None, things="", network="", hours="", agency__active=True)


def in_force(on: date) -> Q:
    """Rules that count on that local day."""
    return (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))


def fallback(on: date) -> QuerySet[Rule]:
    """The rule that takes what no other fits. Without one such a card has no agency until a person finds it one.

    May be one part of a union.
    """
    found = Rule.objects.filter(FOR_EVERYTHING & in_force(on)).order_by("pk")
    return Rule.objects.filter(pk__in=found.values("pk")[:1]).order_by()


def never_fired(since: datetime, on: date) -> QuerySet[Rule]:
    """Rules in force that began before `since` and have named no agency from then on."""
    named = Suggestion.objects.filter(rule=OuterRef("pk"), at__gte=since)
    began = Q(since=None) | Q(since__lte=since.date())
    return Rule.objects.filter(in_force(on) & began, ~Exists(named), agency__active=True)


def of_closed(on: date) -> QuerySet[Rule]:
    """Rules that would count, or will, if their agency were not closed."""
    return Rule.objects.filter(Q(until=None) | Q(until__gte=on), agency__active=False)
