"""One message on two cards, many messages on one: split, gather, answer together or apart."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from otklik.feedback import gathering as feedback
from otklik.inbox.models import Message
from otklik.incidents import gathering
from otklik.incidents.cards import may_on, visible_to
from otklik.incidents.gathering import answered_together
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import MOVES
from otklik.journal.models import Entry
from otklik.work.cards import Plain
from otklik.work.models import Undoable
from otklik.work.picture import take
from otklik.work.verb import Input, Press, Refused, Verb

PERMISSIONS = MOVES["assign"].permissions


class Second(Input):
    """`message` has a second matter in it. `cards` is how many stood beside this one when the page was drawn: a second
    press does not make a third."""

    message: int = 0
    cards: int = -1


class Repeat(Input):
    """The number of the other card, as people know it."""

    number: int


class Company(Input):
    """The other card, by its id. `leads`: it is this card that gives the answer for both."""

    other: int
    leads: bool = False


def _split(press: Press[Incident], data: Second) -> Incident:
    message = Message.objects.filter(pk=data.message, links__incident=press.card).first()
    if message is None:
        raise Refused(422, _("Выберите сообщение, в котором есть второй вопрос."))
    second = gathering.split(press.card, message, press.by, press.at, data.cards)
    _keep(press, second)
    return second


def _keep(press: Press[Incident], second: Incident) -> None:
    """What «вернуть» makes of a card that has just been split off: numbers have no holes, so it stays and ends as
    gathered into the first."""
    picture = take([second.pk])[second.pk]
    picture["incident"][str(second.pk)] |= {
        "state": State.DONE.value,
        "close_reason": CloseReason.GATHERED.value,
        "closed_at": press.at.isoformat(),
        "answered_with_id": press.card.pk,
        "due_at": None,
    }
    entry = Entry.objects.filter(incident=second.pk).order_by("-pk").values_list("pk", flat=True).first() or 0
    before = {"picture": picture, "state": second.state}
    Undoable.objects.create(
        batch=press.batch, incident=second, by=press.by, verb="split", at=press.at, entry=entry, before=before
    )


def _other(press: Press[Incident], refusal: Refused, **named: int) -> Incident:
    """The other card of this id or number. What the reader does not see does not exist for him; what he may not change
    stays as it is."""
    other = visible_to(press.by).select_related("agency", "place").filter(**named).first()
    if other is None:
        raise refusal
    if not may_on(press.by, other, PERMISSIONS):
        raise PermissionDenied
    return other


def _repeated(press: Press[Incident], data: Repeat) -> Incident:
    refusal = Refused(422, _("Карточки с таким номером нет среди тех, что вы видите."))
    if not 0 < data.number < 2**31:
        raise refusal
    return _other(press, refusal, number=data.number)


def _all_of_both(press: Press[Incident], data: Repeat) -> Iterable[Incident]:
    cards = (*answered_together(press.card), *answered_together(_repeated(press, data)))
    return {card.pk: card for card in cards}.values()


def _gather(press: Press[Incident], data: Repeat) -> Incident:
    """«Это повтор карточки № …»: the older of the two goes on with the messages of both."""
    return feedback.gather(_repeated(press, data), press.card, press.by, press.at)


def _companion(press: Press[Incident], data: Company) -> Incident:
    return _other(press, Refused(404, ""), pk=data.other)


def _both(press: Press[Incident], data: Company) -> Iterable[Incident]:
    return (press.card, _companion(press, data))


def _join(press: Press[Incident], data: Company) -> tuple[Incident, Incident]:
    """«Отвечать вместе». Returns who follows and who leads."""
    other = _companion(press, data)
    follower, leader = (other, press.card) if data.leads else (press.card, other)
    gathering.join(follower, leader, press.by, press.at)
    return follower, leader


def _with_its_leader(press: Press[Incident], _data: Plain) -> Iterable[Incident]:
    return (press.card, *Incident.objects.filter(pk=press.card.answered_with_id or 0))


def _part(press: Press[Incident], _data: Plain) -> None:
    """«Отвечать отдельно»: this card waits for no other any more."""
    gathering.part(press.card, press.by, press.at)


_OURS: Any = {"permissions": PERMISSIONS}
SPLIT = Verb(name="split", schema=Second, do=_split, **_OURS)
GATHER = Verb(name="gather", schema=Repeat, do=_gather, touches=_all_of_both, **_OURS)
JOIN = Verb(name="join", schema=Company, do=_join, touches=_both, **_OURS)
PART = Verb(name="part", schema=Plain, do=_part, touches=_with_its_leader, **_OURS)
