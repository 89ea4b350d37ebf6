"""How the desk's pages ask for a verb of a card: `press` is all there is to most of their addresses."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, conflict
from otklik.desk.form import read
from otklik.desk.gate import card_for, permitted, user_of
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.work.verb import Done, Input, Verb, card_of, perform
from otklik.work.words import CONFLICTS

Thing = TypeVar("Thing")
G = TypeVar("G", bound=Input)


def do(
    request: HttpRequest,
    verb: Verb[Thing, G],
    thing: Thing,
    data: Callable[[], G] | None = None,
    seen: Callable[[Incident], None] | None = None,
) -> Done:
    """The verb with what the request's form gives to it, or with `data`. Raises PermissionDenied before it looks at
    either, and what `perform` raises."""
    user = user_of(request)
    if not verb.allows(user, card_of(thing)):
        raise PermissionDenied
    return perform(verb, thing, data() if data else read(verb.schema, request.POST), user, clock.now(), seen=seen)


def press(
    choose: Verb[Thing, Any] | Callable[[Thing], Verb[Thing, Any]],
    of: Callable[[HttpRequest, int], Any] = card_for,
    data: Callable[[HttpRequest], Any] | None = None,
) -> Callable[..., HttpResponseBase]:
    """A page's address for this verb, or for the one that fits the thing; it answers with the card again.

    `of` brings the thing, where that is not a card, and raises Http404. `data` reads a form whose fields are not those
    of the verb's schema.
    """

    @require_POST
    @permitted()
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        thing = of(request, pk)
        card = card_of(thing)
        try:
            verb = choose if isinstance(choose, Verb) else choose(thing)
            done = do(request, verb, thing, (lambda: data(request)) if data else None)
        except CONFLICTS as error:
            return conflict(request, card.pk, error)
        changed_card = done.result if isinstance(done.result, Incident) and done.result.pk == card.pk else None
        return card_again(request, card.pk, done.batch, changed_card=changed_card)

    return pressed
