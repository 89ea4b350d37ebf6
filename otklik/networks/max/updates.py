"""One update seen from our side of the wire: its proof, what is answered, what is kept. Pure.

There is no signature: the secret of the subscription comes back in a header and is all the proof there is. Updates
have no number of their own, so kind, text and time tell the same update heard twice.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Access, HttpAnswer, Incoming, Json, Origin, Raw
from otklik.networks.max import address as at
from otklik.networks.values import digest, dump, mapping, number, read, text

HEADER = "x-max-bot-api-secret"


def authentic(request: Incoming, access: Access) -> bool:
    secret = request.headers.get(HEADER, "")
    if request.method != "POST" or not secret or not access.secret:
        return False
    return hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), access.secret.encode())


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """200 is all that the network wants; an empty call is no event."""
    return HttpAnswer(200, b"ok", store=bool(request.body.strip()))


def heard(request: Incoming) -> Raw:
    body = read(request.body)
    if isinstance(body, dict):
        raw = update_raw(body, Origin.PUSH, {})
        if raw.body:
            return raw
    return Raw(Origin.PUSH, request.body, hashlib.sha256(request.body).hexdigest()[:40])


def update_raw(update: dict[str, Json], origin: Origin, context: Mapping[str, str]) -> Raw:
    """An update by itself. The same one has the same key, whether it was pushed or polled."""
    return Raw(origin, dump(update), update_key(update), dict(context))


def update_key(update: Mapping[str, Any]) -> str:
    message = mapping(update.get("message"))
    body, recipient = mapping(message.get("body")), mapping(message.get("recipient"))
    mid = at.mid_of(body.get("mid")) or at.mid_of(update.get("message_id"))
    kind, when = text(update.get("update_type"), 60), number(update.get("timestamp"))
    if not kind or when is None:
        return digest(hashlib.sha256(dump(dict(update))).hexdigest())
    chat = number(update.get("chat_id")) or number(recipient.get("chat_id"))
    if mid:
        # A text removed, and an edit in the same millisecond, differ by kind; the words stand in for an edit's number.
        return digest(kind, chat, mid, when, hashlib.sha256(text(body.get("text")).encode()).hexdigest()[:16])
    return digest(kind, chat, when, hashlib.sha256(dump(dict(update))).hexdigest())
