"""The frame of the administrator's pages: who gets in, and the list at the side."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from otklik.desk.admin.pages import PAGES, Page
from otklik.desk.gate import P, View, permitted, user_of
from otklik.people.access import everywhere, has
from otklik.people.models import User
from otklik.people.permissions import MANAGING, Permission


class Hidden(NamedTuple):
    """A field that goes on with a confirmation: the page says what a change would touch, and carries it."""

    name: str
    value: object


class Way(NamedTuple):
    """Where else one may go from a question: what should perhaps be done first."""

    address: str
    words: str


class Sure(NamedTuple):
    """What a confirmation page asks. `figures` are sentences; `kept` is sent along; `refusal` leaves no button."""

    title: str
    figures: Sequence[str]
    button: str
    back: str
    kept: Sequence[Hidden] = ()
    grave: bool = False
    refusal: str = ""
    way: Way | None = None


def opens(user: User, page: Page) -> bool:
    """Whether this user gets into the page."""
    return everywhere(user, page.permission) if page.whole else has(user, page.permission)


def administers(key: str) -> Callable[[View[P]], View[P]]:
    """The guard of a page and of everything under it, by the page's line in PAGES."""
    page = next(page for page in PAGES if page.key == key)

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        @permitted(page.permission)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not opens(user_of(request), page):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def framed(
    request: HttpRequest, key: str, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The page inside the frame; `key` is the line of the side list where the reader is."""
    user = user_of(request)
    shown = {"admin_pages": [page for page in PAGES if opens(user, page)], "admin_here": key, **context}
    return render(request, template, shown, status=status)


def ask(request: HttpRequest, key: str, sure: Sure) -> HttpResponse:
    """Say what would change before it does; the button posts to the same address with `sure=1`."""
    status = 409 if sure.refusal else 200
    return framed(request, key, "desk/admin/confirm.html", {"sure": sure}, status)


def is_sure(request: HttpRequest) -> bool:
    return request.POST.get("sure") == "1"


@require_safe
@permitted(*MANAGING, Permission.JOURNAL, Permission.FORGET)
def home(request: HttpRequest) -> HttpResponse:
    """«Управление» opens with the first page that the reader may see."""
    for page in PAGES:
        if opens(user_of(request), page):
            return HttpResponseRedirect(reverse(page.address))
    raise PermissionDenied
