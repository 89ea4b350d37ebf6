"""The special days of an agency's own calendar: a Saturday that is worked, a day off that only this agency has."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.calendar_forms import DayForm
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, SEEN, beside_now, overtaken
from otklik.desk.admin.norm_words import day_words
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.people.scope import Refused
from otklik.routing.agency_calendars import own_calendar, own_days_seen, set_own_day
from otklik.routing.models import Calendar


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def own_days(request: HttpRequest, pk: int) -> HttpResponse:
    """The days and a form for one more. Clocks that run keep their limits, so nothing is asked twice; 404 for an agency
    without a calendar of its own."""
    agency, kept = _kept(pk)
    form = DayForm(request.POST if request.method == "POST" else None, {SEEN: own_days_seen(kept)})
    if not form.is_valid():
        return _page(request, agency, kept, form, 422 if form.errors else 200)
    if overtaken(form, own_days_seen(kept)):
        return _late(request, pk)
    told = form.cleaned_data
    try:
        changed = set_own_day(agency, told["day"], told["hours"], told[SEEN], user_of(request), clock.now())
    except Refused:
        return _late(request, pk)
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-calendar-own-days", args=[pk]))


def _kept(pk: int) -> tuple[Agency, Calendar]:
    agency = Agency.objects.filter(pk=pk).first()
    kept = own_calendar(agency) if agency else None
    if agency is None or kept is None:
        raise Http404
    return agency, kept


def _late(request: HttpRequest, pk: int) -> HttpResponse:
    agency, kept = _kept(pk)
    words = _("Пока вы писали, особые дни изменил кто-то ещё. Сверьте и сохраните снова.")
    form = beside_now(request, DayForm, own_days_seen(kept), words)
    return _page(request, agency, kept, form, LATE)


def _page(request: HttpRequest, agency: Agency, kept: Calendar, form: DayForm, status: int) -> HttpResponse:
    days = [(date.fromisoformat(day), day_words(hours)) for day, hours in sorted(kept.special_days.items())]
    context = {"form": form, "agency": agency, "days": days, "lines": lines_about(f"calendar:{kept.pk}")}
    return framed(request, "calendars", "desk/admin/own_days.html", context, status)
