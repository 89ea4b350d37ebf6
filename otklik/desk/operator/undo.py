"""POST /undo/: take back one's own last action, or the one that is named."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.gate import permitted, user_of
from otklik.lib import clock
from otklik.work.undo import Undone, keep_open, last_of, take_back

PIECE = 50


@require_POST
@permitted()
def undo(request: HttpRequest) -> HttpResponse:
    """JSON for the page's script, a redirect for a plain form. 409 with the reason when nothing could be taken back.

    What was done to hundreds of cards comes back in pieces: `more` says that the page is to ask again.
    """
    user, now = user_of(request), clock.now()
    rows = last_of(user, now, request.POST.get("batch", "")[:36])
    undone = take_back(rows[:PIECE], user, now)
    more = keep_open(rows[PIECE:], now)
    status = 200 if undone.back else 409
    if request.headers.get("Accept", "").startswith("application/json"):
        ids = [card.pk for card in undone.back]
        return JsonResponse({"words": _words(undone), "cards": ids, "more": more}, status=status)
    (messages.success if status == 200 else messages.error)(request, _words(undone))
    return redirect("incident", undone.back[0].pk) if len(undone.back) == 1 else redirect("home")


def _words(undone: Undone) -> str:
    back, late = len(undone.back), len(undone.late)
    if not back and not late:
        return _("Отменить уже нельзя: прошло больше десяти секунд.")
    if not back:
        return _("Отменить нельзя: с карточкой № %d уже что-то сделали.") % undone.late[0]
    if back == 1 and not late:
        return _("№ %d: всё как было") % undone.back[0].number
    sentence = _("Всё как было на карточках: %d") % back
    return f"{sentence}. {_('С остальными уже что-то сделали: %d.') % late}" if late else sentence
