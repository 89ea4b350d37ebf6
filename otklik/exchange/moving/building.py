"""One row of the file as the rows that a finished card has: what was written, answered, decided. None of it is due."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from otklik.answers.models import Answer
from otklik.exchange.moving import columns as c
from otklik.exchange.moving import words
from otklik.exchange.moving.addresses import Profile, Standing
from otklik.exchange.moving.rows import Row
from otklik.feedback.models import Rating
from otklik.inbox.by_hand import CLOSED
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident, IncidentMessage, Note
from otklik.lib.text import clean, fold
from otklik.publishing.models import Delivery, Sent
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Assignment

A = Answer.Kind
LABEL = "Перенесено из «Инцидент Менеджмента»: № {number}, ID {theirs}"
"""The note by which a card says where it comes from; the search finds it by their number."""
PLACE_FIELDS = (("street", c.STREET, 160), ("house", c.HOUSE, 32), ("place_object", c.OBJECT, 160))


@dataclass(slots=True)
class Plan:
    """A row, and what its names mean here. `made_up` is its address where no link leads to it."""

    row: Row
    digest: str
    standing: Standing
    profile: Profile
    made_up: str
    theme: int | None = None
    agency: int | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """A text that was sent to the author, and the columns that it was read from."""

    text: str
    at: datetime
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who stands under what has no author here, and by which week an answer's working time is reckoned."""

    user: int
    epoch: int
    week: WorkWeek


def speeches(row: Row) -> list[Speech]:
    """The first answer of anybody, then those of the last executor; the same text only once."""
    at = row.moments
    last = at[c.EXECUTOR_AT] or at[c.RATING_AT] or at[c.FIRST_AT] or at[c.CLOSED_AT] or row.created_at
    first = at[c.FIRST_AT] or last
    last_speeches = [Speech(row.texts[name], last, (name,)) for name in c.ANSWERS if row.texts[name]]
    text = row.texts[c.FIRST_TEXT]
    if not text:
        return last_speeches
    if last_speeches and last_speeches[0].text == text:
        return [Speech(text, first, (c.FIRST_TEXT, *last_speeches[0].columns)), *last_speeches[1:]]
    return [Speech(text, first, (c.FIRST_TEXT,)), *last_speeches]


def author_of(plan: Plan) -> Author:
    who = plan.profile
    return Author(
        network=plan.standing.network,
        external_id=who.external_id or plan.made_up,
        name=who.name,
        url=who.url,
        is_community=who.community,
    )


def thread_of(plan: Plan) -> Thread:
    standing = plan.standing
    return Thread(
        network=standing.network,
        external_id=standing.thread or plan.made_up,
        community=standing.community,
        url="" if standing.thread else standing.url,
    )


def message_of(plan: Plan) -> Message:
    """What cannot be addressed cannot be answered by the machine either, and says so."""
    standing, row = plan.standing, plan.row
    parent = standing.thread if standing.place == Message.Place.COMMENT else ""
    return Message(
        network=standing.network,
        external_id=standing.message or plan.made_up,
        place=standing.place,
        parent_external_id=parent,
        url=standing.url,
        closed="" if standing.message else CLOSED,
        engagement=row.engagement,
        posted_at=row.created_at,
        captured_at=row.created_at,
        **worded(row.texts[c.TEXT]),
    )


def worded(text: str) -> dict[str, str]:
    """The columns that go with a message's text."""
    folded = fold(text)
    digest = hashlib.sha256(folded.encode(errors="replace")).hexdigest() if folded else ""
    return {"text": text, "folded": folded, "text_hash": digest}


def incident_values(plan: Plan, writer: Writer) -> dict[str, object]:
    """Every column of the card that the row has values for, also for a card that exists already."""
    row, at = plan.row, plan.row.moments
    first_answer_at = at[c.FIRST_AT]
    spoken = row.state in (words.DONE, words.RATING)
    rating = at[c.RATING_AT] or at[c.EXECUTOR_AT] or first_answer_at if spoken else None
    return {
        "state": _state(plan),
        "kind": row.kind,
        "outcome": row.outcome,
        "close_reason": row.reason if row.state == words.DONE else "",
        "theme_id": plan.theme,
        "place_id": plan.place,
        **{name: clean(row.texts[column], most) for name, column, most in PLACE_FIELDS},
        "agency_id": plan.agency,
        "network": plan.standing.network,
        "assigned_at": at[c.ASSIGNED_AT] if plan.agency else None,
        "drafted_at": at[c.DRAFTED_AT],
        "first_answered_at": first_answer_at,
        "executor_answered_at": at[c.EXECUTOR_AT],
        "rating_since": rating or (row.created_at if row.state == words.RATING else None),
        "closed_at": at[c.CLOSED_AT] if row.state == words.DONE else None,
        "first_answer_working_seconds": _worked(row, first_answer_at, writer.week) if first_answer_at else None,
    }


def _state(plan: Plan) -> str:
    """Whoever works on it needs an agency; what they had half done there begins anew here."""
    state = plan.row.state
    return words.NEW if state == words.WORK and plan.agency is None else state


def _worked(row: Row, first_answer_at: datetime, week: WorkWeek) -> int | None:
    """By our own calendar, as for every card; by theirs where ours does not reach."""
    try:
        return working_seconds(row.created_at, first_answer_at, week)
    except TooFar:
        return row.worked


def incident_of(plan: Plan, writer: Writer) -> Incident:
    return Incident(started_at=plan.row.created_at, created_at=plan.row.created_at, **incident_values(plan, writer))


def link_of(plan: Plan, incident: Incident, message: Message) -> IncidentMessage:
    return IncidentMessage(incident=incident, message=message, main=True, linked_at=plan.row.created_at)


def assignment_of(plan: Plan, incident: Incident) -> Assignment | None:
    if plan.agency is None:
        return None
    return Assignment(
        incident=incident, agency_id=plan.agency, at=plan.row.moments[c.ASSIGNED_AT] or plan.row.created_at
    )


def answer_of(plan: Plan, speech: Speech, *, last: bool, message: Message, incident: Incident, by: Writer) -> Answer:
    ends = last and plan.row.state in (words.DONE, words.RATING)
    return Answer(
        incident=incident,
        reply_to=message,
        kind=A.FINAL if ends else A.FIRST,
        state=Answer.State.APPROVED,
        text=speech.text,
        outcome=plan.row.outcome if ends else "",
        agency_id=plan.agency,
        author_id=by.user,
        created_at=speech.at,
        changed_at=speech.at,
        submitted_at=_submitted(plan, speech),
        decided_at=speech.at,
    )


def _submitted(plan: Plan, speech: Speech) -> datetime | None:
    drafted = plan.row.moments[c.DRAFTED_AT]
    return drafted if drafted and drafted <= speech.at and c.ANSWERS[0] in speech.columns else None


def delivery_of(answer: Answer, message: Message, by: Writer) -> Delivery:
    """It was said, by another system: it stands there, and nobody here will ever say it again."""
    return Delivery(
        answer=answer,
        message=message,
        epoch_id=by.epoch,
        state=Delivery.State.SENT,
        text=answer.text,
        key=f"im:{answer.pk}",
        created_at=answer.created_at,
    )


def sent_of(delivery: Delivery) -> Sent:
    return Sent(delivery=delivery, external_id=delivery.key, at=delivery.created_at)


def rating_of(plan: Plan, incident: Incident) -> Rating | None:
    """A mark is told of a card that has ended; «доволен» is no mark, it is how an operator read a reply."""
    at = plan.row.moments[c.CLOSED_AT]
    if not plan.row.mark or at is None:
        return None
    return Rating(incident=incident, origin=Rating.Origin.SURVEY, mark=plan.row.mark, at=at)


def notes_of(plan: Plan, incident: Incident, by: Writer) -> list[Note]:
    """The label first: whoever reads the notes again tells them apart by that."""
    row = plan.row
    texts = [LABEL.format(number=row.number or "–", theirs=row.theirs), row.texts[c.NOTE]]
    return [Note(incident=incident, author_id=by.user, text=text, at=row.created_at) for text in texts if text]
