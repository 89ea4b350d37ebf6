"""«Что не так с правилами»: which collide, which can never win, which have not fired, and what leads nowhere."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.gate import integer
from otklik.lib import clock
from otklik.routing import faults, rule_use
from otklik.routing.faults import Because
from otklik.routing.models import Rule
from otklik.routing.rules import known_now
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme

PERIODS = (30, 90, 365)
MOST = 50
WHY = {
    Because.SAME: _("то же самое спрашивает правило, которое его опережает"),
    Because.HOURS: _("и рабочие часы, и нерабочие уже разобраны"),
    Because.THEMES: _("у каждой темы группы здесь есть своё правило"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule with those that it meets and the reason."""

    rule: Rule
    others: list[Rule]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A rule that people overrule more often than they heed it; `instead` is whom they choose most often."""

    rule: Rule
    use: rule_use.Use
    instead: str


@require_safe
@administers("rules")
def rule_faults(request: HttpRequest) -> HttpResponse:
    """Ten queries beside the frame's, whatever the number of rules."""
    now, today = clock.now(), timezone.localdate()
    asked = integer(request.GET.get("days"))
    days = asked if asked in PERIODS else PERIODS[1]
    collide, shadow = _faults(today)
    silent = rule_use.never_fired(now - timedelta(days=days), today)
    since = now - timedelta(days=days)
    context = {
        "doubtful": _doubtful(since, today),
        "collide": collide,
        "shadow": shadow,
        "closed": _shown(rule_use.of_closed(today)[:MOST].values_list("pk", flat=True)),
        "silent": _shown(silent.order_by("-pk")[:MOST].values_list("pk", flat=True)),
        "silent_count": silent.count(),
        "fallback": rule_use.fallback(today).exists(),
        "days": days,
        "periods": PERIODS,
        "most": faults.MOST,
    }
    return framed(request, "rules", "desk/admin/rule_faults.html", context)


def _faults(today: date) -> tuple[list[Fault], list[Fault]]:
    """Rules that collide, and rules that can never win. Three queries."""
    rules = known_now()
    themes: defaultdict[int, list[int]] = defaultdict(list)
    for pk, group in Theme.objects.filter(in_force(today)).order_by().values_list("pk", "group_id"):
        themes[group].append(pk)
    collide, shadow = faults.collisions(rules, today), faults.shadowed(rules, themes, today)
    named = {pk for one in collide for pk in (one.winner, one.loser)}
    named |= {pk for shadow_rule in shadow for pk in (shadow_rule.rule, *shadow_rule.by[:2])}
    rows = {rule.pk: rule for rule in _shown(named)}
    return (
        [Fault(rows[one.loser], [rows[one.winner]]) for one in collide],
        [Fault(rows[one.rule], [rows[pk] for pk in one.by[:2]], str(WHY[one.because])) for one in shadow],
    )


def _doubtful(since: datetime, today: date) -> list[Doubtful]:
    """Rules to be changed, at most fifty. Three queries."""
    use_by_rule = dict(rule_use.doubtful(since, today)[:MOST])
    rows = {rule.pk: rule for rule in _shown(use_by_rule)}
    instead = rule_use.chosen_instead(use_by_rule, since)
    return [Doubtful(rows[pk], use, instead.get(pk, "")) for pk, use in use_by_rule.items() if pk in rows]


def _shown(ids: Iterable[int]) -> list[Rule]:
    """The rules as the page names them. One query."""
    rules = Rule.objects.filter(pk__in=list(ids)).select_related("theme", "group", "place", "agency")
    return list(rules.order_by("-pk"))
