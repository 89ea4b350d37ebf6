"""What stands in the Authorization header: a token as it is, or a signature with the four old keys (OAuth 1.0a).

A user's OAuth 2.0 token lives two hours; the old keys do not end. Source: RFC 5849 with HMAC-SHA1. A JSON body is not
part of what is signed, the query is.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit


@dataclass(frozen=True, slots=True)
class Keys:
    """The app's key and secret, the user's token and secret."""

    app: str
    app_secret: str
    token: str
    token_secret: str


def keys_in(secret: str) -> Keys | None:
    """Four keys written in one line with colons between; None for a plain token."""
    parts = [part.strip() for part in secret.split(":")]
    return Keys(*parts) if len(parts) == 4 and all(parts) else None


def authorization(secret: str, method: str, url: str, now: datetime, nonce: str = "") -> str:
    """The header's value. `nonce` is made anew unless a test names it."""
    keys = keys_in(secret)
    if keys is None:
        return f"Bearer {secret}"
    parameters = {
        "oauth_consumer_key": keys.app,
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(now.timestamp())),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    parameters["oauth_signature"] = _signature(keys, method, url, parameters)
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in sorted(parameters.items()))


def _signature(keys: Keys, method: str, url: str, parameters: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    pairs = [*parameters.items(), *parse_qsl(parts.query, keep_blank_values=True)]
    joined = "&".join(f"{name}={value}" for name, value in sorted((_quoted(n), _quoted(v)) for n, v in pairs))
    plain = f"{parts.scheme}://{parts.netloc}{parts.path}"
    base = "&".join((method.upper(), _quoted(plain), _quoted(joined)))
    key = f"{_quoted(keys.app_secret)}&{_quoted(keys.token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _quoted(value: str) -> str:
    return quote(value, safe="~")
