"""The classifier as lists: groups with their figures; the themes of one group, or those found by words."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.desk.admin.classifier import groups_now
from otklik.desk.admin.classifier_facts import Counts, counts
from otklik.desk.admin.frame import administers, framed
from otklik.desk.gate import integer
from otklik.lib.text import clean, fold, tidy
from otklik.themes.models import Theme, ThemeGroup
from otklik.themes.turning import waiting

MOST_SHOWN = 300
MOST_ASKED = 6
STATES = {
    "": gettext_lazy("все"),
    "now": gettext_lazy("действуют"),
    "retired": gettext_lazy("выведены или будут"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A theme, or a whole group, with what hangs on it. `gone`: it may not be chosen today."""

    theme: Theme | None
    group: ThemeGroup
    themes: int
    cards: int
    rules: int
    templates: int
    gone: bool = False


@require_safe
@administers("classifier")
def classifier(request: HttpRequest) -> HttpResponse:
    """Six queries beside the frame's."""
    groups, totals, today = groups_now(), counts(), timezone.localdate()
    themes = list(Theme.objects.order_by("name", "pk"))
    group = groups.get(integer(request.GET.get("group")))
    typed = tidy(clean(request.GET.get("q", "")[:200]))
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    rows = [_row(one, groups[one.group_id], totals, _gone(one)) for one in themes]
    narrowed = bool(group or typed or state)
    if narrowed:
        words = fold(typed).split()[:MOST_ASKED]
        shown = [one for one in rows if _fits(one, group, words, state)]
    else:
        shown = [_whole(one, rows, totals) for one in groups.values()]
    context = {
        "rows": shown[:MOST_SHOWN] if narrowed else shown,
        "count": len(shown) if narrowed else len(themes),
        "cut": narrowed and len(shown) > MOST_SHOWN,
        "most": MOST_SHOWN,
        "chosen": {"q": typed, "group": group.pk if group else "", "state": state},
        "group": group,
        "groups": groups.values(),
        "versions": len({one.classifier_id for one in groups.values()}) > 1,
        "states": STATES.items(),
        "narrowed": narrowed,
        "today": today,
        "coming": None if narrowed else waiting().first(),
        "whole": _whole(group, rows, totals) if group else None,
        "group_rules": totals.group_rules.get(group.pk, 0) if group else 0,
        "group_templates": totals.group_templates.get(group.pk, 0) if group else 0,
    }
    return framed(request, "classifier", "desk/admin/classifier.html", context)


def _gone(theme: Theme) -> bool:
    return theme.retired_on is not None and theme.retired_on <= timezone.localdate()


def _row(theme: Theme, group: ThemeGroup, totals: Counts, gone: bool) -> Row:
    pk = theme.pk
    return Row(theme, group, 1, totals.cards.get(pk, 0), totals.rules.get(pk, 0), totals.templates.get(pk, 0), gone)


def _whole(group: ThemeGroup, rows: list[Row], totals: Counts) -> Row:
    """The group: its themes in force; cards, rules and templates of any of its themes and of the group itself."""
    own = [row for row in rows if row.group.pk == group.pk]
    return Row(
        theme=None,
        group=group,
        themes=sum(not row.gone for row in own),
        cards=sum(row.cards for row in own),
        rules=sum(row.rules for row in own) + totals.group_rules.get(group.pk, 0),
        templates=sum(row.templates for row in own) + totals.group_templates.get(group.pk, 0),
    )


def _fits(row: Row, group: ThemeGroup | None, words: list[str], state: str) -> bool:
    theme = row.theme
    if theme is None or (group is not None and row.group.pk != group.pk):
        return False
    if (state == "now" and row.gone) or (state == "retired" and theme.retired_on is None):
        return False
    if not words:
        return True
    text = fold(" ".join((theme.name, theme.code, theme.subgroup, row.group.name, *map(str, theme.keywords))))
    return all(word in text for word in words)
