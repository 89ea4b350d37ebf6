"""The page of reports, one of them as a file, and who may decide of reports for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.head.ask import names_of
from otklik.desk.head.reports import ask
from otklik.desk.taken import taken
from otklik.lib import clock
from otklik.people.access import everywhere, grants_of, opened
from otklik.people.models import Grant, User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from otklik.reports.build import TITLES, Asked, build
from otklik.reports.docx_file import BadTemplate
from otklik.reports.formats import FORMATS, file_name
from otklik.reports.letterhead import current
from otklik.reports.models import Letterhead, Schedule, Sending
from otklik.reports.queries import atlas
from otklik.reports.spans import Cycle
from otklik.reports.typeface import NoTypeface
from otklik.work.translated import translated

MOST = 100
READERS = (Permission.FIGURES,)
SENDERS = frozenset({Permission.LEAD, Permission.ADMINISTRATE})
MOST_PEOPLE = 1000


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    return shown(request)


@require_safe
@permitted(*READERS)
def file(request: HttpRequest) -> HttpResponse:
    """The report as a download, within the reader's grants. What was wrong is shown on the page, with 400."""
    known, at = atlas(), clock.now()
    try:
        names = names_of(known)
        wanted = ask.wanted(request.GET, names, at)
        scope = opened(user_of(request), READERS)
        report = build(Asked(scope, wanted.narrowing, wanted.span, known, names, at))
        content = wanted.form.write(report, current())
    except (ask.Trouble, BadTemplate, NoTypeface) as refusal:
        return shown(request, translated(str(refusal)), 400)
    taken("report", user_of(request), at)
    response = HttpResponse(content, content_type=wanted.form.mime)
    response["Content-Disposition"] = f'attachment; filename="{file_name(report, wanted.form.ending)}"'
    return response


def shown(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The page with what was typed still in it."""
    user, keeps = user_of(request), keeps_letterhead(user_of(request))
    typed = request.POST if request.method == "POST" else request.GET
    facts: dict[str, Any] = {
        "problem": problem,
        "typed": typed,
        "chosen": typed.getlist("reader"),
        "names": names_of(atlas()),
        "cycles": TITLES,
        "formats": FORMATS.values(),
        "yesterday": ask.yesterday(clock.now()),
        "weekdays": WEEKDAYS,
        "hours": range(24),
        "month_days": range(1, 29),
        "usual_hour": ask.USUAL_HOUR,
        "orders": orders(user),
        "people": people() if may_send_to_others(user) else [],
        "mail_goes": settings.MAIL_GOES,
        "keeps": keeps,
        "letterhead": Letterhead.objects.defer("content").select_related("by").first() if keeps else None,
    }
    return render(request, "desk/reports/page.html", facts, status=status)


@dataclass(frozen=True, slots=True)
class Order:
    """A schedule as it is shown; `last` is what became of the latest sending of it, `mine`: the reader gets it,
    `removable`: he may take it away."""

    row: Schedule
    title: str
    when: str
    readers: Sequence[User]
    mine: bool
    removable: bool
    last: Sending | None


def orders(user: User) -> list[Order]:
    """Three queries."""
    last = Sending.objects.filter(schedule=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = list(schedules(user).annotate(last=Subquery(last)).prefetch_related("readers")[:MOST])
    sendings = Sending.objects.select_related("user").in_bulk([row.last for row in rows if row.last])
    return [_order(row, user, sendings.get(row.last)) for row in rows]


def _order(row: Schedule, user: User, last: Sending | None) -> Order:
    readers = sorted(row.readers.all(), key=lambda one: one.initials.casefold())
    cycle = Cycle(row.cycle)
    when = {
        Cycle.DAILY: _("каждый день в %(hour)d:00"),
        Cycle.WEEKLY: _("каждую неделю в %(hour)d:00, день: %(day)s"),
        Cycle.MONTHLY: _("каждый месяц в %(hour)d:00, число: %(day)s"),
    }[cycle]
    day = WEEKDAYS[row.day] if cycle == Cycle.WEEKLY else row.day
    words = when % {"hour": row.hour, "day": day}
    return Order(row, str(TITLES[cycle]), words, readers, user in readers, may_remove(user, row), last)


def schedules(user: User) -> QuerySet[Schedule]:
    """Those that he made or gets, and those of the people whom he administers."""
    mine = Q(by=user) | Q(pk__in=Schedule.readers.through.objects.filter(user=user).values("schedule"))
    theirs = Q(by__in=scope_of(user).people())
    return Schedule.objects.filter(mine | theirs).select_related("by").order_by("cycle", "hour", "pk")


def may_remove(user: User, row: Schedule) -> bool:
    """Whoever ordered it, and whoever administers all that this person may."""
    return row.by_id == user.pk or scope_of(user).owns(row.by)


def may_send_to_others(user: User) -> bool:
    """Whoever leads or administrates; everybody else orders for himself."""
    return any(grant.allows & SENDERS for grant in grants_of(user))


def keeps_letterhead(user: User) -> bool:
    """A document of the whole region is for those who tune the whole of it."""
    return everywhere(user, Permission.TUNE)


def people() -> list[User]:
    """Everybody who reads figures by a grant of his own, by name. One query."""
    grants = Grant.objects.filter(user__is_active=True).select_related("user", "made")
    readers = {grant.user_id: grant.user for grant in grants if not grant.allows.isdisjoint(READERS)}
    return sorted(readers.values(), key=lambda one: (one.initials.casefold(), one.pk))[:MOST_PEOPLE]
