"""Before the first byte: does the comment still stand as it stood when the answer to it was approved?

It is read again from its network. Where the network shows no single text, and where a person has brought the text from
a place that we do not read, our own latest state has to do: that it is not shown to us there is no news of its author.
A read that fails puts the delivery off, each time for longer, and after `TRIES` of them a person decides: nothing is
said blind, and nothing waits for ever.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from otklik.inbox.again import read_again
from otklik.inbox.models import Message
from otklik.inbox.standing import differences, standing
from otklik.incidents.workflow import hold
from otklik.lib import clock
from otklik.lib.due import finish, put_off
from otklik.lib.redact import redact
from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, NetworkError, RetryAt
from otklik.networks.fetch import stop
from otklik.networks.models import Account
from otklik.publishing import astray
from otklik.publishing.models import Delivery

TRIES = 12
"""Reads that tell nothing before a person decides: with the pauses below somewhat over an hour."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
UNREAD = _("Комментарий не удалось перечитать перед отправкой: посмотрите, стоит ли он там, и решите.")
C, D = Delivery.Cause, Delivery.State


def may_still_go(delivery: Delivery, now: datetime) -> bool:
    """Whether the answer may be said now. False: the delivery went another way here, and its row is settled.

    Raises AuthLost when the account that speaks cannot read either: then it is held until its key is renewed.
    """
    account = _reader(delivery)
    try:
        is_reread = delivery.message.source_id is not None and read_again(delivery.message, account, now)
    except NetworkError as error:
        if isinstance(error, AuthLost):
            if account.pk == delivery.account_id:
                raise
            stop(account, redact(str(error)), clock.now())
        _later(delivery, error)
        return False
    message = Message.objects.select_related("thread").get(pk=delivery.message_id)
    stood = standing(message)
    changed = differences(delivery.answer.asked, stood) if delivery.answer.asked else []
    if message.deleted_at is not None or changed:
        _astray(delivery, message, changed)
        return False
    of = Delivery.AskedOf.NETWORK if is_reread else Delivery.AskedOf.KEPT
    mine = Delivery.objects.filter(pk=delivery.pk, key=delivery.key, lease=delivery.lease)
    mine.update(asked=stood, asked_of=of, rereads=0)
    return True


def pause_before(rereads: int) -> timedelta:
    """How long to wait after so many reads without a result: 5 s, 10 s, 20 s … a quarter of an hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(rereads, 16)))


def _reader(delivery: Delivery) -> Account:
    """The account that reads this source anyway, or else the one that speaks: a guest may be allowed to write where he
    cannot read."""
    source = delivery.message.source
    if source is not None and source.account.active and source.account.stopped_at is None:
        return source.account
    if delivery.account is None:
        raise ValueError(f"delivery {delivery.pk} has no voice")
    return delivery.account


def _later(delivery: Delivery, error: NetworkError) -> None:
    at, words, rereads = clock.now(), redact(str(error)), delivery.rereads + 1
    with transaction.atomic():
        mine = Delivery.objects.filter(pk=delivery.pk)
        if rereads >= TRIES:
            mine.update(rereads=rereads, hold=Delivery.Hold.PERSON, cause=C.UNREAD, words=UNREAD)
            finish(delivery)
            return
        mine.update(rereads=rereads, words=words)
        asked_to_wait = error.after if isinstance(error, RetryAt) else timedelta(0)
        put_off(delivery, at + max(asked_to_wait, pause_before(delivery.rereads)), words)


def _astray(delivery: Delivery, message: Message, changed: list[str]) -> None:
    """Not a byte of it has left, or it is not certain: then only a person knows whether it may go back."""
    doubtful = Q(ended_at__isnull=True) | Q(outcome="absent")
    mine = Delivery.objects.filter(pk=delivery.pk, state=D.QUEUED, key=delivery.key)
    with hold(delivery.answer.incident_id):
        if not mine.exists():
            pass  # taken back meanwhile
        elif delivery.attempts.filter(doubtful, key=delivery.key).exists():
            cause = C.GONE if message.deleted_at else C.CHANGED
            words = astray.IN_DOUBT_GONE if message.deleted_at else astray.IN_DOUBT_CHANGED
            mine.update(hold=Delivery.Hold.PERSON, cause=cause, words=words)
        elif message.deleted_at:
            astray.gone(delivery, astray.AUTHOR_DELETED, clock.now())
        else:
            astray.overtaken(delivery, changed, clock.now())
        finish(delivery)
