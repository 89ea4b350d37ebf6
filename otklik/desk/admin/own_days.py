"""The special days of an agency's own calendar: a Saturday that is worked, a day off that only this agency has."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.calendar_forms import DayForm
from otklik.desk.admin.editing import SEEN, edit, written
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.norm_words import day_words
from otklik.people.models import User
from otklik.routing.agency_calendars import own_days_seen, set_own_day
from otklik.routing.models import AgencyCalendar


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def own_days(request: HttpRequest, pk: int) -> HttpResponse:
    """The days and a form for one more. Clocks that run keep their limits, so nothing is asked twice; 404 for an agency
    without a calendar of its own."""

    def save(here: AgencyCalendar, form: DayForm, by: User, now: datetime) -> HttpResponse:
        typed = form.cleaned_data
        changed = set_own_day(here.agency, typed["day"], typed["hours"], typed[SEEN], by, now)
        return written(request, changed, reverse("admin-calendar-own-days", args=[pk]))

    return edit(
        request,
        lambda: get_object_or_404(AgencyCalendar.objects.select_related("agency", "calendar"), agency=pk),
        lambda data, here: DayForm(data, {SEEN: own_days_seen(here.calendar)}),
        _page,
        seen=lambda here: own_days_seen(here.calendar),
        save=save,
        late=_("Пока вы писали, особые дни изменил кто-то ещё. Сверьте и сохраните снова."),
    )


def _page(request: HttpRequest, form: DayForm, here: AgencyCalendar, status: int) -> HttpResponse:
    kept = here.calendar
    days = [(date.fromisoformat(day), day_words(hours)) for day, hours in sorted(kept.special_days.items())]
    context = {"form": form, "agency": here.agency, "days": days, "lines": lines_about(f"calendar:{kept.pk}")}
    return framed(request, "calendars", "desk/admin/own_days.html", context, status)
