"""Whom something concerns: the nearest first, by the grants and the tree of agencies. Ids of active users."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from otklik.incidents.models import Incident
from otklik.people.access import reach
from otklik.people.models import Agency, Grant, Role, User


def holders(
    role: str, incident: Incident, without: Collection[int] = (), agency: Agency | None = None
) -> list[list[int]]:
    """Holders of a role over this card, those of its own agency first, then its parent's …, the region's last. With an
    `agency`, as if the card were there.

    Within a step of the tree in the order in which they were given the role. An executor is never of the region.
    """
    above = _above(agency or incident.agency)
    where = Q(agency__in=above) | (Q(agency__isnull=True) if role != Role.EXECUTOR else Q(pk__in=[]))
    grants = Grant.objects.filter(where, role=role, user__is_active=True).select_related("place").order_by("pk")
    steps: dict[int, list[int]] = {}
    known = set(without)
    path = incident.place.path if incident.place else ""
    nearest = sorted(grants, key=lambda grant: -above.index(grant.agency_id) if grant.agency_id else 1)
    for grant in nearest:
        fits = grant.place is None or not path or path.startswith(grant.place.path)
        if fits and grant.user_id not in known:
            known.add(grant.user_id)
            steps.setdefault(grant.agency_id or 0, []).append(grant.user_id)
    return list(steps.values())


def nearest(role: str, incident: Incident, without: Collection[int] = ()) -> list[int]:
    """The holders of a role who stand nearest to the card; [] where nobody has it."""
    return next(iter(holders(role, incident, without)), [])


def of_agency(agency: Agency, incident: Incident) -> list[int]:
    """Who answers for a part of the card at an agency that does not have it: its executors, else those above it."""
    return next(iter(holders(Role.EXECUTOR, incident, agency=agency)), [])


def in_turn(role: str, incident: Incident, without: Collection[int] = ()) -> list[int]:
    """All holders of a role over this card one after the other."""
    return [one for step in holders(role, incident, without) for one in step]


def answerable(incident: Incident) -> list[int]:
    """Who is to act on the card now: its executor, else those of its agency, else the operator, else all of them."""
    if incident.executor_id:
        return _active([incident.executor_id])
    if incident.agency_id:
        return nearest(Role.EXECUTOR, incident)
    named = [one for one in (incident.taken_by_id, incident.operator_id) if one]
    return _active(named[:1]) or nearest(Role.OPERATOR, incident)


def of_reply(incident: Incident) -> list[int]:
    """Who is to know that a citizen is not content with the card's answer: its operator, else all of them; who answered
    for it; and the curator nearest to that. Of those who are named on the card only whoever still sees it."""
    operators = _seeing([incident.taken_by_id, incident.operator_id], incident) or nearest(Role.OPERATOR, incident)
    return list(dict.fromkeys([*operators, *of_answer(incident)]))


def of_answer(incident: Incident) -> list[int]:
    """Who answers for the card, its executor or those of its agency, and the curator nearest to that."""
    executors = _seeing([incident.executor_id], incident)
    if incident.agency and not executors:
        executors = of_agency(incident.agency, incident)
    return list(dict.fromkeys([*executors, *nearest(Role.CURATOR, incident)]))


def administrators() -> list[int]:
    """Those who manage the whole region."""
    whole = Grant.objects.filter(role=Role.ADMINISTRATOR, agency__isnull=True, place__isnull=True)
    return list(User.objects.filter(is_active=True, pk__in=whole.values("user")).values_list("pk", flat=True))


def _seeing(ids: Iterable[int | None], incident: Incident) -> list[int]:
    users = User.objects.filter(pk__in=[pk for pk in ids if pk is not None], is_active=True)
    return [user.pk for user in users if Incident.objects.filter(reach(user), pk=incident.pk).exists()]


def _active(ids: Iterable[int]) -> list[int]:
    return list(User.objects.filter(pk__in=list(ids), is_active=True).values_list("pk", flat=True))


def _above(agency: Agency | None) -> list[int]:
    """The agency's ancestors and itself, the top first."""
    return [int(one) for one in agency.path.strip("/").split("/")] if agency and agency.path else []
