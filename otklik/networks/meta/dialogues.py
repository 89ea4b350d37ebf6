"""Reading private messages by asking: the conversations that changed, and of them the messages that are new."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Json
from otklik.networks.errors import NotSupported, Permanent, RetryAt
from otklik.networks.meta.reading import next_page, number_id, when
from otklik.networks.meta.side import DirectAddress
from otklik.networks.meta.walk import Walk
from otklik.networks.values import mapping, mappings, text

THREADS = 20
THREAD_FIELDS = "id,updated_time,participants"
MESSAGE_FIELDS = (
    "id,created_time,from,to,message,attachments{id,mime_type,name,file_url,image_data,video_data},shares{link,name}"
)
_PAGE = 50
_MOST_PAGES = 10
_RECENT = timedelta(days=1)  # older talk is not imported; nobody could be answered there any more
_OVERLAP = timedelta(minutes=1)
_MOST_KEPT = 200


def read_dialogues(
    walk: Walk, threads: list[dict[str, Any]], known: Mapping[str, Any], now: datetime
) -> dict[str, Json]:
    """What is new in these conversations. The state to keep: when each one changed last."""
    kept: dict[str, Json] = {name: at for name, at in known.items() if isinstance(at, str)}
    for thread in threads:
        name, changed = text(thread.get("id"), 200), text(thread.get("updated_time"), 40)
        at = when(changed)
        if not name or at is None or kept.get(name) == changed:
            continue
        before = when(kept.get(name))
        worth = before is not None or at >= now - _RECENT
        if worth and (walk.tired or not _read_thread(walk, thread, name, before or now - _RECENT)):
            continue
        kept.pop(name, None)
        kept[name] = changed
    return dict(list(kept.items())[-_MOST_KEPT:])


def _read_thread(walk: Walk, thread: Mapping[str, Any], name: str, since: datetime) -> bool:
    """Keeps the messages since then. False when it had to stop before all were read."""
    peer = peer_of(thread, walk.place)
    if not peer:
        return True
    asked: dict[str, Any] = {"fields": MESSAGE_FIELDS, "limit": _PAGE}
    for _turn in range(_MOST_PAGES):
        try:
            answer = walk.ask(f"{name}/messages", asked)
        except RetryAt as refusal:
            walk.refusal = refusal
            return False
        except Permanent:
            return True  # the conversation is not there any more
        items = mappings(answer.get("data"))
        new = [item for item in items if (when(item.get("created_time")) or since) >= since - _OVERLAP]
        if new:
            walk.keep("messages", new, [[text(i.get("id")), text(i.get("message"))] for i in new], peer=peer)
        further = next_page(answer)
        if len(new) < len(items) or not further:
            return True
        if walk.tired:
            return False
        asked |= further
    return True


def peer_of(thread: Mapping[str, Any], place: str) -> str:
    """The other side of a conversation, "" where it cannot be told."""
    people = mappings(mapping(thread.get("participants")).get("data"))
    ids = [number_id(person.get("id")) for person in people]
    return next((peer_id for peer_id in ids if peer_id and peer_id != place), "")


def read_message(walk: Walk, where: DirectAddress) -> None:
    """One message by its address. Raises NotSupported where the network cannot be asked for it."""
    if not where.mid or where.mid.startswith("~") or where.place != walk.access.external_id:
        raise NotSupported(_("Отдельное сообщение этого диалога сеть не показывает"))
    item = walk.ask(where.mid, {"fields": MESSAGE_FIELDS})
    walk.guest = False
    walk.keep("messages", [item], [where.mid, text(item.get("message"))], peer=where.peer)
