"""Two who edit one thing: whoever saves second writes nothing, keeps what he typed, and sees what stands beside it.

A form carries in `seen` the mark of what it was opened on. The keeping module makes the mark and compares it once more
inside its turn; the page is the same for every form.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

F = TypeVar("F", bound=forms.Form)
SEEN = "seen"
LATE = 409


class Seen(forms.CharField):
    """The mark. It is never asked for: without one nothing was seen, and nothing is written."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=16, widget=forms.HiddenInput)


def overtaken(form: forms.Form, mark: str) -> bool:
    """Whether a valid form was filled in over something else than what stands."""
    return bool(form.cleaned_data[SEEN] != mark)


def beside_now(request: HttpRequest, make: Callable[[QueryDict], F], mark: str, sentence: str) -> F:
    """The form once more with what was typed; its `initial` must be what stands. Beside every field that reads
    otherwise stands what is written down, and from here on the editor has seen that.
    """
    data = request.POST.copy()
    data[SEEN] = mark
    form = make(data)
    if form.is_valid():
        for name in form.changed_data:
            if name in form.initial and name != SEEN:
                form.add_error(name, _("Сейчас записано: %s") % _words(form.fields[name], form.initial[name]))
    form.add_error(None, sentence)
    return form


def _words(field: forms.Field, stands: Any) -> str:
    """A value as the reader would choose or type it."""
    if isinstance(stands, list):
        return ", ".join(_title(getattr(field, "choices", ()), one) for one in stands)
    if isinstance(field, forms.ChoiceField):
        return _title(field.choices, stands)
    if isinstance(stands, bool):
        return _("отмечено") if stands else _("не отмечено")
    if isinstance(stands, date):
        return stands.strftime("%d.%m.%Y")
    if isinstance(stands, time):
        return stands.strftime("%H:%M")
    return str(stands) if stands not in (None, "") else _("пусто")


def _title(choices: Any, stands: Any) -> str:
    for value, title in choices:
        if isinstance(title, list | tuple):
            if found := _title(title, stands):
                return found
        elif str(value) == str("" if stands is None else stands):
            return str(title).strip()
    return ""
