"""The webhook seen from our side of the wire: who may speak, what is answered, what is kept. Pure.

Source: Bot API, setWebhook. There is no signature: a static secret in a header is all the proof there is. Updates do
not say which bot they are for, so the address that `subscribe` registers says it (`?bot=<number>&posts=copies`).
"""

import hashlib
import hmac
from collections.abc import Mapping

from otklik.networks.base import Access, HttpAnswer, Incoming, Json, Origin, Raw
from otklik.networks.telegram import address as at
from otklik.networks.telegram.parse import COPIES, voices_in
from otklik.networks.telegram.shapes import message_of
from otklik.networks.values import digest, dump, mapping, number, read

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 the header's name
BOT_IN_HOOK = "bot"
POSTS_IN_HOOK = "posts"
OURS_IN_HOOK = "ours"


def authentic(request: Incoming, access: Access) -> bool:
    """The right secret, and no other bot's address."""
    secret = request.headers.get(SECRET_HEADER, "")
    bot = request.query.get(BOT_IN_HOOK, "")
    right = hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), access.secret.encode())
    return bool(access.secret) and right and bot in ("", at.bot_number(access.external_id))


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """An empty 200: whatever stands in the answer's body would be taken for a call of a method."""
    return HttpAnswer(200, b"")


def heard(request: Incoming) -> Raw:
    """What is kept of a push. The secret stands in a header alone and is not kept."""
    context = _context(request.query)
    body = read(request.body)
    if not isinstance(body, dict):
        return Raw(Origin.PUSH, request.body, hashlib.sha256(request.body).hexdigest()[:40], context)
    return Raw(Origin.PUSH, request.body, update_key(body), context)


def polled(updates: list[Mapping[str, Json]], access: Access, site: str) -> Raw:
    """One update, or those of one album, heard by asking."""
    context = {**context_of(access), "site": site}
    alone = dict(updates[0]) if len(updates) == 1 else None
    body: dict[str, Json] = alone if alone is not None else {"updates": [dict(update) for update in updates]}
    key = update_key(body) if alone is not None else digest(*(update_key(update) for update in updates))
    return Raw(Origin.POLL, dump(body), key, context)


def update_key(update: Mapping[str, Json]) -> str:
    """The same for the same update, pushed or polled. After a silent week the network numbers updates anew, so the
    message and the time of its edition count too."""
    kind, message = message_of(update)
    chat = number(mapping(message.get("chat")).get("id"))
    numbers = [number(message.get(name)) for name in ("message_id", "date", "edit_date")]
    rest = "" if kind else hashlib.sha256(dump(dict(update))).hexdigest()
    return digest(number(update.get("update_id")), kind, chat, numbers, rest)


def context_of(access: Access) -> dict[str, str]:
    """What an update does not say of itself: which bot heard it, that channels' posts are heard as their copies, and
    whose voices are ours besides.

    Some of what the network had in store before it was told what we want comes all the same.
    """
    ours = access.options.get("own_voices")
    fields = {
        BOT_IN_HOOK: access.external_id,
        POSTS_IN_HOOK: "" if access.options.get("channel_posts") is True else COPIES,
        OURS_IN_HOOK: ",".join(str(number(each) or "") for each in ours) if isinstance(ours, list) else "",
    }
    return _context(fields)


def _context(params: Mapping[str, str]) -> dict[str, str]:
    """What may be kept of it: a hook's address is not ours alone."""
    fields = {
        BOT_IN_HOOK: at.bot_number(params.get(BOT_IN_HOOK, "")),
        POSTS_IN_HOOK: COPIES if params.get(POSTS_IN_HOOK) == COPIES else "",
        OURS_IN_HOOK: ",".join(str(each) for each in sorted(voices_in(params.get(OURS_IN_HOOK, "")), reverse=True)),
    }
    return {name: value for name, value in fields.items() if value}
