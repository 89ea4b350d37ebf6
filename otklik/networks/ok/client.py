"""Calls to Odnoklassniki: signed POST forms to the REST API, JSON to the groups' Bot API.

Nothing here repeats a call: whoever called decides by the class of the error.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from otklik.lib.http import Reply
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import NeedsPerson, NetworkError, RetryAt, unsure
from otklik.networks.ok import address as at
from otklik.networks.ok.failures import failure
from otklik.networks.values import dump, mapping, number, read
from otklik.networks.wire import SHORT, exchange

TITLE = _("Одноклассники")
Parameter = None | bool | int | str | Iterable[str]

APPLICATION, SECRET, ACCESS, GROUP = "application_key", "secret_key", "access", "group"
REST = (APPLICATION, SECRET, ACCESS)
_KEYS = {ACCESS: _("ключ администратора"), GROUP: _("ключ группы")}
_BARE = re.compile(rb'"?[A-Za-z0-9+/=_.:-]{8,180}"?')
UNSIGNED = frozenset({"sig", "access_token", "session_key"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the answer as JSON, `body` as it came."""

    value: Json
    body: bytes


def has_rest(access: Access) -> bool:
    """Whether the account has all that a signed call needs."""
    return all(access.tokens.get(kind) for kind in REST)


def ask(access: Access, method: str, parameters: Mapping[str, Parameter], accept: Iterable[int] = ()) -> Answer:
    """A REST call that changes nothing. An unclear outcome is RetryAt.

    Refusals with a code in `accept` are answers like any other: the caller reads them.
    """
    return _rest(access, method, parameters, write=False, accept=frozenset(accept))


def tell(access: Access, method: str, parameters: Mapping[str, Parameter]) -> Answer:
    """A REST call that the world can see. An unclear outcome is OutcomeUnknown."""
    return _rest(access, method, parameters, write=True)


def bot_ask(access: Access, path: str, query: Mapping[str, Parameter] | None = None) -> Answer:
    """GET of the Bot API."""
    return _bot(access, "GET", path, query or {}, None, write=False)


def bot_tell(access: Access, path: str, body: Json, *, seen: bool = True) -> Answer:
    """POST to the Bot API; `seen` says whether people can see what it does."""
    return _bot(access, "POST", path, {}, dump(body), write=seen)


def site_of(access: Access) -> str:
    """The base of public links, without a slash at the end."""
    site = access.options.get("site")
    return site.rstrip("/") if isinstance(site, str) and site else at.SITE


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))


def _rest(
    access: Access,
    method: str,
    parameters: Mapping[str, Parameter],
    *,
    write: bool,
    accept: frozenset[int] = frozenset(),
) -> Answer:
    if not has_rest(access):
        raise NeedsPerson(_("Впишите три ключа: публичный и секретный ключ приложения и ключ администратора группы"))
    form = {name: _plain(value) for name, value in parameters.items() if value is not None}
    form |= {"application_key": access.tokens[APPLICATION], "format": "json", "method": method}
    form["sig"] = sign(form, session_secret(access.tokens[ACCESS], access.tokens[SECRET]))
    form["access_token"] = access.tokens[ACCESS]
    url = f"{access.base.rstrip('/')}/fb.do"
    reply = exchange(access, TITLE, "POST", url, write=write, token=ACCESS, form=form)
    return _understood(access, reply, ACCESS, write=write, accept=accept)


def _bot(
    access: Access, verb: str, path: str, query: Mapping[str, Parameter], body: bytes | None, *, write: bool
) -> Answer:
    token = access.tokens.get(GROUP)
    if not token:
        raise NeedsPerson(_("Для личных сообщений нужен ключ группы: Настройки группы → Сообщения → Bot API"))
    asked = {name: _plain(value) for name, value in query.items() if value is not None}
    url = f"{access.base.rstrip('/')}/graph/me/{path}?{urlencode({**asked, 'access_token': token})}"
    headers = {"Content-Type": "application/json;charset=utf-8"} if body is not None else None
    reply = exchange(access, TITLE, verb, url, write=write, token=GROUP, body=body, headers=headers)
    return _understood(access, reply, GROUP, write=write)


def _understood(
    access: Access, reply: Reply, token: str, *, write: bool, accept: frozenset[int] = frozenset()
) -> Answer:
    value = read(reply.body) if reply.status < 500 else None  # a gateway's words are not the network's
    code = number(mapping(value).get("error_code"))
    if code is not None and code not in accept:
        raise _refused(access, code, token, write=write)
    if reply.status == 429:
        raise RetryAt(_("Одноклассники просят не обращаться так часто"), _asked_to_wait(reply), "429")
    if value is None and reply.status == 200 and write and _BARE.fullmatch(reply.body.strip()):
        value = reply.body.strip().strip(b'"').decode()  # a bare id
    if reply.status != 200 or value is None or (isinstance(value, dict) and "error_msg" in value and code is None):
        raise unsure(_("Одноклассники ответили непонятно"), write=write, code=f"HTTP {reply.status}")
    return Answer(value, reply.body)


def _asked_to_wait(reply: Reply) -> timedelta:
    retry_after = reply.headers.get("retry-after", "")
    return (
        timedelta(seconds=int(retry_after))
        if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6
        else SHORT
    )


def _refused(access: Access, code: int, token: str, *, write: bool) -> NetworkError:
    error = failure(code, key=_KEYS[token], write=write)
    if isinstance(error, RetryAt) and code in (8, 11):
        access.rest(token, error.after)  # no call of this key will do better before that
    return error


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ",".join(value)


# The signature of a REST call.
#
# Source: apiok.ru, "Signing requests": md5 over the sorted `name=value` pairs without a separator and the session's
# secret, which is md5 over the access token and the application's secret key. The values are signed as they are,
# before any URL encoding.
def session_secret(access_token: str, secret_key: str) -> str:
    return _md5(access_token + secret_key)


def sign(parameters: Mapping[str, str], session: str) -> str:
    """The value of `sig` for these parameters; the token and an old signature among them do not count."""
    joined = "".join(f"{name}={parameters[name]}" for name in sorted(parameters) if name not in UNSIGNED)
    return _md5(joined + session)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
