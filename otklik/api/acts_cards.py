"""POST on cards: the operator's and the agency's decisions, by the same verbs as on the desk."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from otklik.api import asked
from otklik.api.bearer import Token
from otklik.api.documented import WRITE
from otklik.api.once import once
from otklik.api.problem import Problem
from otklik.api.routes import router
from otklik.api.told import Done
from otklik.desk.card import extension as extension_words
from otklik.desk.card.facts import may_note
from otklik.desk.card.moves import close_as
from otklik.desk.card.notes import leave
from otklik.desk.gate import card_for, must_be_allowed, user_of
from otklik.feedback import hear
from otklik.feedback.closing import close_unanswered
from otklik.incidents.models import Incident
from otklik.incidents.taking import must_not_be_anothers
from otklik.people.models import Agency, User
from otklik.people.programs import ProgramScope
from otklik.places.models import Place
from otklik.routing import extensions
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Extension
from otklik.routing.noise import dismiss
from otklik.routing.theming import set_theme
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.work.colleagues import leaders
from otklik.work.kinds import Id, Key
from otklik.work.models import Notice
from otklik.work.notices import tell

WRITES = Token(ProgramScope.CARDS_WRITE)
Verb = Callable[[Incident, User, datetime], Done | None]


def done(pk: int, **more: int | str | bool | None) -> Done:
    """The card as it stands after the change."""
    state, version = Incident.objects.values_list("state", "revision").get(pk=pk)
    return Done.model_validate({"card": pk, "state": state, "version": version, **more})


def allowed(request: HttpRequest, pk: int, verb: str, version: int) -> Incident:
    """The card, if the owner sees it, may do this with it, and it is as the program has read it.

    Inside `once`. Raises Http404, PermissionDenied, Problem 409.
    """
    card = card_for(request, pk)
    must_be_allowed(request, card, verb)
    if card.revision != version:
        words = _("Карточку изменили с тех пор, как вы её прочитали. Прочитайте ещё раз и решите заново.")
        raise Problem(409, words, version=card.revision)
    return card


def _decide(request: HttpRequest, pk: int, body: asked.CardDecision, verb: str, do: Verb) -> HttpResponse:
    def act(at: datetime) -> Done:
        return do(allowed(request, pk, verb, body.version), user_of(request), at) or done(pk)

    return once(request, body, act, pk)


@router.post(
    "/cards/{card}/assignment",
    auth=WRITES,
    response=WRITE,
    operation_id="card_assignment",
    summary=noop("Назначить ведомству или передать другому"),
)
def assignment(request: HttpRequest, card: Id, body: asked.Assignment, key: Key) -> HttpResponse:
    """Give the card to an agency, or to another one."""

    def do(row: Incident, by: User, at: datetime) -> None:
        must_not_be_anothers(row, by, at)
        assign(row, _decision(row, body, at), by, at)

    return _decide(request, card, body, "assign", do)


def _decision(row: Incident, body: asked.Assignment, at: datetime) -> Decision:
    """What is left out stays as it is. Raises Problem 422."""
    agency = Agency.objects.filter(pk=body.agency, active=True).first()
    if agency is None:
        raise Problem(422, _("Выберите, кому назначить."), errors=[{"at": ["body", "agency"], "code": "unknown"}])
    theme = _theme(body.theme, at) if body.theme is not None else row.theme
    place = _place(body.place) if body.place is not None else row.place
    guessed = (row.guessed_agency_id, row.guessed_theme_id, row.guessed_place_id)
    return Decision(
        agency=agency,
        theme=theme,
        place=place,
        suggested=(agency.pk, theme and theme.pk, place and place.pk) == guessed,
        kind=body.kind or "",
        street=(row.street if body.street is None else body.street).strip(),
        house=(row.house if body.house is None else body.house).strip(),
    )


def _theme(pk: int, at: datetime) -> Theme:
    known = Theme.objects.filter(in_force(timezone.localdate(at)), pk=pk).select_related("group").first()
    if known is None:
        raise Problem(422, _("Такой темы сейчас нет."), errors=[{"at": ["body", "theme"], "code": "unknown"}])
    return known


def _place(pk: int) -> Place:
    known = Place.objects.filter(pk=pk).first()
    if known is None:
        raise Problem(422, _("Такого места нет."), errors=[{"at": ["body", "place"], "code": "unknown"}])
    return known


@router.post(
    "/cards/{card}/theme",
    auth=WRITES,
    response=WRITE,
    operation_id="card_theme",
    summary=noop("Сменить тему назначенной карточки"),
)
def theme(request: HttpRequest, card: Id, body: asked.Theming, key: Key) -> HttpResponse:
    """Another theme for a card that an agency has already; its clocks keep their start."""

    def do(row: Incident, by: User, at: datetime) -> None:
        set_theme(row, _theme(body.theme, at), by, at)

    return _decide(request, card, body, "assign", do)


@router.post(
    "/cards/{card}/return",
    auth=WRITES,
    response=WRITE,
    operation_id="card_return",
    summary=noop("Вернуть оператору: не наше"),
)
def give_card_back(request: HttpRequest, card: Id, body: asked.Return, key: Key) -> HttpResponse:
    """«Не наше»: back to the operator, with a reason."""

    def do(row: Incident, by: User, at: datetime) -> Done:
        give_back(row, by, at, body.reason, body.words.strip())
        return _after(request, row.pk)

    return _decide(request, card, body, "give_back", do)


def _after(request: HttpRequest, pk: int) -> Done:
    """Whoever has given a card away may not see it any more."""
    try:
        card_for(request, pk)
    except Http404:
        return Done(card=pk)
    return done(pk)


@router.post(
    "/cards/{card}/extension",
    auth=WRITES,
    response=WRITE,
    operation_id="card_extension",
    summary=noop("Попросить продлить срок"),
)
def extension(request: HttpRequest, card: Id, body: asked.Extension, key: Key) -> HttpResponse:
    """Ask for a later day for the final answer; somebody else decides."""

    def do(row: Incident, by: User, at: datetime) -> Done:
        asked_for = _timely(lambda: extensions.ask(row, body.until, body.reason.strip(), by, at))
        tell(leaders(row), Notice.Kind.ASKED, by=by, at=at, incident=row)
        return done(row.pk, extension=asked_for.pk)

    return _decide(request, card, body, "take", do)


@router.post(
    "/cards/{card}/extension/decision",
    auth=WRITES,
    response=WRITE,
    operation_id="card_extension_decision",
    summary=noop("Продлить срок или отказать"),
)
def extension_decision(request: HttpRequest, card: Id, body: asked.ExtensionDecision, key: Key) -> HttpResponse:
    """Grant or refuse a later day. Nobody decides his own ask."""

    def do(row: Incident, by: User, at: datetime) -> Done:
        found = Extension.objects.select_related("incident", "asked_by").filter(pk=body.extension, incident=row).first()
        if found is None:
            raise Http404
        if found.asked_by_id == by.pk:
            raise Problem(403, _("Свою просьбу решаете не вы: её увидит оператор или другой куратор."))
        words = body.words.strip()
        if not body.granted and not words:
            raise Problem(422, _("Напишите, почему отказываете: это прочтёт тот, кто просил."))
        verdict = extensions.grant if body.granted else extensions.refuse
        _timely(lambda: verdict(found, words, by, at))
        kind = Notice.Kind.GRANTED if body.granted else Notice.Kind.REFUSED
        tell([found.asked_by], kind, by=by, at=at, incident=row)
        return done(row.pk, extension=found.pk)

    return _decide(request, card, body, "assign", do)


def _timely(act: Callable[[], Extension]) -> Extension:
    try:
        return act()
    except extensions.Untimely as error:
        status = 409 if error.why in extension_words.LATE else 422
        raise Problem(status, str(extension_words.WORDS[error.why])) from error


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
        row, by = card_for(request, card), user_of(request)
        if not may_note(by, row):
            raise PermissionDenied
        made = leave(row, body.text.strip(), by, at)
        return done(row.pk, note=made.pk)

    return once(request, body, act, card)


@router.post(
    "/cards/{card}/dismissal",
    auth=WRITES,
    response=WRITE,
    operation_id="card_dismissal",
    summary=noop("Отметить: не инцидент"),
)
def dismissal(request: HttpRequest, card: Id, body: asked.Dismissal, key: Key) -> HttpResponse:
    """No incident."""

    def do(row: Incident, by: User, at: datetime) -> None:
        must_not_be_anothers(row, by, at)
        dismiss(row, f"user:{by.pk}", at, body.reason)

    return _decide(request, card, body, "dismiss", do)


@router.post(
    "/cards/{card}/closure",
    auth=WRITES,
    response=WRITE,
    operation_id="card_closure",
    summary=noop("Закрыть после ответа"),
)
def closure(request: HttpRequest, card: Id, body: asked.Closure, key: Key) -> HttpResponse:
    """End a card after its answer."""

    def do(row: Incident, by: User, at: datetime) -> None:
        kind = row.kind or body.kind or ""
        if not kind:
            raise Problem(422, _("Укажите тип инцидента: без него карточку не закрыть."))
        close_as(row, kind, body.reason, at, f"user:{by.pk}")

    return _decide(request, card, body, "close", do)


@router.post(
    "/cards/{card}/closure-unanswered",
    auth=WRITES,
    response=WRITE,
    operation_id="card_closure_unanswered",
    summary=noop("Закрыть без ответа"),
)
def closure_unanswered(request: HttpRequest, card: Id, body: asked.UnansweredClosure, key: Key) -> HttpResponse:
    """End a card without an answer, with a reason."""

    def do(row: Incident, by: User, at: datetime) -> None:
        close_unanswered(row, body.reason, body.words.strip(), at, f"user:{by.pk}")

    return _decide(request, card, body, "close_unanswered", do)


@router.post(
    "/cards/{card}/reopening",
    auth=WRITES,
    response=WRITE,
    operation_id="card_reopening",
    summary=noop("Открыть снова"),
)
def reopening(request: HttpRequest, card: Id, body: asked.CardDecision, key: Key) -> HttpResponse:
    """The same card goes on, with the clocks it always had."""

    def do(row: Incident, by: User, at: datetime) -> None:
        hear.reopen(row, f"user:{by.pk}", at)

    return _decide(request, card, body, "reopen", do)
