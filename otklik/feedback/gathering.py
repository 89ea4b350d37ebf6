"""«Повтор карточки №…»: many messages about one matter come together on one card, and each author gets its answer."""

from datetime import datetime

from otklik.answers.voices import voices
from otklik.inbox.models import Message
from otklik.incidents.cards import add_message
from otklik.incidents.gathering import OVER, WORKING, Impossible, Why, older_first, why_not_working
from otklik.incidents.models import CloseReason, Incident, IncidentMessage, State
from otklik.incidents.workflow import hold, move, record
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.models import Deadline, Norm


def gather(into: Incident, card: Incident, by: User, at: datetime) -> Incident:
    """Both are the same matter: the card of whoever wrote first goes on with the messages of both, the other one ends
    as gathered. Returns the one that goes on, which is `card` when that is the older one. Raises Impossible.

    The card that ends has no outcome of its own, so that figures count the matter once.
    No clock moves: the older card keeps its own, and a promise that the other one gave goes on there. A draft stays
    readable on the card that ends; one that waits for approval must be withdrawn first.
    """
    with hold(into.pk, card.pk):
        leads, ends = older_first(Incident.objects.get(pk=into.pk), Incident.objects.get(pk=card.pk))
        _must_be_gatherable(leads, ends)
        actor = f"user:{by.pk}"
        record(leads, "gathered", at=at, actor=actor, data={"card": ends.pk})
        for message in Message.objects.filter(links__incident=ends).order_by("pk"):
            add_message(leads, message, at, actor)
        _lead_on(leads, ends)
        _carry_promise(leads, ends)
        move(
            ends,
            "close_unanswered",
            at=at,
            actor=actor,
            reason=CloseReason.GATHERED,
            data={"into": leads.pk},
            close_reason=CloseReason.GATHERED,
            closed_at=at,
            answered_with=leads,
            outcome="",
            rating_since=None,
        )
        clocks.cancel_all(ends, at)
        if leads.state in (State.PUBLISHING, State.RATING):
            _note_owed(leads, at)  # once the other has ended here: what its author was told there counts, too
    leads.refresh_from_db()
    return leads


def ungather(card: Incident, actor: str, at: datetime) -> None:
    """A gathered card goes its own way again: what came with it leaves the other card. Inside `book.writing()`, before
    the card opens again."""
    if card.close_reason != CloseReason.GATHERED or card.answered_with_id is None or card.closed_at is None:
        return
    leads = Incident.objects.get(pk=card.answered_with_id)
    mine = list(IncidentMessage.objects.filter(incident=card).values_list("message_id", flat=True))
    IncidentMessage.objects.filter(incident=leads, main=False, linked_at=card.closed_at, message_id__in=mine).delete()
    if leads.owed_since is not None:
        _note_owed(leads, leads.owed_since)
    record(leads, "ungather", at=at, actor=actor, data={"card": card.pk})
    Incident.objects.filter(pk=card.pk).update(answered_with=None)


def _note_owed(leads: Incident, since: datetime) -> None:
    """The answer is out: whoever has come to the card and has had none waits for a person to see it."""
    owed = any(voice.owed and voice.answered_at is None for voice in voices(leads))
    Incident.objects.filter(pk=leads.pk).update(owed_since=since if owed else None)


def _must_be_gatherable(leads: Incident, ends: Incident) -> None:
    if leads.pk == ends.pk:
        raise Impossible(Why.SAME, leads.number)
    if leads.state in OVER:
        raise Impossible(Why.NOISE if leads.state == State.NOISE else Why.OVER, leads.number)
    if ends.state not in WORKING:
        raise Impossible(why_not_working(ends), ends.number)
    if ends.watched_since:
        raise Impossible(Why.WATCHED, ends.number)


def _lead_on(leads: Incident, ends: Incident) -> None:
    """Whoever waited for the answer of the card that ends waits for that of the other."""
    if leads.answered_with_id == ends.pk:
        Incident.objects.filter(pk=leads.pk).update(answered_with=None)
        leads.answered_with_id = None
    answering = leads.answered_with_id or leads.pk
    Incident.objects.filter(answered_with=ends.pk).exclude(pk=answering).update(answered_with=answering)


def _carry_promise(leads: Incident, ends: Incident) -> None:
    running = {"clock": Norm.Clock.PROMISE, "met_at__isnull": True, "cancelled_at__isnull": True}
    for promise in Deadline.objects.filter(incident=ends, **running):
        if not Deadline.objects.filter(incident=leads, limit_at__lte=promise.limit_at, **running).exists():
            clocks.wait(leads, Norm.Clock.PROMISE, promise.starts_at, promise.limit_at, words=promise.words)
