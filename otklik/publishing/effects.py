"""What a spoken answer does to a card: its stamps, its clocks, and the cards that were answered with it."""

from datetime import datetime
from typing import Any

from otklik.answers.models import Answer
from otklik.incidents.gathering import waiting_for
from otklik.incidents.models import Incident
from otklik.incidents.workflow import move, record
from otklik.lib.days import end_of
from otklik.publishing.models import Sent
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Norm

A = Answer.Kind
ENDING = (A.FINAL, A.FIRST)


def stamps_of(incident: Incident, answer: Answer, at: datetime) -> dict[str, Any]:
    """The columns that the answer sets on the card, beside its state."""
    stamps: dict[str, Any] = {}
    if answer.kind != A.QUESTION and incident.first_answered_at is None:
        stamps["first_answered_at"] = at
        stamps["first_answer_working_seconds"] = clocks.working_time(incident.started_at, at)
    if answer.kind != A.QUESTION and incident.executor_answered_at is None:
        stamps["executor_answered_at"] = at
    if answer.kind in ENDING:
        stamps["rating_since"] = at
        stamps["outcome"] = answer.outcome
    return stamps


def turn_clocks(incident: Incident, answer: Answer, at: datetime) -> None:
    """Which clocks the answer meets, and which it starts. A question meets none: the citizen's clocks run on,
    and the agency's stands still."""
    if answer.kind == A.QUESTION:
        clocks.wait_for_author(incident, at)
        agency_clock.pause(incident, at)
        return
    clocks.meet(incident, (*clocks.ANSWERED, Norm.Clock.AGENCY), at)
    if answer.kind == A.INTERIM and answer.promised_on is not None:
        # The citizen has been told a new day: nobody is reminded of the old one. What it was, the registers know.
        clocks.meet(incident, (Norm.Clock.PROMISE,), at)
        clocks.wait(incident, Norm.Clock.PROMISE, at, end_of(answer.promised_on), words=f"answer:{answer.pk}")
    else:
        clocks.meet(incident, (Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE), at)


def answer_followers(leader: Incident, answer: Answer, sent: Sent, at: datetime, actor: str) -> None:
    """The cards that waited for this answer have it too, in the same transaction: each with its own move, stamps and
    clocks. An interim one is their first answer and leaves them where they are; a question is none of theirs."""
    for follower in waiting_for(leader) if answer.kind != A.QUESTION else ():
        entry_data = {"answer": answer.pk, "sent": sent.pk, "with": leader.pk}
        stamps = stamps_of(follower, answer, at)
        if answer.kind in ENDING:
            # Nobody may have decided on this one by itself: it is of the kind of the card that answered for it.
            kind = follower.kind or leader.kind
            move(follower, "answered_together", at=at, actor=actor, data=entry_data, kind=kind, **stamps)
            clocks.meet(follower, (*clocks.CITIZENS, Norm.Clock.AGENCY, Norm.Clock.PROMISE), at)
        else:
            Incident.objects.filter(pk=follower.pk).update(**stamps)
            record(follower, "promised_together", at=at, actor=actor, data=entry_data)
            clocks.meet(follower, clocks.ANSWERED, at)
