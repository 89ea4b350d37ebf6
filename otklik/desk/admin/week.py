"""Which days are worked, lunch and zone; and the calendars that agencies have of their own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.calendars import asked, form_page, moved, unchanged
from otklik.desk.admin.forms import agency_choices
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, is_sure
from otklik.desk.admin.late import LATE, SEEN, beside_now, overtaken
from otklik.desk.admin.week_forms import DaysForm, OwnForm
from otklik.desk.admin.week_words import days_words, hours_words
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.people.scope import Refused
from otklik.people.seen import turned
from otklik.routing import agency_calendars as verbs
from otklik.routing import calendars
from otklik.routing.calendars import Ground
from otklik.routing.models import Calendar
from otklik.routing.weeks import default_calendar


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def days(request: HttpRequest) -> HttpResponse:
    """Of the region's calendar: whose limit moves is said first, as it is for the hours."""
    here = default_calendar()
    form = DaysForm(request.POST if request.method == "POST" else None, here)
    if not form.is_valid():
        return form_page(request, form, _("Рабочие дни и обед"))
    if overtaken(form, verbs.days_seen(here)):
        return _days_late(request, here)
    told, now = form.days(), verbs.days_of(here)
    if is_sure(request):
        said = turned((days_words(now), days_words(told)))
        try:
            changed = verbs.set_days(told, form.cleaned_data[SEEN], said, user_of(request), clock.now())
        except Refused:
            return _days_late(request, default_calendar())
        return moved(request) if changed else unchanged(request)
    ground = calendars.ground_now()
    figures = [_("Станет: %s.") % days_words(told), _("Сейчас: %s.") % days_words(now)]
    after = Ground(verbs.with_days(ground.week, told), ground.norms)
    return asked(request, _("Изменить рабочие дни?"), figures, after, {}, more=_kept(request, DaysForm.names))


def _days_late(request: HttpRequest, here: Calendar) -> HttpResponse:
    words = _("Пока вы писали, рабочие дни изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: DaysForm(data, here), verbs.days_seen(here), words)
    return form_page(request, form, _("Рабочие дни и обед"), status=LATE)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def addition(request: HttpRequest) -> HttpResponse:
    """A calendar for an agency that has none of its own yet."""
    agencies = {one.pk: one for one in Agency.objects.filter(active=True)}
    free = agency_choices(agencies, None)
    form = OwnForm(request.POST if request.method == "POST" else None, None, None, free)
    if not form.is_valid():
        return form_page(request, form, _("Календарь ведомства"))
    agency = agencies[form.cleaned_data["agency"]]
    if kept := verbs.own_calendar(agency):
        form.add_error("agency", _("У этого ведомства календарь уже есть: %s.") % _words(kept))
        return form_page(request, form, _("Календарь ведомства"))
    return _save(request, form, agency, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar of one agency; there may be none of its own yet."""
    agency = _agency(pk)
    kept = verbs.own_calendar(agency)
    form = OwnForm(request.POST if request.method == "POST" else None, kept, agency.pk, [])
    title = _("Календарь: %s") % agency.short_name
    if not form.is_valid():
        return form_page(request, form, title, away=_away(agency, kept), days=_days(agency, kept))
    if overtaken(form, verbs.own_seen(kept, agency.pk)):
        return _own_late(request, agency)
    return _save(request, form, agency, kept)


def _save(request: HttpRequest, form: OwnForm, agency: Agency, kept: Calendar | None) -> HttpResponse:
    told, hours = form.days(), (form.cleaned_data["opens"], form.cleaned_data["closes"])
    then = f"{hours_words(*hours)}, {days_words(told)}"
    if is_sure(request):
        said, seen = turned((_words(kept), then)), form.cleaned_data[SEEN]
        try:
            changed = verbs.set_own(agency, hours, told, seen, said, user_of(request), clock.now())
        except Refused:
            return _own_late(request, agency)
        return _written(request) if changed else unchanged(request)
    below = Agency.objects.filter(path__startswith=agency.path).exclude(pk=agency.pk).count()
    figures = [f"{agency.short_name}: {then}."]
    figures += [_("Сейчас: %s.") % _words(kept)] if kept else []
    figures += [_("Так же считается всем, кто ниже и своего календаря не имеет: %d.") % below] if below else []
    figures.append(_("Сроки, которые уже идут, не изменятся. Сроки жителей считаются по календарю региона."))
    sure = Sure(_("Сохранить календарь?"), figures, _("Сохранить"), _back(), _kept(request, OwnForm.names))
    return ask(request, "calendars", sure)


def _own_late(request: HttpRequest, agency: Agency) -> HttpResponse:
    kept = verbs.own_calendar(agency)
    words = _("Пока вы писали, этот календарь изменил кто-то ещё. Сверьте поля и сохраните снова.")
    mark = verbs.own_seen(kept, agency.pk)
    form = beside_now(request, lambda data: OwnForm(data, kept, agency.pk, []), mark, words)
    title = _("Календарь: %s") % agency.short_name
    return form_page(request, form, title, status=LATE, away=_away(agency, kept))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency works as those above it do."""
    agency = _agency(pk)
    kept = verbs.own_calendar(agency)
    if request.method == "POST" and is_sure(request):
        try:
            seen = request.POST.get(SEEN, "")
            verbs.remove_own(agency, seen, turned((_words(kept), "")), user_of(request), clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
            return HttpResponseRedirect(_back())
        return _written(request)
    figures = [
        f"{agency.short_name}: {_words(kept)}." if kept else _("Своего календаря у ведомства нет."),
        _("Ведомство будет работать по календарю того, кто выше, или региона."),
        _("Сроки, которые уже идут, не изменятся. Сроки жителей считаются по календарю региона."),
    ]
    hidden = [Hidden(SEEN, verbs.own_seen(kept, agency.pk))]
    sure = Sure(_("Убрать календарь ведомства?"), figures, _("Убрать"), _back(), hidden, grave=True)
    return ask(request, "calendars", sure)


def _agency(pk: int) -> Agency:
    found = Agency.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _words(kept: Calendar | None) -> str:
    return f"{hours_words(kept.opens, kept.closes)}, {days_words(verbs.days_of(kept))}" if kept else ""


def _away(agency: Agency, kept: Calendar | None) -> str:
    return reverse("admin-calendar-removal", args=[agency.pk]) if kept else ""


def _days(agency: Agency, kept: Calendar | None) -> str:
    return reverse("admin-calendar-own-days", args=[agency.pk]) if kept else ""


def _kept(request: HttpRequest, names: tuple[str, ...]) -> list[Hidden]:
    """What was typed goes on with the confirmation; a field may have several values."""
    return [Hidden(name, value) for name in (*names, SEEN) for value in request.POST.getlist(name)[:7]]


def _written(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Записано."))
    return HttpResponseRedirect(_back())


def _back() -> str:
    return reverse("admin-calendars")
