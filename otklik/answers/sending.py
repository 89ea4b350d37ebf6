"""The other ways of an answer: its writer lets it out himself where a policy trusts him, or the first of two agrees.

A trusted writer is stopped all the same, and a person looks, where the check of words stops the text, where a matter
that can be solved ends in words alone, where the same promise is moved once too often, and where the comment is not the
one that he answered.
"""

from dataclasses import dataclass
from datetime import datetime

from otklik.answers import checking, drafts, moving, steps
from otklik.answers.binding import asked_now, bound_to
from otklik.answers.models import Answer, ApprovalStep
from otklik.answers.policies import KnownPolicy, Steps
from otklik.answers.style.values import Fault, Level
from otklik.answers.voices import addressees
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, Outcome
from otklik.incidents.workflow import hold
from otklik.lib.sentence import Sentence as _
from otklik.people.models import User

A = Answer.State
STOP, WORDS_ALONE, COMMENT, MOVED = "stop", "words_alone", "comment", "moved"
TURNED = _("Порядок согласования только что изменили: отправьте ответ ещё раз.")


@dataclass(frozen=True, slots=True)
class Way:
    """`alone`: it goes out at once. `held`: it would, but a person has to look, and why: one of the codes above."""

    alone: bool
    held: str = ""


def way_of(answer: Answer, by: User, at: datetime, seen: int | None = None) -> Way:
    """How this answer leaves its writer. `seen` is the revision of the comment that stood on his page, None where the
    page did not tell. A few queries, and one where nobody is trusted."""
    policy = steps.policy_for(answer, at)
    if not trusts(policy, answer, by):
        return Way(alone=False)
    message = Message.objects.get(pk=answer.reply_to_id)
    held = why_a_person(answer, message, checking.faults_of(answer, at), seen)
    return Way(alone=not held, held=held)


def trusts(policy: KnownPolicy | None, answer: Answer, by: User) -> bool:
    """Whether the policy lets this person say these words alone: they are his, and it names him."""
    trusted = policy is not None and policy.steps == Steps.NONE and policy.person_id == by.pk
    return trusted and by.pk == (answer.changed_by_id or answer.author_id)


def why_a_person(answer: Answer, message: Message, faults: list[Fault], seen: int | None) -> str:
    """Why a person looks at it whoever wrote it; "" when nobody has to."""
    if any(fault.level == Level.STOP for fault in faults):
        return STOP
    if answer.outcome == Outcome.EXPLAINED and checking.is_solvable(answer.incident):
        return WORDS_ALONE
    if moving.needs_approver(answer):
        return MOVED
    edited = message.edited_at is not None and message.edited_at >= answer.created_at
    return COMMENT if edited or (seen is not None and seen != message.revision) else ""


def send_alone(answer: Answer, by: User, at: datetime, seen: int | None = None) -> Incident:
    """Let out what its trusted writer says, as approve() does. Raises Unfit where it cannot be published as it is or is
    not his to let out, Stale, NotAllowed."""
    ground, flaws = drafts.ready(answer, at)
    incident = answer.incident
    with hold(answer.incident_id):
        policy = steps.policy_for(answer, at)
        message, problem = asked_now(answer.reply_to_id, None)
        if not trusts(policy, answer, by) or why_a_person(answer, message, flaws, seen):
            problem = TURNED
        if problem:
            raise drafts.Unfit(problem)
        asked = bound_to(message, answer.version)
        sent = {"submitted_at": at, "decided_at": at, "due_at": at, "changed_at": at, "asked": asked, "ground": ground}
        whose = {"decided_by": by, "corrected_by": None, "steps": Steps.NONE.value}
        answer.policy_id, answer.steps, answer.submitted_at = policy.id if policy else None, Steps.NONE.value, at
        drafts.set_state(answer, drafts.OPEN, A.APPROVED, **sent, **whose, policy_id=answer.policy_id)
        drafts.sent_on(answer, flaws, by, at)
        details = {"version": answer.version, "asked": asked["mark"], "policy": answer.policy_id}
        details |= drafts.let_go(answer, addressees(answer), by, at)
        stamps = drafts.owes_no_more(answer) | {"drafted_at": incident.drafted_at or at}
        return drafts.move_with(answer, "send_alone", by, at, data=details, **stamps)


def agree(answer: Answer, by: User, at: datetime, version: int, seen: int | None = None, despite: str = "") -> Incident:
    """The first of two agrees; the answer waits on, for another. Raises as approve() does, and Unfit where his consent
    would be the last."""
    with hold(answer.incident_id):
        message, stops, _others = drafts.fit_to_agree(answer, by, at, version, seen, despite, last=False)
        if not Answer.objects.filter(pk=answer.pk, version=version, state=A.APPROVAL).exists():
            raise drafts.Stale(Answer.objects.get(pk=answer.pk))
        asked = bound_to(message, version)
        defaults = {"version": version, "revision": message.revision, "mark": asked["mark"], "at": at}
        ApprovalStep.objects.update_or_create(answer=answer, by=by, defaults=defaults)
        drafts.note_read(answer, at)
        checking.let_out(answer, stops, despite)
        details: dict[str, object] = {"version": version, "asked": asked["mark"]}
        if stops:
            details["despite"] = sorted({flaw.rule for flaw in stops})
        return drafts.move_with(answer, "agree", by, at, data=details)
