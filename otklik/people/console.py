"""What whoever holds the server may do without signing in: make the first administrator, and let one in again.

He could read the database anyway; here it is done in one way, and stands in the journal as done at the console.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.accounts import Name, newcomer
from otklik.people.invitations import token_for
from otklik.people.models import Grant, Role, User
from otklik.people.sessions import sign_out_everywhere

ACTOR = "machine:console"


def administrator(username: str, name: Name, at: datetime) -> tuple[User, str]:
    """A new administrator of the whole region, and the token of the link by which he makes his password.

    Raises Refused("username") when somebody is called so already.
    """
    with book.turn():
        user = newcomer(username, name, at)
        grant = Grant.objects.create(user=user, role=Role.ADMINISTRATOR)
        _write("user.invite", user, at)
        entry_data = {"role": grant.role, "agency": 0, "place": 0}
        book.write(at=at, actor=ACTOR, verb="grant.give", subject=f"user:{user.pk}", data=entry_data)
    return user, token_for(user)


def let_in_again(username: str, at: datetime, *, without_factor: bool) -> tuple[User, str]:
    """A new link for an administrator of the whole region: his password works no longer and his sessions end.

    `without_factor`: his second factor is taken off too. Raises Refused: "late" when there is nobody of that name,
    "blocked", "role" when he administers no region.
    """
    with book.turn():
        user = User.objects.select_for_update().filter(username__iexact=username).first()
        if user is None:
            raise Refused("late")
        if not user.is_active:
            raise Refused("blocked")
        if not Grant.objects.filter(user=user, role=Role.ADMINISTRATOR, agency=None, place=None).exists():
            raise Refused("role")
        user.password = make_password(None)
        user.save(update_fields=["password"])
        _write("user.link", user, at)
        if without_factor and Authenticator.objects.filter(user=user).delete()[0]:
            _write("user.second_factor_reset", user, at)
    sign_out_everywhere(user, at)
    return user, token_for(user)


def _write(verb: str, user: User, at: datetime) -> None:
    book.write(at=at, actor=ACTOR, verb=verb, subject=f"user:{user.pk}")
