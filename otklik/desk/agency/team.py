"""The people of an agency who answer its cards, and how much each of them has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from otklik.incidents.handing import HELD, HOLDERS, LEADERS, answers_for
from otklik.incidents.models import Incident
from otklik.people.access import grants_of
from otklik.people.models import Agency, User
from otklik.routing.clocks import OURS
from otklik.routing.models import Deadline
from otklik.work.colleagues import holders, path_of


@dataclass(frozen=True, slots=True)
class Mate:
    """One of them with the cards he holds now, and those whose answer or promise is overdue; `agencies` are those of
    the asked cards for which he answers, in words."""

    user: User
    open: int
    late: int
    agencies: str

    def answers(self, incident: Incident) -> bool:
        return answers_for(self.user, incident)


def led_by(user: User) -> list[Agency | None]:
    """The agencies in which he distributes work; None among them stands for all."""
    return [grant.agency for grant in grants_of(user) if grant.allows & LEADERS]


def teams(cards: Sequence[Incident], now: datetime) -> dict[int, list[Mate]]:
    """For each card, by its pk, those among whom it can go, those with the least to do first. Three queries.

    Asked by the cards' own agencies and those above them: however large the region, nobody who can is left out.
    """
    above = {card.pk: path_of(card.agency) for card in cards}
    wanted = {pk for path in above.values() for pk in path}
    people = holders(wanted)
    loads = _loads(people, now)
    near: dict[int, list[Mate]] = {}
    for person in people:
        theirs = {grant.agency_id: grant.agency for grant in grants_of(person) if grant.allows & HOLDERS}
        asked = [agency for agency in theirs.values() if agency and agency.pk in wanted]
        mate = Mate(person, *loads.get(person.pk, (0, 0)), ", ".join(agency.short_name for agency in asked))
        for agency in asked:
            near.setdefault(agency.pk, []).append(mate)
    mates_by_card = {}
    for card in cards:
        mates = {mate.user.pk: mate for pk in above[card.pk] for mate in near.get(pk, ()) if mate.answers(card)}
        mates_by_card[card.pk] = sorted(mates.values(), key=lambda mate: (mate.open, mate.late))
    return mates_by_card


def team_of_card(incident: Incident, now: datetime) -> list[Mate]:
    """Those among whom this card can go."""
    return teams([incident], now)[incident.pk] if incident.agency else []


def _loads(people: list[User], now: datetime) -> dict[int, tuple[int, int]]:
    late = Deadline.objects.filter(
        incident=OuterRef("pk"),
        clock__in=OURS,
        runs_until__lt=now,
    )
    rows = (
        Incident.objects.filter(executor__in=people, state__in=HELD)
        .annotate(is_late=Exists(late))
        .values("executor")
        .annotate(held=Count("pk"), overdue=Count("pk", filter=Q(is_late=True)))
    )
    return {row["executor"]: (row["held"], row["overdue"]) for row in rows}
