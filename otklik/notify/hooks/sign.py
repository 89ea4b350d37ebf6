"""Signatures by the Standard Webhooks scheme, so that a receiver may take a library for it. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
LENGTH = 32


def fresh_secret() -> str:
    """A new secret of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def signature(secret: str, call: str, seconds: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, time in seconds since 1970, and body, with dots between."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed_content = f"{call}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed_content, hashlib.sha256).digest()).decode()


def headers(secrets_in_force: Sequence[str], call: str, at: datetime, body: bytes) -> dict[str, str]:
    """What goes with a body. With two secrets there are two signatures: each receiver finds his own."""
    seconds = int(at.timestamp())
    return {
        "webhook-id": call,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(secret, call, seconds, body) for secret in secrets_in_force),
    }
