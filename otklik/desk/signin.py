"""Sign-in by django-allauth: nobody signs up by himself, an administrator makes users and gives links.

What allauth does by mail is not on offer: a link to a password goes through an administrator, and the journal knows.
The addresses here stand before allauth's own.
"""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

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
    path("signup/", ask, {"about": "account"}, name="account_signup"),
    path("email/", ask, {"about": "mail"}, name="account_email"),
    path("confirm-email/", ask, {"about": "mail"}, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", ask, {"about": "mail"}),
    path("password/reset/", ask, {"about": "password"}, name="account_reset_password"),
    path("password/reset/<path:key>", ask, {"about": "password"}),
]
