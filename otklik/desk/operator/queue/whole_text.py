"""What a citizen wrote, to the end: for a row of the queue that is opened and holds the beginning of it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.desk.gate import card_for, permitted
from otklik.desk.operator.queue.moves import DESK
from otklik.incidents.cards import main_message


@require_safe
@permitted(*DESK)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of the card's main message as plain text, without markup."""
    return HttpResponse(main_message(card_for(request, pk)).text, content_type="text/plain; charset=utf-8")
