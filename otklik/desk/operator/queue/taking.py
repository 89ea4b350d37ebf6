"""«Взять себе» from the queue: one card, the next free one, and out of one's hands again."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.press import do
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.operator.queue.drawn import drawn
from otklik.desk.operator.queue.filters import TABS, chosen_cards, from_key, read_filters
from otklik.desk.operator.queue.moves import DESK
from otklik.desk.operator.queue.reply import plain_answer, wants_json
from otklik.desk.operator.queue.rows import rows_of
from otklik.desk.operator.queue.words import taken_words
from otklik.incidents.taking import NotFree, take_next
from otklik.incidents.workflow import MOVES
from otklik.lib import clock
from otklik.people.access import reach
from otklik.work.hands import LET_GO, TAKE_UP
from otklik.work.undo import undoable


@require_POST
@permitted(*DESK)
def taking(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the card before oneself; with `from_another` also out of a colleague's hands."""
    card = card_for(request, pk)
    try:
        done = do(request, TAKE_UP, card)
    except NotFree as held:
        return _answer(request, 409, taken_words(card.number, held.holder), held=held)
    return _answer(request, 200, _("№ %d теперь у вас") % card.number, undo=done.batch)


@require_POST
@permitted(*DESK)
def letting_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of one's own hands: whoever comes next may judge it."""
    card = card_for(request, pk)
    try:
        done = do(request, LET_GO, card)
    except NotFree:
        return _answer(request, 409, _("№ %d уже не у вас.") % card.number)
    return _answer(request, 200, _("№ %d снова может взять любой") % card.number, undo=done.batch)


@require_POST
@permitted(*DESK)
def next_taking(request: HttpRequest) -> HttpResponse:
    """The first free new card under the filters of the page, in the queue's order, and never the same one to two.

    The answer holds the row as the queue draws it, so that it stands chosen at once, wherever in the list it was.
    """
    user, now, chosen = user_of(request), clock.now(), read_filters(request.POST).into(TABS["new"])
    mine_to_judge = chosen_cards(user, chosen, now).filter(reach(user, MOVES["assign"].permissions))
    key = str(uuid.uuid4())
    ordered = from_key(mine_to_judge, chosen.tab, "")
    taken = take_next(ordered, user, now, lambda card: undoable([card], "take_up", user, key))
    if taken is None:
        return _answer(request, 409, _("Свободных новых карточек нет: всё разобрано или уже у коллег."))
    (row,) = rows_of([taken.pk], chosen.tab, user, now)
    shown = {"id": taken.pk, "key": row.key, "html": drawn(request, [row], chosen, now)[0]}
    return _answer(request, 200, _("№ %d теперь у вас") % taken.number, undo=key, row=shown)


def _answer(
    request: HttpRequest,
    status: int,
    words: str,
    *,
    undo: str = "",
    held: NotFree | None = None,
    row: dict[str, Any] | None = None,
) -> HttpResponse:
    """`held` is said of a card in a colleague's hands; `row` is drawn for the page to choose."""
    if not wants_json(request):
        return plain_answer(request, status, words)
    payload = {"words": words, "undo": undo, "held": bool(held and held.holder), "row": row}
    return JsonResponse({name: value for name, value in payload.items() if value}, status=status)
