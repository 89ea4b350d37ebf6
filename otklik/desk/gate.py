"""Who gets through to a page: signed in, with a role, and only to what his grants open.

What somebody may not see does not exist for him: 404, so that ids tell nothing. What he sees but may not do is 403.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, wraps
from itertools import chain
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import register_converter
from django.utils.dateparse import parse_date

from otklik.answers.steps import steps_for
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.journal import looks
from otklik.lib import clock
from otklik.lib.days import day_of
from otklik.lib.kept import LONG_AGO, STAND_IN, KeptRows, keep_rows, stand_ins, whole_day
from otklik.people.access import has, opened, rows_within
from otklik.people.models import User
from otklik.people.permissions import Permission

P = ParamSpec("P")
LOOKED = "cards_looked_at"
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """The signed-in user; only behind `permitted`."""
    return cast(User, request.user)


def permitted(*wanted: Permission) -> Callable[[View[P]], View[P]]:
    """The page is for whoever has one of these permissions; without any it is for everybody who is signed in.

    Strangers are sent to sign in (a fragment's request gets 401, so that the page can say so and keep typed text).
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.headers.get("HX-Request") or request.headers.get("X-Fragment"):
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if wanted and not has(user_of(request), *wanted):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def card_for(request: HttpRequest, pk: int) -> Incident:
    """The card, if this user may see it; that he looked is written down. Raises Http404 otherwise, whether or not it
    exists.

    Its `policy_steps` is how many people would agree to what he writes on it, None for the usual way.
    """
    user = user_of(request)
    paths = list(chain(*opened(user)))
    if paths:
        of_today = {_CARD: pk, _USER: user.pk, whole_day(day_of(LONG_AGO)): whole_day(day_of(clock.now()))}
        within = {f"{_path(place)}%": f"{path}%" for place, path in enumerate(paths)}
        for found in _card(tuple(map(bool, paths)), connection.vendor).ask(of_today | within):
            looked(request, [pk])
            return found
    raise Http404


_CARD, _USER = stand_ins(2)


def _path(place: int) -> str:
    """It stands for a path in a kept question."""
    return f"/{STAND_IN - place}/"


@lru_cache(32)
def _card(limited: tuple[bool, ...], vendor: str) -> KeptRows[Incident]:
    """For whoever has so many grants: of each whether it is of an agency, and of a territory, in turn."""
    paths = [_path(place) if path else "" for place, path in enumerate(limited)]
    cards = Incident.objects.filter(rows_within(zip(paths[::2], paths[1::2], strict=True)), pk=_CARD)
    cards = cards.select_related("theme__group", "place__parent", "agency__parent", "operator")
    return keep_rows(cards.annotate(policy_steps=steps_for(User(pk=_USER), LONG_AGO)))


def looked(request: HttpRequest, cards: Iterable[int]) -> None:
    """These cards are given out with the answer to this request: `Looks` writes it down before it leaves."""
    vars(request).setdefault(LOOKED, set()).update(cards)


class Looks:
    """Middleware, the innermost: who was given which cards. What cannot be written down is not given out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if cards := vars(request).get(LOOKED):
            looks.note_all(user_of(request).pk, cards, clock.now())
        return response


def must_be_allowed(request: HttpRequest, incident: Incident, verb: str) -> None:
    """Raises PermissionDenied when the user's grants do not allow this move on this card, whatever its state."""
    if not may_move(user_of(request), incident, verb):
        raise PermissionDenied


_WHOLE = re.compile("-?[0-9]{1,18}")


class RowId:
    """Path converter `row`: an id that a database can hold. A longer number is no address of ours."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RowId, "row")


def integer(value: Any, default: int = 0) -> int:
    """A whole number from a hostile address line: anything else is `default`, and so is what no database holds."""
    text = str(value or "").strip()
    return int(text) if _WHOLE.fullmatch(text) else default


def day_in(given: str) -> date | None:
    """The day that a form's field names, as in 2026-11-25; None for what is no day."""
    try:
        return parse_date(given[:10])
    except ValueError:
        return None
