"""Who may touch what: a grant is a role's permissions × agency subtree × territory."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from otklik.journal import book
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, STAND_IN, KeptRows, keep_rows, moment
from otklik.people.models import Agency, Grant, Role, Substitution, User
from otklik.people.permissions import Permission

# A grant without an agency is for the whole region; an executor always belongs to one.
NEED_AN_AGENCY = frozenset({Role.EXECUTOR})


def grants_of(user: User) -> list[Grant]:
    """The user's grants with agency and place, read once per user object; none for whoever is signed out.

    While he stands in for somebody, that one's are among them, after his own: their `user_id` says whose they are.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    kept: list[Grant] | None = getattr(user, "_grants", None)
    if kept is None:
        return keep_grants(user, _grants(connection.vendor).ask(asker(user.pk)))
    return kept


def keep_grants(user: User, grants: Iterable[Grant]) -> list[Grant]:
    """What `grants_of` him gives from now on, of what was read by `own_and_lent`."""
    kept = sorted(grants, key=lambda grant: (grant.user_id != user.pk, grant.pk))
    user._grants = kept  # type: ignore[attr-defined]
    return kept


def asker(user: int) -> dict[Any, Any]:
    """Whose they are and when, to ask `own_and_lent` with."""
    return {STAND_IN: user, moment(LONG_AGO): moment(clock.now())}


@cache
def _grants(vendor: str) -> KeptRows[Grant]:
    return keep_rows(own_and_lent())


def own_and_lent() -> QuerySet[Grant]:
    """To be kept, and asked with `told_of`: somebody's own, and those that the ones he stands in for have of their own.
    Nothing is passed on further, so there are no chains and no loops. To administrate is not lent: it would let him
    keep what comes back by itself."""
    running = in_force(LONG_AGO).filter(deputy=STAND_IN)
    lent = Q(user__in=running.values("absent"), user__is_active=True) & ~Q(role=Role.ADMINISTRATOR)
    grants = Grant.objects.filter(Q(user=STAND_IN) | lent)
    return grants.select_related("agency", "place", "user", "made")


def in_force(now: datetime) -> QuerySet[Substitution]:
    """What the deputies have agreed to and what runs at this moment."""
    return Substitution.objects.filter(agreed_at__isnull=False, ended_at__isnull=True, since__lte=now, until__gt=now)


def has(user: User, *permissions: Permission) -> bool:
    """Whether any grant of the user has one of the permissions, whatever its reach."""
    return any(not grant.allows.isdisjoint(permissions) for grant in grants_of(user))


def everywhere(user: User, permission: Permission) -> bool:
    """Whether a grant for the whole region has the permission: what is the region's own asks for no less."""
    return EVERYTHING in opened(user, (permission,))


def has_role(user: User, *roles: Role) -> bool:
    """Whether any grant of the user is of one of the roles or made upon it: who he is, not what he may."""
    return any(grant.role in roles for grant in grants_of(user))


class Opened(NamedTuple):
    """What one grant opens, as paths: of an agency, "" for every card whether it has one or not; of a territory, "" for
    the whole region. A card without a place lies in every territory."""

    agency: str
    place: str


EVERYTHING = Opened("", "")


def opened(user: User, permissions: Collection[Permission] | None = None) -> tuple[Opened, ...]:
    """What the user's grants open; with `permissions`, those of his grants that have one of them.

    A grant for an agency opens what is assigned within its subtree. A grant without one opens the whole region, but
    nothing to an executor: without an agency he sees no card.
    """
    return tuple(
        Opened(grant.agency.path if grant.agency else "", grant.place.path if grant.place else "")
        for grant in grants_of(user)
        if permissions is None or not grant.allows.isdisjoint(permissions)
        if grant.agency is not None or grant.role not in NEED_AN_AGENCY
    )


def reach(user: User, permissions: Collection[Permission] | None = None) -> Q:
    """The same as a filter on rows with `agency` and `place` (names as on Incident)."""
    return rows_within(opened(user, permissions))


def reach_by_agency(user: User, permissions: Collection[Permission] | None = None) -> Q:
    """The same rows, for a list of what is open in an agency: its rows are looked up by an index that begins with the
    agency. Of a list that goes by an index of its own and ends after a page `reach` is the quicker filter."""
    return rows_within(opened(user, permissions), by_agency=True)


def rows_within(paths: Iterable[tuple[str, str]], by_agency: bool = False) -> Q:
    """What pairs of paths open, as `Opened` has them, as such a filter."""
    condition = Q(pk__in=[])
    for agency, place in paths:
        within = Q(agency__in=Agency.objects.filter(path__startswith=agency))
        one = (within if by_agency else Q(agency__path__startswith=agency)) if agency else Q()
        if place:
            one &= Q(place__path__startswith=place) | Q(place__isnull=True)
        if not one:
            return ~Q(pk__in=[])
        condition |= one
    return condition


def may(user: User, permissions: Collection[Permission], agency_path: str, place_path: str) -> bool:
    """The same question for one row: `agency_path` and `place_path` are "" where the row has none."""
    for grant in grants_of(user):
        if grant.allows.isdisjoint(permissions) or (grant.agency is None and grant.role in NEED_AN_AGENCY):
            continue
        in_agency = grant.agency is None or bool(agency_path and agency_path.startswith(grant.agency.path))
        in_place = grant.place is None or not place_path or place_path.startswith(grant.place.path)
        if in_agency and in_place:
            # His own grants come first: only what they do not open is done in somebody's place.
            book.in_place_of(user.pk, grant.user_id if grant.user_id != user.pk else 0)
            return True
    return False
