"""The three steps of an act over many cards: its form, the preview, and a piece of it done."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.many.acts import ACTS
from otklik.desk.many.base import Unready
from otklik.desk.many.piece import PIECE, batch_key, do_piece, read_asked
from otklik.desk.many.preview import MOST, groups, look, read_ids
from otklik.desk.queue.moves import DESK
from otklik.lib import clock


@require_GET
@permitted(*DESK)
def form(request: HttpRequest, key: str) -> HttpResponse:
    """What is to be chosen for all cards. Without scripts nothing can be picked, so there is nothing to show."""
    act = ACTS[key]
    if not request.headers.get("X-Fragment"):
        return redirect("queue")
    facts: dict[str, Any] = {"act": act, "body": f"desk/many/_{act.key}.html", "here": request.path, "piece": PIECE}
    return render(request, "desk/many/form.html", facts | act.choices(user_of(request)))


@require_POST
@permitted(*DESK)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """What would be done and what not. Changes nothing; a POST, since 500 ids are too long for an address."""
    ids = read_ids(request.POST.get("ids", ""))
    if not ids:
        return _refused(_("Сначала выберите карточки: пробелом или щелчком с Ctrl."))
    if len(ids) > MOST:
        return _refused(_("За один раз можно не больше %d карточек: выберите поменьше.") % MOST)
    try:
        act = ACTS[key].read(request.POST, user_of(request))
    except Unready as unready:
        return _refused(str(unready), unready.field)
    seen = look(user_of(request), act, ids, clock.now())
    return JsonResponse(
        {
            "html": render_to_string("desk/many/preview.html", {"preview": seen, "act": act}, request),
            "cards": [f"{card.pk}.{card.revision}" for card in seen.ready],
            "batch": batch_key(""),
        }
    )


@require_POST
@permitted(*DESK)
def piece(request: HttpRequest, key: str) -> HttpResponse:
    """Do it to these cards, as the preview showed them. 409 when nothing of it could be done any more."""
    asked = read_asked(request.POST.get("cards", ""))
    if not asked:
        return _refused(_("Сначала выберите карточки: пробелом или щелчком с Ctrl."))
    if len(asked) > PIECE:
        return _refused(_("За один раз можно не больше %d карточек: выберите поменьше.") % PIECE)
    try:
        act = ACTS[key].read(request.POST, user_of(request))
    except Unready as unready:
        return _refused(str(unready), unready.field)
    batch = batch_key(request.POST.get("batch", ""))
    told = do_piece(act, asked, user_of(request), batch, clock.now())
    held = [{"words": group.words, "numbers": group.numbers} for group in groups(told.held)]
    answer = {"done": told.done, "held": held, "unseen": told.unseen, "undo": batch if told.done else ""}
    return JsonResponse(answer, status=200 if told.done else 409)


def _refused(words: str, field: str = "") -> HttpResponse:
    return JsonResponse({"words": words, "field": field}, status=422)
