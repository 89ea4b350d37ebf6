"""POST on cards and answers: decisions by the same verbs as on the desk. A program's answer goes to approval like
everybody's, never out by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from otklik.answers.drafts import Stale
from otklik.answers.models import Answer
from otklik.api import asked
from otklik.api.bearer import Token, owner_of
from otklik.api.documented import MADE, WRITE
from otklik.api.once import Key, once
from otklik.api.reading import answer_for, card_for
from otklik.api.routes import router
from otklik.api.schemas import Done
from otklik.inbox.by_hand import ManualMessage
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.people.programs import ProgramScope
from otklik.work import answers, assigning, cards, deliveries
from otklik.work.by_hand import enter_message
from otklik.work.kinds import Id
from otklik.work.verb import Refused, Verb, perform

DECIDES, WRITES = Token(ProgramScope.CARDS_WRITE), Token(ProgramScope.ANSWERS_WRITE)
APPROVES = Token(ProgramScope.ANSWERS_APPROVE)

AnyVerb = Verb[Any, Any] | Callable[[Any], Verb[Any, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """The address of a verb under a card or an answer: `path`. `result` names the verb's result in the answer, by its
    id. `description` is English, for whoever builds a program."""

    path: str
    verb: AnyVerb
    body: type[asked.Asked]
    operation: str
    summary: str
    result: str = ""
    auth: Token = DECIDES
    description: str = ""


OF_CARDS = (
    Route(
        "assignment",
        assigning.ASSIGN,
        asked.Assignment,
        "card_assignment",
        noop("Назначить ведомству или передать другому"),
    ),
    Route("theme", assigning.SET_THEME, asked.Theming, "card_theme", noop("Сменить тему назначенной карточки")),
    Route("return", assigning.GIVE_BACK, asked.Return, "card_return", noop("Вернуть оператору: не наше")),
    Route(
        "extension", cards.ASK_FOR_TIME, asked.Extension, "card_extension", noop("Попросить продлить срок"), "extension"
    ),
    Route(
        "extension/decision",
        cards.DECIDE_ON_TIME,
        asked.ExtensionDecision,
        "card_extension_decision",
        noop("Продлить срок или отказать"),
        "extension",
    ),
    Route("dismissal", cards.DISMISS, asked.Dismissal, "card_dismissal", noop("Отметить: не инцидент")),
    Route("closure", cards.CLOSE, asked.Closure, "card_closure", noop("Закрыть после ответа")),
    Route(
        "closure-unanswered",
        cards.CLOSE_UNANSWERED,
        asked.UnansweredClosure,
        "card_closure_unanswered",
        noop("Закрыть без ответа"),
    ),
    Route("reopening", cards.REOPEN, asked.CardDecision, "card_reopening", noop("Открыть снова")),
    Route(
        "notes",
        cards.NOTE,
        asked.Note,
        "card_note",
        noop("Оставить заметку для коллег"),
        "note",
        description="A note for colleagues; it never leaves the desk.",
    ),
    Route(
        "answers",
        answers.WRITE,
        asked.Draft,
        "card_answer",
        noop("Начать ответ или изменить черновик"),
        "answer",
        WRITES,
        "Begin the card's answer, or change the draft that is there. One at a time on a card.",
    ),
)
OF_ANSWERS = (
    Route(
        "submission",
        answers.SUBMIT,
        asked.Submission,
        "answer_submission",
        noop("Отправить на согласование"),
        auth=WRITES,
        description="Send for approval.",
    ),
    Route(
        "withdrawal",
        answers.WITHDRAW,
        asked.OnlyVersion,
        "answer_withdrawal",
        noop("Отозвать с согласования"),
        auth=WRITES,
        description="Take back from approval.",
    ),
    Route(
        "approval",
        answers.approving,
        asked.Approval,
        "answer_approval",
        noop("Согласовать"),
        auth=APPROVES,
        description="Agree to the answer as it was read; it goes out, or waits for the second of two.",
    ),
    Route(
        "return",
        answers.RETURN,
        asked.Remark,
        "answer_return",
        noop("Вернуть с замечанием"),
        auth=APPROVES,
        description="Send back with a remark.",
    ),
    Route(
        "publication",
        deliveries.REPORT,
        asked.Publication,
        "answer_publication",
        noop("Сообщить, что ответ опубликован вручную"),
        auth=WRITES,
        description="The link is the proof. Only for what waits for a person: what the machine sends itself it knows "
        "itself.",
    ),
)


def after_card(request: HttpRequest, pk: int, **more: int) -> Done:
    """The card as it stands after the change; whoever has given it away may not see it any more."""
    try:
        card_for(request, pk)
    except Http404:
        return Done.model_validate({"card": pk, **more})
    return _done(pk, **more)


def after_answer(pk: int, **more: int) -> Done:
    """The answer and its card as they stand after the change."""
    card, state, version = Answer.objects.values_list("incident", "state", "version").get(pk=pk)
    return _done(card, answer=pk, answer_state=state, answer_version=version, **more)


def _done(pk: int, **more: int | str) -> Done:
    state, version = Incident.objects.values_list("state", "revision").get(pk=pk)
    return Done.model_validate({"card": pk, "state": state, "version": version, **more})


def press(request: HttpRequest, verb: AnyVerb, thing: Any, body: asked.Asked, at: datetime) -> Any:
    """What the verb has returned. Inside of `once`; raises what `perform` raises, Refused or Stale where the thing is
    not as the program has read it."""

    def must_be_read(card: Incident) -> None:
        version = getattr(body, "version", None)
        if isinstance(thing, Answer) and thing.version != version:
            raise Stale(thing)
        if isinstance(body, asked.CardDecision) and card.revision != version:
            words = _("Карточку изменили с тех пор, как вы её прочитали. Прочитайте ещё раз и решите заново.")
            raise Refused(409, words, version=card.revision)

    chosen = verb if isinstance(verb, Verb) else verb(thing)
    data = chosen.schema(**body.model_dump(include=set(chosen.schema.model_fields), exclude_none=True))
    return perform(chosen, thing, data, owner_of(request), at, seen=must_be_read, program=True).result


def once_on(
    request: HttpRequest, answer: int, body: asked.Asked, act: Callable[[datetime], Done], file: bytes = b""
) -> HttpResponse:
    """`once`, while nobody else changes the card of this answer."""
    card = Answer.objects.filter(pk=answer).values_list("incident", flat=True).first()
    return once(request, body, act, card, file=file)


def _serve(route: Route, under: str, view: Callable[..., HttpResponse]) -> None:
    """Gives the router the address of the verb."""
    view.__annotations__["body"] = route.body
    about: dict[str, Any] = {
        "operation_id": route.operation,
        "summary": route.summary,
        "description": route.description or None,
    }
    router.post(f"{under}/{route.path}", auth=route.auth, response=WRITE, **about)(view)


def _card_view(route: Route) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, card: Id, body: Any, key: Key) -> HttpResponse:
        def act(at: datetime) -> Done:
            result = press(request, route.verb, card_for(request, card), body, at)
            if isinstance(result, Answer):
                return after_answer(result.pk)
            return after_card(request, card, **({route.result: result.pk} if route.result else {}))

        return once(request, body, act, card)

    return view


def _answer_view(route: Route) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, answer: Id, body: Any, key: Key) -> HttpResponse:
        def act(at: datetime) -> Done:
            press(request, route.verb, answer_for(request, answer), body, at)
            return after_answer(answer)

        return once_on(request, answer, body, act)

    return view


for _route in OF_CARDS:
    _serve(_route, "/cards/{card}", _card_view(_route))
for _route in OF_ANSWERS:
    _serve(_route, "/answers/{answer}", _answer_view(_route))


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
        by = owner_of(request)
        row, fresh = enter_message(ManualMessage(body.network or "", body.link, body.text, body.author), by, at)
        card = visible_to(by).filter(links__message=row).order_by("-pk").values_list("pk", flat=True).first()
        return Done(message=row.pk, fresh=fresh, card=card)

    return once(request, body, act, None, status=201)
