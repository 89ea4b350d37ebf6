"""Fields that the pages of reference data share: a day, a whole number, a text of many lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.lib.text import clean


class Day(forms.DateField):
    """A day, or nothing."""

    def __init__(self, label: Any, required: bool = False, hint: Any = "") -> None:
        wrong = _("Это не дата. Выберите день в календаре.")
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": wrong, "required": _("Укажите день.")},
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        )

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year <= 2099:
            raise forms.ValidationError(_("Год от 2000 до 2099."), code="invalid")
        return day


class Whole(forms.IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label: Any, least: int, most: int, required: bool = True, hint: Any = "") -> None:
        message = _("Целое число от %(least)d до %(most)d.") % {"least": least, "most": most}
        names = ("required", "invalid", "min_value", "max_value")
        super().__init__(
            label=label,
            min_value=least,
            max_value=most,
            required=required,
            help_text=hint,
            error_messages=dict.fromkeys(names, message),
            widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        )

    def to_python(self, value: Any) -> Any:
        # int() of thousands of digits is slow, and Django would pass them on.
        if len(str(value or "")) > 12:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Words(forms.CharField):
    """Text of many lines, such as both databases take; line breaks stay."""

    def __init__(self, label: Any, limit: int, required: bool = True, hint: Any = "", rows: int = 6) -> None:
        words = {
            "required": _("Заполните это поле."),
            "max_length": _("Слишком длинно: не больше %(limit_value)d знаков."),
        }
        widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
        super().__init__(
            label=label, max_length=limit, required=required, help_text=hint, error_messages=words, widget=widget
        )

    def to_python(self, value: Any) -> str:
        return clean(str(value or "")).strip()


def choice(label: Any, choices: Any, hint: Any = "", required: bool = True) -> forms.ChoiceField:
    """One of a list that stands in code; where it is not required the list offers "" too."""
    words = {"required": _("Выберите из списка."), "invalid_choice": _("Такого в списке нет. Выберите ещё раз.")}
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(
        label=label, choices=choices, required=required, help_text=hint, error_messages=words, widget=widget
    )


def tick(label: Any, hint: Any = "") -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=label, required=False, help_text=hint, widget=widget)
