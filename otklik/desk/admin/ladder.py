"""«Кому сообщать о просрочке»: who hears, and how long after a clock ran out. Under «Календари»."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.alerts.ladder import MOST, MOST_MINUTES, Rung, ladder, ladder_seen, set_ladder
from otklik.alerts.models import Level
from otklik.desk.admin.fields import Whole, choice
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, Seen, beside_now, overtaken
from otklik.desk.admin.norm_words import spent_words
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.people.scope import Refused

NUMBERS = range(1, MOST + 1)


class LadderForm(forms.Form):
    """Rungs from the bottom up; one without a role is not there."""

    seen = Seen()

    def __init__(self, data: Any, stands: list[Rung]) -> None:
        initial: dict[str, Any] = {"seen": ladder_seen(stands)}
        for number, rung in enumerate(stands, start=1):
            initial |= {f"role{number}": rung.role, f"minutes{number}": rung.minutes}
        super().__init__(data, initial=initial)
        nobody = [("", gettext_lazy("никому"))]
        for number in NUMBERS:
            self.fields[f"role{number}"] = choice(gettext_lazy("Кому"), [*nobody, *Level.Role.choices], required=False)
            self.fields[f"minutes{number}"] = Whole(
                gettext_lazy("Через сколько минут"), 0, MOST_MINUTES, required=False
            )

    def rows(self) -> list[tuple[int, tuple[forms.BoundField, ...]]]:
        return [(number, (self[f"role{number}"], self[f"minutes{number}"])) for number in NUMBERS]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        before = -1
        for number in NUMBERS:
            role, minutes = told.get(f"role{number}"), told.get(f"minutes{number}")
            if not role or f"minutes{number}" in self.errors:
                continue
            if minutes is None:
                self.add_error(f"minutes{number}", _("Укажите, через сколько минут. 0: сразу."))
            elif minutes <= before:
                self.add_error(f"minutes{number}", _("Позже, чем предыдущим: больше %d минут.") % before)
            else:
                before = minutes
        return told

    def told(self) -> list[Rung]:
        typed = self.cleaned_data
        return [Rung(typed[f"minutes{n}"], typed[f"role{n}"]) for n in NUMBERS if typed[f"role{n}"]]


def ladder_words(rungs: list[Rung]) -> list[tuple[str, str]]:
    """(to whom, when) of every rung."""
    return [
        (str(Level.Role(rung.role).label), _("через %s") % spent_words(rung.minutes) if rung.minutes else _("сразу"))
        for rung in rungs
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def ladder_page(request: HttpRequest) -> HttpResponse:
    """The whole ladder is one form: 422 where a rung is not later than the one before it, 409 where somebody else
    saved meanwhile."""
    stands = ladder()
    form = LadderForm(request.POST if request.method == "POST" else None, stands)
    if not form.is_valid():
        return _page(request, form, 422 if form.errors else 200)
    if overtaken(form, ladder_seen(stands)):
        return _late(request, stands)
    try:
        changed = set_ladder(form.told(), form.cleaned_data["seen"], user_of(request), clock.now())
    except Refused:
        return _late(request, ladder())
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-calendars"))


def _late(request: HttpRequest, stands: list[Rung]) -> HttpResponse:
    words = _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: LadderForm(data, stands), ladder_seen(stands), words)
    return _page(request, form, LATE)


def _page(request: HttpRequest, form: LadderForm, status: int) -> HttpResponse:
    context = {"form": form, "lines": lines_about("ladder:region")}
    return framed(request, "calendars", "desk/admin/ladder.html", context, status)
