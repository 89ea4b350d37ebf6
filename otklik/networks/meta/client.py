"""Calls to the Graph API, and answers or errors of our own classes. Nothing here repeats a call.

The token goes in the query of a GET and in the form of a POST, `appsecret_proof` beside it when the app's secret is
known. Links to further pages carry the token, so what is stored goes through `reading.scrubbed` first.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from otklik.lib.http import Reply, Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NetworkError, RetryAt, unsure
from otklik.networks.meta.failures import WRONG_PROOF, failure, is_limit
from otklik.networks.meta.side import APP_SECRET, Side
from otklik.networks.values import mapping, mappings, number, read, real, text
from otklik.networks.wire import exchange

VERSION = "v26.0"
Parameter = None | bool | int | str | Sequence[str] | Mapping[str, Any]
_SLOWED = timedelta(seconds=3)
_BUSY = timedelta(minutes=1)
SLOW_FROM = 80  # percent
STOP_FROM = 100
_UNKNOWN_REST = timedelta(minutes=10)
_LONGEST_REST = timedelta(days=2)
_COUNTERS = ("call_count", "total_cputime", "total_time")


# How much of its hourly budget a token has used, as the answer's headers tell.
#
# Two headers: `X-Business-Use-Case-Usage` for tokens of pages and system users, `X-App-Usage` for the others.
@dataclass(frozen=True, slots=True)
class Usage:
    """`percent` of the fullest budget; `regain` is how long until a used up one works again, None = not told."""

    percent: float = 0.0
    regain: timedelta | None = None

    @property
    def slow(self) -> bool:
        return self.percent >= SLOW_FROM

    @property
    def spent(self) -> bool:
        return self.percent >= STOP_FROM

    @property
    def rest(self) -> timedelta:
        return self.regain or _UNKNOWN_REST


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network said, with what is left of the token's budget."""

    body: Mapping[str, Any]
    usage: Usage


def ask(access: Access, side: Side, path: str, parameters: Mapping[str, Parameter], *, token: str = "") -> Answer:
    """A call that changes nothing. An unclear outcome is RetryAt."""
    return _call(access, side, "GET", path, parameters, write=False, token=token)


def tell(access: Access, side: Side, path: str, parameters: Mapping[str, Parameter]) -> Answer:
    """A POST that the world can see. An unclear outcome is OutcomeUnknown."""
    return _call(access, side, "POST", path, parameters, write=True)


def arrange(
    access: Access,
    side: Side,
    path: str,
    parameters: Mapping[str, Parameter],
    *,
    token: str = "",
    files: tuple[Upload, ...] = (),
) -> Answer:
    """A POST that may be repeated: a subscription, a picture that nobody sees yet. An unclear outcome is RetryAt."""
    return _call(access, side, "POST", path, parameters, write=False, token=token, files=files)


def proof(token: str, secret: str) -> str:
    """`appsecret_proof`: HMAC-SHA256 of the token with the app's secret, in hexadecimal."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def need_token(access: Access, side: Side) -> str:
    """The kind of token to use. NeedsPerson if the account has none."""
    kind = side.token_of(access)
    if not kind:
        raise NeedsPerson(_("У аккаунта нет ключа доступа: впишите ключ страницы"))
    return kind


def _call(
    access: Access,
    side: Side,
    method: str,
    path: str,
    parameters: Mapping[str, Parameter],
    *,
    write: bool,
    token: str = "",
    files: tuple[Upload, ...] = (),
) -> Answer:
    """`token` is a token itself that is not the account's own: the app's. Its budget is counted with the secret's."""
    kind = APP_SECRET if token else need_token(access, side)
    form = _form(parameters) | _proven(access, token or access.tokens[kind])
    url = f"{access.base.rstrip('/')}/{_version(access)}/{path}"
    reply = exchange(
        access,
        side.title,
        method,
        f"{url}?{urlencode(form)}" if method == "GET" else url,
        write=write,
        token=kind,
        form=None if method == "GET" else form,
        files=files,
    )
    usage = usage_of(reply.headers)
    if usage.spent:
        access.rest(kind, usage.rest)
    elif usage.slow:
        access.rest(kind, _SLOWED)
    return Answer(_understood(access, reply, kind, usage, write=write), usage)


def _understood(access: Access, reply: Reply, kind: str, usage: Usage, *, write: bool) -> Mapping[str, Any]:
    body = read(reply.body)
    if isinstance(body, dict):
        error = _error_in(body)
        if error:
            raise _refusal(access, error, kind, usage, write=write)
        if reply.status == 200:
            return body
    if reply.status == 429:
        access.rest(kind, usage.regain or _BUSY)
        raise RetryAt(_("Сеть просит не обращаться так часто"), usage.regain or _BUSY, "429")
    raise unsure(_("Сеть ответила непонятно"), write=write, code=f"HTTP {reply.status}")


def _error_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The error, wherever the API puts it: on top, inside `data`, or spread over the answer as the login flow does."""
    for error in (body.get("error"), mapping(body.get("data")).get("error")):
        if isinstance(error, dict) and error:
            return error
    if isinstance(body.get("error_type"), str):
        return {"code": body.get("code"), "message": body.get("error_message")}
    return {}


def _refusal(access: Access, error: Mapping[str, Any], kind: str, usage: Usage, *, write: bool) -> NetworkError:
    code = number(error.get("code"))
    if code is None:
        return unsure(_("Сеть ответила непонятно"), write=write)
    if code == 100 and "appsecret_proof" in text(error.get("message"), 500):
        return AuthLost(WRONG_PROOF, "100")
    subcode = number(error.get("error_subcode")) or 0
    refusal = failure(code, subcode, write=write, transient=error.get("is_transient") is True, after=usage.regain)
    if is_limit(code) and isinstance(refusal, RetryAt):
        access.rest(kind, refusal.after)
    return refusal


def _version(access: Access) -> str:
    version = access.options.get("version", VERSION)
    if not isinstance(version, str) or not re.fullmatch(r"v\d{1,3}\.\d{1,2}", version, re.ASCII):
        raise Broken(_("Версия API в настройках аккаунта должна иметь вид v26.0"))
    return version


def _proven(access: Access, token: str) -> dict[str, str]:
    secret = access.tokens.get(APP_SECRET)
    return {"access_token": token} | ({"appsecret_proof": proof(token, secret)} if secret else {})


def _form(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    return {name: _plain(value) for name, value in parameters.items() if value is not None}


def _plain(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"))
    return value if isinstance(value, str) else ",".join(value) if isinstance(value, Sequence) else str(value)


def usage_of(headers: Mapping[str, str]) -> Usage:
    """The fullest of all budgets that the headers name; an empty Usage where they name none."""
    percent, regain = 0.0, None
    for entry in _entries(headers):
        percent = max([percent, *(real(entry.get(name)) or 0.0 for name in _COUNTERS)])
        minutes = real(entry.get("estimated_time_to_regain_access")) or 0.0
        if minutes > 0:
            wait = min(timedelta(minutes=min(minutes, 10_000.0)), _LONGEST_REST)
            regain = max(regain or wait, wait)
    return Usage(percent, regain)


def _entries(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    low = {name.lower(): value for name, value in headers.items()}
    yield mapping(read(low.get("x-app-usage", "").encode()))
    for entries in mapping(read(low.get("x-business-use-case-usage", "").encode())).values():
        yield from mappings(entries)
