"""The marks on a row of the queue: what is out of the ordinary with the card, in a word or three each."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from otklik.desk.queue.needs import WAITING_HOLDS
from otklik.desk.queue.words import took
from otklik.inbox.models import Message
from otklik.incidents.gathering import WORKING
from otklik.incidents.models import Incident, State
from otklik.people.models import User
from otklik.publishing.models import Delivery


class Chip(NamedTuple):
    """A mark on a row: `tone` is late, soon, good, blue or "", and the words say the same."""

    tone: str
    icon: str
    words: str


def chips_of(link: Any, holder: User | None, user: User) -> tuple[Chip, ...]:
    """The marks of a card for this reader. `link` is a row of `rows._links` with all that it is annotated with."""
    incident = link.incident
    return (
        *_hands(holder, user),
        *_of_the_author(incident, link.message),
        *_of_the_card(incident, link),
        *(_delivery_chips(link.delivery) if link.delivery and incident.state in _GOING_OUT else ()),
        *([Chip("late", "alert-triangle", _("обработка остановилась"))] if incident.set_aside_at else ()),
    )


_GOING_OUT = (State.PUBLISHING, State.IN_WORK)


def _of_the_author(incident: Incident, message: Message) -> list[Chip]:
    chips = []
    if message.deleted_at:
        chips.append(Chip("late", "trash", _("удалено автором")))
    elif message.edited_at or message.revision > 1:
        chips.append(Chip("soon", "edit", _("изменено автором")))
    if incident.reopened:
        chips.append(Chip("soon", "rotate", _("открыт снова")))
    return chips


def _of_the_card(incident: Incident, link: Any) -> list[Chip]:
    chips = []
    if incident.returns and incident.state == State.NEW:
        chips.append(Chip("soon", "arrow-back-up", _("вернули: не наше")))
    if incident.answered_with is not None and incident.state in WORKING:
        chips.append(Chip("blue", "link", _("отвечает вместе с № %d") % incident.answered_with.number))
    if link.asked:
        chips.append(Chip("soon", "calendar", _("ведомство просит продлить срок")))
    if incident.owed_since and incident.state == State.RATING:
        chips.append(Chip("late", "users", _("не все авторы получили ответ")))
    if link.reply_read:
        chips.append(Chip("blue", "message-2", _("автор откликнулся")))
    return chips


def _hands(holder: User | None, user: User) -> list[Chip]:
    if holder is None:
        return []
    return [Chip("blue", "user-check", _("у вас"))] if holder == user else [Chip("soon", "user-check", took(holder))]


def _delivery_chips(delivery: dict[str, str]) -> list[Chip]:
    state, hold = delivery["state"], delivery["hold"]
    if state == Delivery.State.QUEUED and hold in WAITING_HOLDS:
        return [Chip("late", "hand-stop", str(Delivery.Hold(hold).label))]
    if state == Delivery.State.REFUSED:
        return [Chip("late", "alert-circle", _("сеть отказала"))]
    if state == Delivery.State.UNKNOWN:
        return [Chip("soon", "help-circle", str(Delivery.State.UNKNOWN.label))]
    if state in (Delivery.State.QUEUED, Delivery.State.SENDING):
        return [Chip("", "send", str(Delivery.State(state).label))]
    return []
