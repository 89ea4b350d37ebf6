"""Our own group: its topics and comments, and, with the group's key, its private messages."""

from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Raw, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.ok.client import GROUP, has_rest, whole_option
from otklik.networks.ok.dialogues import read_dialogues
from otklik.networks.ok.stream import read_group
from otklik.networks.values import count, mapping

_RECONCILE = 20  # looks between two at the dialogues while messages are pushed
_SOON = timedelta(seconds=1)


def read_own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """One look. What one of the two APIs refuses for now does not keep the other from being read."""
    group, rest = bool(access.tokens.get(GROUP)), has_rest(access)
    if not (group or rest):
        raise NeedsPerson(_("Чтобы читать группу Одноклассников, впишите ключи приложения и ключ администратора"))
    cursor = place.cursor
    pause = timedelta(seconds=whole_option(access, "watch_seconds", 15, 1, 3600))
    comments, chats, turn = mapping(cursor.get("comments")), mapping(cursor.get("chats")), count(cursor.get("turn"))
    raws: list[Raw] = []
    if group and (access.options.get("push") is not True or turn % _RECONCILE == 0 or not rest):
        messages, chats, whole, refused = _messages(access, chats, now)
        if refused and not rest:
            raise refused
        raws += messages
        pause = pause if whole else _SOON
    if rest:
        try:
            fetch = read_group(access, ReadPlace("own", place.external_id, comments), pause)
        except RetryAt as refusal:
            if not group:
                raise
            fetch = Fetched((), comments, max(pause, min(refusal.after, timedelta(minutes=5))))
        raws += fetch.raws
        comments, pause = mapping(fetch.cursor), min(pause, fetch.again_in) if fetch.raws else fetch.again_in
    new_cursor: dict[str, Json] = {"comments": dict(comments), "chats": dict(chats), "turn": turn + 1}
    return Fetched(tuple(raws), new_cursor, pause)


def _messages(
    access: Access, chats: Any, now: datetime
) -> tuple[list[Raw], dict[str, Json], bool, RetryAt | Permanent | None]:
    try:
        raws, cursor, whole = read_dialogues(access, chats, now)
    except (RetryAt, Permanent) as refusal:
        return [], dict(chats), True, refusal
    return raws, cursor, whole, None
