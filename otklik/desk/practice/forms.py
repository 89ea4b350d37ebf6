"""The form of one case: no incident and why, or which theme and whether somebody is in danger."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.fields import tick
from otklik.desk.practice.cases import Decision
from otklik.incidents.models import NoiseReason
from otklik.themes.models import Theme


class CaseForm(forms.Form):
    """`theme` is the id that the search as you type gives. To whom it goes is chosen as on a card, and not judged."""

    noise = forms.ChoiceField(choices=[("", ""), *NoiseReason.choices], required=False)
    theme = forms.IntegerField(required=False)
    danger = tick(gettext_lazy("Опасно для жизни или здоровья"))
    reasons = NoiseReason.choices

    def __init__(self, data: Any, themes: Sequence[Theme]) -> None:
        super().__init__(data)
        self.known = themes

    def clean_theme(self) -> str:
        """The theme's code; "" for none."""
        chosen = self.cleaned_data["theme"]
        found = next((theme.code for theme in self.known if theme.pk == chosen), "")
        if chosen and not found:
            raise forms.ValidationError(_("Этой темы больше нет в списке: выберите другую."))
        return found

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
