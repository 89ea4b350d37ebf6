"""OAuth 1.0a: who signed a request, by RFC 5849 with HMAC-SHA1. A JSON body is not part of the signature."""

import base64
import hashlib
import hmac
import sqlite3
import urllib.parse
from collections.abc import Sequence

from django.http import HttpRequest

HOSTS = ("https://api.x.com", "https://api.twitter.com")


def signer(db: sqlite3.Connection, request: HttpRequest, path: str, own: str) -> sqlite3.Row | None:
    """The token's row if the signature holds, else None. `own` is the emulator's base; clients that are pointed here
    by an adapter sign for the real hosts."""
    oauth_params = _header(request.headers.get("Authorization", ""))
    row: sqlite3.Row | None = db.execute(
        "SELECT t.*, a.key AS app_key, a.secret AS app_secret FROM x_token t JOIN x_app a ON a.name = t.app"
        " WHERE t.token = ? AND t.kind = 'oauth1'",
        (oauth_params.get("oauth_token", ""),),
    ).fetchone()
    if row is None or oauth_params.get("oauth_consumer_key") != row["app_key"]:
        return None
    if oauth_params.get("oauth_signature_method") != "HMAC-SHA1" or not oauth_params.get("oauth_nonce"):
        return None
    pairs = [(name, value) for name, value in oauth_params.items() if name not in ("oauth_signature", "realm")]
    pairs += [(name, str(value)) for name, values in request.GET.lists() for value in values]
    signature = oauth_params.get("oauth_signature", "").encode()
    for host in (*HOSTS, own, f"{request.scheme}://{request.get_host()}/x"):
        made = _signature(str(request.method), host + path, pairs, row["app_secret"], row["secret"])
        if hmac.compare_digest(signature, made):
            return row
    return None


def _header(text: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in text.partition(" ")[2].split(","))
    return {name: urllib.parse.unquote(value.strip('"')) for name, _, value in parts if name}


def _signature(verb: str, url: str, pairs: Sequence[tuple[str, str]], app_secret: str, secret: str) -> bytes:
    coded = sorted((_quoted(name), _quoted(value)) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in coded)
    base = "&".join((verb.upper(), _quoted(url), _quoted(joined)))
    key = f"{_quoted(app_secret)}&{_quoted(secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest())


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="~")
