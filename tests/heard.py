"""A text is said in the community of its town, judged, and compared with what is there: what the machine alone makes of
it, without a network."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Thread
from otklik.incidents.models import Incident
from otklik.networks.models import Account, Source
from otklik.places.models import Place
from tests.make import inbox


class Spoken(Protocol):
    """`hours` before now it was said, in the community of `town`."""

    @property
    def text(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def town(self) -> str: ...
    @property
    def hours(self) -> float: ...


Text = TypeVar("Text", bound=Spoken)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of the texts of one matter `inside` stand in one problem, with `wrong` others; `missing` and `strange` are the
    words of those that do not, and of those."""

    problem: int | None
    inside: int
    wrong: int
    missing: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def hear_all(texts: Iterable[Text], now: datetime) -> dict[Text, int]:
    """The oldest first, each by another author; the ids of their cards."""
    return {one: _hear(one, number, now) for number, one in enumerate(sorted(texts, key=lambda one: -one.hours))}


def gathered(cards: Mapping[Text, int], matter: Sequence[Text]) -> Gathered:
    """Where most of the matter stands, and who else stands there."""
    problems = dict(Incident.objects.filter(pk__in=cards.values()).values_list("pk", "problem"))
    of = {one: problems[card] for one, card in cards.items()}
    counted = Counter(of[one] for one in matter if of[one] is not None)
    if not counted:
        return Gathered(None, 0, 0, tuple(one.text for one in matter))
    problem, inside = counted.most_common(1)[0]
    strange = tuple(one.text for one, text_problem in of.items() if text_problem == problem and one not in matter)
    return Gathered(problem, inside, len(strange), tuple(one.text for one in matter if of[one] != problem), strange)


def place_of(town: str) -> Place:
    """Where a community of this town stands: its district, or the town itself where that has another name."""
    return Place.objects.filter(name__startswith=town).order_by("level", "pk")[0]


def _hear(one: Spoken, number: int, now: datetime) -> int:
    place = place_of(one.town)
    account, _ = Account.objects.get_or_create(network=one.network, external_id=one.town, sandbox=True)
    source, _ = Source.objects.get_or_create(
        network=one.network, kind=Source.Kind.OWN, external_id=one.town, account=account, place=place
    )
    thread, _ = Thread.objects.get_or_create(network=one.network, external_id=f"post {one.town}", source=source)
    message = inbox.message(
        one.text,
        at=now - timedelta(hours=one.hours),
        author=inbox.author(f"Житель {number}", one.network),
        thread=thread,
        source=source,
        network=one.network,
        external_id=f"comment {number}",
        due_at=now,
    )
    drain(lanes=frozenset({Lane.THINK}))
    return Incident.objects.get(messages=message).pk
