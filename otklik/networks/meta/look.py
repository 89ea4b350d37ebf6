"""What we have said already under a comment, a publication or in a dialogue, and which of it is our answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, CannotTell, Published, Speech
from otklik.networks.errors import Permanent
from otklik.networks.look import CLOCKS_DIFFER, Reply, TooLong, choose
from otklik.networks.meta import messaging
from otklik.networks.meta.board import Item
from otklik.networks.meta.client import Parameter, ask
from otklik.networks.meta.dialect import Dialect
from otklik.networks.meta.dialogues import MESSAGE_FIELDS
from otklik.networks.meta.reading import ident, next_page, number_id, when
from otklik.networks.meta.side import Side, is_mid
from otklik.networks.meta.speech import dialogue_of, where_to
from otklik.networks.values import mapping, mappings, text

_MOST_PAGES = 4  # of a dialogue
_MOST = 1000  # comments
_UNTOLD = datetime.max.replace(tzinfo=UTC)


def find(dialect: Dialect, access: Access, speech: Speech) -> Published | CannotTell | None:
    """Our text under the message that was not there before the first attempt; None if it is certainly not there."""
    try:
        there = ours(dialect, access, speech)
    except TooLong:
        return CannotTell(_("Ответов слишком много, чтобы найти среди них наш"))
    except Permanent as refusal:
        return CannotTell(_("Посмотреть не удалось: %(words)s") % {"words": refusal})
    return choose(there, speech)


def ours(dialect: Dialect, access: Access, speech: Speech) -> list[Reply]:
    """Our own texts there, newest first. Raises TooLong and errors of reads.

    A reply to a reply is hung under the first comment of the thread, so it is looked for there.
    """
    side = dialect.side
    if speech.direct:
        return _in_dialogue(access, side, speech)
    items = dialect.thread(access, *where_to(dialect, access, speech), speech)
    name = ""
    if dialect.named:
        name = text(ask(access, side, access.external_id, {"fields": dialect.own}).body.get("username"), 100)
    replies_by_address: dict[str, Reply] = {}
    for item, url in items:
        address = side.address(ident(item.get("id")))
        if side.thing(address) and _is_ours(item, access.external_id, name):
            replies_by_address[address] = Reply(
                address, url, text(item.get(dialect.text)), when(item.get(dialect.time))
            )
    return sorted(replies_by_address.values(), key=lambda reply: reply.at or _UNTOLD, reverse=True)


def _is_ours(item: Item, account: str, name: str) -> bool:
    writer = mapping(item.get("from"))
    ids = (number_id(writer.get("id")), number_id(mapping(item.get("user")).get("id")))
    names = (text(item.get("username"), 100), text(writer.get("username"), 100))
    return account in ids or (bool(name) and name in names)


def under(
    dialect: Dialect, access: Access, path: str, speech: Speech | None, other: Mapping[str, str] = MappingProxyType({})
) -> list[Item]:
    """What is listed there, back to before the first attempt; without a `speech` all of it. `other` is what is asked
    otherwise than when reading. Raises TooLong."""
    asked: dict[str, Parameter] = {**dialect.board.asked, **other}
    all_items: list[Item] = []
    for _turn in range(_MOST // dialect.board.size):
        answer = ask(access, dialect.side, path, asked).body
        items = mappings(answer.get("data"))
        all_items += items
        further = next_page(answer)
        # Replies go from old to new.
        back = path.endswith("/comments") and speech is not None and _far_enough(items, dialect.time, speech)
        if not further or back:
            return all_items
        asked |= further
    raise TooLong


def _in_dialogue(access: Access, side: Side, speech: Speech) -> list[Reply]:
    """Our own messages of a dialogue, newest first, back to before the first attempt. Raises TooLong where that is more
    than two hundred messages ago."""
    where = dialogue_of(access, side, speech)
    asked = {"user_id": where.peer, "platform": side.platform, "fields": "id"}
    threads = mappings(ask(access, side, f"{side.node(access)}/conversations", asked).body.get("data"))
    replies: list[Reply] = []
    for thread in threads[:1]:
        page: dict[str, str | int] = {"fields": MESSAGE_FIELDS, "limit": 50}
        for _turn in range(_MOST_PAGES):
            answer = ask(access, side, f"{text(thread.get('id'), 200)}/messages", page).body
            for item in mappings(answer.get("data")):
                mid = text(item.get("id"))
                if number_id(mapping(item.get("from")).get("id")) == where.place and is_mid(mid):
                    address = side.message(where.place, where.peer, mid)
                    url = messaging.dialogue_url(side, side.site_of(access), where.place, where.peer)
                    written_at = when(item.get("created_time"))
                    replies.append(Reply(address, url, text(item.get("message")), written_at))
            further = next_page(answer)
            if not further or _far_enough(mappings(answer.get("data")), "created_time", speech):
                break
            page |= further
        else:
            raise TooLong
    return replies


def _far_enough(items: list[Item], time: str, speech: Speech) -> bool:
    """Whether a page, newest first, ends before anything that the first attempt can have said."""
    last = when(items[-1].get(time)) if items else None
    return speech.attempted_at is not None and last is not None and last < speech.attempted_at - CLOCKS_DIFFER
