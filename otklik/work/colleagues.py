"""Who may see a card, who leads its agency: whom a verb tells, and to whom one may hand a card over."""

from collections.abc import Collection

from django.db.models import Prefetch, Q, QuerySet

from otklik.incidents.handing import HOLDING, leads
from otklik.incidents.models import Incident
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.models import Agency, Grant, Role, User


def seers(incident: Incident) -> QuerySet[User]:
    """Everybody active whose grants open this card: `visible_to` asked the other way round. In order of names."""
    opening = Q(agency__isnull=True) & ~Q(role__in=NEED_AN_AGENCY)
    if incident.agency:
        opening |= Q(agency__in=path_of(incident.agency))
    grants = Grant.objects.filter(opening)
    if incident.place:
        grants = grants.filter(Q(place__isnull=True) | Q(place__in=_ids(incident.place.path)))
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("last_name", "first_name", "pk")


def opens(grant: Grant, incident: Incident) -> bool:
    """Whether this one grant, with its agency and place at hand, opens this card. Asks nothing of the database."""
    if grant.agency is None:
        if grant.role in NEED_AN_AGENCY:
            return False
    elif not (incident.agency and incident.agency.path.startswith(grant.agency.path)):
        return False
    return grant.place is None or incident.place is None or incident.place.path.startswith(grant.place.path)


def leaders(incident: Incident) -> list[User]:
    """The curators of the card's agency and of those above it. Two queries, none for a card without an agency."""
    wanted = path_of(incident.agency)
    people = holders(set(wanted), (Role.CURATOR,)) if wanted else []
    return [person for person in people if leads(person, incident)]


def path_of(agency: Agency | None) -> list[int]:
    """The ids of the agencies above it and its own, the highest first."""
    return [int(pk) for pk in agency.path.strip("/").split("/") if pk] if agency else []


def holders(agencies: set[int], roles: Collection[str] = HOLDING) -> list[User]:
    """Whoever has one of the roles in one of these agencies, in order of names, with all his grants at hand."""
    theirs = Grant.objects.filter(agency__in=agencies, role__in=roles)
    grants = Prefetch("grants", Grant.objects.select_related("agency", "place", "made"))
    users = User.objects.filter(pk__in=theirs.values("user"), is_active=True)
    people = list(users.order_by("last_name", "first_name", "pk").prefetch_related(grants))
    for person in people:
        person._grants = list(person.grants.all())  # type: ignore[attr-defined]  # what `grants_of` would ask one by one
    return people


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]
