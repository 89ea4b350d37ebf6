"""How something that an administrator keeps is changed: a form over what stands, and one save.

Two may edit one thing: whoever saves second writes nothing, keeps what he typed, and sees what stands beside it. A form
carries in `seen` the mark of what it was opened on; the module that keeps the thing makes the mark and compares it once
more inside its turn.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.models import User

T = TypeVar("T")
F = TypeVar("F", bound=forms.Form)
SEEN = "seen"
LATE = 409


def edit(
    request: HttpRequest,
    find: Callable[[], T],
    make: Callable[[QueryDict | None, T], F],
    draw: Callable[[HttpRequest, F, T, int], HttpResponse],
    *,
    seen: Callable[[T], str],
    save: Callable[[T, F, User, datetime], HttpResponse],
    late: str,
    fault: Callable[[Refused, F], tuple[str, str]] | None = None,
) -> HttpResponse:
    """The form of what `find` brings, as `make` builds it over posted data, shown by `draw` with a status; when it is
    valid, what `save` answers, which may be a question first.

    Where somebody else was quicker, by `seen` or as the keeping module refuses it, nothing is written and the form
    comes back with `late` above it, 409. Any other refusal goes to the field that `fault` names, 422; without `fault`
    there is none. Nothing is compared where there is nothing yet.
    """
    here = find()
    form = make(request.POST if request.method == "POST" else None, here)
    if not form.is_valid():
        return draw(request, form, here, 422 if form.errors else 200)
    if here is None or not overtaken(form, seen(here)):
        try:
            return save(here, form, user_of(request), clock.now())
        except Refused as refused:
            if fault is not None and refused.code != "overtaken":
                form.add_error(*fault(refused, form))
                return draw(request, form, here, 422)
        here = find()
    return draw(request, beside_now(request, lambda data: make(data, here), seen(here), late), here, LATE)


def written(request: HttpRequest, changed: bool, back: str) -> HttpResponse:
    """After a save, on the page behind: whether it changed anything."""
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return HttpResponseRedirect(back)


def carry_out(request: HttpRequest, act: Callable[[User, datetime], object], done: str, back: str) -> HttpResponse:
    """Do it in the reader's name, and say on the page behind what came of it: `done`, or why not."""
    try:
        act(user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(back)


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


def _words(field: forms.Field, current: Any) -> str:
    """A value as the reader would choose or type it."""
    if isinstance(current, list):
        return ", ".join(_title(getattr(field, "choices", ()), one) for one in current)
    if isinstance(field, forms.ChoiceField):
        return _title(field.choices, current)
    if isinstance(current, bool):
        return _("отмечено") if current else _("не отмечено")
    if isinstance(current, date):
        return current.strftime("%d.%m.%Y")
    if isinstance(current, time):
        return current.strftime("%H:%M")
    return str(current) if current not in (None, "") else _("пусто")


def _title(choices: Any, current: Any) -> str:
    for value, title in choices:
        if isinstance(title, list | tuple):
            if inner_title := _title(title, current):
                return inner_title
        elif str(value) == str("" if current is None else current):
            return str(title).strip()
    return ""
