"""Verbs of an approver beside «согласовать»: correct the words himself, send back with remarks about some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from otklik.answers import checking, drafts
from otklik.answers.models import Answer, AnswerText, Remark
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold, record
from otklik.people.models import User

A = Answer.State


@dataclass(frozen=True, slots=True)
class About:
    """A remark about `quote`, words of the answer as they stand in it; "" is about the whole."""

    quote: str
    words: str


_READ = AnswerText.objects.filter(answer=OuterRef("pk"), version__lt=OuterRef("version"), read_at__isnull=False)
TEXT_BEFORE = Subquery(_READ.order_by("-version").values("text")[:1])
"""To annotate answers with: the last text before this one that an approver decided on, None without one; what was taken
back from approval is passed over."""


def correct_and_approve(
    answer: Answer, text: str, by: User, at: datetime, version: int, seen: int | None = None, despite: str = ""
) -> Incident:
    """«Исправить и согласовать»: the approver's own words go out; both stand as its authors. `despite` as in approve().

    Raises Stale when the answer is not the one he read, Unfit when it cannot be published so, the comment is another
    than the one he saw, or a policy asks for approval, which makes his words wait for another's; NotAllowed.
    """
    with hold(answer.incident_id):
        here = _corrected(answer, text, by, at, version)
        return drafts.approve(here, by, at, here.version, seen, despite)


def correct(answer: Answer, text: str, by: User, at: datetime, version: int) -> Incident:
    """The approver's own words, which wait for somebody else: where a policy asks for approval, nobody is the only
    one who has read what he wrote. Whoever had agreed agrees anew. Raises Stale, Unfit."""
    with hold(answer.incident_id):
        return _corrected(answer, text, by, at, version).incident


def _corrected(answer: Answer, text: str, by: User, at: datetime, version: int) -> Answer:
    # Read here and not before: what somebody has changed since the page was drawn must not go out unread.
    here = Answer.objects.select_related("incident", "reply_to").get(pk=answer.pk)
    if here.version != version or here.state != A.APPROVAL:
        raise drafts.Stale(here)
    if here.text != text:
        _correct(here, text, by, at)
        checking.note(here, checking.faults_of(here, at), at)
    problem = drafts.unfit(here)
    if problem:
        raise drafts.Unfit(problem)
    return here


def _correct(here: Answer, text: str, by: User, at: datetime) -> None:
    drafts.note_read(here, at)
    here.text, here.version, here.corrected_by, here.changed_by, here.changed_at = text, here.version + 1, by, by, at
    here.words_version = here.version
    here.save(update_fields=["text", "version", "words_version", "corrected_by", "changed_by", "changed_at"])
    AnswerText.objects.create(answer=here, version=here.version, text=text, by=by, at=at)
    details = {"answer": here.pk, "version": here.version}
    record(here.incident, "correct", at=at, actor=f"user:{by.pk}", subject=f"answer:{here.pk}", data=details)


def send_back(answer: Answer, by: User, at: datetime, words: str, about: Sequence[About] = ()) -> Incident:
    """Return the answer with a remark on the whole and remarks on some of its words. Raises Stale, NotAllowed."""
    whole = [About("", words)] if words else []
    remarks = [
        Remark(answer=answer, version=answer.version, quote=one.quote, words=one.words, by=by, at=at)
        for one in (*whole, *about)
    ]
    with hold(answer.incident_id):
        moved = drafts.send_back(answer, by, at, "\n".join(remark.line for remark in remarks))
        Remark.objects.filter(answer=answer, version=answer.version).delete()
        Remark.objects.bulk_create(remarks)
    return moved
