"""What an author said that a person must see: put before him, and what he decided on it."""

from contextlib import suppress
from datetime import datetime

from django.db.models import QuerySet

from otklik.answers.models import Answer
from otklik.feedback.closing import Unready, close, everybody_answered, word_waits
from otklik.feedback.models import SAYS_NOTHING, Rating
from otklik.incidents.gathering import answered_together
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed, hold, record
from otklik.people.models import User

Dealt = Rating.Dealt
DECIDED = (Dealt.REOPENED, Dealt.EXPLAINED, Dealt.NOTED)
"""What people do about a word: it is not put before them again."""


class AlreadyDealt(Exception):
    """Somebody has decided on it already, or the author has changed his mind."""


def weigh(rating: Rating, at: datetime, why: str, actor: str, since: datetime | None = None) -> None:
    """A complaint or words of one's own wait for a person, `since` when if they did before; anything else may end the
    card, for the CloseReason `why`.

    A card whose kind nobody has set stays where it is, and so does one on which another author has no answer yet or
    has said something that waits. Inside `book.writing()`.
    """
    mine = Rating.objects.filter(pk=rating.pk)
    if rating.reason or not rating.is_good:
        mine.update(waits_since=since or at, dealt_at=None, dealt_by=None, dealt_how="")
        return
    mine.filter(waits_since__isnull=False).update(waits_since=None, dealt_at=at, dealt_how=Dealt.TAKEN_BACK)
    end_if_nothing_is_left(rating.incident_id, at, why, actor)


def end_if_nothing_is_left(incident_pk: int, at: datetime, why: str, actor: str) -> None:
    """Close a card that waits for its author's word and has nothing more to wait for. Inside `book.writing()`."""
    incident = Incident.objects.get(pk=incident_pk)
    if incident.state == State.RATING and everybody_answered(incident) and not word_waits(incident):
        # A person moved it in the same moment, or has yet to set its kind: what was said is kept all the same.
        with suppress(NotAllowed, Unready):
            close(incident, why, at, actor)


def note(rating: Rating, words: str, by: User, at: datetime) -> Incident:
    """There is nothing more to do: `words` say why. The card ends if nothing else keeps it. Raises AlreadyDealt."""
    with hold(rating.incident_id):
        waiting = Rating.objects.filter(pk=rating.pk, waits_since__isnull=False)
        if not waiting.exists():
            raise AlreadyDealt
        _confirm(waiting, by.pk, at)
        _end(waiting, Dealt.NOTED, by.pk, at)
        entry_data = {"rating": rating.pk}
        record(
            rating.incident,
            "word_noted",
            at=at,
            actor=f"user:{by.pk}",
            reason=Dealt.NOTED,
            words=words,
            data=entry_data,
        )
        survey = rating.origin == Rating.Origin.SURVEY
        why = CloseReason.SCORE if survey else CloseReason.POINTLESS
        end_if_nothing_is_left(rating.incident_id, at, why, f"user:{by.pk}")
    return Incident.objects.get(pk=rating.incident_id)


def opened(incident_pk: int, actor: str, at: datetime) -> None:
    """The card goes on: whatever was said on it is before those who work on it. Inside `book.writing()`."""
    kind, _, pk = actor.partition(":")
    by = int(pk) if kind == "user" and pk.isdigit() else None
    waiting = Rating.objects.filter(incident=incident_pk, waits_since__isnull=False)
    if by is not None:
        _confirm(waiting, by, at)
    _end(waiting, Dealt.REOPENED, by, at)


def explained(answer: Answer, at: datetime) -> None:
    """An answer was said: whoever wrote it had before him what waited when it was sent for approval."""
    if answer.copy_of_id is not None:
        return
    cards = [one.pk for one in answered_together(answer.incident)]
    written = answer.submitted_at or answer.created_at
    _end(Rating.objects.filter(incident__in=cards, waits_since__lt=written), Dealt.EXPLAINED, answer.author_id, at)


def _confirm(waiting: QuerySet[Rating], by: int, at: datetime) -> None:
    """Whoever deals with a reply has read what the machine had read: with that it is confirmed."""
    for rating in waiting.filter(suggested=True).exclude(SAYS_NOTHING).select_related("incident"):
        Rating.objects.filter(pk=rating.pk).update(suggested=False, confirmed_by=by, confirmed_at=at)
        entry_data = {"rating": rating.pk, "mark": rating.mark, "solved": rating.solved}
        record(rating.incident, "rated", at=at, actor=f"user:{by}", data=entry_data)


def _end(waiting: QuerySet[Rating], how: str, by: int | None, at: datetime) -> None:
    """Of what could not be read there is nothing left to confirm."""
    waiting.filter(SAYS_NOTHING, suggested=True).update(dismissed_at=at)
    waiting.update(waits_since=None, dealt_at=at, dealt_by=by, dealt_how=how)
