"""The signature of a REST call. Pure.

Source: apiok.ru, "Signing requests": md5 over the sorted `name=value` pairs without a separator and the session's
secret, which is md5 over the access token and the application's secret key. The values are signed as they are,
before any URL encoding.
"""

import hashlib
from collections.abc import Mapping

UNSIGNED = frozenset({"sig", "access_token", "session_key"})


def session_secret(access_token: str, secret_key: str) -> str:
    return _md5(access_token + secret_key)


def sign(parameters: Mapping[str, str], session: str) -> str:
    """The value of `sig` for these parameters; the token and an old signature among them do not count."""
    joined = "".join(f"{name}={parameters[name]}" for name in sorted(parameters) if name not in UNSIGNED)
    return _md5(joined + session)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
