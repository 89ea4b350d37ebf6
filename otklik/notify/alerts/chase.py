"""The step of a Chase: what is not done is told to the next one in line.

An overdue clock, a promised day among them, goes up the levels of the table Level: the curator nearest to the agency,
then the head. So does a bad word of a citizen that nobody deals with, past those who know of it. An answer that nobody
has decided on goes to the next approver; all of them may decide at any time, it is only whom we ask. An urgent card
calls those on duty one after the other.
"""

from datetime import datetime, timedelta

from django.conf import settings

from otklik.answers.models import Answer
from otklik.answers.statements import read_once_with
from otklik.answers.steps import agreed
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal.models import Entry
from otklik.lib.due import finish
from otklik.notify.alerts import calling
from otklik.notify.alerts.batch import ACTOR, Batch
from otklik.notify.alerts.models import Chase, Kind, Level
from otklik.notify.alerts.people import Staff
from otklik.notify.alerts.tell import News, tell
from otklik.people.models import Role
from otklik.routing.models import Deadline, Norm


def begin_overdue(batch: Batch, entry: Entry, incident: Incident, deadline: Deadline) -> None:
    """Safe to repeat."""
    batch.begin(entry, Chase.Kind.OVERDUE, incident, batch.now, deadline=deadline)


def begin_approval(batch: Batch, entry: Entry, incident: Incident, answer: Answer) -> None:
    """The first approver is told at once. Safe to repeat."""
    fresh = batch.begin(entry, Chase.Kind.APPROVAL, incident, batch.now + _patience(), answer=answer)
    if fresh is not None:
        batch.tell(approvers(incident, answer, batch.staff)[:1], _waits(fresh, answer, 0))


def begin_unhappy(batch: Batch, entry: Entry, incident: Incident, rating: Rating) -> None:
    """Once for each reply while it runs. Safe to repeat."""
    if not batch.runs(rating):
        batch.begin(entry, Chase.Kind.UNHAPPY, incident, batch.now, rating=rating)


def chase(chases: list[Chase], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    cards = Incident.objects.select_related("agency", "place").in_bulk({one.incident_id for one in chases})
    staff = Staff(cards.values())
    for one in chases:
        incident = cards[one.incident_id]
        if one.kind in (Chase.Kind.OVERDUE, Chase.Kind.UNHAPPY):
            _climb(one, incident, staff, now)
        elif one.kind == Chase.Kind.URGENT:
            calling.call(one, incident, staff, now)
        else:
            _pass_on(one, incident, staff, now)


def approvers(incident: Incident, answer: Answer, staff: Staff) -> list[int]:
    """Who may decide on this answer, in the order in which they are asked; not whoever wrote it or has agreed to it."""
    apart = {one for one in (answer.author_id, answer.changed_by_id) if one}
    apart |= {one.by_id for one in agreed(answer, answer.reply_to)}
    return staff.in_turn(Role.APPROVER, incident, apart)


def kind_of(deadline: Deadline | None) -> str:
    """A broken promise is told apart: the citizen knows the day."""
    return Kind.PROMISE if deadline is not None and deadline.clock == Norm.Clock.PROMISE else Kind.OVERDUE


def _climb(one: Chase, incident: Incident, staff: Staff, now: datetime) -> None:
    level = None if _is_over(one, incident) else Level.objects.filter(rung__gt=one.rung).first()
    if level is None:
        return finish(one)
    if one.since + timedelta(minutes=level.minutes) > now:
        return finish(one, one.since + timedelta(minutes=level.minutes))
    recipients = staff.nearest(level.role, incident)
    if one.rating is not None:
        news = News(Kind.UNHAPPY, one.entry, incident, rating=one.rating, rung=level.rung)
        recipients = [alert.user_id for alert in tell(recipients, news, now)]
    else:
        tell(recipients, News(kind_of(one.deadline), one.entry, incident, one.deadline, rung=level.rung), now)
    if recipients:
        about = {"rating": one.rating_id} if one.rating_id else {"deadline": one.deadline_id or 0}
        verb = "escalate_reply" if one.rating_id else "escalate"
        record(incident, verb, at=now, actor=ACTOR, data={**about, "users": recipients[:20], "role": level.role})
    return finish(one, now, {"rung": level.rung})


def _is_over(one: Chase, incident: Incident) -> bool:
    if one.kind == Chase.Kind.UNHAPPY:
        return one.rating is None or one.rating.waits_since is None
    deadline = one.deadline
    ended = incident.state in (State.DONE, State.NOISE)
    return deadline is None or bool(deadline.met_at or deadline.cancelled_at) or ended


def _pass_on(one: Chase, incident: Incident, staff: Staff, now: datetime) -> None:
    answer = one.answer
    if answer is None or answer.state != Answer.State.APPROVAL or incident.state != State.APPROVAL:
        return finish(one)
    if Chase.objects.filter(kind=Chase.Kind.APPROVAL, answer=answer, pk__gt=one.pk).exists():
        return finish(one)  # sent anew, or agreed to by the first of two: another line has begun
    line, rung = approvers(incident, answer, staff), one.rung + 1
    if rung >= len(line):
        return finish(one)
    tell([line[rung]], _waits(one, answer, rung), now)
    record(incident, "approval_passed", at=now, actor=ACTOR, data={"answer": answer.pk, "user": line[rung]})
    return finish(one, now + _patience(), {"rung": rung})


def _waits(one: Chase, answer: Answer, rung: int) -> News:
    """Of all answers of a statement, which are read once, nobody is told twice."""
    return News(Kind.APPROVAL, one.entry, one.incident, answer=answer, rung=rung, statement=read_once_with(answer))


def _patience() -> timedelta:
    return timedelta(minutes=settings.APPROVAL_PASSES_ON)
