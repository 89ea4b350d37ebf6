"""«Придумайте пароль»: the page behind a one-time link. It works once, and tells a stranger nothing."""

from http import HTTPStatus

from allauth.core.ratelimit import consume
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from otklik.lib import clock
from otklik.people import invitations
from otklik.people.models import User

MOST = 128  # hashing is slow on purpose: nobody gets to feed it a book
THROTTLE = "reset_password_from_key"  # allauth's own limit for the same thing, by address


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Used, outdated, made up, or its user blocked: all dead links look the same."""
    if request.method == "POST" and not consume(request, action=THROTTLE):
        return _page(request, "desk/admin/invitation_later.html", {}, HTTPStatus.TOO_MANY_REQUESTS)
    user = invitations.find(pk, token)
    if user is None:
        return _gone(request)
    trouble: list[str] = []
    if request.method == "POST":
        first, second = request.POST.get("password", ""), request.POST.get("again", "")
        trouble = _trouble(first, second, user)
        if not trouble:
            if not invitations.accept(user, first, clock.now()):
                return _gone(request)
            return _page(request, "desk/admin/invitation_done.html", {"invited": user}, HTTPStatus.OK)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return _page(request, "desk/admin/invitation.html", {"invited": user, "trouble": trouble}, status)


def _trouble(first: str, second: str, user: User) -> list[str]:
    if not first:
        return [_("Придумайте пароль: не короче 10 знаков.")]
    if len(first) > MOST or "\x00" in first:
        return [_("Такой пароль не подойдёт: возьмите обычные знаки, не больше 128.")]
    if first != second:
        return [_("Пароли не совпали. Наберите ещё раз оба.")]
    try:
        validate_password(first, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, "desk/admin/invitation_gone.html", {}, HTTPStatus.NOT_FOUND)


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    # Not «no-referrer»: with that a browser sends «Origin: null», and the form would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response
