"""GET: lists by a cursor, and one card, message or answer. Whatever is given out is written down as a look first."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from ninja import Query, Schema
from pydantic import Field

from otklik.answers.models import ASKING, Answer
from otklik.api import cursor, rows, schemas
from otklik.api.bearer import Token, owner_of, token_of
from otklik.api.cursor import Place
from otklik.api.documented import FAILS
from otklik.api.problem import Problem
from otklik.api.routes import router
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, IncidentMessage
from otklik.journal import book, looks
from otklik.people.models import Agency
from otklik.people.programs import ProgramScope
from otklik.places.models import Place as PlaceRow
from otklik.work.access import visible_card
from otklik.work.kinds import Id, Moment


class Asked(Schema):
    """How much of a list, and behind what."""

    cursor: str | None = Field(default=None, max_length=1000, description=noop("Из прошлого ответа; без него сначала."))
    limit: int = Field(default=50, ge=1, le=100)


class CardsAsked(Asked):
    state: schemas.StateCode | None = None
    agency: Id | None = Field(default=None, description=noop("Ведомство и все, кто ему подчинён."))
    theme: Id | None = None
    place: Id | None = Field(default=None, description=noop("Место и все, что в нём."))
    network: str | None = Field(default=None, max_length=16)
    changed_since: Moment | None = Field(default=None, description=noop("Изменённые с этого момента."))


class HangingAsked(Asked):
    card: Id | None = Field(default=None, description=noop("С одной карточки."))
    changed_since: Moment | None = Field(default=None, description=noop("С карточек, изменённых с этого момента."))


@router.get(
    "/cards",
    auth=Token(ProgramScope.CARDS_READ),
    response={200: schemas.CardPage, **FAILS},
    operation_id="cards",
    summary=noop("Карточки: сначала те, что изменились раньше"),
)
def cards(request: HttpRequest, asked: Annotated[CardsAsked, Query()]) -> schemas.CardPage:
    question = _question(request, asked, "cards")
    place = cursor.read(asked.cursor, question)
    incidents = _behind(_narrowed(request, asked), place)
    page = list(rows.with_limits(incidents)[: asked.limit + 1])
    more, page = len(page) > asked.limit, page[: asked.limit]
    looks.show([card.pk for card in page])
    last = Place(page[-1].revision, page[-1].pk) if page else place
    return schemas.CardPage(items=[rows.card(one) for one in page], cursor=cursor.write(last, question), more=more)


@router.get(
    "/cards/{card}",
    auth=Token(ProgramScope.CARDS_READ),
    response={200: schemas.WholeCard, **FAILS},
    operation_id="card",
    summary=noop("Карточка целиком: сроки, сообщения, ответы, оценки"),
)
def card(request: HttpRequest, card: Id) -> schemas.WholeCard:
    """Messages and answers come along as far as the token may read them."""
    incident = rows.with_limits(visible_to(owner_of(request)).filter(pk=card)).first()
    if incident is None:
        raise Http404
    looks.show([incident.pk])
    return rows.whole(incident, token_of(request).scopes)


@router.get(
    "/messages",
    auth=Token(ProgramScope.MESSAGES_READ),
    response={200: schemas.MessagePage, **FAILS},
    operation_id="messages",
    summary=noop("Сообщения карточек"),
)
def messages(request: HttpRequest, asked: Annotated[HangingAsked, Query()]) -> schemas.MessagePage:
    """By the last change of their card: when a card changes, its messages come once more."""
    page, at, more = _hanging(request, asked, "messages")
    return schemas.MessagePage(items=rows.messages_of(page), cursor=at, more=more)


@router.get(
    "/messages/{message}",
    auth=Token(ProgramScope.MESSAGES_READ),
    response={200: schemas.Message, **FAILS},
    operation_id="message",
    summary=noop("Одно сообщение"),
)
def message(request: HttpRequest, message: Id) -> schemas.Message:
    """One that was brought a moment ago is there as soon as its card is."""
    card = card_of(request, message)
    looks.show([card])
    return rows.messages_of(rows.linked([card]).filter(message=message))[0]


@router.get(
    "/answers",
    auth=Token(ProgramScope.ANSWERS_READ),
    response={200: schemas.AnswerPage, **FAILS},
    operation_id="answers",
    summary=noop("Ответы на карточках"),
)
def answers(request: HttpRequest, asked: Annotated[HangingAsked, Query()]) -> schemas.AnswerPage:
    """By the last change of their card: when a card changes, its answers come once more."""
    page, at, more = _hanging(request, asked, "answers")
    return schemas.AnswerPage(items=rows.answers_of(page), cursor=at, more=more)


@router.get(
    "/answers/{answer}",
    auth=Token(ProgramScope.ANSWERS_READ),
    response={200: schemas.Answer, **FAILS},
    operation_id="answer",
    summary=noop("Один ответ"),
)
def answer(request: HttpRequest, answer: Id) -> schemas.Answer:
    answer_row = answer_for(request, answer)
    looks.show([answer_row.incident_id])
    return rows.answers_of(rows.answers_on([answer_row.incident_id]).filter(pk=answer))[0]


def card_for(request: HttpRequest, pk: int) -> Incident:
    """The card, if the owner sees it. Raises Http404."""
    card = visible_card(owner_of(request), pk)
    if card is None:
        raise Http404
    return card


def card_of(request: HttpRequest, message: int) -> int:
    """The newest card with this message that the owner sees. Raises Http404."""
    mine = visible_to(owner_of(request)).filter(links__message=message).order_by("-pk").values_list("pk", flat=True)
    card_pk = mine.first()
    if card_pk is None:
        raise Http404
    return card_pk


def answer_for(request: HttpRequest, pk: int) -> Answer:
    """What is said on a card that the owner sees. Raises Http404."""
    mine = visible_to(owner_of(request)).filter(pk=OuterRef("incident"))
    answer_rows = Answer.objects.filter(Exists(mine), pk=pk).exclude(kind__in=ASKING)
    row = answer_rows.select_related("reply_to", "incident").first()
    if row is None:
        raise Http404
    return row


def _question(request: HttpRequest, asked: Asked, what: str) -> dict[str, object]:
    """What a cursor belongs to: the list and its narrowing, not how much of it. Raises Problem for a name that is none:
    a misspelt narrowing would give out everything."""
    strange = sorted(set(request.GET) - set(type(asked).model_fields))
    if strange:
        raise Problem(422, _("Такого параметра нет: %s.") % strange[0][:60])
    return {"list": what, **asked.model_dump(exclude={"cursor", "limit"})}


def _narrowed(request: HttpRequest, asked: CardsAsked) -> QuerySet[Incident]:
    incidents = visible_to(owner_of(request))
    if asked.state is not None:
        incidents = incidents.filter(state=asked.state)
    if asked.network is not None:
        incidents = incidents.filter(network=asked.network)
    if asked.theme is not None:
        incidents = incidents.filter(shown_theme=asked.theme)
    if asked.agency is not None:
        top = Agency.objects.filter(pk=asked.agency).values_list("path", flat=True).first()
        incidents = incidents.filter(agency__path__startswith=top) if top else incidents.none()
    if asked.place is not None:
        top = PlaceRow.objects.filter(pk=asked.place).values_list("path", flat=True).first()
        inside = PlaceRow.objects.filter(path__startswith=top) if top else PlaceRow.objects.none()
        incidents = incidents.filter(shown_place__in=inside.values("pk"))
    return _since(incidents, asked.changed_since)


def _since(incidents: QuerySet[Incident], moment: datetime | None) -> QuerySet[Incident]:
    return incidents.filter(revision__gte=rows.first_entry_since(moment)) if moment is not None else incidents


def _behind(incidents: QuerySet[Incident], place: Place, itself: bool = False) -> QuerySet[Incident]:
    """`itself`: the card of the place too, of which not all has been read."""
    same = Q(revision=place.revision, pk__gte=place.card) if itself else Q(revision=place.revision, pk__gt=place.card)
    # The bound by itself: of an alternative no database sees where in the index to begin.
    incidents = incidents.filter(Q(revision__gt=place.revision) | same, revision__gte=place.revision)
    read = incidents.order_by("revision", "pk")
    settled = book.settled_before()  # what changes beside somebody who is not ready comes after him
    return read if settled is None else read.filter(revision__lte=settled)


def _hanging(request: HttpRequest, asked: HangingAsked, what: str) -> tuple[list[Any], str, bool]:
    """A piece of what hangs on cards, the cursor behind it, and whether there is more.

    First the next cards, then what hangs on them: no more than is given out is sorted, however much there is.
    """
    question = _question(request, asked, what)
    place = cursor.read(asked.cursor, question)
    incidents = _since(visible_to(owner_of(request)), asked.changed_since)
    incidents = incidents.filter(pk=asked.card) if asked.card is not None else incidents
    incidents = _having(incidents, what)
    next_cards = list(_behind(incidents, place, itself=True).values_list("pk", "revision")[: asked.limit + 1])
    revisions = dict(next_cards)
    here: QuerySet[Any] = rows.linked(revisions) if what == "messages" else rows.answers_on(revisions)
    # Of the first card a part has been read, unless it has changed since: then it comes whole, further behind.
    here = here.exclude(incident=place.card, pk__lte=place.row) if revisions.get(place.card) == place.revision else here
    page = list(here.order_by("incident__revision", "incident", "pk")[: asked.limit + 1])
    more, page = len(page) > asked.limit, page[: asked.limit]
    looks.show([one.incident_id for one in page])
    last = Place(revisions[page[-1].incident_id], page[-1].incident_id, page[-1].pk) if page else place
    return page, cursor.write(last, question), more or len(next_cards) > asked.limit


def _having(incidents: QuerySet[Incident], what: str) -> QuerySet[Incident]:
    if what == "messages":
        return incidents.filter(Exists(IncidentMessage.objects.filter(incident=OuterRef("pk"))))
    answer_rows = Answer.objects.filter(incident=OuterRef("pk")).exclude(kind__in=ASKING)
    return incidents.filter(Exists(answer_rows))
