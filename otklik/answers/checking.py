"""The check of words (style/) on answers as they are kept: what it is told of one, and what becomes of what it finds.

Notes and warnings are advice: whoever writes may dismiss them. A stop holds the approval up until the approver has said
why the answer goes out all the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from otklik.answers.fitting import cuts
from otklik.answers.models import Answer, Flaw
from otklik.answers.style.linter import look
from otklik.answers.style.values import About, Fault, Level
from otklik.answers.templates import first_name
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold, record
from otklik.lib.days import begin_of, day_of
from otklik.lib.kept import LONG_AGO, Kept, keep, moment, stand_ins
from otklik.lib.listed import listed
from otklik.lib.sentence import read
from otklik.people.models import User
from otklik.themes.models import Theme

MOST_PIECE = 200
MOST_REASON = 500
_SUBMITTED = (Answer.State.APPROVAL, Answer.State.APPROVED)


def about(answer: Answer, at: datetime) -> About:
    """What the rules get about an answer beside its words. `at` gives the local day. Two queries.

    The network's bounds are left out: what it would refuse is told by fitting.py, and holds the answer up anyway.
    """
    same, before = _same_text_elsewhere(answer, at)
    return About(
        kind=answer.kind,
        outcome=answer.outcome,
        solvable=is_solvable(answer.incident),
        name=first_name(answer.reply_to.author),
        complaint=answer.reply_to.text,
        direct=answer.direct,
        photos=answer.photos.count() if answer.pk else 0,
        parts=len(cuts(answer)) or 1,
        same_today=same,
        is_repeat=before,
    )


def is_solvable(incident: Incident) -> bool:
    """Whether something can be done about the matter, so that words alone do not settle it; so it is until said."""
    return (incident.kind or Theme.Kind.SOLVABLE) == Theme.Kind.SOLVABLE


def _same_text_elsewhere(answer: Answer, at: datetime) -> tuple[int, bool]:
    """How many other answers of this local day have this very text, and whether this author has had it already.

    Copies of one answer for the card's other authors are one answer.
    """
    if not answer.text.strip():
        return 0, False
    midnight = {moment(LONG_AGO): moment(begin_of(day_of(at)))}
    params = {_TEXT: answer.text, _CARD: answer.incident_id, _MESSAGE: answer.reply_to_id}
    ((today, before),) = _elsewhere(connection.vendor).ask(params | midnight)
    return today, bool(before)


_TEXT = "the text of an answer"
_CARD, _MESSAGE = stand_ins(2)


@cache
def _elsewhere(vendor: str) -> Kept:
    same = Answer.objects.filter(text=_TEXT, state__in=_SUBMITTED, copy_of__isnull=True).exclude(incident=_CARD)
    today = same.filter(changed_at__gte=LONG_AGO).order_by().values("text").annotate(n=Count("pk")).values("n")
    before = same.filter(reply_to__author=OuterRef("author"))
    messages = Message.objects.filter(pk=_MESSAGE)
    return keep(messages.values_list(Coalesce(Subquery(today), 0), Exists(before)))


def faults_of(answer: Answer, at: datetime) -> list[Fault]:
    """Everything that the rules find in the answer as it stands, the gravest first. Milliseconds: outside of turns."""
    return look(answer.text, about(answer, at))


def piece_of(fault: Fault, text: str) -> str:
    """The words that a finding is about, as they are kept; "" for the whole text."""
    return text[fault.start : fault.end][:MOST_PIECE]


def undismissed(answer: Answer, faults: Iterable[Fault]) -> list[Fault]:
    """Without those that somebody did not agree with. A stop stays, whatever was said of it before. One query."""
    gone = set(answer.flaws.filter(dismissed_at__isnull=False).values_list("rule", "piece"))
    return [one for one in faults if one.level == Level.STOP or (one.rule, piece_of(one, answer.text)) not in gone]


def note(answer: Answer, faults: Sequence[Fault], at: datetime) -> None:
    """Keep what stands in the answer as it goes to an approver. Inside `book.writing()`; safe to repeat."""
    rows: dict[tuple[str, str], Flaw] = {}
    for fault in faults:
        key = (fault.rule, piece_of(fault, answer.text))
        rows.setdefault(key, _row(answer, fault, at))  # the gravest comes first
    Flaw.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["answer", "rule", "piece"],
        update_fields=["level", "words", "version"],
    )


def _row(answer: Answer, fault: Fault, at: datetime) -> Flaw:
    piece = piece_of(fault, answer.text)
    return Flaw(
        answer=answer,
        rule=fault.rule,
        level=fault.level.value,
        words=fault.words,
        piece=piece,
        version=answer.version,
        found_at=at,
    )


def dismiss(answer: Answer, rule: str, piece: str, by: User, at: datetime) -> bool:
    """«Не согласен»: this finding is not shown on this answer again. False where the text has no such finding, or where
    it is a stop."""
    fault = next(
        (
            one
            for one in faults_of(answer, at)
            if one.rule == rule and piece_of(one, answer.text) == piece and one.level != Level.STOP
        ),
        None,
    )
    if fault is None:
        return False
    with hold(answer.incident_id):
        note(answer, [fault], at)
        mine = Flaw.objects.filter(answer=answer, rule=rule, piece=piece, dismissed_at__isnull=True)
        if mine.update(dismissed_by=by, dismissed_at=at):
            record(
                answer.incident,
                "flaw_dismissed",
                at=at,
                actor=f"user:{by.pk}",
                subject=f"answer:{answer.pk}",
                reason=rule,
                data={"answer": answer.pk, "version": answer.version},
            )
    return True


def standing(answer: Answer) -> list[Flaw]:
    """What an approver is shown: what this version has and nobody has dismissed. No query where it is prefetched."""
    return [
        flaw
        for flaw in answer.flaws.all()
        if flaw.version == answer.version and (flaw.level == Level.STOP or flaw.dismissed_at is None)
    ]


_OPEN_FLAW = Q(version=OuterRef("version")) & (Q(level=Level.STOP) | Q(dismissed_at=None))
_SHOWN = ("pk", "rule", "level", "words", "piece", "reason")
STANDING = {"listed_flaws": listed(Flaw.objects.filter(_OPEN_FLAW), "answer", *_SHOWN)}
"""To annotate answers with, so that a page that reads them asks nothing more for `standing_with` it."""


def standing_with(answer: Any) -> list[Flaw]:
    """The same of an answer that was annotated with STANDING; not to be saved."""
    return sorted(
        (Flaw(**{**fields, "words": read(fields["words"])}) for fields in answer.listed_flaws or ()),
        key=lambda flaw: flaw.pk,
    )


def stops_in(flaws: Iterable[Flaw]) -> list[Flaw]:
    """What nobody lets out without a reason, and has none yet."""
    return [flaw for flaw in flaws if flaw.level == Level.STOP and not flaw.reason]


def let_out(answer: Answer, stops: Sequence[Flaw], reason: str) -> None:
    """The approver's reason for all of these. Inside `book.writing()`."""
    Flaw.objects.filter(pk__in=[flaw.pk for flaw in stops]).update(reason=reason[:MOST_REASON])
