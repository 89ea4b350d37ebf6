"""Verbs of the roles that administrators make. Whoever has such a role gains or loses at once by a change of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import Grant, MadeRole, User
from otklik.people.permissions import BOUND, Permission, fitting
from otklik.people.seen import check_seen, mark, turned

_write = partial(book.write_deed, "role")


@dataclass(frozen=True, slots=True)
class RoleInput:
    """What the form says; `base` is not looked at when a role is changed: people are called by it."""

    name: str
    base: str
    permissions: Collection[str]


def seen(role: MadeRole) -> str:
    """The mark of what `change` changes."""
    return mark(role.name, _ordered(role.allows))


def make(role_input: RoleInput, by: User, at: datetime) -> MadeRole:
    """Raises Refused: "role_base" for a base that nothing is made upon, "role_name" when another has the name."""
    if role_input.base not in BOUND:
        raise Refused("role_base")
    with book.turn():
        _check_name(role_input.name, 0)
        allows = _ordered(fitting(role_input.base, role_input.permissions))
        role = MadeRole.objects.create(name=role_input.name, base=role_input.base, permissions=allows, made_at=at)
        _write("role.make", role, by, at, {"base": role.base, "permissions": allows}, words=role.name)
    return role


def change(role: MadeRole, role_input: RoleInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Refused: "overtaken", "role_name", or "late" when it is gone."""
    with book.turn():
        here = MadeRole.objects.select_for_update().filter(pk=role.pk).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        _check_name(role_input.name, here.pk)
        was, now = here.allows, fitting(here.base, role_input.permissions)
        if was == now and here.name == role_input.name:
            return False
        MadeRole.objects.filter(pk=here.pk).update(name=role_input.name, permissions=_ordered(now))
        data = {"added": _ordered(now - was), "removed": _ordered(was - now)}
        _write("role.edit", here, by, at, data, words=turned((here.name, role_input.name)))
    return True


def remove(role: MadeRole, by: User, at: datetime) -> None:
    """Raises Refused: "role_used" while somebody has it, "late" when it is gone already."""
    with book.turn():
        if Grant.objects.filter(made=role).exists():
            raise Refused("role_used")
        if not MadeRole.objects.filter(pk=role.pk).delete()[0]:
            raise Refused("late")
        _write("role.remove", role, by, at, {"base": role.base}, words=role.name)


def _check_name(name: str, but: int) -> None:
    """SQLite knows upper and lower case of Latin letters alone, so the names are compared here: they are few."""
    names = MadeRole.objects.exclude(pk=but).values_list("name", flat=True)
    if name.lower() in {one.lower() for one in names}:
        raise Refused("role_name")


def _ordered(permissions: Collection[Permission]) -> list[str]:
    return [permission.value for permission in Permission if permission in permissions]
