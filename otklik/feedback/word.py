"""What an author said that a person must see: put before him, and what he decided on it."""

from contextlib import suppress
from datetime import datetime

from otklik.answers.models import Answer
from otklik.feedback.closing import Unready, close, everybody_told, word_waits
from otklik.feedback.models import Rating
from otklik.incidents.gathering import together
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed, record
from otklik.journal import book
from otklik.people.models import User

Dealt = Rating.Dealt


class AlreadyDealt(Exception):
    """Somebody has decided on it already, or the author has changed his mind."""


def weigh(rating: Rating, at: datetime, why: str, actor: str) -> None:
    """A complaint or words of one's own wait for a person; anything else may end the card, for the CloseReason `why`.

    A card whose kind nobody has set stays where it is, and so does one on which another author has no answer yet or
    has said something that waits. Inside `book.turn()`.
    """
    mine = Rating.objects.filter(pk=rating.pk)
    if rating.reason or not rating.is_good:
        mine.update(waits_since=at, dealt_at=None, dealt_by=None, dealt_how="")
        return
    mine.filter(waits_since__isnull=False).update(waits_since=None, dealt_at=at, dealt_how=Dealt.TAKEN_BACK)
    end_if_nothing_is_left(rating.incident_id, at, why, actor)


def end_if_nothing_is_left(incident_pk: int, at: datetime, why: str, actor: str) -> None:
    """Close a card that waits for its author's word and has nothing more to wait for. Inside `book.turn()`."""
    incident = Incident.objects.get(pk=incident_pk)
    if incident.state == State.RATING and everybody_told(incident) and not word_waits(incident):
        # A person moved it in the same moment, or has yet to set its kind: what was said is kept all the same.
        with suppress(NotAllowed, Unready):
            close(incident, why, at, actor)


def note(rating: Rating, words: str, by: User, at: datetime) -> Incident:
    """There is nothing more to do: `words` say why. The card ends if nothing else keeps it. Raises AlreadyDealt."""
    with book.turn():
        if not deal(rating, Dealt.NOTED, by, at):
            raise AlreadyDealt
        told = {"rating": rating.pk}
        record(rating.incident, "word_noted", at=at, actor=f"user:{by.pk}", reason=Dealt.NOTED, words=words, data=told)
        survey = rating.origin == Rating.Origin.SURVEY
        why = CloseReason.SCORE if survey else CloseReason.POINTLESS
        end_if_nothing_is_left(rating.incident_id, at, why, f"user:{by.pk}")
    return Incident.objects.get(pk=rating.incident_id)


def deal(rating: Rating, how: str, by: User, at: datetime) -> bool:
    """Guarded: False when it waits no more. Inside `book.turn()`."""
    waiting = Rating.objects.filter(pk=rating.pk, waits_since__isnull=False)
    return bool(waiting.update(waits_since=None, dealt_at=at, dealt_by=by, dealt_how=how))


def opened(incident_pk: int, actor: str, at: datetime) -> None:
    """The card goes on: whatever was said on it is before those who work on it. Inside `book.turn()`."""
    kind, _, pk = actor.partition(":")
    by = int(pk) if kind == "user" and pk.isdigit() else None
    waiting = Rating.objects.filter(incident=incident_pk, waits_since__isnull=False)
    waiting.update(waits_since=None, dealt_at=at, dealt_by=by, dealt_how=Dealt.REOPENED)


def explained(answer: Answer, at: datetime) -> None:
    """An answer was said: whoever wrote it had before him what waited when it was sent for approval."""
    if answer.copy_of_id is not None:
        return
    cards = [one.pk for one in together(answer.incident)]
    written = answer.submitted_at or answer.created_at
    waiting = Rating.objects.filter(incident__in=cards, waits_since__lt=written)
    waiting.update(waits_since=None, dealt_at=at, dealt_by=answer.author_id, dealt_how=Dealt.EXPLAINED)
