"""Forms of a rule: about what, where, whose, from when till when; and its last day."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.about import MatterField, Matters, code_of
from otklik.desk.admin.fields import Day, Words
from otklik.desk.admin.forms import Line, Pick, agency_choices, place_choices
from otklik.desk.admin.late import Seen
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.models import Rule
from otklik.routing.rules import Told, seen

MOST_TEXT = 5000


class RuleForm(forms.Form):
    """For a new rule, or for one as it stands. Three queries."""

    kept = ("about", "place", "agency", "since", "until", "note", "seen")

    def __init__(self, data: Any, here: Rule | None = None) -> None:
        super().__init__(data, initial=_stands(here) if here else None)
        self.here = here
        self.matters = Matters(here.theme_id if here else None)
        places = Place.objects.filter(level=Place.Level.MUNICIPALITY)
        self.places = {one.pk: one for one in places}
        if here and here.place:
            self.places[here.place.pk] = here.place
        self.agencies = {one.pk: one for one in Agency.objects.filter(active=True)}
        self.fields["about"] = MatterField(_("О чём"), self.matters, _("любая тема"))
        self.fields["place"] = Pick(_("Где"), place_choices(self.places, _("весь регион")), False)
        self.fields["agency"] = Pick(_("Чьё это"), agency_choices(self.agencies, None), True)
        self.fields["since"] = Day(_("Действует с"), hint=_("Пусто: уже действует."))
        self.fields["until"] = Day(_("по"), hint=_("Последний день. Пусто: без срока."))
        self.fields["note"] = Line(_("Пояснение"), 250, required=False, hint=_("Например, на каком основании."))
        self.fields["seen"] = Seen()

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        return until if until and self.here and until == self.here.until else _not_past(until)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("Последний день раньше первого. Поменяйте один из них."))
        return told

    def told(self) -> Told:
        """What was typed, as values; only when the form is valid."""
        typed = self.cleaned_data
        theme, group = self.matters.read(typed["about"])
        place = self.places.get(typed["place"] or 0)
        return Told(self.agencies[typed["agency"]], theme, group, place, typed["since"], typed["until"], typed["note"])


def _stands(here: Rule) -> dict[str, Any]:
    return {
        "about": code_of(here.theme_id, here.group_id),
        "place": here.place_id,
        "agency": here.agency_id,
        "since": here.since,
        "until": here.until,
        "note": here.note,
        "seen": seen(here),
    }


class EndForm(forms.Form):
    until = Day(_("Последний день"), required=True, hint=_("В этот день правило ещё действует."))

    def clean_until(self) -> date | None:
        return _not_past(self.cleaned_data["until"])


def _not_past(until: date | None) -> date | None:
    """A rule that ended long ago would have been no rule for the cards that went by it since."""
    if until and until < timezone.localdate():
        raise forms.ValidationError(_("Этот день уже прошёл. Выберите сегодняшний или любой позже."))
    return until


class TrialForm(forms.Form):
    text = Words(
        _("Текст сообщения"), MOST_TEXT, rows=5, hint=_("Никуда не попадёт: только посмотреть, что решит машина.")
    )
