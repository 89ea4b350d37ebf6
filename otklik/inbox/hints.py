"""A pushed event is a hint. Most networks prove a push with a static secret alone, and whoever learns it can write
anything: that our answer stands there, that a text is gone, that the author says thanks.

So what could touch a running matter (an edit, a deletion, our own words, a reply to somebody) is not believed. It is
noted (models.Hint) and brings forward a read from the network (check.py); what the network shows then decides. A fresh
complaint is taken at once: all that it can do is to open a card, which a person judges. It waits for the look only
where its end was told before it: whoever foretells ends could otherwise silence people.
"""

from otklik.networks.base import Edit, Event, Origin, Post
from otklik.networks.models import RawEvent


def is_hint(event: Event, raw: RawEvent, own: bool, gone: bool) -> bool:
    """Whether the network must be asked before this is believed. `own`: one of our voices is said to have written;
    `gone`: the end of this text was told before, and there may have been no text yet when the network was asked."""
    return not is_believed(raw) and (gone or not is_fresh(event, own))


def is_believed(raw: RawEvent) -> bool:
    """Whether we have asked for it ourselves."""
    return raw.origin != Origin.PUSH or raw.account_id is None


def is_fresh(event: Event, own: bool) -> bool:
    """A complaint that touches nothing: no edit, no deletion, not our own words, no reply to somebody."""
    return isinstance(event, Post) and not own and event.parent in ("", event.thread)


def address_of(event: Event) -> str:
    """The text that an event is about."""
    return event.post.external_id if isinstance(event, Edit) else event.external_id
