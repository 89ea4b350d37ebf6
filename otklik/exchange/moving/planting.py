"""Writes one piece: everything of it in one short transaction, with the position behind which to go on.

The piece was read before its transaction. What came there meanwhile (the same comment heard by a worker, a second
import) makes it fail as a whole, and it is read and written again.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Model

from otklik.answers.models import Answer
from otklik.exchange.moving import building as b
from otklik.exchange.moving.building import Plan, Writer
from otklik.exchange.moving.changing import change
from otklik.exchange.moving.keeping import keep
from otklik.exchange.moving.models import Import, Imported
from otklik.exchange.moving.piece import Piece
from otklik.feedback.models import Rating
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.cards import next_numbers
from otklik.incidents.models import Findable, Incident, IncidentMessage, Note, Tag
from otklik.journal import book
from otklik.lib.ids import Ids
from otklik.lib.insert import insert
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Assignment

Tagged: type[Model] = Incident.tags.through
ORDER: tuple[type[Model], ...] = (
    Author, Thread, Message, Incident, IncidentMessage, Assignment, Answer, Delivery, Sent, Rating, Note, Tagged,
    Imported,
)  # fmt: skip
"""Rows that others point to come first."""


class Planter:
    """Writes pieces of one run. `last` is how many seconds the last of them took, `longest` the slowest."""

    def __init__(self, run: Import, writer: Writer) -> None:
        self._run, self._writer = run, writer
        self._ids = Ids(ORDER)
        self.last = self.longest = 0.0

    def write(self, piece: Piece, at: datetime) -> None:
        """Raises IntegrityError when something of the piece is there by now: then nothing of it was written."""
        began = time.monotonic()
        tags = {name: Tag.objects.get_or_create(name=name)[0].pk for plan in piece.new for name in plan.row.tags}
        with book.turn():
            self._ids.begin()
            if piece.new:
                _Planting(self._run, self._writer, self._ids, piece, tags, at).write()
            for plan, there in piece.changed:
                change(plan, there, self._run, self._writer, at)
            self._advance(piece)
        self.last = time.monotonic() - began
        self.longest = max(self.longest, self.last)

    def _advance(self, piece: Piece) -> None:
        done = Import.objects.filter(pk=self._run.pk, position__lt=piece.last, ended_at__isnull=True).update(
            position=piece.last,
            rows=F("rows") + piece.rows,
            new=F("new") + len(piece.new),
            changed=F("changed") + len(piece.changed),
            same=F("same") + piece.same,
            skipped=F("skipped") + piece.skipped,
            odd=F("odd") + sum(len(one.odd) for one in piece.remarks),
        )
        if not done:
            raise Overtaken


class Overtaken(Exception):
    """Another process takes the same file in."""


class _Planting:
    """One piece, inside its transaction."""

    def __init__(self, run: Import, writer: Writer, ids: Ids, piece: Piece, tags: dict[str, int], at: datetime) -> None:
        self._run, self._writer, self._ids, self._piece, self._tags, self._at = run, writer, ids, piece, tags, at
        self._rows: dict[type[Model], list[Model]] = {model: [] for model in ORDER}
        self._messages: dict[tuple[str, str], Message] = {}
        self._people: dict[tuple[str, str], int] = {}
        self._threads: dict[tuple[str, str], int] = {}

    def write(self) -> None:
        plans = self._piece.new
        for number, plan in zip(next_numbers(len(plans)), plans, strict=True):
            self._card(plan, number)
        revisions = book.write_all([self._line(plan, row) for plan, row in zip(plans, self._of(Incident), strict=True)])
        for row, imported, revision in zip(self._of(Incident), self._of(Imported), revisions, strict=True):
            row.revision = imported.revision = revision
        for model in ORDER:
            insert(model, self._rows[model])
        insert(Findable, self._findable())

    def _of(self, model: type[Model]) -> list[Any]:
        return self._rows[model]

    def _add(self, row: Any) -> Any:
        row.pk = self._ids.take(type(row))
        self._rows[type(row)].append(row)
        return row

    def _line(self, plan: Plan, row: Incident) -> book.Line:
        data = {"import": self._run.pk, "theme": plan.theme, "agency": plan.agency}
        return book.Line(self._at, self._run.actor, "incident.import", f"incident:{row.pk}", row.pk, data)

    def _findable(self) -> Sequence[Model]:
        """The words of a hundred thousand cards are taken in behind what comes today, in the order of the file."""
        rows = self._of(Incident)
        return [
            Findable(incident_id=row.pk, due_at=self._at + timedelta(microseconds=at)) for at, row in enumerate(rows)
        ]

    def _card(self, plan: Plan, number: int) -> None:
        message = self._message(plan)
        card = b.incident_of(plan, self._writer)
        card.number = number
        self._add(card)
        self._add(b.link_of(plan, card, message))
        for row in (b.assignment_of(plan, card), b.rating_of(plan, card), *b.notes_of(plan, card, self._writer)):
            if row is not None:
                self._add(row)
        columns = self._answers(plan, card, message)
        for name in plan.row.tags:
            self._add(Tagged(incident_id=card.pk, tag_id=self._tags[name]))
        self._add(
            Imported(
                cabinet=plan.row.cabinet,
                theirs=plan.row.theirs,
                number=plan.row.number,
                incident=card,
                run=self._run,
                digest=plan.digest,
                kept=keep(plan.row.cells, columns),
            )
        )

    def _answers(self, plan: Plan, card: Incident, message: Message) -> dict[str, int]:
        """The answers, and which column belongs to which of them."""
        columns: dict[str, int] = {}
        speeches = b.speeches(plan.row)
        for at, speech in enumerate(speeches):
            last = at == len(speeches) - 1
            answer = self._add(b.answer_of(plan, speech, last=last, message=message, incident=card, by=self._writer))
            self._add(b.sent_of(self._add(b.delivery_of(answer, message, self._writer))))
            columns |= dict.fromkeys(speech.columns, at)
        return columns

    def _message(self, plan: Plan) -> Message:
        """The one at this address, or a new one."""
        key = (plan.standing.network, plan.standing.message)
        if key[1] and key in self._messages:
            return self._messages[key]
        if key in self._piece.texts:
            return self._messages.setdefault(key, Message(pk=self._piece.texts[key][0]))
        message = b.message_of(plan)
        message.author_id = self._author(plan)
        message.thread_id = self._thread(plan)
        return self._messages.setdefault(key if key[1] else (key[0], plan.made_up), self._add(message))

    def _author(self, plan: Plan) -> int:
        key = (plan.standing.network, plan.profile.external_id or plan.made_up)
        if key not in self._people:
            self._people[key] = self._piece.authors.get(key) or self._add(b.author_of(plan)).pk
        return self._people[key]

    def _thread(self, plan: Plan) -> int:
        key = (plan.standing.network, plan.standing.thread or plan.made_up)
        if key not in self._threads:
            self._threads[key] = self._piece.threads.get(key) or self._add(b.thread_of(plan)).pk
        return self._threads[key]
