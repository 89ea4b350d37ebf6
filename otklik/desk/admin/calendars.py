"""«Календари»: working hours, the days that differ, and how long clocks run. A change says first whose limits move."""

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.calendar_forms import DayForm, HoursForm, NormForm, clock_words
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.year import months
from otklik.desk.gate import integer, user_of
from otklik.lib import clock
from otklik.people.scope import Refused
from otklik.routing import calendars as verbs
from otklik.routing.calendars import Ground
from otklik.routing.models import Norm
from otklik.routing.norms import Allowed, allowed

_ORDER = ("clock", F("theme__name").asc(nulls_first=True), "fast_track", "pk")
PIECES = 4  # of 500 clocks, in the request that saves; whatever is left goes on by a button


@require_safe
@administers("calendars")
def calendars(request: HttpRequest) -> HttpResponse:
    """Five queries beside the frame's."""
    ground, kept, this_year = verbs.ground_now(), verbs.default_calendar(), timezone.localdate().year
    year = integer(request.GET.get("year"), this_year)
    year = year if 2000 <= year <= 2099 else this_year
    norms = Norm.objects.select_related("theme").filter(clock__in=verbs.CLOCKS)
    context = {
        "kept": kept,
        "year": year,
        "months": months(ground.week, year),
        "norms": [(one, spent_words(one.minutes)) for one in norms.order_by(*_ORDER)],
        "lines": lines_about(f"calendar:{kept.pk}") if kept.pk else [],
    }
    return framed(request, "calendars", "desk/admin/calendars.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def hours(request: HttpRequest) -> HttpResponse:
    """The working day's beginning and end."""
    form = HoursForm(request.POST if request.method == "POST" else None, verbs.default_calendar())
    if not form.is_valid():
        return _form(request, form, _("Рабочие часы"))
    opens, closes = form.cleaned_data["opens"], form.cleaned_data["closes"]
    if is_sure(request):
        verbs.set_hours(opens, closes, user_of(request), clock.now())
        return _moved(request)
    ground = verbs.ground_now()
    figure = _("Рабочий день: %(opens)s–%(closes)s.") % {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    after = Ground(verbs.with_hours(ground.week, opens, closes), ground.norms)
    return _asked(request, _("Изменить рабочие часы?"), figure, after, ("opens", "closes"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def day(request: HttpRequest) -> HttpResponse:
    """One day that differs from the production calendar, or is given back to it."""
    form = DayForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form(request, form, _("Особый день"))
    which, worked = form.cleaned_data["day"], form.cleaned_data["hours"]
    if is_sure(request):
        verbs.set_day(which, worked, user_of(request), clock.now())
        return _moved(request)
    ground = verbs.ground_now()
    words = _("как в производственном календаре") if worked is None else _("рабочих часов %d") % worked
    after = Ground(verbs.with_day(ground.week, which, worked), ground.norms)
    return _asked(request, _("Изменить день?"), f"{which:%d.%m.%Y}: {words}.", after, ("day", "hours"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm_addition(request: HttpRequest) -> HttpResponse:
    return _norm(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm(request: HttpRequest, pk: int) -> HttpResponse:
    return _norm(request, norm_for(pk))


def norm_for(pk: int) -> Norm:
    found = Norm.objects.select_related("theme").filter(pk=pk, clock__in=verbs.CLOCKS).first()
    if found is None:
        raise Http404
    return found


def _norm(request: HttpRequest, here: Norm | None) -> HttpResponse:
    """One norm for a clock and a theme: whoever writes it again changes the one that is there."""
    form = NormForm(request.POST if request.method == "POST" else None, allowed(here) if here else None)
    if not form.is_valid():
        return _form(request, form, _("Срок"), here)
    told = form.told()
    if is_sure(request):
        verbs.set_norm(told, user_of(request), clock.now())
        return _moved(request)
    ground = verbs.ground_now()
    after = Ground(ground.week, verbs.with_norm(ground.norms, told))
    return _asked(request, _("Сохранить срок?"), norm_words(told, form), after, NormForm.names)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """What it was for falls back to the wider norm, or to the product's own."""
    here = norm_for(pk)
    if request.method == "POST" and is_sure(request):
        try:
            verbs.remove_norm(here, user_of(request), clock.now())
        except Refused:
            messages.error(request, _("Этого срока уже нет: кто-то успел раньше."))
            return HttpResponseRedirect(reverse("admin-calendars"))
        return _moved(request)
    ground = verbs.ground_now()
    after = Ground(ground.week, verbs.without_norm(ground.norms, allowed(here)))
    figure = _("Вместо него будет действовать более общий срок.")
    return _asked(request, _("Убрать срок?"), figure, after, (), _("Убрать"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def running(request: HttpRequest) -> HttpResponse:
    """Limits of clocks that run are moved on, piece by piece, from the clock that the last piece ended with."""
    if request.method == "POST":
        return _moved(request, max(integer(request.POST.get("after")), 0))
    after, left = max(integer(request.GET.get("after")), 0), max(integer(request.GET.get("left")), 0)
    return framed(request, "calendars", "desk/admin/running.html", {"after": after, "left": left})


def _moved(request: HttpRequest, after: int = 0) -> HttpResponse:
    moved, by = 0, user_of(request)
    for _piece in range(PIECES):
        piece = verbs.move_limits(after, by, clock.now())
        moved, after = moved + piece.moved, piece.last
        if not piece.left:
            messages.success(request, _("Записано. Сроков пересчитано: %d.") % moved)
            return HttpResponseRedirect(reverse("admin-calendars"))
    messages.success(request, _("Записано. Сроков пересчитано: %d. Осталось просмотреть.") % moved)
    return HttpResponseRedirect(f"{reverse('admin-running')}?after={after}&left={piece.left}")


def _form(request: HttpRequest, form: object, title: str, here: Norm | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "norm": here}
    status = 422 if getattr(form, "errors", None) else 200
    return framed(request, "calendars", "desk/admin/calendar_form.html", context, status)


def _asked(
    request: HttpRequest, title: str, figure: str, after: Ground, names: tuple[str, ...], removes: str = ""
) -> HttpResponse:
    told = verbs.outlook(after, clock.now())
    figures = [figure]
    if told.cards:
        figures.append(_("Изменится срок у карточек: %(cards)d, из них сразу станут просроченными: %(late)d.")
                       % {"cards": told.cards, "late": told.late})  # fmt: skip
        figures.append(_("Начало отсчёта ни у одной не сдвинется. Пропущенное останется пропущенным."))
    else:
        figures.append(_("Ни у одной карточки, которой идёт срок, он не изменится."))
    if told.looked >= verbs.MOST:
        figures.append(_("Посчитано по первым срокам, которые идут: %d.") % told.looked)
    kept = [Hidden(name, request.POST.get(name, "")) for name in names if name in request.POST]
    back = reverse("admin-calendars")
    grave = bool(removes or told.late)
    return ask(request, "calendars", Sure(title, figures, removes or _("Сохранить"), back, kept, grave=grave))


def norm_words(told: Allowed, form: NormForm) -> str:
    """«первый ответ, все остальные темы: 8 ч рабочего времени»."""
    theme = form.matters.themes.get(told.theme or 0)
    about = theme.name if theme else _("фасттрек") if told.fast_track else _("все остальные темы")
    kind = _("рабочего времени") if told.working else _("подряд")
    return f"{clock_words(told.clock)}, {about}: {spent_words(told.minutes)} {kind}."


def spent_words(minutes: int) -> str:
    """«8 ч», «1 ч 30 мин»."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%d ч") % hours] if hours or not rest else []
    return " ".join([*parts, *([_("%d мин") % rest] if rest else [])])
