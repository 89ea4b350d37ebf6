"""The Callback API seen from our side of the wire: who may speak, what is answered, what is kept. Pure.

Source: dev.vk.com, Callback API; schema `callback_base`. There is no signature: a static secret in the body is all.
"""

import hashlib
import hmac
import re

from otklik.networks.base import Access, HttpAnswer, Incoming, Json, Origin, Raw
from otklik.networks.values import digest, dump, mapping, number, read, text
from otklik.networks.vk import address as at

_SECRET = re.compile(rb'("secret"\s*:\s*)"(?:[^"\\]|\\.)*"?')


def authentic(request: Incoming, access: Access) -> bool:
    """The right secret and the right community. The request for the confirmation code may come without a secret.

    Nothing is learnt from that code, and nothing is stored of such a request.
    """
    body = mapping(read(request.body))
    group = at.group_number(access.external_id)
    if not group or number(body.get("group_id")) != group:
        return False
    if body.get("type") == "confirmation" and "secret" not in body:
        return True
    secret = body.get("secret")
    if not isinstance(secret, str) or not access.secret:
        return False
    return hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), access.secret.encode())


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """Exactly `ok`, or the bare confirmation code; the network counts any other body as a failed delivery."""
    if mapping(read(request.body)).get("type") != "confirmation":
        return HttpAnswer(200, b"ok")
    if not access.confirmation:
        return HttpAnswer(503, b"", store=False)
    return HttpAnswer(200, access.confirmation.encode(), store=False)


def heard(request: Incoming) -> Raw:
    """What is kept of a push: the body without its secret."""
    body = read(request.body)
    raw = event_raw(body, Origin.PUSH) if isinstance(body, dict) else None
    if raw is None or not raw.body:
        kept = _SECRET.sub(rb'\1""', request.body)
        return Raw(Origin.PUSH, kept, hashlib.sha256(kept).hexdigest()[:40])
    return raw


def event_raw(envelope: dict[str, Json], origin: Origin) -> Raw:
    """An event by its envelope. The same event has the same key, whether it was pushed or polled."""
    kept = {name: value for name, value in envelope.items() if name != "secret"}
    group = number(kept.get("group_id"))
    context = {"group_id": str(group)} if group else {}
    return Raw(origin, dump(kept), event_key(kept), context)


def event_key(envelope: dict[str, Json]) -> str:
    """The network's own event id; old events have none: type, owner, object and a fingerprint of its text instead."""
    event_id = text(envelope.get("event_id"))
    if event_id:
        return event_id if len(event_id) <= 100 else digest(event_id)
    thing = mapping(envelope.get("object"))
    owner = thing.get("post_owner_id", thing.get("owner_id"))
    written = dump(envelope.get("object"))
    return digest(
        text(envelope.get("type")),
        number(owner),
        number(thing.get("id")),
        hashlib.sha256(written).hexdigest(),
    )
