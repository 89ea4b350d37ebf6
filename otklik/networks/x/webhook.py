"""The webhook seen from our side of the wire: who may speak, what is answered, what is kept. Pure.

Source: the network's pages on webhooks. Every event is signed with the application's consumer secret over its raw
bytes; the network also asks us to sign a word of its own, to see that the address is ours (CRC). The same key signs
both, so only a word that can be no event is signed: base64 letters, at most 128 of them.
"""

import base64
import hashlib
import hmac
import json
import re

from otklik.networks.base import Access, HttpAnswer, Incoming, Json, Origin, Raw
from otklik.networks.values import digest, mapping, read, text
from otklik.networks.x import address as at
from otklik.networks.x.client import SECRET

HEADER = "x-twitter-webhooks-signature"
_WORD = re.compile(r"[A-Za-z0-9+/=_-]{1,128}", re.ASCII)
_EVENT = re.compile(r"-?[0-9]{1,20}", re.ASCII)


def authentic(request: Incoming, access: Access) -> bool:
    """A request to sign a word is answered to anybody (see `answer_to`); everything else must carry our signature."""
    secret = access.tokens.get(SECRET, "")
    if not secret:
        return False
    if request.method == "GET":
        return True
    header_signature = request.headers.get(HEADER, "")
    return hmac.compare_digest(
        header_signature.encode("utf-8", "surrogatepass"), signature(request.body, secret).encode()
    )


def signature(message: bytes, secret: str) -> str:
    made = hmac.new(secret.encode("utf-8", "surrogatepass"), message, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(made).decode()}"


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """The signed word for a check, 400 for a check that asks to sign anything else, an empty 200 for an event."""
    if request.method != "GET":
        return HttpAnswer(200, b"")
    word, secret = request.query.get("crc_token", ""), access.tokens.get(SECRET, "")
    if not secret or not _WORD.fullmatch(word):
        return HttpAnswer(400, b"wrong crc_token", store=False)
    body = json.dumps({"response_token": signature(word.encode(), secret)})
    return HttpAnswer(200, body.encode(), "application/json", store=False)


def heard(request: Incoming) -> Raw:
    """What is kept of a push: its bytes as they came. The body holds no secret."""
    body = read(request.body)
    account = at.number(mapping(mapping(mapping(body).get("data")).get("filter")).get("user_id"))
    return Raw(Origin.PUSH, request.body, event_key(body, request.body), {"account": account} if account else {})


def event_key(envelope: Json, body: bytes) -> str:
    """The network's own event number (it may be negative) with the kind and whose event it is, else a fingerprint."""
    data = mapping(mapping(envelope).get("data"))
    event_id = data.get("event_uuid")
    if isinstance(event_id, str) and _EVENT.fullmatch(event_id):
        whose = at.number(mapping(data.get("filter")).get("user_id"))
        return digest("x-event", event_id, text(data.get("event_type"), 60), whose)
    return hashlib.sha256(body).hexdigest()[:40]
