"""What programs get: cards, messages and answers in our own terms. Moments are with their zone, codes are those of
the glossary; null stands for what there is not."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field

from otklik.answers.models import Answer as AnswerRow
from otklik.answers.models import AnswerPhoto
from otklik.feedback.models import Solved
from otklik.inbox.models import Message as MessageRow
from otklik.incidents.models import CloseReason, NoiseReason, State
from otklik.routing.models import Norm
from otklik.work.kinds import KindCode, OneOf, OutcomeCode

T = TypeVar("T")
StateCode = Annotated[str, OneOf(State.values)]


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    number: str = Field(description=_("Номер ошибки: по нему администратор найдёт её в журнале сервера."))
    errors: list[dict[str, Any]] | None = Field(default=None, description=_("Что не так в каких полях."))
    version: int | None = Field(default=None, description=_("Версия, которая сейчас."))
    exposing: str | None = Field(default=None, description=_("Чем подтвердить, что данные в ответе можно публиковать."))


class Named(Schema):
    """Something of a list, with its name as it is now."""

    id: int
    name: str


class Suggested(Schema):
    """What the machine thinks of a card; nobody has to agree."""

    theme: int | None
    place: int | None
    agency: int | None


class Card(Schema):
    id: int
    number: int
    version: int = Field(description=_("Растёт с каждым изменением карточки. Её ждут все действия над карточкой."))
    state: StateCode
    kind: KindCode | None
    outcome: OutcomeCode | None
    close_reason: Annotated[str, OneOf(CloseReason.values)] | None
    noise_reason: Annotated[str, OneOf(NoiseReason.values)] | None
    priority: int = Field(description=_("От 1 (может подождать) до 5 (опасно для жизни)."))
    network: str
    theme: Named | None
    place: Named | None
    agency: Named | None
    suggested: Suggested
    street: str
    house: str
    place_object: str
    started_at: datetime = Field(description=_("С этого момента ждёт житель; никогда не меняется."))
    created_at: datetime
    assigned_at: datetime | None
    first_answered_at: datetime | None
    closed_at: datetime | None
    hard_since: datetime | None = Field(description=_("С этого момента карточка отмечена как особо сложная."))
    answer_until: datetime | None = Field(description=_("Ближайший из сроков, которые идут."))


class Deadline(Schema):
    clock: Annotated[str, OneOf(Norm.Clock.values)]
    starts_at: datetime
    limit_at: datetime
    working: bool = Field(description=_("Считается рабочим временем, а не календарным."))
    met_at: datetime | None
    missed_at: datetime | None
    cancelled_at: datetime | None


class Ratings(Schema):
    """Confirmed ones."""

    count: int
    mean: float | None = Field(description=_("Средняя оценка от 1 до 5."))
    solved: dict[Annotated[str, OneOf(Solved.values)], int]


class Author(Schema):
    name: str
    url: str


class Message(Schema):
    id: int
    card: int
    version: int
    main: bool = Field(description=_("По этому сообщению карточка открыта."))
    own: bool = Field(description=_("Написано нами."))
    network: str
    place: Annotated[str, OneOf(MessageRow.Place.values)]
    url: str
    text: str
    author: Author
    posted_at: datetime
    captured_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    pictures: list[int] = Field(description=_("Снимки жителя: их отдаёт /messages/{message}/pictures/{picture}."))


class Photo(Schema):
    id: int
    stage: Annotated[str, OneOf(AnswerPhoto.Stage.values)]


class Act(Schema):
    """Never published."""

    id: int
    name: str
    size: int = Field(description=_("Байт."))


class Answer(Schema):
    id: int
    card: int
    version: int = Field(description=_("Версия текста. Её ждут все действия над ответом."))
    message: int = Field(description=_("На какое сообщение отвечает."))
    message_version: int
    copy_of: int | None = Field(description=_("Чей это текст: ответ, разосланный другим жителям той же карточки."))
    kind: Annotated[str, OneOf(AnswerRow.Kind.values)]
    state: Annotated[str, OneOf(AnswerRow.State.values)]
    text: str
    direct: bool = Field(description=_("Уходит в личный диалог."))
    outcome: OutcomeCode | None
    promised_on: date | None
    ground: Annotated[str, OneOf(AnswerRow.Ground.values)] | None
    ground_words: str
    ground_on: date | None
    remark: str = Field(description=_("Что просил исправить согласующий."))
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    publish_at: datetime | None
    by_hand: bool = Field(description=_("Согласован и ждёт, что его опубликуют вручную."))
    photos: list[Photo] = Field(description=_("Уходят вместе с текстом, в этом порядке."))
    acts: list[Act] = Field(description=_("Файлы акта: видны коллегам, не публикуются."))
    published: list[str] = Field(description=_("Адреса, по которым он стоит."))


class WholeCard(Card):
    """With what hangs on it, the newest first and a hundred of each at most."""

    deadlines: list[Deadline]
    messages: list[Message] | None = Field(description=_("null, если ключу не открыты сообщения."))
    answers: list[Answer] | None = Field(description=_("null, если ключу не открыты ответы."))
    ratings: Ratings


class Page(Schema, Generic[T]):
    """A piece of a list. The cursor is there on the last piece too: come back with it for what changes later."""

    items: list[T]
    cursor: str
    more: bool = Field(description=_("Есть ещё: спросите сразу снова."))


class CardPage(Page[Card]):
    pass


class MessagePage(Page[Message]):
    pass


class AnswerPage(Page[Answer]):
    pass


class Done(Schema):
    """What a change has come to: ids, codes and versions alone, for it is kept for a day."""

    card: int | None = None
    state: StateCode | None = None
    version: int | None = Field(default=None, description=_("Версия карточки после изменения."))
    message: int | None = None
    fresh: bool | None = Field(default=None, description=_("Сообщения ещё не было; иначе названо то, что уже есть."))
    note: int | None = None
    extension: int | None = None
    answer: int | None = None
    answer_state: Annotated[str, OneOf(AnswerRow.State.values)] | None = None
    answer_version: int | None = None
    photo: int | None = None
    act: int | None = None
