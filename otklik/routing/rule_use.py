"""How rules are used: the fallback rule, rules that never fire or lead nowhere, and how often people follow each."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value

from otklik.lib.days import day_of
from otklik.routing.models import Assignment, Rule, Suggestion

ENOUGH = 10
"""Of fewer decisions nothing is said."""

FOR_EVERYTHING = Q(theme=None, group=None, place=None, things="", network="", hours="", agency__active=True)


def in_force(on: date) -> Q:
    """Rules in force on that local day."""
    return (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))


def fallback(on: date) -> QuerySet[Rule]:
    """The rule for cards that no other rule matches. Without it such a card has no agency until a person assigns one.

    The queryset can be part of a union.
    """
    rules = Rule.objects.filter(FOR_EVERYTHING & in_force(on)).order_by("pk")
    return Rule.objects.filter(pk__in=rules.values("pk")[:1]).order_by()


def never_fired(since: datetime, on: date) -> QuerySet[Rule]:
    """Rules in force since before `since` that have suggested no agency from then on."""
    named = Suggestion.objects.filter(rule=OuterRef("pk"), at__gte=since)
    began = Q(since=None) | Q(since__lte=day_of(since))
    return Rule.objects.filter(in_force(on) & began, ~Exists(named), agency__active=True)


def of_closed(on: date) -> QuerySet[Rule]:
    """Rules, in force or still to come, whose agency is closed."""
    return Rule.objects.filter(Q(until=None) | Q(until__gte=on), agency__active=False)


class Use(NamedTuple):
    """A rule's suggestions: on how many cards it `fired`, and how many of those people `kept` and `overruled`. Cards
    whose theme or place a person corrected are in neither, since the rule was given the wrong one.
    """

    fired: int = 0
    kept: int = 0
    overruled: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether people overrule it more often than they keep it, after at least ENOUGH decisions."""
        return self.kept + self.overruled >= ENOUGH and self.overruled > self.kept


def uses(rules: Collection[int], since: datetime) -> dict[int, Use]:
    """The use of each of these rules from `since` on. One query."""
    nothing = Value(0, output_field=IntegerField())
    named = Suggestion.objects.filter(rule__in=rules, at__gte=since).order_by().values_list("rule")
    fired = named.annotate(fired=Count("incident", distinct=True), kept=nothing, overruled=nothing)
    decided = _heeded(since).filter(rule__in=rules)
    heeded = decided.annotate(fired=nothing).values_list("rule", "fired", "kept", "overruled")
    uses_by_rule = dict.fromkeys(rules, Use())
    for pk, *counted in fired.values_list("rule", "fired", "kept", "overruled").union(heeded, all=True):
        uses_by_rule[pk] = Use(*(one + other for one, other in zip(uses_by_rule[pk], counted, strict=True)))
    return uses_by_rule


def doubtful(since: datetime, on: date) -> list[tuple[int, Use]]:
    """Rules in force that are overruled more often than kept, the worst first, with the figures. One query."""
    living = Rule.objects.filter(in_force(on), agency__active=True)
    rows = _heeded(since).filter(rule__in=living)
    rule_uses = [(pk, Use(0, kept, overruled)) for pk, kept, overruled in rows]
    return sorted(((pk, use) for pk, use in rule_uses if use.doubtful), key=lambda one: (-one[1].overruled, one[0]))


def chosen_instead(rules: Collection[int], since: datetime) -> dict[int, str]:
    """By rule the title of the agency that people choose most often instead. One query."""
    rows = Assignment.objects.filter(rule__in=rules, at__gte=since, heeded=Assignment.Heeded.OVERRULED).order_by()
    counted = rows.values_list("rule", "agency__short_name").annotate(n=Count("pk")).order_by("n", "-agency")
    return {pk: name for pk, name, _n in counted if pk is not None}


def _heeded(since: datetime) -> QuerySet[Assignment, tuple[int, int, int]]:
    """(rule, kept, overruled) for each rule whose suggestions people have decided on."""
    taken = Q(heeded=Assignment.Heeded.TAKEN)
    changed = Q(overruled_at__isnull=False)
    assignments = Assignment.objects.filter(rule__isnull=False, at__gte=since).order_by().values_list("rule")
    return assignments.annotate(
        kept=Count("pk", filter=taken & ~changed),
        overruled=Count("pk", filter=Q(heeded=Assignment.Heeded.OVERRULED) | taken & changed),
    )
