"""The marks on a row of the queue: what is out of the ordinary with the card, in a word or three each."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.queue.shown import READ, UNCLEAR, Card
from otklik.incidents.gathering import WORKING
from otklik.incidents.models import State
from otklik.people.models import User
from otklik.publishing.hold import is_stuck
from otklik.publishing.models import Delivery
from otklik.work.words import took


class Chip(NamedTuple):
    """A mark on a row: `tone` is late, soon, good, blue or "", and the words say the same."""

    tone: str
    icon: str
    words: str


def chips_of(card: Card, holder: User | None, user: User) -> tuple[Chip, ...]:
    """The marks of a card for this reader."""
    return (
        *_hands(holder, user),
        *_of_the_author(card),
        *_of_the_card(card),
        *_of_his_word(card),
        *(_delivery_chips(card.delivery) if card.delivery and card.state in _GOING_OUT else ()),
        *([Chip("late", "alert-triangle", _("обработка остановилась"))] if card.set_aside_at else ()),
    )


_GOING_OUT = (State.PUBLISHING, State.IN_WORK)


def _of_the_author(card: Card) -> list[Chip]:
    chips = []
    if card.deleted_at:
        chips.append(Chip("late", "trash", _("удалено жителем")))
    elif card.edited_at or card.revision > 1:
        chips.append(Chip("soon", "edit", _("изменено жителем")))
    if card.reopened:
        words = ngettext("открыт снова", "открыт снова %(n)d-й раз", card.reopened) % {"n": card.reopened}
        chips.append(Chip("soon", "rotate", words))
        if card.state == State.NEW and card.agency_closed:
            chips.append(Chip("soon", "building", _("ведомство закрыто")))
    return chips


def _of_the_card(card: Card) -> list[Chip]:
    chips = []
    if card.returns and card.state == State.NEW:
        chips.append(Chip("soon", "arrow-back-up", _("вернули: не наше")))
    if card.watched_since:
        chips.append(Chip("soon", "star", _("на контроле")))
    if card.hard_since:
        chips.append(Chip("soon", "puzzle", _("особо сложный")))
    if card.answered_with is not None and card.state in WORKING:
        chips.append(Chip("blue", "link", _("отвечает вместе с № %d") % card.answered_with))
    if card.alone and card.state == State.ASSIGNED:
        chips.append(Chip("blue", "robot", _("назначено автоматически")))
    if card.asked:
        chips.append(Chip("soon", "calendar", _("ведомство просит продлить срок")))
    if card.owed_since and card.state == State.RATING:
        chips.append(Chip("late", "users", _("не все жители получили ответ")))
    return chips


def _of_his_word(card: Card) -> list[Chip]:
    if card.word_waits == UNCLEAR:
        return [Chip("soon", "message-2", _("машина не поняла отклик"))]
    if card.word_waits:
        words = _("похоже, житель недоволен") if card.word_waits == READ else _("житель недоволен или написал своё")
        return [Chip("late", "message-2", words)]
    return [Chip("blue", "message-2", _("житель откликнулся"))] if card.reply_read else []


def _hands(holder: User | None, user: User) -> list[Chip]:
    if holder is None:
        return []
    return [Chip("blue", "user-check", _("у вас"))] if holder == user else [Chip("soon", "user-check", took(holder))]


def _delivery_chips(delivery: dict[str, str]) -> list[Chip]:
    state, hold = delivery["state"], delivery["hold"]
    if state == Delivery.State.QUEUED and is_stuck(state, hold):
        return [Chip("late", "hand-stop", str(Delivery.Hold(hold).label))]
    if state == Delivery.State.REFUSED:
        return [Chip("late", "alert-circle", _("сеть отказала"))]
    if state == Delivery.State.UNKNOWN:
        return [Chip("soon", "help-circle", str(Delivery.State.UNKNOWN.label))]
    if state in (Delivery.State.QUEUED, Delivery.State.SENDING):
        return [Chip("", "send", str(Delivery.State(state).label))]
    return []
