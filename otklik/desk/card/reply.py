"""How a verb on the card answers: the card as it now stands, or in plain words why nothing was done.

A page with scripts asks for fragments (`X-Fragment`) and puts them where they belong; without scripts the same
addresses answer with a redirect or a whole page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from otklik.desk.card.facts import look_at
from otklik.desk.gate import card_for, user_of
from otklik.incidents.cards import sees, visible_to
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.work.verb import Refused
from otklik.work.words import CONFLICTS, against

Verb = Callable[..., HttpResponseBase]
MOST_WORDS = 2000


def is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("X-Fragment"))


def card_again(
    request: HttpRequest, pk: int, undo: str = "", changed_card: Incident | None = None, **more: Any
) -> HttpResponse:
    """The card after a verb. Whoever has just given it away sees so, and is not told that it never existed.

    `undo` is the batch by which the verb can be taken back (work/undo.py): the page offers it for ten seconds. `more`
    are facts of a part that otherwise comes by itself. `changed_card` is the card as the verb has left it, where it is
    at hand: whoever is sent on to it is asked for again there.
    """
    user = user_of(request)
    if not is_fragment(request):
        seen = sees(user, changed_card) if changed_card else visible_to(user).filter(pk=pk).exists()
        return redirect("incident", pk) if seen else redirect("home")
    try:
        card = card_for(request, pk)
    except Http404:
        return render(request, "desk/card/_gone.html", {"undo": undo})
    facts = more | look_at(user, card, clock.now()) | {"undo": undo}
    return render(request, "desk/card/_card.html", facts)


def refusal(request: HttpRequest, pk: int, status: int, words: str, **more: Any) -> HttpResponse:
    """Nothing was done, and why. `more` may hold `theirs` and `mine`, the two texts of a late save."""
    page = "desk/card/_refusal.html" if is_fragment(request) else "desk/card/refusal.html"
    response = render(request, page, {"words": words, "pk": pk, "status": status, **more}, status=status)
    response["X-Refusal"] = "1"
    return response


def conflict(request: HttpRequest, pk: int, error: Exception, **more: Any) -> HttpResponse:
    """The refusal for one of CONFLICTS on the card `pk`; `more` as in `refusal`. Raises Http404 where it names what is
    not there."""
    status, words = against(error)
    if status == 404:
        raise Http404 from error
    return refusal(request, pk, status, words, **more, **(error.more if isinstance(error, Refused) else {}))


def telling_conflicts(view: Verb) -> Verb:
    """A verb on the card `pk` that came too late has no second effect and says so with 409; an unfit answer is 422."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: int) -> HttpResponseBase:
        try:
            return view(request, pk, **kwargs)
        except CONFLICTS as error:
            return conflict(request, pk, error)

    return guarded


def typed(request: HttpRequest, name: str, limit: int = MOST_WORDS) -> str:
    """What was typed into a field, as any database can store it, cut to `limit` characters."""
    return clean(request.POST.get(name, ""), limit).strip()
