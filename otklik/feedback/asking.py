"""Asking whether it helped: in the author's dialogue by his own link, in public only by a text made for that."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from otklik.answers.fitting import objections, obstacles
from otklik.answers.grounds import REASONS
from otklik.answers.models import Answer, Template
from otklik.answers.templates import LINK
from otklik.feedback.models import Survey, new_key
from otklik.incidents.models import Outcome
from otklik.incidents.workflow import hold, record
from otklik.publishing.hold import hold_back, unsaid
from otklik.publishing.models import Delivery
from otklik.publishing.voices import voice_for

ACTOR = "machine:feedback"
U, C = Survey.Unasked, Delivery.Cause
_LIMITS = (C.CLOSED, C.BANNED, C.CAPTCHA, C.TOKEN, C.BUDGET, C.LEGAL, C.VOICE)


def ask(survey: Survey, now: datetime) -> Answer | None:
    """The question as an approved answer on its way, under the author's words; None with the reason in `unasked`.

    The link that is the author's own goes into his dialogue alone: under a comment everybody would have it. Nobody is
    made to publish a question by hand, and nobody is asked to rate a refusal.
    """
    answered = survey.sent.delivery.answer
    direct = survey.sent.delivery.direct
    template = _template(direct)
    if template is None:
        _unasked(survey, U.NO_TEMPLATE if direct else U.PUBLIC, now)
        return None
    survey.open_key = new_key() if LINK in template.text and not direct else ""
    question = Answer(
        incident=survey.incident,
        reply_to=answered.reply_to,
        kind=template.kind,
        state=Answer.State.APPROVED,
        text=template.text.replace(LINK, address(survey.key if direct else survey.open_key)),
        direct=direct,
        agency=answered.agency,
        author=answered.decided_by or answered.author,
        decided_by=answered.decided_by,
        decided_at=now - timedelta(seconds=settings.UNDO_HOLD),
        created_at=now,
        changed_at=now,
        due_at=now,
    )
    if not met(answered):
        _unasked(survey, U.NOT_MET, now)
        return None
    if answered.reply_to.deleted_at is not None:
        _unasked(survey, U.GONE, now)
        return None
    if voice_for(question) is None or obstacles(answered.reply_to, True, now) or objections(question):
        _unasked(survey, U.LIMITS, now)
        return None
    question.save()
    survey.question = question
    survey.save(update_fields=["question", "open_key"])
    return question


def met(answered: Answer) -> bool:
    """Whether what was wanted was done or made clear. Where it was not, asking for a mark would be mockery: regions
    forbid it themselves (Рязань, 2025)."""
    refused = answered.outcome in (Outcome.UNSOLVED, Outcome.POSTPONED)
    return not refused and not (answered.outcome == Outcome.EXPLAINED and answered.ground in REASONS)


def address(key: str) -> str:
    """The whole link with this key."""
    return f"{settings.ADDRESS}/s/{key}/"


def asked(question: Answer, at: datetime) -> None:
    """The question stands there. Safe to repeat."""
    mine = Survey.objects.filter(question=question)
    if not mine.exists():  # asked before questions were noted with their surveys
        waiting = Survey.objects.filter(incident=question.incident_id, question__isnull=True, closed_at__isnull=True)
        mine = waiting.filter(sent__delivery__message=question.reply_to_id)
    for survey in mine.filter(asked_at__isnull=True).select_related("incident"):
        with hold(question.incident_id):
            Survey.objects.filter(pk=survey.pk).update(asked_at=at, unasked="")
            record(survey.incident, "author_asked", at=at, actor=ACTOR, data={"survey": survey.pk})


def end(surveys: QuerySet[Survey], at: datetime) -> None:
    """The waits are over. A question that has not left stays unsaid, and why is kept."""
    running = surveys.filter(closed_at__isnull=True)
    for survey in running.filter(question__isnull=False, asked_at__isnull=True):
        give_up(survey, at)
    running.update(closed_at=at, due_at=None)


def give_up(survey: Survey, at: datetime) -> None:
    """Keep why the author was not asked, and take the question back as far as it has not left.
    Inside `book.writing()`.
    """
    if survey.question_id is None or survey.asked_at is not None:
        return
    deliveries = Delivery.objects.filter(answer=survey.question_id)
    last = deliveries.order_by("-pk").first()
    hold_back(unsaid(deliveries))
    Answer.objects.filter(pk=survey.question_id, due_at__isnull=False).update(state=Answer.State.WITHDRAWN, due_at=None)
    if last is None or last.state != Delivery.State.SENT:
        _unasked(survey, _why(last), at)


def _why(last: Delivery | None) -> str:
    if last is not None and last.cause == C.GONE:
        return U.GONE
    if last is not None and last.cause in _LIMITS:
        return U.LIMITS
    refused = last is not None and last.state == Delivery.State.REFUSED
    return U.REFUSED if refused else U.STOPPED


def _unasked(survey: Survey, why: str, at: datetime) -> None:
    """Kept with an entry, but for what is usual: under a public answer nobody asks, and saying so each time would fill
    the journals of all cards."""
    with hold(survey.incident_id):
        Survey.objects.filter(pk=survey.pk).update(unasked=why)
        if why != U.PUBLIC:
            record(survey.incident, "author_not_asked", at=at, actor=ACTOR, reason=why)


def _template(direct: bool) -> Template | None:
    kind = Answer.Kind.SURVEY if direct else Answer.Kind.ASK
    template = Template.objects.filter(kind=kind).order_by("pk").first()
    return None if template is None or (direct and LINK not in template.text) else template
