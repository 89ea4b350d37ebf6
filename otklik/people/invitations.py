"""The one-time link with which somebody makes his own password.

A link is alive while its user has no usable password, is not blocked, and has been given no newer link. The time is
Django's PASSWORD_RESET_TIMEOUT. No secret is kept: the link is signed over what the row says.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import User


class _Tokens(PasswordResetTokenGenerator):
    key_salt = "otklik.people.invitations"


_tokens = _Tokens()


def lasts() -> timedelta:
    """How long a link is good for."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def token_for(user: User) -> str:
    """The token of a user who waits for his first password."""
    return _tokens.make_token(user)


def renew(user: User, by: User, at: datetime) -> str:
    """A new token. The password he had works no longer, his sessions end, and older links are dead.

    Raises Refused: "self" (one's own password is changed on a page of its own), "blocked".
    """
    if user.pk == by.pk:
        raise Refused("self")
    with book.turn():
        if not User.objects.filter(pk=user.pk, is_active=True).update(password=make_password(None)):
            raise Refused("blocked")
        book.write(at=at, actor=f"user:{by.pk}", verb="user.link", subject=f"user:{user.pk}")
        user.refresh_from_db()
    return token_for(user)


def find(pk: int, token: str) -> User | None:
    """Whose link this is, if it is still good. Why it is not, a stranger is not told."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or user.has_usable_password() or not _tokens.check_token(user, token):
        return None
    return user


def accept(user: User, password: str, at: datetime) -> bool:
    """Set the password; False when the link was used, renewed or blocked since `find` looked."""
    with book.turn():
        same = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        if not same.update(password=make_password(password)):
            return False
        book.write(at=at, actor=f"user:{user.pk}", verb="user.password", subject=f"user:{user.pk}")
    return True
