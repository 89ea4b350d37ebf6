"""Forms of the first start."""

from datetime import time
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.calendar_forms import clock_field
from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line
from otklik.routing.models import Calendar
from otklik.routing.presets import PRESETS

MOST_BYTES = 32 * 1024 * 1024


class PlacesForm(forms.Form):
    """A list of places: CSV or TOML."""

    file = forms.FileField(
        label=_("Файл со списком"),
        help_text=_("Таблица CSV или TOML. Как её составить, сказано в руководстве администратора: «Места региона»."),
        error_messages={"required": _("Выберите файл."), "empty": _("Файл пуст."), "invalid": _("Выберите файл.")},
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.toml"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Слишком большой файл: не больше 32 МБ."))
        return file


class CalendarForm(forms.Form):
    """The working day, and one of the norms that regions have."""

    opens = clock_field(_("Начало рабочего дня"))
    closes = clock_field(
        _("Конец рабочего дня"), hint=_("Праздники и переносы система знает сама: производственный календарь.")
    )

    def __init__(self, data: Any, kept: Calendar, holds: str) -> None:
        super().__init__(data, initial={"opens": kept.opens, "closes": kept.closes, "preset": holds or PRESETS[1].code})
        self.kept = kept
        norms = [(one.code, one.title) for one in PRESETS]
        hint = _("Так отвечают в регионах. Потом это можно уточнить по темам и местам.")
        self.fields["preset"] = choice(_("За сколько отвечать"), norms, hint)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        opens, closes = cleaned_data.get("opens"), cleaned_data.get("closes")
        if opens and closes and closes <= opens and closes != time(0):
            self.add_error("closes", _("День кончается раньше, чем начинается. Поменяйте время."))
        return cleaned_data


class MailForm(forms.Form):
    """Where a letter of trial goes."""

    address = Line(_("Кому отправить пробное письмо"), 254, auto="email")

    def __init__(self, data: Any, address: str) -> None:
        super().__init__(data, initial={"address": address})
        self.fields["address"].validators.append(EmailValidator(_("Это не адрес почты. Пример: ivanova@example.ru")))
