"""Sign-in by django-allauth: nobody signs up by himself, an administrator makes users and gives links.

What allauth does by mail is not on offer: a link to a password goes through an administrator, and the journal knows.
The addresses here stand before allauth's own.
"""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk import oidc, sessions
from otklik.desk.patience import APP, left, wait_words
from otklik.lib import clock, counters
from otklik.people import factor

ANYWHERE = "login_failed_anywhere"
ASK = {
    "password": (
        _("Забыли пароль?"),
        _("Попросите у администратора «Отклика» в вашей организации новую ссылку. По ней вы придумаете новый пароль."),
    ),
    "account": (
        _("Сюда приглашают"),
        _("Попросите приглашение у администратора «Отклика» в вашей организации. По нему вы придумаете пароль."),
    ),
    "mail": (
        _("Почта"),
        _("Почту сотрудника записывает администратор «Отклика». Если она изменилась, скажите ему."),
    ),
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Имя для входа или пароль не подошли."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the Host header: with it whoever guesses had so many more attempts."""
        return _from_here(request, str(credentials.get("username", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        name = _by_name(str(credentials.get("username", "")))
        self._anywhere = ratelimit.consume(request, app=APP, action=ANYWHERE, key=name)
        if not self._anywhere:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._anywhere.rollback()

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever has this minute signed in by his password and sets up his first second factor has just said it."""
        request, wanted = context.request, bool(super().is_reauthentication_required(app=app, **more))
        if not wanted or factor.has_one(request.user):
            return wanted
        password_times = [
            r["at"] for r in get_authentication_records(request, request.user) if r["method"] == "password"
        ]
        return (
            not password_times or clock.now().timestamp() - password_times[-1] > app_settings.REAUTHENTICATION_TIMEOUT
        )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        counters.add(counters.FAILED_SIGN_IN)
        super().authentication_failed(request, **credentials)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code != "too_many_login_attempts":
            error: ValidationError = super().validation_error(code, *args)
            return error
        request = context.request
        names, codes = _counted(request)
        here = left(request, "login_failed", [*(_from_here(request, name) for name in names), *codes])
        return ValidationError(wait_words(max(here, left(request, ANYWHERE, map(_by_name, names)))), code=code)


def _by_name(username: str) -> str:
    return f"login:{username.lower()}"


def _from_here(request: HttpRequest, username: str) -> str:
    return f"{_by_name(username)}@{ratelimit.get_ip(request)}"


def _counted(request: HttpRequest) -> tuple[list[str], list[str]]:
    """By what failed attempts are counted beside the address: the typed name, or whoever is asked once more; and the
    keys of his codes."""
    names, codes = [request.POST.get("login", "").strip()], []
    stage = getattr(request, "_login_stage", None)
    for user in (request.user, stage.login.user if stage else None):
        if user is not None and user.is_authenticated:
            names.append(user.get_username())
            codes.append(f"mfa-auth-user-{user.pk}")
    return names, codes


class LongEnough(MinimumLengthValidator):
    """Django's own check in a person's words."""

    def get_error_message(self) -> str:
        return str(_("Пароль короткий: нужно не меньше %d знаков.") % self.min_length)


@require_safe
def ask(request: HttpRequest, about: str, **old: str) -> HttpResponse:
    """Whom to ask, in place of a form. `old` is what a link from a letter once held: it opens nothing."""
    title, words = ASK[about]
    return render(request, "account/ask.html", {"title": title, "words": words})


urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.mine, name="usersessions_list"),
    path("signup/", ask, {"about": "account"}, name="account_signup"),
    path("email/", ask, {"about": "mail"}, name="account_email"),
    path("confirm-email/", ask, {"about": "mail"}, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", ask, {"about": "mail"}),
    path("oidc/sso/login/", oidc.begin, name="openid_connect_login"),
    path("3rdparty/", oidc.shut, name="socialaccount_connections"),
    path("3rdparty/signup/", oidc.shut, name="socialaccount_signup"),
    path("3rdparty/login/cancelled/", oidc.shut, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", oidc.shut, name="socialaccount_login_error"),
    path("password/reset/", ask, {"about": "password"}, name="account_reset_password"),
    path("password/reset/<path:key>", ask, {"about": "password"}),
]
