"""A new day instead of one that was promised: the beginning of an interim answer, which a person completes.

Nothing is moved by it: the day moves when the answer has been published, and the citizen knows.
"""

from datetime import date, datetime

from otklik.answers.drafts import Words, open_draft, write
from otklik.answers.models import Answer
from otklik.answers.templates import day_in_words, fill
from otklik.answers.templates import facts_of as facts
from otklik.answers.voices import ENDING
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold
from otklik.lib.days import day_of
from otklik.people.models import User
from otklik.routing.models import Deadline, Norm

FREELY = 2
"""So often the same promise may be moved by the usual way, whatever that is; from then on an approver says the word."""
LEFT_TO_SAY = "{что уже сделано}"
MOST_REASON = 300


class Busy(Exception):
    """Somebody is writing on this card already: his draft is not written over."""


class Unfit(Exception):
    """The day or the reason will not do. `why` is a code: past, same, reason."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def moves_made(incident: Incident) -> int:
    """How often the promise that runs on this card has been moved: a new day each, since its last ending."""
    last = Answer.objects.filter(incident=incident, kind__in=ENDING, state=Answer.State.APPROVED)
    ended_at = last.order_by("-decided_at").values_list("decided_at", flat=True).first()
    deadlines = Deadline.objects.filter(incident=incident, clock=Norm.Clock.PROMISE)
    if ended_at is not None:
        deadlines = deadlines.filter(starts_at__gt=ended_at)
    return max(deadlines.values("words").distinct().count() - 1, 0)


def needs_approver(answer: Answer) -> bool:
    """Whether this answer would move a promise once more than anybody may alone."""
    return answer.kind == Answer.Kind.INTERIM and has_promise(answer.incident) and moves_made(answer.incident) >= FREELY


def has_promise(incident: Incident) -> bool:
    """Whether a promise runs on the card, its day over or not."""
    running = Deadline.objects.filter(incident=incident, clock=Norm.Clock.PROMISE)
    return running.filter(met_at=None, cancelled_at=None).exists()


def begin(incident: Incident, under: Message, was: date, day: date, reason: str, by: User, at: datetime) -> Answer:
    """The draft of an interim answer under that message, with the new day in it and a place that is left to fill.

    `was` is the day that was promised. Raises Busy, Unfit; NotAllowed where the card takes no answer.
    """
    reason = " ".join(reason.split())[:MOST_REASON]
    if day < day_of(at):
        raise Unfit("past")
    if day == was:
        raise Unfit("same")
    if len(reason) < 5:
        raise Unfit("reason")
    with hold(incident.pk):
        if open_draft(incident) is not None:
            raise Busy
        words = Words(_text(incident, under, was, day, reason), Answer.Kind.INTERIM, promised_on=day)
        return write(incident, under, words, by, at)


def _text(incident: Incident, under: Message, was: date, day: date, reason: str) -> str:
    greeting = fill("{обращение}", facts(incident, under))
    reason = reason if reason[-1] in ".!?…" else f"{reason}."
    before, then = day_in_words(was), day_in_words(day)
    return f"{greeting} Мы обещали сделать до {before} и не успеваем. {reason} {LEFT_TO_SAY}. Сделаем до {then}."
