"""What becomes of the copies of an answer: each author's own deliveries, which spoil nothing of the others'."""

from datetime import datetime

from otklik.answers.models import Answer
from otklik.incidents.models import Incident
from otklik.incidents.workflow import NotAllowed, hold, record
from otklik.people.models import User
from otklik.publishing.hold import hold_back, stopped, unsaid
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import new_key

D = Delivery.State


def hold_copy(
    verb: str, incident: Incident, delivery: Delivery, cause: str, words: str, at: datetime, actor: str
) -> None:
    """One of the authors cannot have it so, or not the rest of it: a person decides. Inside `book.writing()`.

    Since it was certainly not said, saying it again is another matter, with a key of its own.
    """
    anew = {"state": D.QUEUED, "hold": Delivery.Hold.PERSON, "key": new_key(), "seen": None, "looked": 0}
    Delivery.objects.filter(pk=delivery.pk).update(**anew, cause=cause, words=words)
    record_copy(verb, incident, delivery, actor, at)


def recall_copies(answer: Answer) -> list[int]:
    """Take back what has not left; the ids of the copies that have, or may have. Inside `book.writing()`."""
    deliveries = Delivery.objects.filter(answer__copy_of=answer)
    hold_back(unsaid(deliveries))
    left = sorted(set(deliveries.exclude(state=D.RECALLED).values_list("answer_id", flat=True)))
    back = answer.copies.filter(state=Answer.State.APPROVED).exclude(pk__in=left)
    back.update(state=Answer.State.WITHDRAWN, due_at=None)
    return left


def drop_copy(delivery: Delivery, by: User, at: datetime) -> None:
    """This author will get no copy: his message is gone, or the network does not let us. Only while it is held and
    nothing of it stands there. Raises NotAllowed."""
    with hold(delivery.answer.incident_id):
        held = stopped(Delivery.objects.filter(pk=delivery.pk, answer__copy_of__isnull=False))
        if not (held.exists() and hold_back(unsaid(Delivery.objects.filter(answer=delivery.answer_id)))):
            raise NotAllowed("recall", delivery.answer.incident.state)
        record_copy("copy_dropped", delivery.answer.incident, delivery, f"user:{by.pk}", at)


def record_copy(verb: str, incident: Incident, delivery: Delivery, actor: str, at: datetime) -> None:
    """A journal row about one copy; the card's state does not change by it."""
    entry_data = {"delivery": delivery.pk, "answer": delivery.answer_id}
    record(incident, verb, at=at, actor=actor, subject=f"delivery:{delivery.pk}", data=entry_data)
