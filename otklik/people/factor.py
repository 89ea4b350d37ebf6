"""The second factor: who must have one, and who has. A code from an app or a key; spare codes alone are none."""

from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.people.access import asker, has, keep_grants, own_and_lent
from otklik.people.models import Grant, User
from otklik.people.permissions import MANAGING, Permission

# Who lets words out to citizens, who lets others in or changes how the system works, and who erases for good.
GUARDED = MANAGING | {Permission.APPROVE, Permission.FORGET}
REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_have(user: User) -> bool:
    """By the installation's rule (`OTKLIK_SECOND_FACTOR`) and the user's grants."""
    if settings.SECOND_FACTOR == "everyone":
        return True
    return settings.SECOND_FACTOR == "required" and has(user, *GUARDED)


def with_factor(users: QuerySet[User]) -> QuerySet[User]:
    """The users with whether each has one, read along with them."""
    authenticators = Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL)
    return users.annotate(has_factor=Exists(authenticators))


def signed_in(user_id: int) -> User | None:
    """Whose id it is, with whether he has one; his grants are at hand (`grants_of`). One query, and a second where he
    has no grant of his own."""
    params = asker(user_id)
    grants: list[Any] = _grants(connection.vendor).ask(params)
    own = next((grant for grant in grants if grant.user_id == user_id), None)
    if own is not None:
        own.user.has_factor = own.has_factor
    users = [own.user] if own else _user(connection.vendor).ask(params)
    for user in users:
        keep_grants(user, grants)
    return next(iter(users), None)


@cache
def _grants(vendor: str) -> KeptRows[Grant]:
    real = Authenticator.objects.filter(user=OuterRef("user"), type__in=REAL)
    return keep_rows(own_and_lent().annotate(has_factor=Exists(real)))


@cache
def _user(vendor: str) -> KeptRows[User]:
    return keep_rows(with_factor(User.objects.filter(pk=STAND_IN)))


def has_one(user: User) -> bool:
    has_factor = getattr(user, "has_factor", None)
    return with_factor(User.objects.filter(pk=user.pk)).get().has_factor if has_factor is None else bool(has_factor)  # type: ignore[attr-defined]
