"""The second factor: who must have one, and who has. A code from an app or a key; spare codes alone are none."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from otklik.people.access import has
from otklik.people.models import User
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
    found = Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL)
    return users.annotate(has_factor=Exists(found))


def has_one(user: User) -> bool:
    told = getattr(user, "has_factor", None)
    return with_factor(User.objects.filter(pk=user.pk)).get().has_factor if told is None else bool(told)  # type: ignore[attr-defined]
