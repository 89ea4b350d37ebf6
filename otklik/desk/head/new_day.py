"""«Новый срок»: a later day and why; a draft of an interim answer is begun, and the person completes it on the card."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.answers import moving
from otklik.desk.card.reply import typed
from otklik.desk.gate import card_for, day_in, must_be_allowed, permitted, user_of
from otklik.feedback.registers.models import Promise
from otklik.incidents.cards import main_message, visible_to
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock

TROUBLE = {
    "day": gettext_lazy("Выберите новый день."),
    "past": gettext_lazy("Этот день уже прошёл: выберите сегодняшний или более поздний."),
    "same": gettext_lazy("Этот день и был обещан: выберите другой."),
    "reason": gettext_lazy("Напишите, почему обещанное не сделано в срок: житель это прочтёт."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
def new_day(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; POST begins the draft and leads to the card. An error is shown beside what was typed."""
    promise = Promise.objects.select_related("incident__agency", "incident__place", "answer__reply_to").filter(
        pk=pk, incident__in=visible_to(user_of(request))
    )
    open_promise = promise.first()
    if open_promise is None:
        raise Http404
    must_be_allowed(request, open_promise.incident, "submit")
    if request.method != "POST":
        return _form(request, open_promise)
    reason, chosen = typed(request, "reason", moving.MOST_REASON), day_in(request.POST.get("day", ""))
    if open_promise.fate != Promise.Fate.OPEN:
        return _form(request, open_promise, status=HTTPStatus.CONFLICT)
    if chosen is None:
        return _form(request, open_promise, str(TROUBLE["day"]), HTTPStatus.UNPROCESSABLE_ENTITY)
    under = (
        open_promise.answer.reply_to
        if open_promise.answer.incident_id == open_promise.incident_id
        else main_message(open_promise.incident)
    )
    try:
        moving.begin(
            open_promise.incident,
            under,
            localdate(open_promise.limit_at),
            chosen,
            reason,
            user_of(request),
            clock.now(),
        )
    except moving.Unfit as error:
        return _form(request, open_promise, str(TROUBLE[error.why]), HTTPStatus.UNPROCESSABLE_ENTITY)
    except moving.Busy:
        words = _("На карточке уже пишут ответ. Откройте её и допишите его: новый день можно указать там.")
        return _form(request, open_promise, words, HTTPStatus.CONFLICT)
    except NotAllowed:
        words = _("Карточка сейчас не принимает ответа: посмотрите, что с ней.")
        return _form(request, open_promise, words, HTTPStatus.CONFLICT)
    messages.success(
        request, _("Черновик готов. Допишите, что уже сделано, и отправьте: срок сдвинется с публикацией.")
    )
    return redirect("incident", open_promise.incident_id)


@require_safe
@permitted()
def of_card(request: HttpRequest, pk: int) -> HttpResponse:
    """From a card to the form about its promise; back to the card where it owes none."""
    card = card_for(request, pk)
    promise = card.promises.filter(fate=Promise.Fate.OPEN).order_by("-given_at", "-pk").first()
    return redirect("promise-new-day", promise.pk) if promise else redirect("incident", pk)


def _form(request: HttpRequest, promise: Promise, trouble: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "promise": promise,
        "open": promise.fate == Promise.Fate.OPEN,
        "trouble": trouble,
        "typed_day": request.POST.get("day", "")[:10],
        "typed_reason": request.POST.get("reason", "")[: moving.MOST_REASON],
        "soonest": localdate(clock.now()),
        "needs_approver": promise.moves >= moving.FREELY,
        "most": moving.MOST_REASON,
    }
    return render(request, "desk/promises/new_day.html", context, status=status)
