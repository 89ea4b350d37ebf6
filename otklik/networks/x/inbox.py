"""Reading our direct messages. The listing takes no lower bound and may be asked fifteen times in fifteen minutes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Json
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.values import number
from otklik.networks.x import fields
from otklik.networks.x.client import USER, whole_option
from otklik.networks.x.pages import Listing, Walk, read

_CLOSED = timedelta(hours=1)  # the key may not read messages: it may be given the right later


def read_messages(walk: Walk, before: Mapping[str, Any], now: datetime) -> dict[str, Json]:
    """The state after one look, if one is due. A refusal stops nothing else that the account does."""
    here = int(now.timestamp())
    pause = whole_option(walk.access, "dm_seconds", 90, 1, 3600)
    due = number(before.get("due")) or 0
    if 0 < due - here <= _CLOSED.total_seconds() or walk.tired:
        return dict(before)
    query = {"event_types": "MessageCreate", **fields.MESSAGES}
    listing = Listing(USER, "/2/dm_events", query, method="messages", since=False, rest=False)
    began = walk.calls
    try:
        state = read(walk, listing, before)
    except RetryAt as refusal:
        return {**before, "due": here + int(refusal.after.total_seconds())}
    except Permanent:
        return {**before, "due": here + int(_CLOSED.total_seconds())}
    more = bool(state.get("token")) and walk.calls > began
    return {**state, "due": here + (1 if more else pause)}
