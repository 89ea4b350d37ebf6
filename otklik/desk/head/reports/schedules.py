"""Reports by mail: ordered, and stopped."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.head.reports import ask
from otklik.desk.head.reports.page import READERS, may_remove, may_send_to_others, people, schedules, shown
from otklik.lib import clock
from otklik.people.models import User
from otklik.reports import plan
from otklik.reports.models import Schedule

MOST_READERS = 100
MOST_OWN = 20


@require_POST
@permitted(*READERS)
def addition(request: HttpRequest) -> HttpResponse:
    """The page as it was typed with a sentence, 409, when it cannot be done so."""
    user = user_of(request)
    try:
        when, form = ask.when(request.POST), ask.format_of(request.POST.get("ending"))
        readers = _readers(request, user)
    except ask.Trouble as trouble:
        return shown(request, str(trouble), 409)
    plan.add(when, form.ending, readers, user, clock.now())
    messages.success(request, _("Рассылка записана: первый отчёт уйдёт в ближайший такой час."))
    return redirect("reports")


@require_POST
@permitted(*READERS)
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever ordered it, and his administrators. Anybody else gets 404, or 403 if he can see it."""
    user = user_of(request)
    row = get_object_or_404(schedules(user), pk=pk)
    if not may_remove(user, row):
        raise PermissionDenied
    if plan.remove(row, user, clock.now()):
        messages.success(request, _("Рассылка убрана."))
    else:
        messages.error(request, _("Её уже убрали."))
    return redirect("reports")


@require_POST
@permitted(*READERS)
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """A reader who wants it no more; the others still get it."""
    user = user_of(request)
    row = get_object_or_404(schedules(user), pk=pk)
    plan.leave(row, user, clock.now())
    messages.success(request, _("Больше не пришлём."))
    return redirect("reports")


def _readers(request: HttpRequest, user: User) -> list[User]:
    """People of the desk who read figures. Who may not decide for others orders for himself. Raises Trouble."""
    if Schedule.objects.filter(by=user).count() >= MOST_OWN:
        raise ask.Trouble(_("Рассылок у вас уже %d: сначала уберите лишние.") % MOST_OWN)
    if not may_send_to_others(user):
        return [user]
    chosen = {integer(word) for word in request.POST.getlist("reader")[: MOST_READERS + 1]}
    readers = [one for one in people() if one.pk in chosen]
    if not readers:
        raise ask.Trouble(_("Выберите хотя бы одного получателя."))
    if len(chosen) > MOST_READERS:
        raise ask.Trouble(_("Получателей больше %d: сделайте две рассылки.") % MOST_READERS)
    return readers
