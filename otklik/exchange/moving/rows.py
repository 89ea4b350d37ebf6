"""A row of the file as one typed value, with what is odd about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from otklik.exchange.moving import columns as c
from otklik.exchange.moving import words
from otklik.exchange.moving.cells import Clock, duration, moment, whole
from otklik.exchange.moving.oddities import SHOWN, Odd
from otklik.lib.cell import Cell, Fault, text_of

Cells = Mapping[str, Cell]
AGREES = timedelta(minutes=1)
"""How far a duration may be from what its two moments say; theirs are told in whole seconds or minutes."""
REACHED = (c.FIRST_AT, c.ASSIGNED_AT, c.EXECUTOR_AT, c.DRAFTED_AT, c.RATING_AT)
CHECKED = ((c.FIRST_TOOK, c.CREATED_AT, c.FIRST_AT), (c.LIFE, c.CREATED_AT, c.CLOSED_AT))


class Skip(Exception):
    """Nothing of the row can be taken; `odd` says why."""

    def __init__(self, odd: Odd) -> None:
        super().__init__(odd.code)
        self.odd = odd


@dataclass(slots=True)
class Row:
    """`cells` are all cells of the row by the names of their columns. Moments are in UTC, None for none; `state` is
    one of words.NEW, WORK, RATING, DONE, NOISE; `mark` 1 to 5, or 0. `answers` are what the last executor said."""

    cabinet: str
    theirs: str
    number: str
    cells: Cells
    created_at: datetime
    texts: dict[str, str]
    moments: dict[str, datetime | None]
    state: str = words.NEW
    kind: str = ""
    outcome: str = ""
    reason: str = ""
    mark: int = 0
    engagement: int = 0
    worked: int | None = None
    tags: tuple[str, ...] = ()
    odd: list[Odd] = field(default_factory=list)

    @property
    def answers(self) -> list[str]:
        return [text for name in c.ANSWERS if (text := self.texts[name])]

    def note(self, code: str, column: str) -> None:
        self.odd.append(_odd(code, column, self.cells))


def read(cells: Cells, clock: Clock) -> Row:
    """Raises Skip for a row without an id, without any date, and for a header that comes again."""
    if sum(cell == name for name, cell in cells.items()) > len(c.NEEDED):
        raise Skip(Odd("header_again"))
    texts = {name: text_of(cells.get(name)) for name in c.COLUMNS}
    if not texts[c.ID]:
        raise Skip(_odd("no_id", c.ID, cells))
    odd: list[Odd] = []
    moments = {name: _moment(name, cells, clock, odd) for name in c.MOMENTS}
    created = moments[c.CREATED_AT] or _earliest(moments, cells, odd)
    row = Row(texts[c.CABINET][:120], texts[c.ID][:40], texts[c.NUMBER][:40], cells, created, texts, moments, odd=odd)
    for name in (*REACHED, c.CLOSED_AT):
        if (at := moments[name]) and at < created:
            row.note("before_created", name)
            moments[name] = None
    for name, cell in cells.items():
        if isinstance(cell, Fault) and name in c.COLUMNS and name not in c.MOMENTS:
            row.note("fault", name)
    _coded(row)
    _state(row)
    _durations(row)
    return row


def _odd(code: str, column: str, cells: Cells) -> Odd:
    cell = cells.get(column)
    shown = cell.code if isinstance(cell, Fault) else text_of(cell)
    return Odd(code, column, " ".join(shown.split())[:SHOWN])


def _moment(name: str, cells: Cells, clock: Clock, odd: list[Odd]) -> datetime | None:
    cell_moment = moment(cells.get(name), clock)
    if cell_moment.odd:
        odd.append(_odd(cell_moment.odd, name, cells))
    return cell_moment.at


def _earliest(moments: Mapping[str, datetime | None], cells: Cells, odd: list[Odd]) -> datetime:
    there = [at for at in moments.values() if at]
    if not there:
        raise Skip(_odd("no_moment", c.CREATED_AT, cells))
    odd.append(_odd("created_from_others", c.CREATED_AT, cells))
    return min(there)


def _coded(row: Row) -> None:
    row.kind = words.kind_of(row.texts[c.KIND])
    row.outcome = words.outcome_of(row.texts[c.OUTCOME])
    row.reason, row.mark = words.reason_of(row.texts[c.REASON])
    for code, column, known in (
        ("kind", c.KIND, row.kind),
        ("outcome", c.OUTCOME, row.outcome),
        ("reason", c.REASON, row.reason),
    ):
        if row.texts[column] and not known:
            row.note(code, column)
    for column in (c.AUDIENCE, c.ENGAGEMENT):
        if row.texts[column] and whole(row.cells.get(column)) is None:
            row.note("count", column)
    row.engagement = min(max(whole(row.cells.get(c.ENGAGEMENT)) or 0, 0), 2**31 - 1)
    named = (tag.strip()[:60] for tag in row.texts[c.TAGS].replace(";", ",").split(","))
    row.tags = tuple(dict.fromkeys(tag for tag in named if tag))


def _state(row: Row) -> None:
    """A contradiction between the step and the day of the end: the step is what people saw, so it decides."""
    step, closed = words.step_of(row.texts[c.STEP]), row.moments[c.CLOSED_AT]
    if not step:
        row.note("step", c.STEP)
        step = words.DONE if closed else words.WORK
    row.state = step
    if step == words.DONE and closed is None:
        row.note("finished_unclosed", c.CLOSED_AT)
        row.moments[c.CLOSED_AT] = max((at for name in REACHED if (at := row.moments[name])), default=row.created_at)
    elif closed is not None and step not in (words.DONE, words.NOISE):
        row.note("closed_unfinished", c.CLOSED_AT)
        row.moments[c.CLOSED_AT] = None


def _durations(row: Row) -> None:
    for name in c.DURATIONS:
        if row.texts[name] and duration(row.cells.get(name)) is None:
            row.note("duration", name)
    for name, since, until in CHECKED:
        cell_duration, start, end = duration(row.cells.get(name)), row.moments[since], row.moments[until]
        if cell_duration is not None and start and end and abs(cell_duration - (end - start)) > AGREES:
            row.note("took_otherwise", name)
    worked = duration(row.cells.get(c.FIRST_WORKED))
    row.worked = int(worked.total_seconds()) if worked is not None and worked >= timedelta() else None
