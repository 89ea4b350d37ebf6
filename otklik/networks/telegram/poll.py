"""The bot's own stream: by asking, or, where the network pushes, a look at how the pushing goes.

The cursor holds `offset`, the number of the first update that is not stored yet. It is sent only when it comes back
to us, that is, once what was heard before is on disk: the network forgets what the offset has passed. What it keeps, it
keeps for 24 hours. After a week without any the network numbers updates anew, from anywhere, so an offset that is older
than some days is not sent; `at` is when it was new.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, ReadPlace
from otklik.networks.errors import NeedsPerson, RetryAt
from otklik.networks.telegram.client import ask, site_of, whole_option
from otklik.networks.telegram.heard import polled
from otklik.networks.telegram.shapes import message_of
from otklik.networks.values import mapping, mappings, moment, number, text
from otklik.networks.wire import SHORT

UPDATES: list[Json] = ["message", "edited_message", "my_chat_member"]
MOST = 100
_AT_ONCE = timedelta(0)
_GATHER = timedelta(seconds=1)  # how long the rest of an album is waited for
_SLACK = 10  # seconds that an answer may be late beyond `wait`
_SILENT = timedelta(days=3)
_FRESH = timedelta(minutes=15)  # an older failure of a push is over: the network repeats every minute or two


def wanted(access: Access) -> list[Json]:
    """The kinds of update that are asked for. A channel's own posts are heard as their copies in its discussion."""
    posts: list[Json] = ["channel_post", "edited_channel_post"]
    return UPDATES + (posts if access.options.get("channel_posts") is True else [])


def poll(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """What happened since the cursor. Holds the line up to `wait` seconds (option, 25); the next is due at once.

    An album that stands at the end may still be coming in: it is left in the network's queue once, for a second.
    """
    offset, at = _offset(place, now)
    held = text(place.cursor.get("album"))
    wait = 0 if held else whole_option(access, "wait", 25, 0, 50)
    asked: dict[str, Json] = {"limit": MOST, "timeout": wait, "allowed_updates": wanted(access)}
    answer = ask(access, "getUpdates", asked | ({"offset": offset} if offset else {}), wait + _SLACK)
    if not isinstance(answer, list):
        raise RetryAt(_("Telegram ответил непонятно"), SHORT)
    updates = [update for update in mappings(answer) if (number(update.get("update_id")) or 0) > 0]
    groups = _gathered(updates)
    last = _album(groups[-1][-1]) if groups else ""
    if last and last != held:
        late = groups.pop()
        offset = number(late[0].get("update_id")) or offset
        raws = tuple(polled(group, access, site_of(access)) for group in groups)
        return Fetched(raws, {"offset": offset, "album": last, "at": int(now.timestamp())}, _GATHER)
    raws = tuple(polled(group, access, site_of(access)) for group in groups)
    if updates:
        offset, at = max(number(update.get("update_id")) or 0 for update in updates) + 1, int(now.timestamp())
    return Fetched(raws, {"offset": offset, "at": at}, _AT_ONCE)


def _offset(place: ReadPlace, now: datetime) -> tuple[int, int]:
    """The offset to ask from, 0 = from the beginning, and when it was new."""
    offset, at = number(place.cursor.get("offset")) or 0, number(place.cursor.get("at")) or 0
    then = moment(at)
    return (0, 0) if then is None or now - then > _SILENT else (offset, at)


def _gathered(updates: list[dict[str, Json]]) -> list[list[Mapping[str, Json]]]:
    """Updates in their order, those of one album that follow each other together."""
    groups: list[list[Mapping[str, Json]]] = []
    for update in updates:
        album = _album(update)
        if album and groups and _album(groups[-1][-1]) == album:
            groups[-1].append(update)
        else:
            groups.append([update])
    return groups


def _album(update: Mapping[str, Json]) -> str:
    """A name for the album that a new message belongs to, the same for all of it; "" for none, and for editions."""
    kind, message = message_of(update)
    album_id = text(message.get("media_group_id"), 80)
    chat = number(mapping(message.get("chat")).get("id"))
    return f"{chat}:{album_id}" if album_id and not kind.startswith("edited") else ""


def look_at_pushes(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Where the network pushes there is nothing to read beside: only whether it gets through to us."""
    webhook = mapping(ask(access, "getWebhookInfo", {}))
    if not text(webhook.get("url")):
        raise NeedsPerson(_("Вебхук бота снят, сообщения не приходят: подпишите аккаунт заново"))
    trouble = push_trouble(webhook, now)
    if trouble:
        raise NeedsPerson(trouble)
    pause = timedelta(seconds=whole_option(access, "reconcile_seconds", 60, 5, 3600))
    return Fetched((), dict(place.cursor), pause)


def push_trouble(webhook: Mapping[str, Json], now: datetime) -> str:
    """What the network says against our address, while updates wait because of it; "" when all is well."""
    failed = moment(webhook.get("last_error_date"))
    waiting = number(webhook.get("pending_update_count")) or 0
    if failed is None or not waiting or now - failed > _FRESH:
        return ""
    words = text(webhook.get("last_error_message"), 200)
    return _("Telegram не может доставить события, ждёт %(waiting)s: «%(words)s»") % {
        "waiting": waiting,
        "words": words,
    }
