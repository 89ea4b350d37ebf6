"""The form of one case: no incident and why, or which theme and whether somebody is in danger."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.fields import choice, tick
from otklik.desk.practice.cases import Decision
from otklik.incidents.models import NoiseReason
from otklik.themes.models import Theme


class CaseForm(forms.Form):
    noise = choice(
        gettext_lazy("Не инцидент, потому что"),
        [("", gettext_lazy("это инцидент")), *NoiseReason.choices],
        required=False,
    )
    danger = tick(gettext_lazy("Опасно для жизни или здоровья"))

    field_order = ("noise", "theme", "danger")

    def __init__(self, data: Any, themes: Sequence[Theme]) -> None:
        super().__init__(data)
        groups = [
            (name, [(theme.code, theme.name) for theme in of_it])
            for name, of_it in groupby(themes, key=lambda theme: theme.group.name)
        ]
        self.fields["theme"] = choice(_("Тема"), [("", _("выберите")), *groups], required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not self.errors and not told["noise"] and not told["theme"]:
            self.add_error("theme", _("Выберите тему или скажите, почему это не инцидент."))
        return told

    def decision(self) -> Decision:
        told = self.cleaned_data
        if told["noise"]:
            return Decision(told["noise"], theme="", danger=False)
        return Decision("", told["theme"], bool(told["danger"]))
