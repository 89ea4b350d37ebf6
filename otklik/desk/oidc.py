"""Sign-in by the organisation's own provider (OpenID Connect), for those whom an administrator has invited.

Nobody becomes a user by it: whoever the provider names is looked for among the users, once, and is known from then on
by the provider's own mark for him (`sub`). allauth speaks the protocol (authorization code with PKCE); here stands who
is let in, whom the server may talk to, and what people are told.
"""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import User

PROVIDER = "sso"
AWAY = gettext_lazy("Единый вход сейчас не получился. Попробуйте ещё раз или войдите по паролю.")
PATIENCE = 10.0  # seconds for each call to the provider


class ProviderSession(requests.Session):
    """To the provider alone: its discovery names other addresses, and those must be of the same origin."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = settings.OUT_CA_FILE or True

    def request(self, method: str, url: str | bytes, *args: Any, **words: Any) -> requests.Response:
        """Raises requests.exceptions.InvalidURL for any other origin. Redirects are not followed."""
        if _origin(str(url)) != _origin(settings.OIDC_ISSUER):
            raise requests.exceptions.InvalidURL("the provider named an address beside its own origin")
        return super().request(method, url, *args, **{**words, "timeout": PATIENCE, "allow_redirects": False})


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def get_requests_session(self) -> ProviderSession:
        return ProviderSession()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Known by his mark, or tied to it now. Raises ImmediateHttpResponse with the refusal."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(refusal(request, _("Так в «Отклик» не входят. Начните со страницы входа.")))
        claims = sociallogin.account.extra_data
        sociallogin.account.extra_data = {}  # who he is stands in our own tables
        if sociallogin.is_existing:
            SocialAccount.objects.filter(pk=sociallogin.account.pk).update(extra_data={})
            return
        user = _named(claims)
        if user is None:
            words = _("«Отклик» вас пока не знает. Попросите приглашение у администратора в вашей организации.")
            raise ImmediateHttpResponse(refusal(request, words))
        with book.turn():
            sociallogin.connect(request, user)
            subject = f"user:{user.pk}"
            book.write(at=clock.now(), actor=subject, verb="user.oidc_tie", subject=subject)

    def on_authentication_error(self, request: HttpRequest, *_args: object, **_words: object) -> None:
        raise ImmediateHttpResponse(refusal(request, str(AWAY)))


@require_safe
def begin(request: HttpRequest) -> HttpResponseBase:
    """Off to the provider; words where it is away, or does not say what it should."""
    try:
        response: HttpResponseBase = login(request, PROVIDER)
    except (requests.RequestException, KeyError, ValueError):
        return refusal(request, str(AWAY))
    return response


def _named(claims: dict[str, Any]) -> User | None:
    """The one active user, tied to nobody yet, whom the provider's claim names; None for none and for several.

    An address counts only if the provider has verified it.
    """
    profile = claims.get("userinfo") or claims.get("id_token") or {}
    if settings.OIDC_MATCH == "email":
        value = profile.get("email") if profile.get("email_verified") is True else None
    else:
        value = profile.get("preferred_username")
    if not isinstance(value, str) or not value.strip():
        return None
    column = "email__iexact" if settings.OIDC_MATCH == "email" else "username__iexact"
    users = list(User.objects.filter(is_active=True, **{column: value.strip()})[:2])
    if len(users) != 1 or SocialAccount.objects.filter(user=users[0]).exists():
        return None
    return users[0]


def refusal(request: HttpRequest, words: str, status: int = 403) -> HttpResponse:
    return render(request, "account/ask.html", {"title": _("Единый вход"), "words": words}, status=status)


def came_so(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened by the provider, and not by a password here."""
    records = get_authentication_records(request, user)
    return any(record.get("method") == "socialaccount" for record in records)


def shut(request: HttpRequest, **_old: str) -> HttpResponse:
    """In place of allauth's own pages for tying and signing up: neither is on offer."""
    return refusal(request, _("Так в «Отклик» не входят. Начните со страницы входа."), status=404)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
