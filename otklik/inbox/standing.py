"""How a message stands: what a person had before his eyes when he let an answer to it out.

Plain values, kept as JSON beside the answer and beside its delivery. They hold the author's words: whoever forgets a
message forgets these too.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from otklik.inbox.models import Media, Message
from otklik.lib.listed import listed

TEXT, MEDIA, MOVED = "text", "media", "moved"
KINDS = {"media_kinds": listed(Media.objects.all(), "message", "kind")}
"""To annotate messages with, so that nothing more is asked for `standing`."""


def standing(message: Message) -> dict[str, Any]:
    """The message's text, whether it was edited, what hangs on it, and where it stands. One query, for the media, and
    none where they were read along (`KINDS`)."""
    attributes: Any = vars(message)
    if "media_kinds" in attributes:
        kinds = [one["kind"] for one in attributes["media_kinds"] or ()]
    else:
        kinds = list(message.media.values_list("kind", flat=True))
    return {
        "text": message.text,
        "edited": message.edited_at is not None,
        "media": sorted(kinds),
        "parent": parent_in(message.parent_external_id, message.thread.external_id),
        "thread": message.thread.external_id,
        "place": message.place,
    }


def parent_in(parent: str, thread: str) -> str:
    """A reply to the post itself is told in two ways; "" for both."""
    return "" if parent == thread else parent


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is not as it was: "text", "media", "moved"; [] when it stands as it did."""
    of = {TEXT: ("text", "edited"), MEDIA: ("media",), MOVED: ("parent", "thread", "place")}
    return [what for what, names in of.items() if any(then.get(name) != now.get(name) for name in names)]


def mark(stood: Mapping[str, Any]) -> str:
    """A hash of it: 32 hex digits."""
    state_json = json.dumps(stood, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(state_json.encode(errors="replace")).hexdigest()[:32]
