"""Webhooks seen from our side of the wire: who may speak, what is answered, what is kept. Pure.

The handshake is a GET with the account's own word, an event is a POST signed over its raw bytes with the app's secret.
The sender escapes non-ASCII signs, so a body that was read and written again no longer fits its signature.
"""

import hashlib
import hmac
import re

from otklik.networks.base import Access, HttpAnswer, Incoming, Origin, Raw
from otklik.networks.meta.side import APP_SECRET

_CHALLENGE = re.compile(r"\d{1,20}", re.ASCII)
_NAME = "sha256="


def authentic(request: Incoming, access: Access) -> bool:
    """The right word in a handshake, the right signature under an event; both compared in constant time."""
    if request.method == "GET":
        verify_token = request.query.get("hub.verify_token", "")
        return (
            bool(access.secret)
            and request.query.get("hub.mode") == "subscribe"
            and hmac.compare_digest(verify_token.encode("utf-8", "surrogatepass"), access.secret.encode())
        )
    secret = access.tokens.get(APP_SECRET)
    if request.method != "POST" or not secret:
        return False
    header_signature = request.headers.get("x-hub-signature-256", "")
    return hmac.compare_digest(
        header_signature.encode("utf-8", "surrogatepass"), signature(request.body, secret).encode()
    )


def signature(body: bytes, secret: str) -> str:
    """What stands in `X-Hub-Signature-256` over these bytes."""
    return _NAME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """The challenge back as plain text, and only when it is a number: what is echoed must never be a page."""
    if request.method != "GET":
        return HttpAnswer(200, b"ok")
    challenge = request.query.get("hub.challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        return HttpAnswer(400, b"", store=False)
    return HttpAnswer(200, challenge.encode(), "text/plain", store=False)


def heard(request: Incoming) -> Raw:
    """What is kept of a push: all of it, for it holds no secret. The key is the body's own fingerprint.

    The time of an entry is part of the body, so a text that is changed and changed back is news twice.
    """
    return Raw(Origin.PUSH, request.body, hashlib.sha256(request.body).hexdigest()[:40])
