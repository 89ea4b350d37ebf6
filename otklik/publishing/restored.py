"""What a restore from a backup means for speaking: the network may hold words of ours that this database does not know.

Between the backup and the restore answers were said, approved anew, changed. So whatever is not known as sent, and
whatever is written after the restore to a message that was there before it, is looked up first.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from otklik.inbox.models import Message
from otklik.lib.sentence import Sentence as _
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Epoch, Sent

DOUBT = timedelta(days=1)
"""How far the network's clock may be from ours, of a new server above all: one look more costs little."""
FIRST = "first"
"""The words of an epoch that no restore has begun."""
STRANGE = _(
    "Под этим сообщением стоит наш ответ, которого нет в базе: его дали до восстановления. Посмотрите и решите."
)


def current_epoch(now: datetime) -> Epoch:
    """The epoch this database lives in; the first one begins with the first delivery."""
    epoch = Epoch.objects.order_by("-pk").first()
    return epoch or Epoch.objects.create(began_at=now, words=FIRST)


def begin_epoch(words: str, now: datetime) -> Epoch:
    """A new life of this database, which `words` name. Safe to repeat: with the same words it has begun already."""
    current = current_epoch(now)
    return current if current.words == words else Epoch.objects.create(began_at=now, words=words)


def epoch_of(message: Message, now: datetime) -> Epoch:
    """The epoch that an answer to this message belongs to: the earlier one while the message may be older than ours,
    since it may have been answered then.

    When it was posted is told by the network's clock, when our life began by ours: they are held against each other
    with room between. What is heard now from a network that tells nothing twice was certainly never heard before.
    """
    epoch = current_epoch(now)
    earlier = Epoch.objects.filter(pk__lt=epoch.pk).order_by("-pk").first()
    if earlier is None or message.posted_at > epoch.began_at + DOUBT:
        return epoch
    fresh = NETWORKS[message.network].tells_once and message.captured_at > epoch.began_at
    return epoch if fresh else earlier


def has_unknown_reply(delivery: Delivery, there: Iterable[str], now: datetime) -> bool:
    """Whether any of our replies that stand `there` (external ids) is none that this database gave or heard of before
    its restore. Other words than these were then said to this author, and only a person can tell whether these still
    are to be."""
    epoch, external_ids = current_epoch(now), set(there)
    if delivery.epoch_id == epoch.pk or not external_ids:
        return False
    network = delivery.message.network
    sent_rows = Sent.objects.filter(delivery__message__network=network, external_id__in=external_ids)
    heard = Message.objects.filter(network=network, external_id__in=external_ids, captured_at__lt=epoch.began_at)
    return bool(
        external_ids - {*sent_rows.values_list("external_id", flat=True), *heard.values_list("external_id", flat=True)}
    )
