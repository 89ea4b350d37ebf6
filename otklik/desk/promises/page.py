"""The register of promises, its numbers for other pages, and its table for a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import Chosen, counted, ordering
from otklik.desk.promises import shares
from otklik.desk.promises.rows import (
    LIST,
    SEERS,
    TABS,
    Row,
    due_for,
    open_counts,
    order_of,
    promises_for,
    tone_of,
)
from otklik.desk.spreadsheet import sheet
from otklik.desk.taken import taken
from otklik.incidents.cards import may_move
from otklik.incidents.workflow import MOVES
from otklik.lib import clock
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.registers.models import Promise
from otklik.routing.hiding import hide

MOST_ROWS = 2000


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, now, chosen = user_of(request), clock.now(), LIST.chosen(request.GET)
    here = LIST.page(promises_for(user, chosen, now), request.GET, order_of(chosen))
    counts = open_counts(user, chosen, now)
    rows = [
        Row(
            promise,
            promise.fate == Promise.Fate.OPEN
            and promise.incident.state in MOVES["submit"].before
            and may_move(user, promise.incident, "submit"),
            tone_of(promise, now),
        )
        for promise in here.rows
    ]
    context = {
        "rows": rows,
        "following": here.following,
        "chosen": chosen,
        "tabs": [(tab, title, counted(counts.get(tab)), chosen.query(tab=tab)) for tab, title in TABS.items()],
        "agencies": shares.by_agency(user, now),
        "themes": shares.by_theme(user, now),
        "days": shares.PERIOD.days,
        "narrowed": chosen["agency"] or chosen["theme"],
        "whole": chosen.query(agency=0, theme=0),
        "table": chosen.query(),
    }
    return render(request, "desk/promises/page.html", context)


@require_safe
@permitted(Permission.HOLD)
def due(request: HttpRequest) -> HttpResponse:
    """A line for «Моё ведомство»: how much is promised for this week, and how much is overdue."""
    week, overdue = due_for(user_of(request), clock.now())
    return render(request, "desk/promises/_due.html", {"week": counted(week), "overdue": overdue and counted(overdue)})


@require_safe
@permitted(*SEERS)
def table(request: HttpRequest) -> HttpResponse:
    """The tab as CSV, as far as a spreadsheet is of use."""
    chosen = LIST.chosen(request.GET)
    taken("promises", user_of(request), clock.now())
    response = HttpResponse(sheet(rows(user_of(request), chosen, clock.now())), content_type="text/csv; charset=utf-8")
    name = f"otklik-promises-{chosen['tab']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rows(user: User, chosen: Chosen, now: datetime) -> Iterable[list[object]]:
    """The first 2000 of the tab, below their titles."""
    yield [
        _("Карточка"),
        _("Ведомство"),
        _("Тема"),
        _("Место"),
        _("Обещано"),
        _("До какого дня"),
        _("Перенесено раз"),
        _("Что стало"),
        _("Когда"),
        _("Слова обещания"),
    ]
    promises = promises_for(user, chosen, now).select_related("answer__reply_to__author")
    for one in promises.order_by(*ordering(order_of(chosen)))[:MOST_ROWS]:
        card = one.incident
        yield [
            card.number,
            card.agency.short_name if card.agency else "",
            card.theme.name if card.theme else "",
            card.place.name if card.place else "",
            localdate(one.given_at).isoformat(),
            localdate(one.limit_at).isoformat(),
            one.moves,
            one.get_fate_display() if one.fate or one.limit_at >= now else _("просрочено"),
            localdate(one.settled_at).isoformat() if one.settled_at else "",
            hide(one.answer.text, one.answer.reply_to.author.name),
        ]
