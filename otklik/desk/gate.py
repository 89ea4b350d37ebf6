"""Who gets through to a page: signed in, with a role, and only to what his grants open.

What somebody may not see does not exist for him: 404, so that ids tell nothing. What he sees but may not do is 403.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import register_converter
from django.utils.dateparse import parse_date

from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.journal import looks
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.work.access import visible_card

P = ParamSpec("P")
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
                if request.headers.get("X-Fragment"):
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if wanted and not has(user_of(request), *wanted):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def card_for(request: HttpRequest, pk: int) -> Incident:
    """As `visible_card`. Raises Http404 for one that this user may not see, whether or not it exists."""
    card = visible_card(user_of(request), pk)
    if card is None:
        raise Http404
    return card


class Looks:
    """Middleware, the innermost: who was given which cards. What cannot be written down is not given out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looks.showing() as cards:
            response = self.get_response(request)
        if cards:
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


def day_in(day_text: str) -> date | None:
    """The day that a form's field names, as in 2026-11-25; None for what is no day."""
    try:
        return parse_date(day_text[:10])
    except ValueError:
        return None
