"""The next card of the queue that a card was opened from: who has decided goes on there, unless he wants to stay."""

from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, is_fragment
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.operator.queue.filters import Filters, read_filters
from otklik.desk.operator.queue.ids import page_ids
from otklik.desk.operator.queue.rows import rows_of
from otklik.incidents.models import Incident
from otklik.incidents.taking import holder_of
from otklik.lib import clock
from otklik.people.models import User

MOST_ADDRESS = 2000
MOST_HELD = 10


def place_in_queue(request: HttpRequest, incident: Incident) -> Filters | None:
    """The queue's page as it goes on behind this card; None where the card was opened from elsewhere, or its reader
    wants to stay. To be asked before the verb: it may change what the queue is ordered by."""
    query, user = request.POST.get("queue"), user_of(request)
    if query is None or not user.goes_on:
        return None
    chosen = read_filters(QueryDict(query[:MOST_ADDRESS]))
    rows = rows_of([incident.pk], chosen.tab, user, clock.now())
    return replace(chosen, start=rows[0].key if rows else "")


def onward(
    request: HttpRequest, place: Filters | None, done: Incident, words: str, undo: str, otherwise: str = ""
) -> HttpResponse:
    """After the verb: the next card of the queue, or the queue where there is none. Without a place, `otherwise`, or
    the card again.

    `undo` is the batch that takes the verb back: it is offered on the page that comes.
    """
    address = _next_address(user_of(request), place, done) if place else otherwise
    if not address:
        return card_again(request, done.pk, undo)
    facts = {"address": address, "words": words, "undo": undo}
    return render(request, "desk/card/_onward.html", facts) if is_fragment(request) else redirect(address)


def _next_address(user: User, place: Filters, done: Incident) -> str:
    """The card behind it in the queue's order, else the first one; those before a colleague are left to him."""
    now, whole = clock.now(), place.address(start="")
    for start in (place.start, ""):
        card_pks = [pk for pk in page_ids(user, replace(place, start=start), now) if pk != done.pk][:MOST_HELD]
        cards = Incident.objects.select_related("taken_by").in_bulk(card_pks)
        free = (pk for pk in card_pks if (holder_of(cards[pk], now) or user).pk == user.pk)
        if (pk := next(free, None)) is not None:
            return f"{reverse('incident', args=[pk])}?queue={quote(whole)}"
    return f"{reverse('queue')}{'?' if whole else ''}{whole}"


@require_POST
@permitted()
def going_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the next card is to open after a decision: kept with the user."""
    incident = card_for(request, pk)
    User.objects.filter(pk=user_of(request).pk).update(goes_on=request.POST.get("goes_on") == "1")
    user_of(request).refresh_from_db(fields=["goes_on"])
    return card_again(request, incident.pk)
