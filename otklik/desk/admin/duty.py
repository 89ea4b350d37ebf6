"""«График дежурств»: who is on duty when, and «принял» on an urgent card."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.desk.rail import DUTY_SEERS
from otklik.lib import clock
from otklik.lib.days import begin_of, day_of
from otklik.lib.refusal import Refused
from otklik.notify.alerts import calling, roster
from otklik.notify.alerts.gaps import Span
from otklik.notify.alerts.models import Duty
from otklik.people.access import grants_of
from otklik.people.models import Agency, User
from otklik.people.permissions import Permission

EDITORS = (Permission.LEAD,)
WEEKS = {7: 1, 28: 4}


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the table."""

    day: date
    today: bool
    duties: list[Duty]


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*DUTY_SEERS)
def page(request: HttpRequest) -> HttpResponse:
    """A week, or four of them; whoever edits puts a duty by the form below."""
    user = user_of(request)
    if request.method != "POST":
        return _shown(request, user)
    agency = Agency.objects.filter(pk=integer(request.POST.get("agency")), active=True).first()
    if not may_edit(user, agency):
        raise PermissionDenied
    person = User.objects.filter(pk=integer(request.POST.get("user")), is_active=True, grants__isnull=False).first()
    start, end = (_moment(request.POST.get(name)) for name in ("starts", "ends"))
    if person is None or start is None or end is None:
        return _shown(request, user, _("Не записано: выберите человека и укажите начало и конец."), 409)
    try:
        place = min(max(integer(request.POST.get("place"), 1), 1), 9)
        roster.put(person, agency, Span(start, end), place, user, clock.now())
    except Refused as refusal:
        return _shown(request, user, _why(refusal.code), 409)
    messages.success(request, _("Дежурство записано."))
    return redirect("duty")


@require_POST
@permitted(*EDITORS)
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.select_related("agency"), pk=pk)
    if not may_edit(user_of(request), duty.agency):
        raise PermissionDenied
    try:
        roster.remove(duty, user_of(request), clock.now())
        messages.success(request, _("Дежурство снято."))
    except Refused:
        messages.error(request, _("Его уже сняли."))
    return redirect("duty")


@require_POST
@permitted()
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """«Принял». Opening the card changes nothing; only whoever was called may say it."""
    card, user = card_for(request, pk), user_of(request)
    if not calling.was_called(user, card):
        raise PermissionDenied
    if calling.confirm(card, user, clock.now()):
        messages.success(request, _("Вы приняли срочную карточку: дальше никого не зовём."))
    else:
        messages.error(request, _("Её уже принял другой."))
    return redirect("incident", pk)


def may_edit(user: User, agency: Agency | None) -> bool:
    """An administrator or curator within his agencies; the region's roster is for grants over the whole region."""
    return any(
        Permission.LEAD in grant.allows
        and grant.place is None
        and (grant.agency is None or (agency is not None and agency.path.startswith(grant.agency.path)))
        for grant in grants_of(user)
    )


def _shown(request: HttpRequest, user: User, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    today = day_of(now)
    length = integer(request.GET.get("days"), 7)
    length = length if length in WEEKS else 7
    first = _monday(request.GET.get("from"), today)
    edges = [begin_of(first + timedelta(days=number)) for number in range(length + 1)]
    duties = roster.between(Span(edges[0], edges[-1]))
    days = [
        Day(start.date(), start.date() == today, [one for one in duties if one.starts_at < end and one.ends_at > start])
        for start, end in pairwise(edges)
    ]
    edits = any(Permission.LEAD in grant.allows and grant.place is None for grant in grants_of(user))
    facts = {
        "days": days,
        "length": length,
        "first": first,
        "before": first - timedelta(days=length),
        "after": first + timedelta(days=length),
        "gaps": roster.region_gaps(now),
        "edits": edits,
        "editable": {one.pk for one in duties if may_edit(user, one.agency)} if edits else set(),
        "region": may_edit(user, None),
        "agencies": [one for one in Agency.objects.filter(active=True) if may_edit(user, one)] if edits else [],
        "people": _people() if edits else [],
        "typed": request.POST,
        "within": settings.DUTY_CONFIRMS_WITHIN,
        "problem": problem,
    }
    return render(request, "desk/alerting/duty.html", facts, status=status)


def _people() -> list[User]:
    return list(User.objects.filter(is_active=True, grants__isnull=False).distinct().order_by("last_name")[:1000])


def _monday(typed: str | None, today: date) -> date:
    try:
        day = date.fromisoformat((typed or "")[:10])
    except ValueError:
        day = today
    day = day if date(2000, 1, 10) < day < date(2200, 1, 1) else today
    return day - timedelta(days=day.weekday())


def _moment(typed: str | None) -> datetime | None:
    """What a field of a moment holds: by the region's wall clock."""
    try:
        moment = datetime.fromisoformat((typed or "")[:16]).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        return None
    return moment if 2000 < moment.year < 2200 else None


def _why(code: str) -> str:
    return {
        "order": _("Дежурство кончается раньше, чем начинается."),
        "long": _("Дежурство длиннее месяца: разделите его."),
        "past": _("Это дежурство уже кончилось бы."),
        "double": _("В это время он уже дежурит."),
    }[code]
