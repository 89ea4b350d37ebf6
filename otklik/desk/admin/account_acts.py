"""Switching an account off and on, and letting a stopped one try again. What stops or begins is said before."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.admin.account_facts import rows_of
from otklik.desk.admin.accounts import account_for, back_to
from otklik.desk.admin.editing import carry_out
from otklik.desk.admin.frame import Sure, administers, ask, is_sure
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.networks import keeping


@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def switching_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops is said first."""
    here, back = account_for(pk), reverse("admin-account", args=[pk])
    if request.method == "POST" and is_sure(request):
        return carry_out(request, partial(keeping.switch_off, here), _("Аккаунт выключен."), back)
    row = rows_of([here])[0]
    figures = [_reading(row.sources), _answering(row.waiting)]
    sure = Sure(_("Выключить аккаунт: %s?") % here.title, figures, _("Выключить"), back, grave=True)
    return ask(request, "accounts", sure._replace(refusal="" if here.active else _("Он уже выключен.")))


def _reading(number: int) -> str:
    if not number:
        return _("Через него ничего не читается.")
    sentence = ngettext("Перестанет читаться %d источник.", "Перестанут читаться источники: %d.", number) % number
    return f"{sentence} {_('Написанное там прочтём, когда аккаунт включат.')}"


def _answering(number: int) -> str:
    if not number:
        return _("Ни один ответ отправки через него не ждёт.")
    sentence = ngettext("Не уйдёт %d ответ.", "Не уйдут ответы: %d.", number) % number
    return f"{sentence} {_('Они подождут, пока аккаунт включат. Сроки идут.')}"


@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def switching_on(request: HttpRequest, pk: int) -> HttpResponse:
    """What begins again is said first."""
    here, back = account_for(pk), reverse("admin-account", args=[pk])
    if request.method == "POST" and is_sure(request):
        return carry_out(request, partial(keeping.switch_on, here), _("Аккаунт включён."), back)
    row = rows_of([here])[0]
    figures = [
        _("Снова читаются источники: %d.") % row.sources,
        _("Уйдут ответы, которые ждали: %d.") % row.waiting,
        _("Если сеть не примет ключ, аккаунт остановится сам."),
    ]
    sure = Sure(_("Включить аккаунт: %s?") % here.title, figures, _("Включить"), back)
    return ask(request, "accounts", sure._replace(refusal=_("Он уже включён.") if here.active else ""))


@require_POST
@administers("accounts")
def resumption(request: HttpRequest, pk: int) -> HttpResponse:
    """A stopped account tries its keys once more."""
    here = account_for(pk)
    try:
        keeping.resume(here, user_of(request), clock.now())
    except Refused:
        messages.error(request, _("Аккаунт «%s» уже не остановлен.") % here.title)
    else:
        messages.success(request, _("Аккаунт «%s» снова включён.") % here.title)
    return back_to(here)
