"""Verbs of an answer: write, submit, withdraw, send back, approve, take the approval back.

Each changes the answer and moves the card in one transaction; a late save overwrites nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, prefetch_related_objects

from otklik.answers import checking, grounds, steps
from otklik.answers.binding import asked_now, bound_to
from otklik.answers.checking import is_solvable
from otklik.answers.copies import copy_out, unfit_for_others
from otklik.answers.fitting import objections
from otklik.answers.grounds import Ending
from otklik.answers.models import Answer, AnswerText, Flaw
from otklik.answers.moments import Later, against
from otklik.answers.policies import USUAL, Steps
from otklik.answers.style.values import Fault
from otklik.answers.voices import ENDING, addressees
from otklik.inbox.models import Message
from otklik.incidents.gathering import WAITS_FOR_ANOTHER
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import MOVES, NotAllowed, find_anew, hold, move, record, reread
from otklik.lib.days import day_of
from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.lib.sentence import Sentence as _
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.models import Deadline, Norm

A = Answer.State
OPEN = (A.DRAFT, A.RETURNED)
WRITTEN = (Answer.Kind.QUESTION, Answer.Kind.FIRST, Answer.Kind.INTERIM, Answer.Kind.FINAL)


class Stale(Exception):
    """Somebody else has changed this answer meanwhile; `theirs` is the answer as it stands now."""

    def __init__(self, theirs: Answer) -> None:
        super().__init__("the answer was changed by somebody else")
        self.theirs = theirs


class Unfit(Exception):
    """The answer cannot be sent on as it is; the text is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody typed. `promised_on` goes with interim answers, `outcome` and its `ground` with final ones."""

    text: str
    kind: str = Answer.Kind.FINAL
    outcome: str = ""
    promised_on: date | None = None
    direct: bool = False
    ground: str = ""
    ground_words: str = ""
    ground_on: date | None = None


def words_of(answer: Answer) -> Words:
    """What stands in it, to be saved again with something else changed."""
    return Words(**{field.name: getattr(answer, field.name) for field in fields(Words)})


def open_draft(incident: Incident) -> Answer | None:
    """The answer that is being worked on, if any: a draft, a returned one, or one that waits for approval."""
    return next(iter(_open(connection.vendor).ask({STAND_IN: incident.pk})), None)


@cache
def _open(vendor: str) -> KeptRows[Answer]:
    own = Answer.objects.filter(incident=STAND_IN, state__in=(*OPEN, A.APPROVAL), copy_of__isnull=True)
    return keep_rows(own.select_related("author", "agency", "reply_to__author").order_by("-pk")[:1])


def write(incident: Incident, reply_to: Message, words: Words, by: User, at: datetime, version: int = 0) -> Answer:
    """Save a draft; `version` is the one the writer saw (0: none). Raises Stale when its words have changed since and
    are not the ones that are saved now, NotAllowed, or Unfit for a kind that nobody writes by hand: whoever catches
    these inside of a transaction makes a savepoint of his own.

    Taking the card in work is part of writing: nobody should have to press a button for it.
    """
    if words.kind not in WRITTEN:
        raise Unfit(_("Такой ответ не пишут вручную."))
    with hold(incident.pk, savepoint=False):
        draft = open_draft(incident)
        if draft is not None and draft.state == A.APPROVAL:
            raise NotAllowed("submit", incident.state)
        if draft is None:
            draft = _begin(incident, reply_to, words, by, at)
        else:
            if not draft.words_version <= version <= draft.version and words != words_of(draft):
                raise Stale(draft)
            draft.incident = incident
            _change(draft, words, by, at)
        if incident.state == State.ASSIGNED:
            move(incident, "take", at=at, actor=f"user:{by.pk}")
    return draft


def submit(answer: Answer, by: User, at: datetime, held: str = "") -> Incident:
    """Send for approval: of one or two, as the policy says that holds now. `held` is why it does not go out alone.

    Raises Unfit when it cannot be published as it is, NotAllowed or Stale: whoever catches these inside of a
    transaction makes a savepoint of his own.
    """
    incident = answer.incident
    with hold(answer.incident_id, savepoint=False):
        reread(incident)
        ground, flaws = ready(answer, at)
        policy = steps.policy_for(answer, at)
        number = max(policy.steps, Steps.ONE) if policy else USUAL
        wanted = {"steps": number.value, "policy_id": policy.id if policy else None}
        begun = {"submitted_at": at, "changed_at": at, "corrected_by": None, "asked": None, "ground": ground}
        set_state(answer, OPEN, A.APPROVAL, **begun, **wanted)
        sent_on(answer, flaws, by, at)
        details: dict[str, Any] = {"steps": number.value, "policy": policy.id} if policy else {}
        details |= {"version": answer.version, **({"held": held} if held else {})}
        return move_with(answer, "submit", by, at, data=details, fresh=True, drafted_at=incident.drafted_at or at)


def ready(answer: Answer, at: datetime) -> tuple[str, list[Fault]]:
    """What an ending rests on, "" for no ending, and what the check of words finds. Raises Unfit when the answer cannot
    be published as it is. Milliseconds: outside of turns."""
    prefetch_related_objects([answer], "photos")
    problem = unfit(answer)
    ending = ending_of(answer, at)
    if not problem and ending is not None:
        problem = grounds.missing(ending)
    if not problem and promise_is_over(answer, at):
        problem = _("Обещанный день уже прошёл: выберите сегодняшний или более поздний.")
    if problem:
        raise Unfit(problem)
    return grounds.of(ending) if ending is not None else "", checking.faults_of(answer, at)


def sent_on(answer: Answer, flaws: list[Fault], by: User, at: datetime) -> None:
    """What is kept of an answer that leaves its writer, and the clock that he has met. Inside `book.writing()`."""
    text = AnswerText(answer=answer, version=answer.version, text=answer.text, by=by, at=at)
    AnswerText.objects.bulk_create([text], ignore_conflicts=True)
    checking.note(answer, flaws, at)
    if answer.kind != Answer.Kind.QUESTION:  # a question is no answer: the agency still owes one
        clocks.meet(answer.incident, (Norm.Clock.AGENCY,), at)


def ending_of(answer: Answer, at: datetime) -> Ending | None:
    """The answer as an ending that has to rest on something; None where it ends nothing, or nothing can be done."""
    if answer.kind not in (Answer.Kind.FINAL, Answer.Kind.FIRST) or not is_solvable(answer.incident):
        return None
    return Ending(
        outcome=answer.outcome,
        text=answer.text,
        photos=answer.photos.count(),
        ground=answer.ground,
        words=answer.ground_words,
        day=answer.ground_on,
        today=day_of(at),
        acts=answer.acts.count() if answer.ground == grounds.ACT else 0,
    )


def unfit(answer: Answer) -> str:
    """Why this answer cannot go out, in one Russian sentence; "" when it can."""
    if not answer.text.strip() and not answer.photos.exists():
        return _("Ответ пуст: напишите текст.")
    against = objections(answer)
    if against:
        return against[0]
    if answer.kind == Answer.Kind.INTERIM and answer.promised_on is None:
        return _("У промежуточного ответа нужна дата: до какого числа будет решение.")
    if answer.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST) and not answer.outcome:
        return _("Выберите итог: решено, разъяснено, не решено или отложено.")
    follows = answer.incident.answered_with_id is not None
    if follows and Incident.objects.filter(WAITS_FOR_ANOTHER, pk=answer.incident_id).exists():
        return _("Эта карточка отвечает вместе с другой. Чтобы ответить здесь, сначала разъедините их.")
    return unfit_for_others(answer, addressees(answer))


def promise_is_over(answer: Answer, at: datetime) -> bool:
    """Whether an interim answer would promise a local day that has passed; today still can be kept."""
    return answer.kind == Answer.Kind.INTERIM and answer.promised_on is not None and answer.promised_on < day_of(at)


def withdraw(answer: Answer, by: User, at: datetime) -> Incident:
    """Take back from approval what was sent there."""
    with hold(answer.incident_id):
        set_state(answer, (A.APPROVAL,), A.DRAFT, changed_at=at)
        return move_with(answer, "withdraw", by, at)


def send_back(answer: Answer, by: User, at: datetime, remark: str) -> Incident:
    """The approver returns the answer with a remark, which is kept with the answer and not in the journal."""
    with hold(answer.incident_id):
        set_state(answer, (A.APPROVAL,), A.RETURNED, remark=remark, decided_by=by, decided_at=at, changed_at=at)
        note_read(answer, at)
        return move_with(answer, "send_back", by, at, reason="remark", sent_back=F("sent_back") + 1)


def approve(
    answer: Answer,
    by: User,
    at: datetime,
    version: int,
    seen: int | None = None,
    despite: str = "",
    later: Later | None = None,
) -> Incident:
    """Let the answer out as it stands. `version` is the one the approver read: he never approves another text.
    `despite` is why he lets it out where the check of words has stopped it; without it that raises Unfit.

    `seen` is the revision of the comment beside it, None where nobody looked; what the approval is given for is kept
    (binding.py). Due for publishing at once, or when `later` says; the delivery itself waits out the time for
    «отменить». Every other author on the card who is owed an answer gets a copy (copies.py). Raises Stale, NotAllowed;
    Unfit when another has to agree first or to do it instead (steps.py), when the comment is gone or is not the one he
    read, when an author has come since whose network would not take it, when the promised day has passed while the
    answer waited, or for a moment that will not do (moments.py).
    """
    with hold(answer.incident_id, savepoint=False):
        message, stops, others = fit_to_agree(answer, by, at, version, seen, despite, last=True)
        if problem := _too_late(answer, at, later):
            raise Unfit(problem)
        asked = bound_to(message, version)
        answer.publish_at = later.at if later else None
        decided = {"decided_by": by, "decided_at": at, "due_at": at, "changed_at": at, "asked": asked}
        set_state(answer, (A.APPROVAL,), A.APPROVED, publish_at=answer.publish_at, **decided)
        note_read(answer, at)
        checking.let_out(answer, stops, despite)
        details = {"version": version, "asked": asked["mark"], **let_go(answer, others, by, at)}
        if stops:
            details["despite"] = sorted({flaw.rule for flaw in stops})
        if later:
            details["publish_at"] = int(later.at.timestamp())  # the journal takes no words, and a written moment is one
        return move_with(answer, "approve", by, at, data=details, **owes_no_more(answer))


def _too_late(answer: Answer, at: datetime, later: Later | None) -> str:
    """Why the answer cannot go out at that moment, in a Russian sentence; "" when it can. One query for a moment."""
    if later is None:
        return ""
    running = Deadline.objects.filter(incident=answer.incident_id, met_at=None, cancelled_at=None, limit_at__gt=at)
    limit = running.filter(clock__in=clocks.OURS).order_by("limit_at").first()
    problem = against(later, at, limit.limit_at if limit else None)
    if not problem and promise_is_over(answer, later.at):
        problem = _("К этому времени обещанный день уже пройдёт: выберите раньше.")
    return problem


def fit_to_agree(
    answer: Answer, by: User, at: datetime, version: int, seen: int | None, despite: str, *, last: bool
) -> tuple[Message, list[Flaw], list[Message]]:
    """The comment as it stands, the stops that `despite` is the reason for, and under what else it is said. Inside
    `book.writing()`; raises as approve() does. `last`: with this consent the answer goes out."""
    if answer.version != version:
        raise Stale(answer)
    if promise_is_over(answer, at):
        raise Unfit(_("Обещанный день уже прошёл: верните ответ, пусть выберут сегодняшний или более поздний."))
    stops = checking.stops_in(checking.standing(answer))
    if stops and not despite:
        raise Unfit(
            _("Проверка остановила этот ответ. %(words)s Если он верен, напишите, почему отпускаете.")
            % {"words": stops[0].words}
        )
    message, problem = asked_now(answer.reply_to_id, seen)
    others = addressees(answer)
    problem = problem or unfit_for_others(answer, others) or steps.against(answer, by, message, last)
    if problem:
        raise Unfit(problem)
    return message, stops, others


def let_go(answer: Answer, others: Sequence[Message], by: User, at: datetime) -> dict[str, Any]:
    """What goes with an answer that is let out: copies under what the card's other authors wrote. Told to the journal.
    Inside `book.writing()`."""
    copies = [copy.pk for copy in copy_out(answer, others, by, at)]
    return {"copies": copies} if copies else {}


def owes_no_more(answer: Answer) -> dict[str, Any]:
    """Of a card whose answer is let out: nobody is owed an ending any more, if that is one."""
    return {"owed_since": None} if answer.kind in ENDING else {}


def note_read(answer: Answer, at: datetime) -> None:
    """An approver has decided on this version, so he has read it; taking the decision back does not unread it."""
    answer.texts.filter(version=answer.version, read_at__isnull=True).update(read_at=at)


def undo_until(answer: Answer) -> datetime | None:
    """Until when the approval can be taken back for certain; None when it was not given."""
    if answer.state != A.APPROVED or answer.decided_at is None:
        return None
    return answer.decided_at + timedelta(seconds=settings.UNDO_HOLD)


def _begin(incident: Incident, reply_to: Message, words: Words, by: User, at: datetime) -> Answer:
    if incident.state not in MOVES["submit"].before:
        raise NotAllowed("submit", incident.state)
    draft = Answer.objects.create(
        incident=incident,
        reply_to=reply_to,
        agency=incident.agency,
        author=by,
        created_at=at,
        changed_at=at,
        changed_by=by,
        text=words.text,
        kind=words.kind,
        outcome=words.outcome,
        promised_on=words.promised_on,
        direct=words.direct,
        ground=words.ground,
        ground_words=words.ground_words,
        ground_on=words.ground_on,
    )
    record(incident, "draft", at=at, actor=f"user:{by.pk}", subject=f"answer:{draft.pk}", data={"answer": draft.pk})
    return draft


def _change(draft: Answer, words: Words, by: User, at: datetime) -> None:
    version, writer = draft.version, draft.changed_by_id
    changes = {
        **{field.name: getattr(words, field.name) for field in fields(Words)},
        "changed_at": at,
        "changed_by": by,
        "version": version + 1,
        "words_version": draft.words_version if words == words_of(draft) else version + 1,
    }
    if not Answer.objects.filter(pk=draft.pk, version=version, state__in=OPEN).update(**changes):
        raise Stale(Answer.objects.get(pk=draft.pk))
    for name, value in changes.items():
        setattr(draft, name, value)
    if writer == by.pk:
        find_anew([draft.incident_id], at)
    else:
        # A draft is saved every few seconds: the journal notes whose hand it is in, not each save.
        record(
            draft.incident,
            "draft_edit",
            at=at,
            actor=f"user:{by.pk}",
            subject=f"answer:{draft.pk}",
            data={"answer": draft.pk, "version": version + 1},
        )


def set_state(answer: Answer, before: tuple[str, ...], after: str, **changes: Any) -> None:
    """A guarded change of the answer's own state. Raises Stale when it is not where the page said it was."""
    mine = Answer.objects.filter(pk=answer.pk, version=answer.version, state__in=before)
    if not mine.update(state=after, **changes):
        raise Stale(Answer.objects.get(pk=answer.pk))


def move_with(
    answer: Answer,
    verb: str,
    by: User,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    fresh: bool = False,
    **stamps: Any,
) -> Incident:
    """Move the answer's card by this verb, with the answer as its subject."""
    return move(
        answer.incident,
        verb,
        at=at,
        actor=f"user:{by.pk}",
        subject=f"answer:{answer.pk}",
        reason=reason,
        data={"answer": answer.pk, **(data or {})},
        fresh=fresh,
        **stamps,
    )
