"""Forms of the working days: which are worked, lunch, holidays, zone; and of an agency's own calendar."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.calendar_forms import clock_field
from otklik.desk.admin.fields import choice, tick
from otklik.desk.admin.forms import Pick
from otklik.desk.admin.late import Seen
from otklik.desk.admin.week_words import WEEKDAYS, ZONES, hours_words
from otklik.routing.agency_calendars import Days, days_of, days_seen, own_seen
from otklik.routing.models import Calendar


class DaysForm(forms.Form):
    """Of the region's calendar; its hours are a form of their own."""

    names: tuple[str, ...] = ("weekdays", "lunch_from", "lunch_to", "holidays", "zone")

    def __init__(self, data: Any, kept: Calendar) -> None:
        super().__init__(data, initial=_initial(kept) | {"seen": days_seen(kept)})
        self.kept = kept
        self.fields["weekdays"] = forms.MultipleChoiceField(
            label=gettext_lazy("Рабочие дни"),
            choices=[(str(number), title) for number, title in enumerate(WEEKDAYS)],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            error_messages={
                "required": gettext_lazy("Отметьте хотя бы один день: без рабочих дней срок не кончится никогда."),
                "invalid_choice": gettext_lazy("Такого в списке нет. Выберите ещё раз."),
                "invalid_list": gettext_lazy("Такого в списке нет. Выберите ещё раз."),
            },
        )
        self.fields["lunch_from"] = clock_field(gettext_lazy("Обед с"), required=False)
        self.fields["lunch_to"] = clock_field(gettext_lazy("Обед до"), required=False)
        self.fields["holidays"] = tick(
            gettext_lazy("Отдыхаем в праздники России"),
            gettext_lazy("Без галочки праздники, переносы и короткие дни не учитываются: так считают дежурные смены."),
        )
        self.fields["zone"] = choice(gettext_lazy("Часовой пояс"), _zones(kept.zone))
        self.fields["seen"] = Seen()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        begins, ends = told.get("lunch_from"), told.get("lunch_to")
        if bool(begins) != bool(ends) and not {"lunch_from", "lunch_to"} & set(self.errors):
            self.add_error("lunch_to" if begins else "lunch_from", _("Укажите и начало, и конец обеда."))
        elif begins and ends and (hours := self.hours(told)):
            opens, closes = hours
            if not (opens < begins < ends and (ends < closes or not _minutes(closes))):
                words = _("Обед должен быть внутри рабочего дня: %s.") % hours_words(opens, closes)
                self.add_error("lunch_from", words)
        return told

    def hours(self, told: dict[str, Any]) -> tuple[Any, Any] | None:
        """From when till when lunch may lie; None where that is wrong itself."""
        return self.kept.opens, self.kept.closes

    def days(self) -> Days:
        typed = self.cleaned_data
        begins, ends = typed["lunch_from"], typed["lunch_to"]
        weekdays = frozenset(int(day) for day in typed["weekdays"])
        return Days((begins, ends) if begins and ends else None, weekdays, typed["holidays"], typed["zone"])


class OwnForm(DaysForm):
    """An agency's own calendar, whole."""

    names = ("agency", "opens", "closes", *DaysForm.names)

    def __init__(self, data: Any, kept: Calendar | None, agency: int | None, choices: list[tuple[Any, Any]]) -> None:
        super().__init__(data, kept or Calendar())
        self.initial.update({"agency": agency, "seen": own_seen(kept, agency)})
        rest = dict(self.fields)
        self.fields.clear()
        if agency is None:
            self.fields["agency"] = Pick(gettext_lazy("Ведомство"), choices, required=True)
        self.fields["opens"] = clock_field(gettext_lazy("Начало дня"))
        self.fields["closes"] = clock_field(gettext_lazy("Конец дня"), hint=gettext_lazy("00:00: до полуночи."))
        self.fields.update(rest)

    def hours(self, told: dict[str, Any]) -> tuple[Any, Any] | None:
        opens, closes = told.get("opens"), told.get("closes")
        if opens is None or closes is None:
            return None
        if closes <= opens and _minutes(closes):
            return None
        return opens, closes

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("opens") and told.get("closes") and self.hours(told) is None:
            self.add_error("closes", _("День кончается раньше, чем начинается. Поменяйте время."))
        return told


def _minutes(clock: Any) -> int:
    return int(clock.hour * 60 + clock.minute)


def _initial(kept: Calendar) -> dict[str, Any]:
    return {
        "opens": kept.opens,
        "closes": kept.closes,
        "lunch_from": kept.lunch_from,
        "lunch_to": kept.lunch_to,
        "weekdays": [str(day) for day in sorted(days_of(kept).weekdays)],
        "holidays": kept.holidays,
        "zone": kept.zone or settings.TIME_ZONE,
    }


def _zones(also: str) -> list[tuple[str, Any]]:
    offered: dict[str, Any] = dict(ZONES)
    for name in (settings.TIME_ZONE, also):
        if name:
            offered.setdefault(name, name)
    return list(offered.items())
