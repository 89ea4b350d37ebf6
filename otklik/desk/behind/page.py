"""GET /behind/?what=late&period=30d&…: the cards of one figure, newest first, for whoever reads figures."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk.find.drawn import drawn
from otklik.desk.find.rows import rows_of
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.statistics.ask import Asked, ask
from otklik.desk.translated import translated
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.behind import What, behind
from otklik.reports.queries import OPEN, atlas, late_now, sliced, wanted

READERS = (Permission.FIGURES,)
PAGE = 20
OPEN_NOW, OVERDUE_NOW = "open", "overdue"
TITLES: Mapping[str, Any] = {
    What.ALL: _("Все карточки, без «не инцидент»"),
    What.ANSWERED: _("С первым ответом"),
    What.WAITING: _("Ждут первого ответа"),
    What.LATE: _("Не ответили за сутки"),
    What.GOOD: _("Довольны ответом: оценки 4 и 5"),
    What.BAD: _("Недовольны ответом: оценки от 1 до 3"),
    What.SOLVED: _("Решено"),
    What.EXPLAINED: _("Разъяснено"),
    What.UNSOLVED: _("Не решено"),
    What.POSTPONED: _("Отложено"),
    What.BRUSHED_OFF: _("Решаемые, которые кончились словом «разъяснено»"),
    What.REOPENED: _("Открыты снова"),
    What.RETURNED: _("Вернули: «не наше»"),
    What.HARD: _("Особо сложные"),
    What.NOISE: _("Не инцидент"),
    OPEN_NOW: _("Сейчас в работе"),
    OVERDUE_NOW: _("Сейчас просрочено"),
}
NOW = (OPEN_NOW, OVERDUE_NOW)
"""Whatever the period: how things stand at this moment."""


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """What makes no sense in the address counts as not given: all cards of the usual period."""
    user, at, known = user_of(request), clock.now(), atlas()
    names = replace(known.names, network={kind: translated(title) for kind, title in known.names.network.items()})
    asked = ask(request.GET, names, at)
    what = request.GET.get("what", "")
    what = what if what in TITLES else What.ALL.value
    start = max(integer(request.GET.get("start")), 0)
    if what in NOW:
        ids, whole = _now(user, asked, what, start)
    else:
        here, _before = sliced(opened(user, READERS), asked.narrowing, asked.period, known)
        found = behind(What(what), here, int(at.timestamp()))
        newest = np.lexsort((-found["pk"].astype(np.int64), -found["started"].astype(np.int64)))
        ids, whole = [int(pk) for pk in found["pk"][newest[start : start + PAGE]]], len(found)
    rows = rows_of(ids, "")
    context = {
        "title": TITLES[what],
        "asked": asked,
        "names": names,
        "now": what in NOW,
        "whole": whole,
        "drawn": drawn(rows),
        "rows": rows,
        "start": start,
        "first": asked.link(what=what),
        "next": asked.link(what=what, start=start + PAGE) if start + PAGE < whole else "",
        "back": asked.link(),
    }
    return render(request, "desk/behind/page.html", context, status=400 if asked.trouble else 200)


def _now(user: User, asked: Asked, what: str, start: int) -> tuple[list[int], int]:
    """A page of ids, the oldest first, and how many there are."""
    cards = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing), state__in=OPEN)
    if what == OVERDUE_NOW:
        cards = cards.filter(pk__in=late_now(clock.now()).values("incident"))
    ids = cards.order_by("started_at", "pk").values_list("pk", flat=True)
    return list(ids[start : start + PAGE]), ids.count()
