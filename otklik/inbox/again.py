"""One text once more from its network, before somebody acts on it. What the network shows is taken over at once."""

from datetime import datetime

from django.db import transaction

from otklik.inbox.hints import address_of
from otklik.inbox.models import Message
from otklik.inbox.take_in import apply, remove, settle_place, voices
from otklik.networks.access import access_to
from otklik.networks.base import Deletion, Edit, Event, Raw, ReadPlace
from otklik.networks.errors import Broken, Cause, NeedsPerson, NotSupported, Permanent, SwitchedOff
from otklik.networks.models import Account
from otklik.networks.raw import keep_read
from otklik.networks.registry import NETWORKS


def read_again(message: Message, account: Account, now: datetime) -> bool:
    """Whether the network told how the text stands now; then our own row says the same.

    False: it cannot be asked for this one text with this account's keys, and what we heard last has to do (Telegram
    shows a bot no old message at all). Raises RetryAt and AuthLost: it could be asked, and did not tell.
    """
    network = NETWORKS[message.network]
    try:
        shown = network.fetch(access_to(account), ReadPlace("link", message.external_id), now).raws
    except (NotSupported, NeedsPerson, SwitchedOff, Broken):
        return False
    except Permanent as refusal:
        if refusal.cause is not Cause.GONE:
            return False
        with transaction.atomic():
            remove(message.network, message.external_id, now)
        return True
    raw_and_event = next((candidate for raw in shown if (candidate := _about(message, raw))), None)
    if raw_and_event is None:
        return False
    _take_over(message, account, *raw_and_event, now)
    return True


def _about(message: Message, raw: Raw) -> tuple[Raw, Event] | None:
    """The event of this payload that is about the text; the post above it was not asked for."""
    events = NETWORKS[message.network].parse(raw)
    return next(((raw, event) for event in events if address_of(event)[:250] == message.external_id), None)


def _take_over(message: Message, account: Account, raw: Raw, event: Event, now: datetime) -> None:
    """A look at the one text is no late news: it counts as the text that stands there, whatever we thought before."""
    with transaction.atomic():
        kept = keep_read(raw, account, message.source, now)
        if isinstance(event, Deletion):
            apply(event, kept, voices(), now)
            return
        post = event.post if isinstance(event, Edit) else event
        apply(Edit(post), kept, voices(), now)
        settle_place(message.external_id, post, kept, now)
