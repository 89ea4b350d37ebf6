"""The pages of «Запуск»: four steps, each with its own form, and the list of what is still missing."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.start import steps
from otklik.desk.admin.start.forms import CalendarForm, MailForm, PlacesForm
from otklik.desk.admin.start.lacks import TITLES, lines, there
from otklik.desk.format import network_title
from otklik.desk.gate import user_of
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.mail import mail
from otklik.lib.outbox import Failure
from otklik.lib.refusal import Refused
from otklik.networks.legal import all_allowed
from otklik.networks.registry import NETWORKS
from otklik.places import gazetteer, listing, loading
from otklik.places.models import Place, Street
from otklik.routing import calendars, presets
from otklik.routing.clocks import norms_of
from otklik.routing.norms import NORMED, Allowed
from otklik.routing.weeks import default_calendar

MOST_ERRORS = 10


@require_safe
@administers("start")
def start(request: HttpRequest) -> HttpResponse:
    """What is there and what is missing. Three queries beside the frame's."""
    now = clock.now()
    flags = there(user_of(request), now, all_allowed())
    checklist = lines(flags)
    missing = [line for line in checklist if line.must and not line.there]
    context = {"needed": [one for one in checklist if one.must], "better": [one for one in checklist if not one.must]}
    state = {"missing": missing, "heard": flags["heard"], "answered": flags["answered"]}
    return _page(request, "", "desk/start/start.html", {**context, **state})


def _page(request: HttpRequest, step: str, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    behind = steps.gone_through()
    step_context = {
        "step": step,
        "number": steps.STEPS.index(step) + 1 if step else 0,
        "of": len(steps.STEPS),
        "way": [(name, TITLES[name], behind.get(name) is False, name == step) for name in steps.STEPS],
        "fresh": next((f"start-{name}" for name in steps.STEPS if name not in behind), ""),
    }
    return framed(request, "start", template, {**step_context, **context}, status)


def _onward(step: str) -> HttpResponseRedirect:
    following = steps.after(step)
    return HttpResponseRedirect(reverse(f"start-{following}" if following else "start"))


@require_POST
@administers("start")
def leaving(request: HttpRequest, step: str) -> HttpResponse:
    """The step is behind; `passed` when its reader wants to come back to it later."""
    if step not in steps.STEPS:
        raise Http404
    steps.leave(step, user_of(request), clock.now(), passed=request.POST.get("passed") == "1")
    return _onward(step)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("start")
def region(request: HttpRequest) -> HttpResponse:
    """The region's name and clock, which the settings hold, and its list of places."""
    form = PlacesForm(request.POST, request.FILES) if request.method == "POST" else PlacesForm()
    if request.method == "POST" and request.POST.get("shipped") == "1":
        return _loaded(request, loading.shipped(), PlacesForm())
    if not form.is_valid():
        return _region(request, form if request.method == "POST" else PlacesForm(), [], 422 if form.errors else 200)
    file = form.cleaned_data["file"]
    try:
        listed = listing.read(file.read(), file.name)
    except listing.WrongList as wrong:
        errors = [f"{_('Строка %d') % one.line}: {one.sentence}" if one.line else one.sentence for one in wrong.errors]
        return _region(request, form, errors, 422)
    return _loaded(request, listed, form)


def _loaded(request: HttpRequest, listed: listing.Listed, form: PlacesForm) -> HttpResponse:
    try:
        done = loading.load(listed, clock.now())
    except loading.Refused as refused:
        return _region(request, form, [str(refused)], 422)
    params = {"new": done.new, "changed": done.changed, "streets": done.streets_new}
    messages.success(request, _("Мест новых: %(new)d, изменено: %(changed)d, улиц добавлено: %(streets)d.") % params)
    return HttpResponseRedirect(reverse("start-region"))


def _region(request: HttpRequest, form: PlacesForm, wrong: list[str], status: int) -> HttpResponse:
    levels = list(Place.objects.values_list("level", flat=True))
    shipped = gazetteer.load().places[0].name
    context = {
        "form": form,
        "wrong": wrong[:MOST_ERRORS],
        "more_wrong": max(len(wrong) - MOST_ERRORS, 0),
        "zone": settings.TIME_ZONE,
        "now": clock.now(),
        "municipalities": levels.count(Place.Level.MUNICIPALITY),
        "settlements": levels.count(Place.Level.SETTLEMENT),
        "streets": Street.objects.count(),
        "shipped": shipped if not levels and shipped.lower() == settings.REGION.lower() else "",
    }
    return _page(request, "region", "desk/start/region.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("start")
def calendar(request: HttpRequest) -> HttpResponse:
    """The working day and the norms. Where clocks run already, «Календари» says first whose limits would move."""
    here, norms = default_calendar(), norms_of(*NORMED)
    holds = next((one.code for one in presets.PRESETS if norms and _is_current(one, norms)), "")
    running = Incident.objects.exists()
    form = CalendarForm(request.POST if request.method == "POST" else None, here, holds)
    if running or not form.is_valid():
        context = {"form": form, "running": running}
        return _page(request, "calendar", "desk/start/calendar.html", context, 422 if form.errors else 200)
    cleaned_data, now, by = form.cleaned_data, clock.now(), user_of(request)
    chosen = presets.preset_by(cleaned_data["preset"])
    if chosen is None:  # the form offers no other
        raise Http404
    try:
        calendars.set_hours(cleaned_data["opens"], cleaned_data["closes"], calendars.hours_seen(here), by, now)
        presets.choose(chosen, presets.norms_seen(norms), by, now)
    except Refused:
        messages.error(request, _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова."))
        return HttpResponseRedirect(reverse("start-calendar"))
    steps.leave("calendar", by, now)
    messages.success(request, _("Записано."))
    return _onward("calendar")


@require_http_methods(["GET", "HEAD", "POST"])
@administers("start")
def mail_step(request: HttpRequest) -> HttpResponse:
    """A letter of trial, and what the mail server said to it."""
    by, now = user_of(request), clock.now()
    form = MailForm(request.POST if request.method == "POST" else None, by.email)
    trouble = ""
    if settings.MAIL_GOES and form.is_valid():
        trouble = _tried(form.cleaned_data["address"], now)
        if not trouble:
            steps.leave("mail", by, now)
            messages.success(request, _("Письмо принято почтовым сервером. Посмотрите, пришло ли оно."))
            return HttpResponseRedirect(reverse("start-mail"))
    context = {"form": form, "trouble": trouble, "goes": settings.MAIL_GOES, "by": settings.MAIL_WAY}
    where = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT, "folder": settings.EMAIL_FILE_PATH}
    return _page(request, "mail", "desk/start/mail.html", {**context, **where}, 422 if form.errors or trouble else 200)


def _is_current(preset: presets.Preset, norms: list[Allowed]) -> bool:
    turn = presets.turn_to(preset, norms)
    return not (turn.ends or turn.begins)


def _tried(address: str, now: datetime) -> str:
    """What went wrong, "" when the server took the letter."""
    words = _("Это пробное письмо «Отклика» (%(region)s). Если вы его читаете, почта настроена.")
    try:
        mail(address, _("Почта «Отклика» работает"), words % {"region": settings.REGION})
    except Failure as wrong:
        return str(wrong)
    return ""


@require_safe
@administers("start")
def network(request: HttpRequest) -> HttpResponse:
    """The first network: its key, what is read with it, and whether answering is allowed."""
    allowed = all_allowed()
    flags = there(user_of(request), clock.now(), allowed)
    lines_by_code = {line.code: line for line in lines(flags)}
    rows = [(kind, network_title(kind), allowed[kind]) for kind in NETWORKS]
    parts = [lines_by_code[code] for code in ("account", "speech", "source", "reading")]
    return _page(request, "network", "desk/start/network.html", {"networks": rows, "parts": parts})
