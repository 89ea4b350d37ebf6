"""«Особо сложный» on the card: marked with a reason and unmarked by whoever decides whose card it is."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, must_be_allowed, permitted, user_of
from otklik.incidents.hard import MOST_WHY, mark_hard, unmark_hard
from otklik.lib import clock
from otklik.work.undo import undoable


@require_POST
@permitted()
@telling_conflicts
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """`why` in the reader's own words; 409 on a card that has ended."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    why = typed(request, "why", MOST_WHY)
    if not why:
        return refusal(request, pk, 422, _("Напишите, что в этой карточке особенно сложно."))
    with undoable([incident], "mark_hard", user_of(request)) as batch:
        marked = mark_hard(incident, why, user_of(request), clock.now())
    return card_again(request, pk, batch.key) if marked else _over(request, pk)


@require_POST
@permitted()
@telling_conflicts
def unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a mark there is nothing to take off, and nothing is wrong with that."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    with undoable([incident], "unmark_hard", user_of(request)) as batch:
        gone = unmark_hard(incident, user_of(request), clock.now())
    return card_again(request, pk, batch.key) if gone or not incident.hard_since else _over(request, pk)


def _over(request: HttpRequest, pk: int) -> HttpResponse:
    return refusal(request, pk, 409, _("Карточка уже закончена: отметку не меняют."))
