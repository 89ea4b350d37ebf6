"""What is emptied, replaced and removed for one person, table by table. Each part counts its rows and does them in
pieces, a short transaction each. His messages come last: when they are done nobody finds the rest by them any more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from otklik.answers.models import Answer, ApprovalStep
from otklik.feedback.models import Rating, Unconfirmed
from otklik.feedback.registers.models import Unheard
from otklik.inbox.models import Author, Edition, Gone, Hint, Media, Message, Thread
from otklik.incidents.models import Incident
from otklik.incidents.workflow import Change, hold, record, record_all
from otklik.journal import book
from otklik.privacy.masking import SHORTEST_NUMBER
from otklik.privacy.trace import Trace, nobody
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Inquiry
from otklik.triage.models import Verdict

PIECE = 50
"""Rows of one transaction: few enough for the 200 ms that a writer may hold the others up."""
FORGOTTEN = "person_forgotten"
ACTOR = "machine:privacy"
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """`rows` are those that there is still something to do with; `do` does it with a piece of them."""

    model: str
    rows: Callable[[Trace], Rows]
    do: Callable[[Sequence[Any], Trace, datetime], None]

    def run(self, person_trace: Trace, now: datetime) -> int:
        """All of them; returns how many."""
        done = 0
        for piece in pieces(self.rows(person_trace)):
            self.do(piece, person_trace, now)
            done += len(piece)
        return done


def pieces(rows: Rows) -> Iterator[list[Any]]:
    """The rows by their ids, a piece at a time; what a piece has been done with may have left the set."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), PIECE):
        yield list(rows.model._default_manager.filter(pk__in=ids[start : start + PIECE]).order_by("pk"))


def removed(piece: Sequence[models.Model], _person_trace: Trace, _now: datetime) -> None:
    if piece:
        type(piece[0])._default_manager.filter(pk__in=[row.pk for row in piece]).delete()


def without_file(name: str) -> Callable[[Sequence[Any], Trace, datetime], None]:
    """Empties the column first: a file that nobody knows of is found by nobody, a row without its file is a fault."""

    def do(piece: Sequence[Any], _person_trace: Trace, _now: datetime) -> None:
        for row in piece:
            path = getattr(row, name).name
            type(row)._default_manager.filter(pk=row.pk).update(**{name: ""})
            default_storage.delete(path)

    return do


def set_to(**values: Any) -> Callable[[Sequence[Any], Trace, datetime], None]:
    def do(piece: Sequence[Any], _person_trace: Trace, _now: datetime) -> None:
        if piece:
            type(piece[0])._default_manager.filter(pk__in=[row.pk for row in piece]).update(**values)

    return do


def each(change: Callable[[Any], Mapping[str, Any]]) -> Callable[[Sequence[Any], Trace, datetime], None]:
    def do(piece: Sequence[Any], _person_trace: Trace, _now: datetime) -> None:
        with transaction.atomic():
            for row in piece:
                type(row)._default_manager.filter(pk=row.pk).update(**change(row))

    return do


def _media(piece: Sequence[Media], person_trace: Trace, now: datetime) -> None:
    paths = [str(row.file.name) for row in piece if row.file]
    removed(piece, person_trace, now)
    for path in paths:
        default_storage.delete(path)


def without_why(verdict: Verdict) -> Mapping[str, Any]:
    themes = [{name: one[name] for name in ("id", "share") if name in one} for one in verdict.themes]
    return {"themes": themes, "why": {}}


def stood_empty(row: Answer | Delivery) -> Mapping[str, Any]:
    """What the comment was is no more; that it was looked at, and what hung on it, stays."""
    asked = row.asked or {}
    stays = {name: asked[name] for name in ("edited", "media", "place", "version") if name in asked}
    return {"asked": {**stays, "text": "", "parent": "", "thread": ""} if row.asked else None}


def _locked(piece: Sequence[Message]) -> set[int]:
    """Nobody changes these messages until the transaction ends; the cards that they stand on."""
    rows = Message.objects.filter(pk__in=[message.pk for message in piece]).order_by("pk")
    locked = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    return set(Incident.objects.filter(messages__in=locked).values_list("pk", flat=True))


def _messages(piece: Sequence[Message], _person_trace: Trace, now: datetime) -> None:
    """To the flow it is as if he had deleted them: the step of a message tells the cards so."""
    # First the messages, then their cards, as whoever judges them does.
    with book.writing(), hold(*_locked(piece)):
        for message in piece:
            fresh = nobody()
            Message.objects.filter(network=message.network, parent_external_id=message.external_id).update(
                parent_external_id=fresh
            )
            Gone.objects.filter(network=message.network, external_id=message.external_id).delete()
            Hint.objects.filter(network=message.network, external_id=message.external_id).delete()
            Message.objects.filter(pk=message.pk).update(
                external_id=fresh,
                text="",
                folded="",
                text_hash="",
                url="",
                error="",
                parent_external_id="" if message.place == Message.Place.DIRECT else message.parent_external_id,
                latitude=None,
                longitude=None,
                forgotten_at=now,
                deleted_at=Coalesce(F("deleted_at"), now, output_field=models.DateTimeField()),
                revision=F("revision") + 1,
                due_at=now,
            )
            for card in message.incidents.all():
                record(card, FORGOTTEN, at=now, actor=ACTOR, data={"message": message.pk})


def off_the_map(piece: Sequence[Thread], _person_trace: Trace, _now: datetime) -> None:
    """With what we said there: in a dialogue the address of every text has his number in it."""
    with transaction.atomic():
        for thread in piece:
            for message in Message.objects.filter(thread=thread, forgotten_at=None):
                Message.objects.filter(pk=message.pk).update(external_id=nobody(), url="", parent_external_id="")
            Thread.objects.filter(pk=thread.pk).update(external_id=nobody(), url="", community="")


def _sent(row: Sent) -> Mapping[str, Any]:
    return {"external_id": nobody(), "url": ""}


def _addressed(model: type[Gone] | type[Hint], person_trace: Trace) -> Rows:
    """Addresses of texts that never came, in which his number stands: of a dialogue with him, of his own page."""
    if len(person_trace.person.number) < SHORTEST_NUMBER:
        return model._default_manager.none()
    alone = rf"(^|[^0-9]){person_trace.person.number}([^0-9]|$)"
    return model._default_manager.filter(network=person_trace.author.network, external_id__regex=alone)


def _mine(person_trace: Trace) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=person_trace.messages)


def _by_deliveries(person_trace: Trace, way: str) -> Q:
    return Q(**{f"{way}__message__in": person_trace.messages})


def _unheard(person_trace: Trace) -> Rows:
    return Unheard.objects.filter(author=person_trace.author, message__in=person_trace.messages)


def imported(person_trace: Trace) -> Rows:
    """A table of a layer above, by its name as everything in kept.py: a whole address may stand in any of its cells."""
    rows = apps.get_model("moving", "Imported")._default_manager.filter(incident__in=person_trace.cards)
    return rows.exclude(kept={})


def _undoable(person_trace: Trace) -> Rows:
    """A table of the desk, which stands to the right: by its name, as everything in kept.py."""
    return apps.get_model("desk", "Undoable")._default_manager.filter(incident__in=person_trace.cards)


def _asked(model: type[Answer] | type[Delivery], way: str, person_trace: Trace) -> Rows:
    return model._default_manager.filter(**{f"{way}__in": person_trace.messages}, asked__isnull=False)


PARTS: tuple[Part, ...] = (
    Part("inbox.Edition", lambda trace: Edition.objects.filter(message__in=trace.messages), removed),
    Part("inbox.Media", lambda trace: Media.objects.filter(message__in=trace.messages), _media),
    Part(
        "triage.Verdict",
        lambda trace: Verdict.objects.filter(message__in=trace.messages).exclude(why={}),
        each(without_why),
    ),
    Part("answers.Answer", lambda trace: _asked(Answer, "reply_to", trace), each(stood_empty)),
    Part("publishing.Delivery", lambda trace: _asked(Delivery, "message", trace), each(stood_empty)),
    Part(
        "answers.ApprovalStep",
        lambda trace: ApprovalStep.objects.filter(answer__reply_to__in=trace.messages).exclude(mark=""),
        set_to(mark=""),
    ),
    Part(
        "feedback.Rating",
        lambda trace: Rating.objects.filter(
            Q(message__in=trace.messages) | _by_deliveries(trace, "survey__sent__delivery")
        ).exclude(reason=""),
        set_to(reason=""),
    ),
    Part(
        "feedback.Unconfirmed",
        lambda trace: Unconfirmed.objects.filter(_by_deliveries(trace, "survey__sent__delivery")).exclude(reason=""),
        set_to(reason=""),
    ),
    Part(
        "routing.Inquiry",
        lambda trace: Inquiry.objects.filter(message__in=trace.messages).exclude(text="", pictures=[]),
        set_to(text="", pictures=[]),
    ),
    Part("moving.Imported", imported, set_to(kept={}, digest="")),
    Part("desk.Undoable", _undoable, removed),
    Part(
        "publishing.Sent",
        lambda trace: Sent.objects.filter(_by_deliveries(trace, "delivery")).exclude(proof=""),
        without_file("proof"),
    ),
    Part(
        "publishing.Sent",
        lambda trace: Sent.objects.filter(
            Q(delivery__message__thread__in=trace.threads) | Q(delivery__direct=True), _by_deliveries(trace, "delivery")
        ).exclude(url="", external_id__startswith="forgotten-"),
        each(_sent),
    ),
    Part(
        "publishing.Delivery",
        lambda trace: Delivery.objects.filter(message__in=trace.messages, seen__isnull=False).exclude(
            state__in=(Delivery.State.SENDING, Delivery.State.UNKNOWN)
        ),
        set_to(seen=None),
    ),
    Part("registers.Unheard", _unheard, removed),
    Part("inbox.Gone", lambda trace: _addressed(Gone, trace), removed),
    Part("inbox.Hint", lambda trace: _addressed(Hint, trace), removed),
    Part("inbox.Message", lambda trace: _mine(trace), _messages),
    Part("inbox.Thread", lambda trace: Thread.objects.filter(pk__in=trace.threads), off_the_map),
)


def settle_author(person_trace: Trace, now: datetime) -> int:
    """Last of all: until then he can be found, and what was cut off goes on. With new texts he stays who he is, and the
    old ones go to somebody without a name."""
    network = person_trace.author.network
    nameless = {"external_id": nobody(), "forgotten_at": now, "name": "", "url": "", "error": "", "due_at": None}
    with book.writing():
        if person_trace.anew:
            other = Author.objects.create(network=network, **nameless)
            Message.objects.filter(author=person_trace.author, posted_at__lte=person_trace.at).update(author=other)
            with hold(*person_trace.cards):
                changes = [Change(card, FORGOTTEN) for card in sorted(person_trace.cards)]
                record_all(changes, at=now, actor=ACTOR)  # figures know whose a card is
        else:
            Author.objects.filter(pk=person_trace.author.pk, forgotten_at=None).update(**nameless)
    return 1
