"""A report as plain values: every format is written from these and nothing else, so that none tells another number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from otklik.reports.fold import Bucket, Line, Reopenings
from otklik.reports.spans import Cycle, Span


class Unit(StrEnum):
    """What a number counts: cards, whole per cent, seconds by the calendar, seconds of working time."""

    CARDS = "cards"
    PERCENT = "percent"
    TIME = "time"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is None where there is nothing to count from, which is not 0. `n` is what a share is of."""

    unit: Unit
    value: int | None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """The same figure in another period. `by` is how it differs now: a count by per cent, a share by percentage points,
    a time by seconds; None where nobody can say. `better` is None where that may be chance, or is neither."""

    title: str
    was: Number
    by: int | None = None
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of a period. `under` is what stands below it in small type, `explained` says how it is counted."""

    title: str
    number: Number
    under: str
    explained: str
    against: Sequence[Against] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of the report."""

    name: str
    line: Line


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    first_column: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ReopeningRow:
    """An agency some of whose cards were opened again after their answer."""

    name: str
    line: Reopenings


@dataclass(frozen=True, slots=True)
class Matter:
    """What most people wrote about: a theme at a place. `quote` is a citizen's own words without personal data, "" when
    there is nothing that may be quoted; `address` leads to it in the network, "" when it is nowhere open to see."""

    theme: str
    place: str
    count: int
    before: int
    quote: str
    network: str
    address: str
    card_number: int
    card: str


@dataclass(frozen=True, slots=True)
class Worst:
    """An agency that answered the smallest share within a day."""

    name: str
    percent: int
    part: int
    n: int


@dataclass(frozen=True, slots=True)
class Red:
    """The red zone. `clocks` are (which clock, on how many cards it has run out)."""

    open: int
    overdue: int
    clocks: Sequence[tuple[str, int]]
    worst: Sequence[Worst]


@dataclass(frozen=True, slots=True)
class Report:
    """`at` is the moment of the data, `filters` are (what, which), `running` says that the period is not over yet.

    `hard` is a sentence about cards that are marked «особо сложный», "" where none is.
    """

    title: str
    when: str
    region: str
    span: Span
    at: datetime
    running: bool
    filters: Sequence[tuple[str, str]]
    figures: Sequence[Figure]
    hard: str
    red: Red
    matters: Sequence[Matter]
    outcomes: Sequence[tuple[str, int]]
    tables: Sequence[Table]
    reopenings: Sequence[ReopeningRow]
    series: Sequence[Bucket]
    notes: Sequence[str]

    @property
    def empty(self) -> bool:
        return not self.figures[0].number.value

    @property
    def daily(self) -> bool:
        """Whether it is the sheet of a day; a week or a month that began today is not, though it has one day as yet."""
        return self.span.cycle == Cycle.DAILY

    def explained(self) -> Iterator[tuple[str, str]]:
        """(title, how it is counted) of every figure."""
        for one in self.figures:
            yield one.title, one.explained
