"""What a person decides about a delivery: it stands there, here is the link; it does not, send it again; leave it."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from otklik.answers.models import Answer
from otklik.incidents.workflow import MOVES
from otklik.publishing import fate
from otklik.publishing.copies import drop_copy
from otklik.publishing.hold import WAITING, stuck
from otklik.publishing.models import Delivery
from otklik.publishing.rest import cut_short
from otklik.work.cards import Plain
from otklik.work.kinds import Clean
from otklik.work.verb import Input, Press, Refused, Verb


class Link(Input):
    """Where the answer stands. The picture of it is washed already, b"" without one."""

    link: Annotated[str, StringConstraints(max_length=600), Clean] = ""
    picture: bytes = b""


class Looked(Input):
    """Whether he has looked in the network."""

    looked: bool = False


def _confirm(press: Press[Delivery], data: Link) -> None:
    """Published by hand, or seen to be published: the link is the proof."""
    fate.published_by_hand(press.thing, data.link, press.by, press.at, data.picture)


def _report(press: Press[Answer], data: Link) -> None:
    """The same of an answer: only for what waits for a person. What the machine sends itself it knows itself."""
    waiting = stuck().filter(answer=press.thing).select_related("answer__incident", "message", "account")
    delivery = waiting.order_by("part").first()
    if delivery is None:
        raise Refused(409, _("Публиковать вручную здесь нечего."))
    fate.published_by_hand(delivery, data.link, press.by, press.at)


def _repeat(press: Press[Delivery], data: Looked) -> None:
    """Only where the outcome is unknown or it is held."""
    delivery = press.thing
    if not data.looked:
        raise Refused(422, _("Сначала посмотрите в сети и отметьте, что ответа там нет."))
    held = delivery.hold not in WAITING
    if delivery.account_id is None or not (delivery.state == Delivery.State.UNKNOWN or held):
        raise Refused(409, _("Повторять нечего: ответ уже ушёл или ещё не застрял."))
    fate.say_again(delivery, press.by, press.at)


def _stop(press: Press[Delivery], data: Looked) -> None:
    """«Остальное не публиковать»: what stands there is the answer."""
    if not data.looked:
        raise Refused(422, _("Сначала посмотрите в сети и отметьте, что этой части там нет."))
    cut_short(press.thing, press.by, press.at)


def _drop(press: Press[Delivery], _data: Plain) -> None:
    """«Этому жителю не отвечаем»: a copy that waits for a person goes no further."""
    drop_copy(press.thing, press.by, press.at)


_WRITERS = MOVES["submit"].permissions
_BOTH = _WRITERS | MOVES["approve"].permissions
CONFIRM = Verb(name="proof", permissions=_BOTH, schema=Link, do=_confirm, undo=False)
REPORT = Verb(name="proof", permissions=_WRITERS, schema=Link, do=_report, undo=False)
REPEAT = Verb(name="repeat", permissions=_BOTH, schema=Looked, do=_repeat, undo=False)
STOP = Verb(name="stopping", permissions=_BOTH, schema=Looked, do=_stop, undo=False)
DROP = Verb(name="copy_dropped", permissions=_BOTH, schema=Plain, do=_drop, undo=False)
