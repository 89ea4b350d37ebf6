"""How the desk's pages ask for a verb of a card: `press` is all there is to most of their addresses."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.form import read
from otklik.desk.gate import card_for, permitted, user_of
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.work.verb import Done, Input, Verb, perform

G = TypeVar("G", bound=Input)


def do(
    request: HttpRequest,
    verb: Verb[Incident, G],
    card: Incident,
    seen: Callable[[Incident], None] | None = None,
    form: QueryDict | None = None,
) -> Done:
    """The verb with what the request's form gives to it, or `form` in its place. Raises PermissionDenied before it
    looks at the form, and what `perform` raises."""
    user = user_of(request)
    if not verb.allows(user, card):
        raise PermissionDenied
    return perform(verb, card, read(verb.schema, request.POST if form is None else form), user, clock.now(), seen=seen)


def press(choose: Verb[Incident, Any] | Callable[[Incident], Verb[Incident, Any]]) -> Callable[..., HttpResponseBase]:
    """A page's address for this verb, or for the one that fits the card; it answers with the card again."""

    @require_POST
    @permitted()
    @telling_conflicts
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        card = card_for(request, pk)
        done = do(request, choose if isinstance(choose, Verb) else choose(card), card)
        return card_again(request, pk, done.batch, stands=done.result if isinstance(done.result, Incident) else None)

    return pressed
