"""POST of answers and messages. A program's answer goes to approval like everybody's, never out by itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from otklik.answers import drafts, sending, steps
from otklik.answers.models import Answer
from otklik.api import asked
from otklik.api.acts_cards import done
from otklik.api.bearer import Token
from otklik.api.documented import MADE, WRITE
from otklik.api.once import Key, once
from otklik.api.problem import Problem
from otklik.api.reading import answer_for
from otklik.api.routes import router
from otklik.api.told import Done
from otklik.desk.bring.form import BringForm
from otklik.desk.card.answering import reply_to, unsaid
from otklik.desk.card.review import give_back
from otklik.desk.gate import card_for, must_be_allowed, user_of
from otklik.inbox.by_hand import bring
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Outcome
from otklik.people.access import has
from otklik.people.permissions import Permission
from otklik.people.programs import ProgramScope
from otklik.publishing import fate
from otklik.publishing.hold import stuck
from otklik.work.kinds import Id
from otklik.work.translated import translated

WRITES, APPROVES = Token(ProgramScope.ANSWERS_WRITE), Token(ProgramScope.ANSWERS_APPROVE)


def told_of(pk: int, **more: int) -> Done:
    """The answer and its card as they stand after the change."""
    card, state, version = Answer.objects.values_list("incident", "state", "version").get(pk=pk)
    return done(card, answer=pk, answer_state=state, answer_version=version, **more)


def allowed(request: HttpRequest, pk: int, verb: str, version: int) -> Answer:
    """The answer, if the owner sees its card, may do this, and it is as the program has read it. Inside `once_on`."""
    found = answer_for(request, pk)
    must_be_allowed(request, card_for(request, found.incident_id), verb)
    if found.version != version:
        raise drafts.Stale(found)
    return found


def once_on(
    request: HttpRequest, answer: int, body: asked.Asked, act: Callable[[datetime], Done], file: bytes = b""
) -> HttpResponse:
    """`once`, while nobody else changes the card of this answer."""
    card = Answer.objects.filter(pk=answer).values_list("incident", flat=True).first()
    return once(request, body, act, card, file=file)


@router.post(
    "/cards/{card}/answers",
    auth=WRITES,
    response=WRITE,
    operation_id="card_answer",
    summary=noop("Начать ответ или изменить черновик"),
)
def draft(request: HttpRequest, card: Id, body: asked.Draft, key: Key) -> HttpResponse:
    """Begin the card's answer, or change the draft that is there. One at a time on a card."""

    def act(at: datetime) -> Done:
        row = card_for(request, card)
        must_be_allowed(request, row, "submit")
        under = reply_to(str(body.message) if body.message else None, row)
        if under is None or (body.message is not None and under.pk != body.message):
            raise Problem(422, _("Такого сообщения на карточке нет."))
        saved = drafts.write(row, under, _words(body, under), user_of(request), at, body.version)
        return told_of(saved.pk)

    return once(request, body, act, card)


def _words(body: asked.Draft, under: Message) -> drafts.Words:
    """As the desk reads its form: what does not belong to the kind of answer is not kept."""
    ends = body.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST)
    outcome = (body.outcome or "") if ends else ""
    grounded = outcome in (Outcome.SOLVED, Outcome.EXPLAINED)
    return drafts.Words(
        text=body.text,
        kind=body.kind,
        outcome=outcome,
        promised_on=body.promised_on if body.kind == Answer.Kind.INTERIM else None,
        direct=under.place == Message.Place.DIRECT,
        ground=(body.ground or "") if grounded else "",
        ground_words=" ".join(body.ground_words.split()) if grounded else "",
        ground_on=body.ground_on if grounded else None,
    )


@router.post(
    "/answers/{answer}/submission",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_submission",
    summary=noop("Отправить на согласование"),
)
def submission(request: HttpRequest, answer: Id, body: asked.Submission, key: Key) -> HttpResponse:
    """Send for approval."""

    def act(at: datetime) -> Done:
        found = allowed(request, answer, "submit", body.version)
        words, exposing = unsaid(found, body.exposing)
        if words:
            more: dict[str, Any] = {"exposing": exposing} if exposing else {}
            raise Problem(422, words, **more)
        drafts.submit(found, user_of(request), at)
        return told_of(found.pk)

    return once_on(request, answer, body, act)


@router.post(
    "/answers/{answer}/withdrawal",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_withdrawal",
    summary=noop("Отозвать с согласования"),
)
def withdrawal(request: HttpRequest, answer: Id, body: asked.OnlyVersion, key: Key) -> HttpResponse:
    """Take back from approval."""

    def act(at: datetime) -> Done:
        found = allowed(request, answer, "withdraw", body.version)
        drafts.withdraw(found, user_of(request), at)
        return told_of(found.pk)

    return once_on(request, answer, body, act)


@router.post(
    "/answers/{answer}/approval",
    auth=APPROVES,
    response=WRITE,
    operation_id="answer_approval",
    summary=noop("Согласовать"),
)
def approval(request: HttpRequest, answer: Id, body: asked.Approval, key: Key) -> HttpResponse:
    """Agree to the answer as it was read; it goes out, or waits for the second of two."""

    def act(at: datetime) -> Done:
        found, by = allowed(request, answer, "approve", body.version), user_of(request)
        # An administrator may on the desk, with his own eyes on the page; no program may.
        if steps.wrote(found, by):
            raise Problem(403, _("Свой ответ согласовать нельзя: попросите другого."))
        agree = drafts.approve if steps.is_last(found) else sending.agree
        agree(found, by, at, body.version, body.message_version, body.despite.strip())
        return told_of(found.pk)

    return once_on(request, answer, body, act)


@router.post(
    "/answers/{answer}/return",
    auth=APPROVES,
    response=WRITE,
    operation_id="answer_return",
    summary=noop("Вернуть с замечанием"),
)
def send_back(request: HttpRequest, answer: Id, body: asked.Remark, key: Key) -> HttpResponse:
    """Send back with a remark."""

    def act(at: datetime) -> Done:
        found = allowed(request, answer, "send_back", body.version)
        give_back(found, user_of(request), at, body.remark.strip(), [])
        return told_of(found.pk)

    return once_on(request, answer, body, act)


@router.post(
    "/answers/{answer}/publication",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_publication",
    summary=noop("Сообщить, что ответ опубликован вручную"),
)
def publication(request: HttpRequest, answer: Id, body: asked.Publication, key: Key) -> HttpResponse:
    """The link is the proof. Only for what waits for a person: what the machine sends itself it knows itself."""

    def act(at: datetime) -> Done:
        found = allowed(request, answer, "submit", body.version)
        waiting = stuck().filter(answer=found).select_related("answer__incident", "message", "account")
        delivery = waiting.order_by("part").first()
        if delivery is None:
            raise Problem(409, _("Публиковать вручную здесь нечего."))
        try:
            fate.published_by_hand(delivery, body.link, user_of(request), at)
        except fate.WrongLink as error:
            raise Problem(422, translated(str(error))) from error
        return told_of(found.pk)

    return once_on(request, answer, body, act)


@router.post(
    "/messages",
    auth=Token(ProgramScope.MESSAGES_WRITE),
    response=MADE,
    operation_id="message_new",
    summary=noop("Внести сообщение"),
)
def message(request: HttpRequest, body: asked.NewMessage, key: Key) -> HttpResponse:
    """Bring a message, as an operator does by hand. Its card is opened a moment later; the same link is the same
    message."""

    def act(at: datetime) -> Done:
        by = user_of(request)
        if not has(by, Permission.BRING):
            raise PermissionDenied
        form = BringForm({name: value or "" for name, value in body.model_dump().items()})
        if not form.is_valid():
            wrong = [{"at": ["body", name], "code": "refused"} for name in form.errors]
            raise Problem(422, " ".join(" ".join(map(str, words)) for words in form.errors.values()), errors=wrong)
        row, fresh = bring(form.told(), form.address, by, at)
        card = visible_to(by).filter(links__message=row).order_by("-pk").values_list("pk", flat=True).first()
        return Done(message=row.pk, fresh=fresh, card=card)

    return once(request, body, act, None, status=201)
