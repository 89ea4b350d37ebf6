"""Whom something concerns: the nearest first, by the grants and the tree of agencies. Ids of active users."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from otklik.incidents.models import Incident
from otklik.notify.alerts.models import Duty
from otklik.people.access import opened
from otklik.people.models import Agency, Grant, Role, User


class Held(NamedTuple):
    """A grant: of a role, for an agency or the region, within a place or everywhere (None and "")."""

    role: str
    agency: int | None
    user: int
    place: str


class Staff:
    """Who has which role over a card, and who is there. What was asked once is kept: for a batch of cards that is named
    at the beginning grants, users and duties are a question each. As of one moment, so it lives no longer than a turn.
    """

    def __init__(self, cards: Iterable[Incident] = ()) -> None:
        cards = list(cards)
        self._agencies = {pk for card in cards for pk in _above(card.agency)}
        named = (pk for card in cards for pk in (card.executor_id, card.taken_by_id, card.operator_id))
        self._named = {pk for pk in named if pk is not None}
        self._grants: list[Held] | None = None
        self._users: dict[int, User] = {}
        self._duties: list[tuple[int | None, int]] | None = None
        self._administrators: list[int] | None = None

    def holders(
        self, role: str, incident: Incident, without: Collection[int] = (), agency: Agency | None = None
    ) -> list[list[int]]:
        """Holders of a role over this card, those of its own agency first, then its parent's …, the region's last. With
        an `agency`, as if the card were there.

        Within a step of the tree in the order in which they were given the role. An executor is never of the region.
        """
        above = _above(agency or incident.agency)
        steps: dict[int, list[int]] = {}
        known = set(without)
        path = incident.place.path if incident.place else ""
        here = [
            one
            for one in self._held(above)
            if one.role == role and (one.agency in above if one.agency is not None else role != Role.EXECUTOR)
        ]
        for one in sorted(here, key=lambda one: -above.index(one.agency) if one.agency is not None else 1):
            fits = not one.place or not path or path.startswith(one.place)
            if fits and one.user not in known:
                known.add(one.user)
                steps.setdefault(one.agency or 0, []).append(one.user)
        return list(steps.values())

    def nearest(self, role: str, incident: Incident, without: Collection[int] = ()) -> list[int]:
        """The holders of a role who stand nearest to the card; [] where nobody has it."""
        return next(iter(self.holders(role, incident, without)), [])

    def of_agency(self, agency: Agency, incident: Incident) -> list[int]:
        """Who answers for a part of the card at an agency that does not have it: its executors, else those above it."""
        return next(iter(self.holders(Role.EXECUTOR, incident, agency=agency)), [])

    def in_turn(self, role: str, incident: Incident, without: Collection[int] = ()) -> list[int]:
        """All holders of a role over this card one after the other."""
        return [one for step in self.holders(role, incident, without) for one in step]

    def answerable(self, incident: Incident) -> list[int]:
        """Who is to act on the card now: its executor, else those of its agency, else the operator, else all such."""
        if incident.executor_id:
            return self._active([incident.executor_id])
        if incident.agency_id:
            return self.nearest(Role.EXECUTOR, incident)
        named = [one for one in (incident.taken_by_id, incident.operator_id) if one]
        return self._active(named[:1]) or self.nearest(Role.OPERATOR, incident)

    def of_reply(self, incident: Incident) -> list[int]:
        """Who is to know that a citizen is not content with the card's answer: its operator, else all of them; who
        answered for it; and the curator nearest to that. Of those who are named on the card only whoever still sees it.
        """
        named = [incident.taken_by_id, incident.operator_id]
        operators = self.seeing(named, incident) or self.nearest(Role.OPERATOR, incident)
        return list(dict.fromkeys([*operators, *self.of_answer(incident)]))

    def of_answer(self, incident: Incident) -> list[int]:
        """Who answers for the card, its executor or those of its agency, and the curator nearest to that."""
        executors = self.seeing([incident.executor_id], incident)
        if incident.agency and not executors:
            executors = self.of_agency(incident.agency, incident)
        return list(dict.fromkeys([*executors, *self.nearest(Role.CURATOR, incident)]))

    def administrators(self) -> list[int]:
        """Those who manage the whole region."""
        if self._administrators is None:
            whole = Grant.objects.filter(role=Role.ADMINISTRATOR, agency__isnull=True, place__isnull=True)
            here = User.objects.filter(is_active=True, pk__in=whole.values("user"))
            self._administrators = list(here.values_list("pk", flat=True))
        return self._administrators

    def seeing(self, ids: Iterable[int | None], incident: Incident) -> list[int]:
        """Those of them who are active and see the card, in the order of their ids."""
        return [pk for pk in sorted(self._active(one for one in ids if one)) if _sees(self._users[pk], incident)]

    def on_duty(self, incident: Incident, now: datetime) -> list[int]:
        """Those on duty now for this card: of its agency and those above, the nearest first, then the region's."""
        if self._duties is None:
            running = Duty.objects.filter(starts_at__lte=now, ends_at__gt=now, user__is_active=True)
            self._duties = list(running.order_by("place", "pk").values_list("agency", "user"))
        above = _above(incident.agency)
        duties = [one for one in self._duties if one[0] is None or one[0] in above]
        duties.sort(key=lambda one: -above.index(one[0]) if one[0] is not None else 1)
        return list(dict.fromkeys(user for _agency, user in duties))

    def _held(self, agencies: Collection[int]) -> list[Held]:
        """The grants for these agencies and for the region, in the order in which they were given."""
        if self._grants is None or not self._agencies.issuperset(agencies):
            self._agencies |= set(agencies)
            where = Q(agency__in=self._agencies) | Q(agency__isnull=True)
            rows = Grant.objects.filter(where, user__is_active=True).order_by("pk")
            grant_rows = rows.values_list("role", "agency", "user", "place__path")
            self._grants = [Held(role, agency, user, place or "") for role, agency, user, place in grant_rows]
        return self._grants

    def _active(self, ids: Iterable[int]) -> list[int]:
        wanted = list(dict.fromkeys(ids))
        if not set(wanted) <= self._users.keys():
            asked = {*wanted, *self._named} - self._users.keys()
            self._users |= User.objects.in_bulk(asked)
        return [pk for pk in wanted if pk in self._users and self._users[pk].is_active]


def _sees(user: User, incident: Incident) -> bool:
    """As `reach` says of rows. One query for a user."""
    agency = incident.agency.path if incident.agency else ""
    place = incident.place.path if incident.place else ""
    return any(agency.startswith(one.agency) and (not place or place.startswith(one.place)) for one in opened(user))


def _above(agency: Agency | None) -> list[int]:
    """The agency's ancestors and itself, the top first."""
    return [int(one) for one in agency.path.strip("/").split("/")] if agency and agency.path else []
