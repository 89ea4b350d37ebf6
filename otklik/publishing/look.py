"""Finding out whether an answer stands there already: before it is said again, and after a restore before anything is.

After a restore there is much to look for in one place, and one reading tells of all of it. What is looked for together
is claimed before the reading begins, so that the reading is younger than any attempt at it.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.answers.models import AnswerPhoto
from otklik.incidents.workflow import hold
from otklik.lib import clock
from otklik.lib.due import LeaseLost, claim_beside, finish, put_off, release
from otklik.lib.redact import redact
from otklik.lib.sentence import Sentence as _
from otklik.networks import errors
from otklik.networks.access import access_to
from otklik.networks.base import Access, CannotTell, Photo, Published, Speech
from otklik.networks.models import Account
from otklik.networks.optional import ListsWidely
from otklik.networks.registry import NETWORKS
from otklik.publishing import fate
from otklik.publishing.models import Attempt, Delivery, Sent
from otklik.publishing.restored import STRANGE, current_epoch, has_unknown_reply

log = logging.getLogger(__name__)
C, D = Delivery.Cause, Delivery.State
# With a key a repeat says nothing twice, so two looks are enough.
LOOKS_WITH_KEY = 2
MOST_TOGETHER = 100
LEASE = timedelta(seconds=45)
Probe = Callable[[str], None]


def nowhere(point: str) -> None:
    """The probe of ordinary life: nothing happens at any point."""


def speech_of(delivery: Delivery) -> Speech:
    """What goes out: the approved text or the part of it, letter for letter, under the one message it answers."""
    first = delivery.attempts.filter(key=delivery.key).order_by("pk").first()
    return Speech(
        text=delivery.text,
        reply_to=delivery.message.external_id,
        thread=delivery.message.thread.external_id,
        direct=delivery.direct,
        photos=tuple(_photo(photo) for photo in delivery.answer.photos.all()) if delivery.photos else (),
        attempted_at=first.started_at if first else None,
        seen=frozenset(delivery.seen or ()),
    )


def _photo(photo: AnswerPhoto) -> Photo:
    with photo.file.open("rb") as file:
        return Photo(f"photo{photo.position}.jpg", file.read(), "image/jpeg")


def look(delivery: Delivery, account: Account, now: datetime, probe: Probe) -> None:
    """Look for it, and for all else that waits for a look in the same place. Absent often enough: the same text goes
    out with the same key."""
    probe("before the look")
    lease = max(delivery.leased_until - now, timedelta(seconds=1)) if delivery.leased_until else LEASE
    beside = claim_beside(_waiting_beside(delivery, now), now, lease, MOST_TOGETHER - 1)
    try:
        _look_together([delivery, *beside], access_to(account), lease)
    finally:
        release(beside)  # those that were not come to


def _look_together(rows: Sequence[Delivery], access: Access, lease: timedelta) -> None:
    addresses = ((row.message.external_id, row.message.thread.external_id) for row in rows)
    speeches = tuple(Speech("", address, thread, rows[0].direct) for address, thread in addresses)
    together = replace(access, speeches=speeches, heard={})
    refusal: errors.NetworkError | None = None
    for number, row in enumerate(rows):
        try:
            refusal = _look_in_vain(row, refusal) if refusal else _look_one(row, together)
        except LeaseLost:
            log.warning("send: row %s was taken over while it was looked for", row.pk)
        except Exception:
            if number == 0:
                raise
            log.exception("send: row %s is left to be looked for alone", row.pk)
            return
        if rest := [other.pk for other in rows[number + 1 :]]:
            mine = Delivery.objects.filter(pk__in=rest, lease=rows[-1].lease)
            mine.update(leased_until=clock.now() + lease)


def _waiting_beside(delivery: Delivery, now: datetime) -> QuerySet[Delivery]:
    """What may have been spoken, by the same account and where one listing tells of both."""
    unended = Exists(Attempt.objects.filter(delivery=OuterRef("pk"), ended_at__isnull=True))
    spoken = Q(state__in=(D.SENDING, D.UNKNOWN)) | (Q(state=D.QUEUED) & (~Q(epoch=current_epoch(now)) | unended))
    later = Q(state=D.QUEUED, answer__publish_at__gt=now)
    network = NETWORKS[delivery.message.network]
    where = {} if isinstance(network, ListsWidely) and not delivery.direct else {"thread": delivery.message.thread_id}
    here = {f"message__{name}": value for name, value in where.items()}
    rows = Delivery.objects.filter(spoken, account=delivery.account_id, direct=delivery.direct, **here)
    return rows.exclude(later).exclude(pk=delivery.pk)


def _look_one(delivery: Delivery, access: Access) -> errors.NetworkError | None:
    """Gives the refusal that the next look would meet, too."""
    network, speech, now = NETWORKS[delivery.message.network], speech_of(delivery), clock.now()
    try:
        publication = network.find(access, speech)
        older = publication is None and delivery.epoch_id != current_epoch(now).pk
        there = network.replies(access, speech) if older else frozenset()
    except errors.NetworkError as error:
        return _look_in_vain(delivery, error)
    attempt = delivery.attempts.order_by("-pk").first()
    if isinstance(publication, Published) and is_taken(delivery, publication):
        _ask_person(delivery, _("Найден такой же ответ, но он дан другому человеку: посмотрите, стоит ли там и этот."))
    elif isinstance(publication, Published):
        done(delivery, attempt, publication, "found")
    elif isinstance(publication, CannotTell):
        _ask_person(delivery, publication.reason)
    elif has_unknown_reply(delivery, there, now):
        _ask_person(delivery, STRANGE)
    elif delivery.looked + 1 < looks_needed(keyed=network.keyed):
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(state=D.UNKNOWN, looked=delivery.looked + 1)
            finish(delivery, clock.now() + look_again())
    elif not (network.keyed or settings.LOOK_FOR):
        _ask_person(delivery, _("Ответа там не видно, но сеть показывает новое не сразу: посмотрите и решите."))
    else:
        with transaction.atomic():
            delivery.attempts.filter(ended_at__isnull=True).update(ended_at=clock.now(), outcome="absent")
            Delivery.objects.filter(pk=delivery.pk).update(
                state=D.QUEUED, looked=0, hold=Delivery.Hold.NONE, epoch=current_epoch(now)
            )
            finish(delivery, clock.now())
    return None


def looks_needed(*, keyed: bool) -> int:
    """How often it must be absent before it is said again.

    A reply may be seen minutes after it was taken. Without a key the looks, `LOOK_AGAIN` apart, span `LOOK_FOR`: they
    are counted, so that no clock of ours is ever held against the network's.
    """
    spanning = math.ceil(settings.LOOK_FOR / settings.LOOK_AGAIN) + 1
    return LOOKS_WITH_KEY if keyed else max(LOOKS_WITH_KEY, spanning)


def look_again() -> timedelta:
    """How long to wait between two looks."""
    return timedelta(seconds=settings.LOOK_AGAIN)


def is_taken(delivery: Delivery, publication: Published) -> bool:
    """Whether these words are known as another answer. Not every place tells what a text replies to."""
    known = Sent.objects.filter(
        external_id=publication.external_id, delivery__message__network=delivery.message.network
    )
    return known.exclude(delivery=delivery).exists()


def _look_in_vain(delivery: Delivery, error: errors.NetworkError) -> errors.NetworkError | None:
    """Gives the error where it is one of the account's, which all its looks would meet."""
    after = error.after if isinstance(error, errors.RetryAt) else look_again()
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=D.UNKNOWN)
        put_off(delivery, clock.now() + after, redact(str(error)))
    return error if isinstance(error, errors.RetryAt | errors.AuthLost) else None


def done(delivery: Delivery, attempt: Attempt | None, published: Published, outcome: str) -> None:
    at = clock.now()
    with hold(delivery.answer.incident_id):
        if attempt is not None:
            Attempt.objects.filter(pk=attempt.pk).update(ended_at=at, outcome=outcome)
        fate.spoken(delivery, published.external_id, published.url, at)
        finish(delivery)


def _ask_person(delivery: Delivery, reason: str) -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=D.UNKNOWN, hold=Delivery.Hold.PERSON, cause=C.UNKNOWN, words=redact(reason)
        )
        finish(delivery)
