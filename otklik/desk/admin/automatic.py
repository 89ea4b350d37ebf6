"""«Без оператора»: which themes the machine assigns alone, how sure it has to be, and how often it was wrong."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.classifier import theme_for
from otklik.desk.admin.editing import LATE, Seen
from otklik.desk.admin.fields import Whole, tick
from otklik.desk.admin.frame import administers, framed
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.reports.arithmetic import Share
from otklik.reports.shown import interval
from otklik.routing import switches as verbs
from otklik.routing.models import Assignment, Automatic
from otklik.themes.models import Theme


class SwitchForm(forms.Form):
    on = tick(
        gettext_lazy("Назначать без оператора"),
        gettext_lazy("Только то, в чём машина уверена не меньше, чем здесь сказано."),
    )
    theme_percent = Whole(gettext_lazy("Уверенность в теме, %"), 50, 100)
    agency_percent = Whole(
        gettext_lazy("Согласие правил о ведомстве, %"),
        *(67, 100),
        hint=gettext_lazy(
            "100: все подходящие правила называют одно ведомство; 75: спорит одно, более широкое; 69: два."
        ),
    )
    seen = Seen()

    def as_input(self) -> verbs.SwitchInput:
        typed = self.cleaned_data
        return verbs.SwitchInput(typed["on"], typed["theme_percent"], typed["agency_percent"])


@dataclass(frozen=True, slots=True)
class Line:
    """A switch with what it has done since it was switched on: `wrong` of them people have changed."""

    switch: Automatic
    n: int
    wrong: str


@require_safe
@administers("rules")
def automatic(request: HttpRequest) -> HttpResponse:
    """Two queries beside the frame's."""
    switches = list(Automatic.objects.select_related("theme__group", "by").order_by("-on", "theme__name"))
    counted = _counted(Q(automatic__in=switches))
    lines = [Line(one, counted.get(one.pk, (0, 0))[0], _wrong(*counted.get(one.pk, (0, 0)))) for one in switches]
    context = {"lines": lines, "least": verbs.LEAST_WRONG, "newest": verbs.NEWEST}
    return framed(request, "rules", "desk/admin/automatic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def theme_automatic(request: HttpRequest, pk: int) -> HttpResponse:
    """The switch of one theme."""
    theme = theme_for(pk)
    here = Automatic.objects.filter(theme=theme).first()
    form = SwitchForm(request.POST if request.method == "POST" else None, initial=_initial(here))
    if not form.is_valid():
        return _page(request, form, theme, here, 422 if form.errors else 200)
    try:
        changed = verbs.switch(theme, form.as_input(), form.cleaned_data["seen"], user_of(request), clock.now())
    except Refused:
        form = SwitchForm(None, initial=_initial(Automatic.objects.filter(theme=theme).first()))
        messages.error(request, _("Пока вы писали, это изменил кто-то ещё. Ниже то, что записано сейчас."))
        return _page(request, form, theme, here, LATE)
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-automatic"))


def _page(request: HttpRequest, form: SwitchForm, theme: Theme, here: Automatic | None, status: int) -> HttpResponse:
    context = {
        "form": form,
        "theme": theme,
        "switch": here,
        "wrong": _wrong(*_counted(Q(automatic=here)).get(here.pk, (0, 0))) if here else "",
        "least": verbs.LEAST_WRONG,
        "newest": verbs.NEWEST,
    }
    return framed(request, "rules", "desk/admin/theme_automatic.html", context, status)


def _initial(here: Automatic | None) -> dict[str, Any]:
    switch_state = verbs.current(here)
    figures = {"theme_percent": switch_state.theme_percent, "agency_percent": switch_state.agency_percent}
    return {"on": switch_state.on, **figures, "seen": verbs.seen(here)}


def _counted(which: Q) -> dict[int, tuple[int, int]]:
    """Switch → how many cards it has assigned in all, and how many of these people have changed. One query."""
    rows = Assignment.objects.filter(which, automatic__isnull=False).order_by().values_list("automatic")
    counts = rows.annotate(n=Count("pk"), wrong=Count("pk", filter=Q(overruled_at__isnull=False)))
    return {pk: (n, wrong) for pk, n, wrong in counts}


def _wrong(n: int, wrong: int) -> str:
    if not n:
        return _("пока ничего не назначала")
    figures = {"wrong": wrong, "n": n, "interval": interval(Share(wrong, n))}
    return _("исправили %(wrong)d из %(n)d, %(interval)s") % figures
