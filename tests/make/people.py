"""Agencies, users with their grants, and somebody who has signed in."""

from collections.abc import Mapping
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.test import Client

from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place

PASSWORD = "pass-word-1"
_NUMBERS = count(1)


def agency(name: str = "", code: str = "", parent: Agency | None = None, **more: object) -> Agency:
    number = next(_NUMBERS)
    name = name or f"Ведомство {number}"
    columns = {"name": name, "short_name": name, **more}
    return Agency.objects.create(code=code or f"agency-{number}", parent=parent, **columns)


@cache
def _hashed() -> str:
    """Hashing is slow on purpose: once for all."""
    return make_password(PASSWORD)


def person(
    username: str = "", role: str = "", agency: Agency | None = None, place: Place | None = None, **more: object
) -> User:
    """A user, with a grant where a role is named. The password of all is PASSWORD."""
    name = username or f"user{next(_NUMBERS)}"
    named = {"first_name": "Мария", "last_name": name.title(), **more}
    user = User.objects.create(username=name, password=_hashed(), **named)
    if role:
        grant(user, role, agency, place)
    return user


def several(last_names: Mapping[str, str], **more: object) -> list[User]:
    """Users without grants, by their names, in one statement; `person` makes one."""
    named = {"first_name": "Мария", "patronymic": "Петровна", "password": _hashed(), **more}
    return User.objects.bulk_create(
        [User(username=name, last_name=last_name, **named) for name, last_name in last_names.items()]
    )


def grant(user: User, role: str, agency: Agency | None = None, place: Place | None = None, **more: object) -> Grant:
    return Grant.objects.create(user=user, role=Role(role), agency=agency, place=place, **more)


def again(user: User) -> User:
    """As the next request reads him: without what he remembers of his grants."""
    return User.objects.get(pk=user.pk)


def signed_in(user: User) -> Client:
    """The user's browser."""
    client = Client()
    client.force_login(user)
    return client
