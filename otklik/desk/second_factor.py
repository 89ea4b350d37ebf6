"""The second factor at the gate: whoever must have one and has none gets no further than where it is set up."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk import errors, oidc
from otklik.desk.gate import user_of
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.secret import seal, unseal
from otklik.people import factor, sessions
from otklik.people.models import User

# By the names of addresses: what is not here stays shut, a new page too.
OPEN = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_reset_password",
        "account_login",
        "account_logout",
        "openid_connect_login",
        "openid_connect_callback",
        "set_language",
        "hook",
        "survey",
        "outside",
        "outside-picture",
        "public",
        "public-json",
        "public-csv",
    }
)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's own, which reads along the user's grants and whether he has a second factor: no page asks for them
    anew."""

    def get_user(self, user_id: Any) -> User | None:
        user = factor.signed_in(user_id)
        return user if user and self.user_can_authenticate(user) else None


class SecondFactor:
    """Middleware, behind the one that says who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        if not request.user.is_authenticated or not factor.must_have(user_of(request)):
            return None
        if factor.has_one(user_of(request)) or _vouched_for(request):
            return None
        request.factor_wanted = True  # type: ignore[attr-defined]
        if request.resolver_match is not None and request.resolver_match.url_name in OPEN:
            return None
        if request.headers.get("X-Fragment"):
            headers = {"X-Set-Up": reverse("mfa_index")}
            return HttpResponse(status=HTTPStatus.FORBIDDEN, headers=headers)
        if request.method not in ("GET", "HEAD"):
            return errors.factor_first(request)
        return HttpResponseRedirect(reverse("mfa_index"))


def _vouched_for(request: HttpRequest) -> bool:
    """He came by the organisation's provider, and its own second factor is to do (`OTKLIK_OIDC_FACTOR`)."""
    return settings.OIDC_FACTOR == "theirs" and oidc.came_so(request, user_of(request))


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": gettext_lazy("Код не подошёл.")}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: User) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 allauth's name
        number: int = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Ключ %d") % number


def added(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    """allauth's signal. With the first one all other sessions end: a password alone had opened them."""
    if authenticator.type not in factor.REAL:
        return
    now = clock.now()
    with book.turn():
        _write("user.second_factor_add", user, authenticator)
    if not Authenticator.objects.filter(user=user, type__in=factor.REAL).exclude(pk=authenticator.pk).exists():
        sessions.sign_out_everywhere(user, now, kept=request.session.session_key or "")


def removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    """allauth's signal."""
    if authenticator.type in factor.REAL:
        with book.turn():
            _write("user.second_factor_remove", user, authenticator)


def _write(verb: str, user: User, authenticator: Authenticator) -> None:
    subject = f"user:{user.pk}"
    book.write(at=clock.now(), actor=subject, verb=verb, subject=subject, data={"kind": authenticator.type})
