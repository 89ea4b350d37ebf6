"""«Кому сообщать о просрочке»: who is notified, and how long after a clock ran out. Under «Календари»."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.fields import Whole, choice
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.norm_words import spent_words
from otklik.notify.alerts.ladder import MOST, MOST_MINUTES, Rung, ladder, ladder_seen, set_ladder
from otklik.notify.alerts.models import Level
from otklik.people.models import User

NUMBERS = range(1, MOST + 1)


class LadderForm(forms.Form):
    """Rungs from the bottom up; one without a role is not there."""

    seen = Seen()

    def __init__(self, data: Any, rungs: list[Rung]) -> None:
        initial: dict[str, Any] = {"seen": ladder_seen(rungs)}
        for number, rung in enumerate(rungs, start=1):
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
        cleaned_data = super().clean() or self.cleaned_data
        before = -1
        for number in NUMBERS:
            role, minutes = cleaned_data.get(f"role{number}"), cleaned_data.get(f"minutes{number}")
            if not role or f"minutes{number}" in self.errors:
                continue
            if minutes is None:
                self.add_error(f"minutes{number}", _("Укажите, через сколько минут. 0: сразу."))
            elif minutes <= before:
                self.add_error(f"minutes{number}", _("Позже, чем предыдущим: больше %d минут.") % before)
            else:
                before = minutes
        return cleaned_data

    def rungs(self) -> list[Rung]:
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

    def save(_here: list[Rung], form: LadderForm, by: User, now: datetime) -> HttpResponse:
        changed = set_ladder(form.rungs(), form.cleaned_data[SEEN], by, now)
        return written(request, changed, reverse("admin-calendars"))

    words = _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, ladder, LadderForm, _page, seen=ladder_seen, save=save, late=words)


def _page(request: HttpRequest, form: LadderForm, _here: list[Rung], status: int) -> HttpResponse:
    context = {"form": form, "lines": lines_about("ladder:region")}
    return framed(request, "calendars", "desk/admin/ladder.html", context, status)
