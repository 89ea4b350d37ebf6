"""Who may see a card: whom one may call in a note, and to whom one may hand it over."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from otklik.desk.card.pick import Option, best
from otklik.incidents.models import Incident
from otklik.lib.text import fold
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.models import Grant, User


def seers(incident: Incident) -> QuerySet[User]:
    """Everybody active whose grants open this card: `visible_to` asked the other way round. In order of names."""
    opening = Q(agency__isnull=True) & ~Q(role__in=NEED_AN_AGENCY)
    if incident.agency:
        opening |= Q(agency__in=_ids(incident.agency.path))
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


def found(incident: Incident, typed: str, but: User) -> list[Option]:
    """Colleagues whose surname or name begins with what was typed; with nothing typed the first ones. Two queries.

    `more` is what tells namesakes apart: the role and the agency.
    """
    known = seers(incident).exclude(pk=but.pk)
    wanted = fold(typed[:100])
    people = best(known, wanted, _names) if wanted else list(known[:12])
    roles = _roles(people)
    return [Option(user.pk, user.initials, " · ".join((str(user), *roles.get(user.pk, ())))) for user in people]


def _names(user: User) -> tuple[str, ...]:
    return (user.last_name or user.username, user.first_name, user.patronymic)


def _roles(people: Iterable[User]) -> dict[int, tuple[str, ...]]:
    """The first role of each, and the agency it is for."""
    told: dict[int, tuple[str, ...]] = {}
    for grant in Grant.objects.filter(user__in=list(people)).select_related("agency", "made").order_by("pk"):
        agency = (grant.agency.short_name,) if grant.agency else ()
        told.setdefault(grant.user_id, (grant.title, *agency))
    return told


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]
