"""The people of an agency who answer its cards, and how much each of them has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from otklik.incidents.handing import ANSWERERS, HANDERS, HELD, answers_for
from otklik.incidents.models import Incident
from otklik.people.access import grants_of
from otklik.people.models import Agency, Grant, User
from otklik.routing.models import Deadline, Norm

MOST = 100


@dataclass(frozen=True, slots=True)
class Mate:
    """One of them with the cards he holds now, and those whose answer or promise is overdue."""

    user: User
    open: int
    late: int

    def answers(self, incident: Incident) -> bool:
        return answers_for(self.user, incident)


def led_by(user: User) -> list[Agency | None]:
    """The agencies in which he distributes work; None among them stands for all."""
    return [grant.agency for grant in grants_of(user) if grant.role in HANDERS]


def team(agencies: Iterable[Agency | None], now: datetime) -> list[Mate]:
    """Who answers in these agencies, below and above them; those with the least to do first. Three queries."""
    bound = [agency for agency in agencies if agency is not None]
    near = Q(pk__in=[]) if bound else Q(grants__agency__isnull=False)
    for agency in bound:
        above = [int(pk) for pk in agency.path.strip("/").split("/") if pk]
        near |= Q(grants__agency__path__startswith=agency.path) | Q(grants__agency__in=above)
    grants = Prefetch("grants", Grant.objects.select_related("agency", "place"))
    found = User.objects.filter(near, grants__role__in=ANSWERERS, is_active=True).distinct()
    people = list(found.order_by("last_name", "first_name", "pk").prefetch_related(grants)[:MOST])
    for person in people:
        person._grants = list(person.grants.all())  # type: ignore[attr-defined]  # what `grants_of` would ask one by one
    loads = _loads(people, now)
    mates = [Mate(person, *loads.get(person.pk, (0, 0))) for person in people]
    return sorted(mates, key=lambda mate: (mate.open, mate.late))


def team_of_card(incident: Incident, now: datetime) -> list[Mate]:
    """Those among whom this card can go."""
    return [mate for mate in team([incident.agency], now) if mate.answers(incident)] if incident.agency else []


def _loads(people: list[User], now: datetime) -> dict[int, tuple[int, int]]:
    late = Deadline.objects.filter(
        incident=OuterRef("pk"),
        clock__in=(Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE),
        runs_until__lt=now,
    )
    rows = (
        Incident.objects.filter(executor__in=people, state__in=HELD)
        .annotate(is_late=Exists(late))
        .values("executor")
        .annotate(held=Count("pk"), overdue=Count("pk", filter=Q(is_late=True)))
    )
    return {row["executor"]: (row["held"], row["overdue"]) for row in rows}
