"""One card's life as it is told: where it stands, what time it is in it, and when to stop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import Any

from otklik.demo.history.cast import Cast, Spot
from otklik.demo.history.ledger import Ledger
from otklik.demo.history.rows import Rows
from otklik.demo.history.threads import Square
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import MOVES
from otklik.people.models import Agency
from otklik.routing.deadlines import add_working
from otklik.routing.models import Assignment, Deadline
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

OPENS, CLOSES = 8.5, 22.0  # the operators' day by local time, weekends too
ROUTING, TRIAGE, FEEDBACK = "machine:routing", "machine:triage", "machine:feedback"
PUBLISHING, CLOCKS = "machine:publishing", "machine:clocks"


class Stop(Exception):
    """The story goes no further: the present has come, or the card is wanted as it stands."""


@dataclass(slots=True)
class Stage:
    """What all tales share."""

    cast: Cast
    rows: Rows
    ledger: Ledger
    square: Square
    epoch: int = 0
    broken_off: bool = False  # an answer has stopped after its first part


@dataclass(slots=True)
class Tale:
    """`theme` and `spot` are the truth; `theme` is None for noise. `halt` is the state to stop in, "" = live on.

    `on_duty`: the agency answers in the evenings and at weekends too. `promised`: a day was told for the deed.
    """

    stage: Stage
    rng: Random
    row: Incident
    message: Message
    verdict: Verdict
    theme: Theme | None
    theme_name: str
    spot: Spot
    author: str
    at: datetime
    halt: str = ""
    on_duty: bool = False
    promised: bool = False
    agency: Agency | None = None
    assignment: Assignment | None = None
    deadlines: list[Deadline] = field(default_factory=list)

    @property
    def cast(self) -> Cast:
        return self.stage.cast

    @property
    def holder(self) -> Agency:
        """The agency that has the card. ValueError when nobody has."""
        if self.agency is None:
            raise ValueError("nobody has this card")
        return self.agency

    @property
    def matter(self) -> Theme:
        """The true theme. ValueError for noise."""
        if self.theme is None:
            raise ValueError("noise has no theme")
        return self.theme

    def go(self, at: datetime) -> datetime:
        """Time goes on to `at` (never back). Raises Stop when that lies in the future."""
        if at > self.cast.now:
            raise Stop
        self.at = max(at, self.at)
        return self.at

    def tell(self, verb: str, actor: str, **more: Any) -> None:
        """An entry that is no move."""
        self.stage.ledger.tell(self.at, actor, verb, self.row.pk, **more)

    def move(
        self,
        verb: str,
        actor: str,
        *,
        subject: str = "",
        reason: str = "",
        words: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """As `workflow.move`. Raises ValueError for a move that the table does not have from here."""
        rule = MOVES[verb]
        if self.row.state not in rule.before:
            raise ValueError(f"{verb} from {self.row.state}")
        details = {"from": str(self.row.state), "to": rule.after.value, **(data or {})}
        self.row.state = rule.after
        self.tell(verb, actor, subject=subject, reason=reason, words=words, data=details)

    def pause(self) -> None:
        """Raises Stop when the card is wanted in the state it is in."""
        if self.halt == self.row.state:
            raise Stop

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def later(self, minutes: float, spread: float = 0.8) -> datetime:
        """After so many minutes by the wall, in the median."""
        return self.at + timedelta(minutes=self.rng.lognormvariate(log(minutes), spread))

    def worked(self, minutes: float, spread: float = 0.9) -> datetime:
        """After so many minutes of an agency's working time, in the median."""
        hours = self.cast.duty if self.on_duty else self.cast.week
        took = max(1, round(self.rng.lognormvariate(log(minutes), spread)))
        return add_working(self.at, took, hours) + timedelta(seconds=self.rng.randrange(60))

    def at_desk(self, minutes: float) -> datetime:
        """When an operator comes to it: at night nobody does, and the morning begins with what the night brought."""
        local = self.cast.local(self.at)
        hour = local.hour + local.minute / 60
        if OPENS <= hour < CLOSES:
            return self.later(minutes, 0.9)
        morning = local.replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=hour >= CLOSES)
        return morning + timedelta(seconds=self.rng.randrange(60 * 55))

    def operator(self) -> str:
        return f"user:{self.rng.choice(self.cast.operators)}"

    def executor(self) -> int:
        """Who works for the agency that has the card, or for the one above it."""
        agency = self.holder
        user_pk = self.cast.executors.get(agency.pk) or self.cast.executors.get(agency.parent_id or 0)
        return user_pk or self.cast.operators[0]

    def approver(self) -> int:
        city = self.holder.path.startswith(self.cast.city_path)
        return self.cast.city_approver if city else self.cast.approver
