"""What hangs on themes, in figures: for the list of all, and for one before it changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from otklik.answers.models import Template
from otklik.desk.admin.facts import OPEN
from otklik.incidents.models import Incident, State
from otklik.routing.calendars import Ground, ground_now
from otklik.routing.models import Rule
from otklik.themes.models import Theme
from otklik.triage.models import Verdict


@dataclass(frozen=True, slots=True)
class Counts:
    """By theme's id; rules and templates for a whole group by the group's. Rules that have ended are left out."""

    cards: dict[int, int]
    rules: dict[int, int]
    templates: dict[int, int]
    group_rules: dict[int, int]
    group_templates: dict[int, int]


def counts() -> Counts:
    """Three queries, whatever the size."""
    cards = Incident.objects.filter(OPEN, theme__isnull=False).order_by().values_list("theme").annotate(n=Count("pk"))
    rules = list(_running_rules().order_by().values_list("theme", "group").annotate(n=Count("pk")))
    templates = list(Template.objects.order_by().values_list("theme", "group").annotate(n=Count("pk")))
    return Counts(dict(cards), _by(rules, 0), _by(templates, 0), _by(rules, 1), _by(templates, 1))


def _by(rows: Iterable[Sequence[int]], column: int) -> dict[int, int]:
    totals: Counter[int] = Counter()
    for row in rows:
        if row[column] and not (column and row[0]):
            totals[row[column]] += row[2]
    return dict(totals)


def _running_rules() -> QuerySet[Rule]:
    return Rule.objects.exclude(until__lt=timezone.localdate())


@dataclass(frozen=True, slots=True)
class Weight:
    """What names one theme: open cards, new cards that the machine suggests it for, rules, templates, norms."""

    cards: int
    suggested: int
    rules: int
    templates: int
    norms: int

    @property
    def nothing(self) -> bool:
        return not (self.cards or self.suggested or self.rules or self.templates or self.norms)


def weight(theme: Theme) -> Weight:
    """Three queries."""
    running = Q(rules__until__isnull=True) | Q(rules__until__gte=timezone.localdate())
    small = Theme.objects.filter(pk=theme.pk).aggregate(
        rules=Count("rules", filter=running, distinct=True),
        templates=Count("templates", distinct=True),
        norms=Count("norms", distinct=True),
    )
    cards = Incident.objects.filter(OPEN, theme=theme).count()
    return Weight(cards, _suggested(theme), **small)


def _suggested(theme: Theme) -> int:
    """New cards that have no theme of a person's yet and whose latest verdict names this one."""
    latest = Verdict.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True).order_by("-pk")
    fresh = Incident.objects.filter(Q(theme=None), state=State.NEW)
    return fresh.annotate(about=Subquery(latest.values("theme")[:1])).filter(about=theme.pk).count()


def ground_with(theme: Theme, fast_track: bool) -> Ground:
    """What limits would be computed from if the theme were, or were not, for the fast track. Two queries."""
    ground = ground_now()
    return Ground(ground.week, ground.norms, {theme.pk: fast_track})
