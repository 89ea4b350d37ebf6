"""POST on cards: the operator's and the agency's decisions, by the same verbs as on the desk."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from otklik.api import asked
from otklik.api.bearer import Token
from otklik.api.documented import WRITE
from otklik.api.once import Key, once
from otklik.api.routes import router
from otklik.api.told import Done
from otklik.desk.gate import card_for, user_of
from otklik.incidents.models import Incident
from otklik.people.programs import ProgramScope
from otklik.work import assigning, cards
from otklik.work.kinds import Id
from otklik.work.verb import Refused, Verb, perform

WRITES = Token(ProgramScope.CARDS_WRITE)


def done(pk: int, **more: int | str | bool | None) -> Done:
    """The card as it stands after the change."""
    state, version = Incident.objects.values_list("state", "revision").get(pk=pk)
    return Done.model_validate({"card": pk, "state": state, "version": version, **more})


@dataclass(frozen=True, slots=True)
class Route:
    """The address of a verb: /cards/{card}/`path`. `result` names the verb's result in the answer, by its id."""

    path: str
    verb: Verb[Incident, Any]
    body: type[asked.CardDecision]
    operation: str
    summary: str
    result: str = ""


ROUTES = (
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
)


def _serve(route: Route) -> None:
    """Gives the router the address of the verb."""

    def view(request: HttpRequest, card: Id, body: Any, key: Key) -> HttpResponse:
        def act(at: datetime) -> Done:
            row, by = card_for(request, card), user_of(request)
            data = route.verb.schema(**body.model_dump(exclude={"version"}, exclude_none=True))
            done = perform(route.verb, row, data, by, at, seen=partial(_must_be_read, body.version), program=True)
            return _after(request, card, **({route.result: done.result.pk} if route.result else {}))

        return once(request, body, act, card)

    view.__annotations__["body"] = route.body
    about: dict[str, Any] = {"operation_id": route.operation, "summary": route.summary}
    router.post(f"/cards/{{card}}/{route.path}", auth=WRITES, response=WRITE, **about)(view)


def _must_be_read(version: int, card: Incident) -> None:
    """It is as the program has read it. Raises Refused."""
    if card.revision != version:
        words = _("Карточку изменили с тех пор, как вы её прочитали. Прочитайте ещё раз и решите заново.")
        raise Refused(409, words, version=card.revision)


def _after(request: HttpRequest, pk: int, **more: int) -> Done:
    """Whoever has given a card away may not see it any more."""
    try:
        card_for(request, pk)
    except Http404:
        return Done.model_validate({"card": pk, **more})
    return done(pk, **more)


for _route in ROUTES:
    _serve(_route)


@router.post(
    "/cards/{card}/notes",
    auth=WRITES,
    response=WRITE,
    operation_id="card_note",
    summary=noop("Оставить заметку для коллег"),
)
def note(request: HttpRequest, card: Id, body: asked.Note, key: Key) -> HttpResponse:
    """A note for colleagues; it never leaves the desk."""

    def act(at: datetime) -> Done:
        row = card_for(request, card)
        made = perform(cards.NOTE, row, cards.Remark(note=body.text), user_of(request), at, program=True).result
        return done(row.pk, note=made.pk)

    return once(request, body, act, card)
