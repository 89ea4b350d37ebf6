"""Verbs of a user: invite, give and take grants, block, let in again. Each is one change and its journal row.

Nobody is deleted: who worked here stays in the journal by name. The last administrator of the whole region who can
sign in stays one: whatever would take him away raises Refused("last").
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db.models import QuerySet

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.models import Agency, Grant, MadeRole, Role, User
from otklik.people.seen import check_seen, mark, turned
from otklik.people.sessions import sign_out_everywhere
from otklik.places.models import Place

_write = partial(book.write_deed, "user")


@dataclass(frozen=True, slots=True)
class Name:
    """How somebody is called; `email` may be empty."""

    last: str
    first: str
    patronymic: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """A grant to be: None stands for «all»."""

    role: str
    agency: Agency | None = None
    place: Place | None = None
    made: MadeRole | None = None

    @property
    def title(self) -> str:
        return self.made.name if self.made else str(Role(self.role).label)


def administrators() -> QuerySet[User]:
    """Those who can sign in and manage the whole region."""
    everything = Grant.objects.filter(role=Role.ADMINISTRATOR, agency__isnull=True, place__isnull=True)
    able = User.objects.filter(is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return able.filter(pk__in=everything.values("user"))


def invite(username: str, name: Name, reach: Reach, by: User, at: datetime) -> User:
    """A new user who cannot sign in until he has made a password by his link. Raises Refused("username")."""
    with book.turn():
        user = newcomer(username, name, at)
        _write("user.invite", user, by, at)
        give(user, reach, by, at)
    return user


def newcomer(username: str, name: Name, at: datetime) -> User:
    """The row alone, without a password; inside the turn of whoever tells the journal. Raises Refused("username")."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("username")
    return User.objects.create(
        username=username,
        last_name=name.last,
        first_name=name.first,
        patronymic=name.patronymic,
        email=name.email,
        password=make_password(None),
        date_joined=at,
    )


def seen(user: User) -> str:
    """The mark of what `rename` changes."""
    return mark(user.last_name, user.first_name, user.patronymic, user.email)


def rename(user: User, name: Name, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. A changed address kills a pending link: it was meant for whoever read the old one.

    Raises Refused "overtaken": somebody else has renamed him since.
    """
    with book.turn():
        here = User.objects.select_for_update().get(pk=user.pk)
        check_seen(seen(here), was_seen)
        was = Name(here.last_name, here.first_name, here.patronymic, here.email)
        if was == name:
            return False
        User.objects.filter(pk=user.pk).update(
            last_name=name.last, first_name=name.first, patronymic=name.patronymic, email=name.email
        )
        _write("user.edit", user, by, at, words=turned((_whole(was), _whole(name)), (was.email, name.email)))
    return True


def _whole(name: Name) -> str:
    return " ".join(part for part in (name.last, name.first, name.patronymic) if part)


def give(user: User, reach: Reach, by: User, at: datetime) -> Grant:
    """One more grant. Raises Refused: "needs_agency", "double" when he has exactly this one already, or "late" when
    the role that was made has been removed meanwhile."""
    if reach.agency is None and reach.role in NEED_AN_AGENCY:
        raise Refused("needs_agency")
    with book.turn():
        if reach.made is not None and not MadeRole.objects.filter(pk=reach.made.pk, base=reach.role).exists():
            raise Refused("late")
        columns = {"role": reach.role, "made": reach.made, "agency": reach.agency, "place": reach.place}
        if Grant.objects.filter(user=user, **columns).exists():
            raise Refused("double")
        grant = Grant.objects.create(user=user, **columns)
        _write("grant.give", user, by, at, _grant_values(grant))
    return grant


def take_away(grant: Grant, by: User, at: datetime) -> None:
    """Raises Refused: "last", or "late" when somebody else has taken it away already."""
    with book.turn():
        guarded = administrators().exists()
        if not Grant.objects.filter(pk=grant.pk).delete()[0]:
            raise Refused("late")
        if guarded and not administrators().exists():
            raise Refused("last")
        _write("grant.take", grant.user, by, at, _grant_values(grant))


def block(user: User, by: User, at: datetime) -> None:
    """He is out at once, and a link that he has not used is dead. Raises Refused: "self", "last", "late"."""
    if user.pk == by.pk:
        raise Refused("self")
    with book.turn():
        guarded = administrators().exists()
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise Refused("late")
        if guarded and not administrators().exists():
            raise Refused("last")
        waiting = User.objects.filter(pk=user.pk, password__startswith=UNUSABLE_PASSWORD_PREFIX)
        waiting.update(password=make_password(None))
        _write("user.block", user, by, at)
    # Nobody is let in by a session of a blocked user; it is gone so that it does not come back to life with him.
    sign_out_everywhere(user, at)


def unblock(user: User, by: User, at: datetime) -> None:
    """He signs in with the password he had; an unused link stays dead. Raises Refused("late")."""
    with book.turn():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            raise Refused("late")
        _write("user.unblock", user, by, at)


def reset_second_factor(user: User, by: User, at: datetime) -> None:
    """For a lost phone or key. His sessions end: with the next password alone he sets it up anew, if he must have one.

    Raises Refused: "self" (one's own is taken off where one proves to have it), "late" when he has none.
    """
    if user.pk == by.pk:
        raise Refused("self")
    with book.turn():
        if not Authenticator.objects.filter(user=user).delete()[0]:
            raise Refused("late")
        _write("user.second_factor_reset", user, by, at)
    sign_out_everywhere(user, at)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


def _grant_values(grant: Grant) -> dict[str, object]:
    made = {"made": grant.made_id} if grant.made_id else {}
    return {"role": grant.role, "agency": grant.agency_id or 0, "place": grant.place_id or 0, **made}
