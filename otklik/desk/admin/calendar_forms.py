"""Forms of the calendar and of the norms."""

from datetime import time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.about import Matters
from otklik.desk.admin.editing import Seen
from otklik.desk.admin.fields import Day, Whole, choice, tick
from otklik.desk.admin.forms import Pick, place_choices
from otklik.networks.registry import NETWORKS
from otklik.places.models import Place
from otklik.routing.calendars import hours_seen, norm_seen
from otklik.routing.models import Calendar
from otklik.routing.norms import NORMED, Allowed

FAST, GROUP = "fast", "whole"
URGENT = (2, 3, 4, 5)
MOST_HOURS = 2000


def clock_field(label: Any, required: bool = True, hint: Any = "") -> forms.TimeField:
    """A time of the day, to the minute."""
    wrong = _("Это не время. Пример: 08:30")
    return forms.TimeField(
        label=label,
        required=required,
        help_text=hint,
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": wrong, "required": wrong},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"}),
    )


class HoursForm(forms.Form):
    opens = clock_field(_("Начало дня"))
    closes = clock_field(_("Конец дня"), hint=_("00:00: до полуночи."))
    seen = Seen()

    def __init__(self, data: Any, kept: Calendar) -> None:
        super().__init__(data, initial={"opens": kept.opens, "closes": kept.closes, "seen": hours_seen(kept)})
        self.kept = kept

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        opens, closes = cleaned_data.get("opens"), cleaned_data.get("closes")
        if opens is None or closes is None:
            return cleaned_data
        midnight, begins, ends = closes == time(0), self.kept.lunch_from, self.kept.lunch_to
        if closes <= opens and not midnight:
            self.add_error("closes", _("День кончается раньше, чем начинается. Поменяйте время."))
        elif begins and ends and not (opens < begins and (ends < closes or midnight)):
            words = _("Обед %(from)s–%(to)s не помещается в такой день. Сначала измените обед.")
            self.add_error(None, words % {"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"})
        return cleaned_data


class DayForm(forms.Form):
    day = Day(_("День"), required=True)
    hours = Whole(
        _("Рабочих часов"), 0, 24, required=False, hint=_("0: выходной. Пусто: как в производственном календаре.")
    )

    seen = Seen()

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["day"].initial = timezone.localdate()


class NormForm(forms.Form):
    """How long a clock runs, and for which themes."""

    names = ("clock", "about", "priority", "place", "network", "hours", "minutes", "working")

    def __init__(self, data: Any, norm: Allowed | None = None) -> None:
        super().__init__(data, initial=_initial(norm) if norm else None)
        matters = Matters(norm.theme if norm else None)
        every: list[tuple[Any, Any]] = [("", _("все остальные темы")), (FAST, _("фасттрек: темы с коротким сроком"))]
        every.append((_("целая группа"), [(f"{GROUP}{pk}", group.name) for pk, group in matters.groups.items()]))
        every.append((_("одна тема"), [(f"t{pk}", theme.name) for pk, theme in matters.themes.items()]))
        self.matters = matters
        self.fields["clock"] = choice(_("Какой срок"), [(one.value, one.label) for one in NORMED])
        self.fields["about"] = choice(_("Для чего"), every)
        self.fields["about"].required = False
        self.places = {place.pk: place for place in Place.objects.exclude(level=Place.Level.SETTLEMENT)}
        urgent = [("", _("любая")), *((str(least), _("от %d") % least) for least in URGENT)]
        self.fields["priority"] = choice(_("Срочность"), urgent, _("5: опасность для жизни, 1: может подождать."))
        self.fields["place"] = Pick(_("Место"), place_choices(self.places, _("весь регион")), required=False)
        networks = [("", _("любая")), *((kind, network.title) for kind, network in NETWORKS.items())]
        self.fields["network"] = choice(_("Сеть"), networks)
        for name in ("priority", "network"):
            self.fields[name].required = False
        self.fields["hours"] = Whole(_("Часов"), 0, MOST_HOURS)
        self.fields["minutes"] = Whole(_("и минут"), 0, 59, required=False)
        self.fields["working"] = tick(
            _("Считать только рабочее время"), _("Без галочки срок идёт и ночью, и в выходные.")
        )
        self.fields["working"].initial, self.fields["minutes"].initial = True, 0
        self.fields["seen"] = Seen()

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if not self.errors and not cleaned_data["hours"] * 60 + (cleaned_data["minutes"] or 0):
            self.add_error("hours", _("Срок в ноль минут не выдержать. Укажите больше."))
        return cleaned_data

    def as_input(self) -> Allowed:
        typed, place = self.cleaned_data, self.places.get(self.cleaned_data["place"])
        theme, group = self.matters.read(typed["about"].replace(GROUP, "g", 1))
        return Allowed(
            typed["clock"],
            theme.pk if theme else None,
            typed["about"] == FAST,
            typed["hours"] * 60 + (typed["minutes"] or 0),
            typed["working"],
            group.pk if group else None,
            int(typed["priority"] or 0),
            typed["network"],
            place.pk if place else None,
            path=place.path if place else "",
        )

    def titles(self, norm: Allowed) -> tuple[str, str, str]:
        """What the theme, the group and the place are called; "" for none."""
        theme_and_group = (self.matters.themes.get(norm.theme or 0), self.matters.groups.get(norm.group or 0))
        theme, group, place = (*theme_and_group, self.places.get(norm.place or 0))
        return theme.name if theme else "", group.name if group else "", place.name if place else ""


def _initial(norm: Allowed) -> dict[str, Any]:
    return {
        "clock": norm.clock,
        "about": _about(norm),
        "priority": str(norm.priority or ""),
        "place": norm.place,
        "network": norm.network,
        "hours": norm.minutes // 60,
        "minutes": norm.minutes % 60,
        "working": norm.working,
        "seen": norm_seen(norm),
    }


def _about(norm: Allowed) -> str:
    if norm.fast_track:
        return FAST
    return f"t{norm.theme}" if norm.theme else f"{GROUP}{norm.group}" if norm.group else ""
