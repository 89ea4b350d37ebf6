"""Keeping what can be taken back, and taking it back."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from otklik.answers.models import Answer
from otklik.incidents.models import Incident
from otklik.incidents.workflow import NotAllowed, hold, record
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, Kept, in_place, keep, moment, stand_ins
from otklik.people.models import User
from otklik.publishing import fate
from otklik.routing.models import Deadline
from otklik.routing.watch import follow
from otklik.work.models import Notice, Undoable
from otklik.work.notices import new_lines
from otklik.work.picture import Picture, put_back, take

SHOWN = timedelta(seconds=10)
# The button stands for ten seconds; whoever pressed in the last of them is still heard over a slow line.
ALLOWED = timedelta(seconds=30)
SWEPT = 2 * ALLOWED
"""What is over for as long is swept away, with all else that is over: so not every press has to look for it."""
APPROVAL, ALONE = "approve", "send_alone"
# What the clocks of a card say meanwhile: it stays said, in the column of its clock.
MARKS = {"incident.warn": "warned_at", "incident.overdue": "missed_at"}
# What others may have written meanwhile without having built on the change.
HARMLESS = ("incident.suggest", "incident.note", "incident.note_removed", "incident.author_seen", *MARKS)


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything done by one press. `key` goes to the page, which offers «вернуть» with it."""

    key: str


@dataclass(frozen=True, slots=True)
class Undone:
    """`back`: cards that are as they were. `late`: numbers of cards on which somebody has gone on meanwhile."""

    back: list[Incident]
    late: list[int]


@contextmanager
def undoable(cards: Iterable[Incident], verb: str, by: User, batch: str = "") -> Iterator[Batch]:
    """What happens to these cards inside can be taken back by `by` for ten seconds. Holds them.

    `batch` continues a batch begun before (many cards go in pieces). Nothing is kept when the block raises.
    """
    key = batch or str(uuid.uuid4())
    touched = [card.pk for card in cards]
    with hold(*touched), new_lines() as lines:
        before = take(touched)
        yield Batch(key)
        now, notices_by_card = clock.now(), _lines_of_others(by, lines)
        stand = _stand(touched, now)
        Undoable.objects.bulk_create(
            Undoable(
                batch=key,
                incident_id=pk,
                by=by,
                verb=verb,
                at=now,
                entry=entry,
                before={"picture": before[pk], "state": state, "told": notices_by_card.get(pk, [])},
            )
            for pk, state, entry, _old in stand
        )
        if any(old for *_card, old in stand):
            Undoable.objects.filter(at__lt=now - ALLOWED).delete()


def _stand(cards: Collection[int], now: datetime) -> list[tuple[int, str, int, bool]]:
    """Of each of these cards its state and the last entry of its journal, 0 before the first; and whether anybody's
    rows have been over for a while. One query."""
    of_today = {moment(LONG_AGO): moment(now - SWEPT)}
    return _standing(len(cards), connection.vendor).ask(in_place(list(cards)) | of_today) if cards else []


@lru_cache(64)
def _standing(number: int, vendor: str) -> Kept:
    newest = Entry.objects.filter(incident=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    old = Exists(Undoable.objects.filter(at__lt=LONG_AGO))
    cards = Incident.objects.filter(pk__in=stand_ins(number)).order_by("pk")
    return keep(cards.values_list("pk", "state", Coalesce(Subquery(newest), 0), old))


def _lines_of_others(by: User, lines: Iterable[Notice]) -> dict[int, list[int]]:
    """By card, the lines that others got by this change; a note that calls somebody stays, and so its line."""
    notices_by_card: dict[int, list[int]] = {}
    for line in lines:
        if line.by_id == by.pk and line.incident_id and line.note_id is None:
            notices_by_card.setdefault(line.incident_id, []).append(line.pk)
    return notices_by_card


def last_of(by: User, now: datetime, batch: str = "") -> list[Undoable]:
    """The rows of the batch, or of this person's latest one; none when its time is over."""
    mine = Undoable.objects.filter(by=by, at__gte=now - ALLOWED)
    key = batch or mine.order_by("-pk").values_list("batch", flat=True).first()
    return list(mine.filter(batch=key).select_related("incident").order_by("-pk")) if key else []


def take_back(rows: list[Undoable], by: User, at: datetime) -> Undone:
    """Each card as it was before, with a journal entry that says so; a card that moved on since stays as it is."""
    back: list[Incident] = []
    late: list[Incident] = []
    for row in rows:
        with hold(row.incident_id):
            if not Undoable.objects.filter(pk=row.pk).delete()[0]:
                continue
            if row.verb in (APPROVAL, ALONE):
                (back if _recalled(row, by, at) else late).append(row.incident)
                continue
            if _moved_on(row):
                late.append(row.incident)
                continue
            now_state = Incident.objects.values_list("state", flat=True).get(pk=row.incident_id)
            missed = _keep_marks(row.before["picture"], row.incident_id, row.entry)
            put_back(row.incident_id, row.before["picture"])
            Notice.objects.filter(pk__in=row.before.get("told", ()), seen_at__isnull=True).delete()
            row.incident.refresh_from_db()
            payload = {"entry": row.entry, "from": now_state, "to": row.incident.state, "undone": row.verb}
            record(row.incident, "undo", at=at, actor=f"user:{by.pk}", data=payload)
            _follow_up(row.incident, missed, at)
            back.append(row.incident)
    return Undone(back, [card.number for card in late])


def keep_open(rows: list[Undoable], now: datetime) -> bool:
    """These are still to be taken back, however long the ones before take. False when there are none."""
    return bool(Undoable.objects.filter(pk__in=[row.pk for row in rows]).update(at=now))


def _recalled(row: Undoable, by: User, at: datetime) -> bool:
    """What lets an answer out is taken back by a verb of its own, which knows whether the answer has left."""
    answer = Answer.objects.filter(incident=row.incident_id, state=Answer.State.APPROVED, copy_of__isnull=True)
    latest = answer.select_related("incident").order_by("-decided_at").first()
    if latest is None:
        return False
    with suppress(NotAllowed):
        (fate.recall if row.verb == APPROVAL else fate.take_back)(latest, by, at)
        return True
    return False


def _moved_on(row: Undoable) -> bool:
    since = Entry.objects.filter(incident=row.incident_id, pk__gt=row.entry).exclude(verb__in=HARMLESS)
    state = Incident.objects.values_list("state", flat=True).get(pk=row.incident_id)
    return state != row.before["state"] or since.exists()


def _keep_marks(picture: Picture, incident_pk: int, since: int) -> list[int]:
    """Write what was warned of and missed after the journal's entry `since` into the picture, before it is put back.

    Only where the clock has still the limit of the picture: a limit that goes back takes its warnings along. Returns
    the clocks that have run out since.
    """
    entries = Entry.objects.filter(incident=incident_pk, pk__gt=since, verb__in=MARKS).order_by("pk")
    marks = [(str(entry.data.get("deadline")), MARKS[entry.verb], entry.at) for entry in entries]
    limits = {
        str(pk): limit_at.isoformat()
        for pk, limit_at in Deadline.objects.filter(incident=incident_pk).values_list("pk", "limit_at")
    }
    clocks = picture.get("deadline", {})
    same = [one for one in marks if one[0] in clocks and clocks[one[0]]["limit_at"] == limits.get(one[0])]
    for pk, column, at in same:
        clocks[pk][column] = at.isoformat()
    return [int(pk) for pk, column, _at in same if column == "missed_at"]


def _follow_up(incident: Incident, missed: list[int], at: datetime) -> None:
    """A clock that ran out while the card stood elsewhere moves it now, as it would have done then."""
    for deadline in Deadline.objects.filter(pk__in=missed, met_at__isnull=True, cancelled_at__isnull=True):
        follow(deadline, Incident.objects.get(pk=incident.pk), at)
