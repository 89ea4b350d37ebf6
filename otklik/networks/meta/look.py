"""Which of the texts that stand there is our own answer. The networks list them; the choice is the same."""

from collections.abc import Callable
from typing import Any

from otklik.networks.base import Access, CannotTell, Published, Speech
from otklik.networks.errors import Permanent
from otklik.networks.look import CLOCKS_DIFFER, Reply, TooLong, addresses, choose
from otklik.networks.meta import messaging
from otklik.networks.meta.client import ask
from otklik.networks.meta.dialogues import MESSAGE_FIELDS
from otklik.networks.meta.reading import next_page, number_id, when
from otklik.networks.meta.side import Side, is_mid
from otklik.networks.meta.speech import dialogue_of
from otklik.networks.values import mapping, mappings, text

_MOST_PAGES = 4


Ours = Callable[[Access, Speech], list[Reply]]
"""Our own texts there, newest first. Raises TooLong and the errors of reads."""


def find(access: Access, speech: Speech, ours: Ours) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(access, speech)
    except TooLong:
        return CannotTell("Ответов слишком много, чтобы найти среди них наш")
    except Permanent as refusal:
        return CannotTell(f"Посмотреть не удалось: {refusal}")
    return choose(there, speech)


def replies(access: Access, speech: Speech, ours: Ours) -> frozenset[str]:
    """Our replies that stand there now; empty where there is no way to look."""
    return addresses(ours, access, speech)


def in_dialogue(access: Access, side: Side, speech: Speech, node: str) -> list[Reply]:
    """Our own messages of a dialogue, newest first, back to before the first attempt. `node` is what leads the
    conversations. Raises TooLong where that is more than two hundred messages ago."""
    where = dialogue_of(access, side, speech)
    asked = {"user_id": where.peer, "platform": side.platform, "fields": "id"}
    threads = mappings(ask(access, side, f"{node}/conversations", asked).body.get("data"))
    found: list[Reply] = []
    for thread in threads[:1]:
        page: dict[str, str | int] = {"fields": MESSAGE_FIELDS, "limit": 50}
        for _ in range(_MOST_PAGES):
            answer = ask(access, side, f"{text(thread.get('id'), 200)}/messages", page).body
            for item in mappings(answer.get("data")):
                mid = text(item.get("id"))
                if number_id(mapping(item.get("from")).get("id")) == where.place and is_mid(mid):
                    address = side.message(where.place, where.peer, mid)
                    url = messaging.dialogue_url(side, side.site_of(access), where.place, where.peer)
                    said = when(item.get("created_time"))
                    found.append(Reply(address, url, text(item.get("message")), said))
            further = next_page(answer)
            if not further or far_enough(mappings(answer.get("data")), "created_time", speech):
                break
            page |= further
        else:
            raise TooLong
    return found


def far_enough(items: list[dict[str, Any]], time: str, speech: Speech) -> bool:
    """Whether a page, newest first, ends before anything that the first attempt can have said."""
    last = when(items[-1].get(time)) if items else None
    return speech.attempted_at is not None and last is not None and last < speech.attempted_at - CLOCKS_DIFFER
