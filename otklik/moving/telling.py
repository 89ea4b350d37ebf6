"""A card of ours as the 47 cells of a row. What a column asks and we do not know is left out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.cell import Cell, Number
from otklik.moving import columns as c
from otklik.moving import words

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Speech:
    """A published answer: when, what, when its draft was sent for approval, by which agency, from which account."""

    at: datetime
    text: str
    submitted_at: datetime | None
    agency: int | None
    account: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card with what hangs on it. `in_time` None: nobody has looked; `mark` 0: none was given."""

    incident: Incident
    message: Message
    zone: ZoneInfo
    region: str
    department: str
    executor: str
    municipality: str
    settlement: str
    speeches: list[Speech]
    notes: list[str]
    tags: list[str]
    mark: int
    asked: bool
    pictured: bool
    in_time: bool | None


def cells_of(card: Card) -> dict[str, Cell]:
    """By the names of the columns; empty cells are left out. Times by the region's clock, durations as Excel counts
    them: parts of a day."""
    told = {**_who(card), **_times(card), **_matter(card), **_words(card)}
    return {name: cell for name, cell in told.items() if cell != "" and cell is not None}


def _who(card: Card) -> dict[str, Cell | None]:
    row = card.incident
    return {
        c.CABINET: card.region,
        c.ID: Number(str(row.pk)),
        c.NUMBER: Number(str(row.number)),
        c.AGENCY: card.department,
        c.EXECUTOR: card.executor,
        c.REGION: card.region,
        c.MUNICIPALITY: card.municipality,
        c.SETTLEMENT: card.settlement,
        c.STREET: row.street,
        c.HOUSE: row.house,
        c.OBJECT: row.place_object,
    }


def _times(card: Card) -> dict[str, Cell | None]:
    row, own = card.incident, _of_last(card)
    first = own[0] if own else None
    submitted = first.submitted_at if first else None
    assigned, drafted = row.assigned_at, submitted or row.drafted_at
    worked = row.first_answer_working_seconds
    return {
        c.FIRST_AT: _moment(row.first_answered_at, card.zone),
        c.FIRST_TOOK: _took(row.created_at, row.first_answered_at),
        c.FIRST_WORKED: None if worked is None else _days(timedelta(seconds=worked)),
        c.ASSIGNED_AT: _moment(assigned, card.zone),
        c.EXECUTOR_AT: _moment(first.at if first else row.executor_answered_at, card.zone),
        c.REACTION: _took(assigned, drafted),
        c.IN_TIME: words.UNKNOWN if card.in_time is None else words.YES if card.in_time else words.NO,
        c.LIFE: _took(row.created_at, row.closed_at),
        c.DRAFTED_AT: _moment(drafted, card.zone),
        c.APPROVAL_TOOK: _took(submitted, first.at if first else None),
        c.CREATED_AT: _moment(row.created_at, card.zone),
        c.CLOSED_AT: _moment(row.closed_at, card.zone),
        c.RATING_AT: _moment(row.rating_since, card.zone),
    }


def _matter(card: Card) -> dict[str, Cell | None]:
    row = card.incident
    reason = str(card.mark) if row.close_reason == "score" and card.mark else words.REASON_WORDS.get(row.close_reason)
    return {
        c.STEP: words.STEP_WORDS[row.state],
        c.GROUP: row.theme.group.name if row.theme else "",
        c.THEME: row.theme.name if row.theme else "",
        c.KIND: words.KIND_WORDS.get(row.kind),
        c.OUTCOME: words.OUTCOME_WORDS.get(row.outcome),
        c.REASON: reason,
        c.MESSAGE_MEDIA: words.YES if card.pictured else words.NO,
        c.TAGS: ", ".join(card.tags),
        c.SURVEY: words.YES if card.asked else words.NO,
    }


def _words(card: Card) -> dict[str, Cell | None]:
    message, own = card.message, _of_last(card)
    said = dict(zip(c.ANSWERS, (f"'{speech.text}" for speech in own), strict=False))
    return {
        c.FIRST_TEXT: f"'{card.speeches[0].text}" if card.speeches else "",
        c.POST_URL: message.url,
        c.BLOG_URL: message.thread.url,
        c.TEXT: f"'{message.text}",
        **said,
        c.ENGAGEMENT: Number(str(message.engagement)) if message.engagement else None,
        c.AUTHOR_URL: message.author.url,
        c.ACCOUNT: own[0].account if own else "",
        c.NOTE: "\n".join(card.notes),
    }


def _of_last(card: Card) -> list[Speech]:
    """What the last executor said; all of it where nobody was assigned."""
    since = card.incident.assigned_at
    return [speech for speech in card.speeches if since is None or speech.at >= since]


def _moment(at: datetime | None, zone: ZoneInfo) -> Cell | None:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else None


def _took(since: datetime | None, until: datetime | None) -> Cell | None:
    return _days(until - since) if since and until and until >= since else None


def _days(took: timedelta) -> Cell:
    """Ten digits are a hundredth of a millisecond; a zero is a duration too."""
    return Number(f"{took / DAY:.10f}".rstrip("0").rstrip(".") or "0")
