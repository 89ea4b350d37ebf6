"""Assigning a card from its own page, and which verb «в работу» is."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import seen_of
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.gate import card_for, permitted
from otklik.desk.operator.queue.moves import assigned_words
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.work import assigning, cards
from otklik.work.verb import Verb


@require_POST
@permitted()
@telling_conflicts
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the card to an agency, with its theme, place and kind."""
    card = card_for(request, pk)
    place, seen = place_in_queue(request, card), request.POST.get("seen", "")

    def must_be_seen(now: Incident) -> None:
        # «Assign» may start from «assigned», so the second of two operators would undo what the first one did.
        if seen != seen_of(now):
            raise NotAllowed("assign", now.state)

    done = do(request, assigning.ASSIGN, card, seen=must_be_seen)
    if place is None:
        return card_again(request, pk, done.batch, changed_card=done.result)
    return onward(request, place, card, assigned_words(done.result), done.batch)


def work_on(card: Incident) -> Verb[Incident, cards.Plain]:
    """Take an assigned card in work, or go on with a postponed one."""
    return cards.RESUME if card.state == State.POSTPONED else cards.TAKE
