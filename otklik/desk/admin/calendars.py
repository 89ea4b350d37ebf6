"""«Календари»: working hours, the days that differ, and how long clocks run. A change says first whose limits move."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.calendar_forms import DayForm, HoursForm
from otklik.desk.admin.editing import LATE, SEEN, beside_now, edit, overtaken
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.ladder import ladder_words
from otklik.desk.admin.norm_words import built_in, day_words, lasts, rivals
from otklik.desk.admin.norm_words import rows as norm_rows
from otklik.desk.admin.week_words import days_words, hours_words
from otklik.desk.gate import integer, user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.notify.alerts.ladder import ladder
from otklik.people.models import Agency, User
from otklik.routing import calendars as verbs
from otklik.routing.agency_calendars import days_of
from otklik.routing.calendars import Ground
from otklik.routing.deadlines import WorkWeek, ever_open
from otklik.routing.models import AgencyCalendar, Calendar, Norm
from otklik.routing.norms import NORMED, Matter, pick
from otklik.routing.weeks import default_calendar

_ORDER = ("clock", F("theme__name").asc(nulls_first=True), "fast_track", "pk")
PIECES = 4  # of 500 clocks, in the request that saves; whatever is left goes on by a button


@dataclass(frozen=True, slots=True)
class Month:
    """`first` names the month; `days` are sentences such as «9 выходной», those set here by hand marked."""

    first: date
    worked: int
    hours: str
    days: list[tuple[str, bool]]


@require_safe
@administers("calendars")
def calendars(request: HttpRequest) -> HttpResponse:
    """Seven queries beside the frame's."""
    ground, kept, this_year = verbs.ground_now(), default_calendar(), timezone.localdate().year
    year = integer(request.GET.get("year"), this_year)
    year = year if 2000 <= year <= 2099 else this_year
    rows = Norm.objects.select_related("theme", "group", "place").filter(clock__in=NORMED, until=None)
    norms = list(rows.order_by(*_ORDER))
    context = {
        "kept": kept,
        "year": year,
        "months": months(ground.week, year),
        "norms": norm_rows(norms, built_in(ground.norms)),
        "rivals": rivals(norms, ground.norms),
        "silence": lasts(*pick(ground.norms, Norm.Clock.CLARIFICATION, Matter())),
        "hours": hours_words(kept.opens, kept.closes),
        "days": days_words(days_of(kept)),
        "own": _own(),
        "ladder": ladder_words(ladder()),
        "never": not ever_open(ground.week, clock.now()),
        "lines": lines_about(f"calendar:{kept.pk}") if kept.pk else [],
    }
    return framed(request, "calendars", "desk/admin/calendars.html", context)


def _own() -> list[tuple[Agency, str]]:
    """Agencies with a calendar of their own, and how they work."""
    links = AgencyCalendar.objects.select_related("agency", "calendar").order_by("agency__short_name")
    weeks = [(link.agency, link.calendar) for link in links]
    return [(agency, f"{hours_words(kept.opens, kept.closes)}, {days_words(days_of(kept))}") for agency, kept in weeks]


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def hours(request: HttpRequest) -> HttpResponse:
    """The working day's beginning and end."""

    def save(here: Calendar, form: HoursForm, by: User, now: datetime) -> HttpResponse:
        opens, closes = form.cleaned_data["opens"], form.cleaned_data["closes"]
        if is_sure(request):
            changed = verbs.set_hours(opens, closes, form.cleaned_data[SEEN], by, now)
            return moved(request) if changed else unchanged(request)
        ground = verbs.ground_now()
        figures = [
            _("Рабочий день: %s.") % hours_words(opens, closes),
            _("Сейчас: %s.") % hours_words(here.opens, here.closes),
        ]
        after = Ground(verbs.with_hours(ground.week, opens, closes), ground.norms)
        kept = {name: request.POST.get(name, "") for name in ("opens", "closes", SEEN)}
        return asked(request, _("Изменить рабочие часы?"), figures, after, kept)

    return edit(
        *(request, default_calendar, HoursForm, _hours_page),
        seen=verbs.hours_seen,
        save=save,
        late=_("Пока вы писали, рабочие часы изменил кто-то ещё. Сверьте поля и сохраните снова."),
    )


def _hours_page(request: HttpRequest, form: HoursForm, _here: Calendar, status: int) -> HttpResponse:
    return form_page(request, form, _("Рабочие часы"), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def day(request: HttpRequest) -> HttpResponse:
    """One day that differs from the production calendar, or is given back to it.

    Which day it is only the filled form knows: the confirmation says what stands, and the change is based on that.
    """
    form = DayForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return form_page(request, form, _("Особый день"))
    which, worked, here = form.cleaned_data["day"], form.cleaned_data["hours"], default_calendar()
    seen = verbs.day_seen(here, which)
    if is_sure(request):
        if overtaken(form, seen):
            return _day_late(request, here, which)
        try:
            changed = verbs.set_day(which, worked, seen, user_of(request), clock.now())
        except Refused:
            return _day_late(request, default_calendar(), which)
        return moved(request) if changed else unchanged(request)
    ground, current_hours = verbs.ground_now(), here.special_days.get(which.isoformat())
    figures = [f"{which:%d.%m.%Y}: {day_words(worked)}."]
    if current_hours is not None:
        figures.append(_("Сейчас: %s.") % day_words(current_hours))
    after = Ground(verbs.with_day(ground.week, which, worked), ground.norms)
    kept = {"day": which.isoformat(), "hours": request.POST.get("hours", ""), "seen": seen}
    return asked(request, _("Изменить день?"), figures, after, kept)


def _day_late(request: HttpRequest, here: Calendar, which: date) -> HttpResponse:
    initial = {"day": which, "hours": here.special_days.get(which.isoformat())}
    words = _("Пока вы смотрели, этот день изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: DayForm(data, initial), verbs.day_seen(here, which), words)
    return form_page(request, form, _("Особый день"), status=LATE)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def running(request: HttpRequest) -> HttpResponse:
    """Limits of clocks that run are moved on, piece by piece, from the clock that the last piece ended with."""
    if request.method == "POST":
        return moved(request, max(integer(request.POST.get("after")), 0))
    after, left = max(integer(request.GET.get("after")), 0), max(integer(request.GET.get("left")), 0)
    return framed(request, "calendars", "desk/admin/running.html", {"after": after, "left": left})


def moved(request: HttpRequest, after: int = 0) -> HttpResponse:
    """What is written down is now done to the clocks that run."""
    count, by = 0, user_of(request)
    for _piece in range(PIECES):
        piece = verbs.move_limits(after, by, clock.now())
        count, after = count + piece.moved, piece.last
        if not piece.left:
            messages.success(request, _("Записано. Сроков пересчитано: %d.") % count)
            return HttpResponseRedirect(reverse("admin-calendars"))
    messages.success(request, _("Записано. Сроков пересчитано: %d. Осталось просмотреть.") % count)
    return HttpResponseRedirect(f"{reverse('admin-running')}?after={after}&left={piece.left}")


def unchanged(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-calendars"))


def form_page(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    here: Norm | None = None,
    status: int = 0,
    away: str = "",
    days: str = "",
) -> HttpResponse:
    """`away` is where what the form is about can be taken away, `days` where its special days are."""
    lines = lines_about(f"norm:{here.pk}") if here else []
    context = {"form": form, "title": title, "norm": here, "lines": lines, "away": away, "days": days}
    status_code = status or (422 if form.errors else 200)
    return framed(request, "calendars", "desk/admin/calendar_form.html", context, status_code)


def asked(
    request: HttpRequest,
    title: str,
    sentences: list[str],
    after: Ground,
    kept: dict[str, str],
    removes: str = "",
    more: Sequence[Hidden] = (),
) -> HttpResponse:
    """What is said of the change itself, and whose limits it would move; `kept` goes on with the confirmation."""
    outlook = verbs.outlook(after, clock.now())
    figures = list(sentences)
    if outlook.cards:
        figures.append(_("Изменится срок у карточек: %(cards)d, из них сразу станут просроченными: %(late)d.")
                       % {"cards": outlook.cards, "late": outlook.late})  # fmt: skip
        figures.append(_("Начало отсчёта ни у одной не сдвинется. Пропущенное останется пропущенным."))
    else:
        figures.append(_("Ни у одной карточки, которой идёт срок, он не изменится."))
    if outlook.looked >= verbs.MOST:
        figures.append(_("Посчитано по первым срокам, которые идут: %d.") % outlook.looked)
    back = reverse("admin-calendars")
    hidden = [*(Hidden(name, value) for name, value in kept.items()), *more]
    grave = bool(removes or outlook.late)
    return ask(request, "calendars", Sure(title, figures, removes or _("Сохранить"), back, hidden, grave=grave))


def months(week: WorkWeek, year: int) -> list[Month]:
    """Twelve of them. Pure."""
    return [_month(week, date(year, number, 1)) for number in range(1, 13)]


def _month(week: WorkWeek, first: date) -> Month:
    last = calendar.monthrange(first.year, first.month)[1]
    days = [first.replace(day=number) for number in range(1, last + 1)]
    hours = [week.day_hours(day) for day in days]
    day_notes = [(words, day in week.special) for day in days if (words := _differs(week, day))]
    return Month(first, sum(one > 0 for one in hours), shown(sum(hours)), day_notes)


def _differs(week: WorkWeek, day: date) -> str:
    """«9 выходной»; "" for a day like any other of its kind."""
    hours, weekend = week.day_hours(day), day.weekday() not in week.weekdays
    if day not in week.special and (weekend and not hours):
        return ""
    usual = max((week.day_hours(one) for one in _plain(week, day)), default=0.0)
    params = {"day": day.day, "hours": shown(hours)}
    if not hours:
        return _("%(day)d выходной") % params
    if weekend or day in week.special or hours < usual:
        return _("%(day)d работаем %(hours)s ч") % params
    return ""


def _plain(week: WorkWeek, day: date) -> list[date]:
    """The days of the same month that nobody set by hand."""
    last = calendar.monthrange(day.year, day.month)[1]
    return [one for number in range(1, last + 1) if (one := day.replace(day=number)) not in week.special]


def shown(hours: float) -> str:
    """«8», «7,5»."""
    return f"{round(hours, 2):g}".replace(".", ",")
