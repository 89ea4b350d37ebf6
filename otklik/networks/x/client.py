"""Calls to X: JSON over HTTPS, the token in a header, and answers or errors of our own classes.

Nothing here repeats a call, but one that was refused with a key that could be renewed: whoever called decides by the
class of the error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from otklik.lib import clock
from otklik.lib.http import Reply, Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import Broken, NeedsPerson, unsure
from otklik.networks.values import dump, mapping, read
from otklik.networks.wire import exchange
from otklik.networks.x.address import SITE
from otklik.networks.x.failures import LONGEST, WINDOW, failure
from otklik.networks.x.signing import authorization

TITLE = "X (Twitter)"
BEARER, USER, SECRET = "bearer", "user", "consumer_secret"
CLIENT, CLIENT_SECRET, REFRESH = "client_id", "client_secret", "refresh"  # of OAuth 2.0: they renew a user's key
_SECOND = timedelta(seconds=1)
_LIMITS = ("x-rate-limit", "x-app-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the JSON object that came, `body` the same as bytes."""

    value: Mapping[str, Any]
    body: bytes


def ask(access: Access, token: str, path: str, query: Mapping[str, str] | None = None, *, rest: bool = True) -> Answer:
    """A reading call. `rest` False: its limit is its own and says nothing of the token's other calls."""
    asked = urlencode(query or {}, quote_via=quote)
    return _call(access, token, "GET", f"{path}?{asked}" if asked else path, None, write=False, rest=rest)


def change(access: Access, token: str, method: str, path: str, body: Json) -> Answer:
    """A call that changes our own settings there and is safe to repeat. An unclear outcome is RetryAt."""
    return _call(access, token, method, path, dump(body), write=False, rest=True)


def tell(access: Access, path: str, body: Json, *, rest: bool = True) -> Answer:
    """A call that the world can see, always in the user's name. An unclear outcome is OutcomeUnknown."""
    return _call(access, USER, "POST", path, dump(body), write=True, rest=rest)


def put_up(access: Access, path: str, form: Mapping[str, str], file: Upload) -> Answer:
    """A file that nobody sees yet, in the user's name. An unclear outcome is RetryAt."""
    return _call(access, USER, "POST", path, None, write=False, rest=True, form=form, files=(file,))


def reader(access: Access) -> str:
    """The kind of key that public texts are read with, "" if there is none."""
    return next((kind for kind in (BEARER, USER) if access.tokens.get(kind)), "")


def key_or_person(access: Access, kinds: Iterable[str], why: str) -> str:
    """The first of these kinds of key that the account has; NeedsPerson with this reason if it has none."""
    for kind in kinds:
        if access.tokens.get(kind):
            return kind
    raise NeedsPerson(why)


def site_of(access: Access) -> str:
    """The base of public links, without a slash at the end."""
    site = access.options.get("site")
    return site.rstrip("/") if isinstance(site, str) and site else SITE


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))


def _call(
    access: Access,
    token: str,
    method: str,
    path: str,
    body: bytes | None,
    *,
    write: bool,
    rest: bool,
    form: Mapping[str, str] | None = None,
    files: tuple[Upload, ...] = (),
) -> Answer:
    secret = access.fresh(token, "") or access.tokens.get(token)
    if not secret:
        raise Broken(_("У аккаунта X нет ключа вида «%(token)s»") % {"token": token})
    url = f"{access.base.rstrip('/')}{path}"

    def sent(secret: str) -> Reply:
        headers = {"Authorization": authorization(secret, method, url, clock.now())}
        return exchange(
            access, TITLE, method, url, write=write, token=token, form=form, body=body, files=files, headers=headers
        )

    reply = sent(secret)
    if reply.status == 401 and (fresh := access.fresh(token, secret)):
        reply = sent(fresh)  # whoever was not let in has done nothing: said again, it is said once
    wait = _wait(reply.headers)
    if rest and (reply.status == 429 or _used_up(reply.headers)):
        access.rest(token, wait or WINDOW)
    return _understood(reply, token, write=write, wait=wait)


def _understood(reply: Reply, token: str, *, write: bool, wait: timedelta | None) -> Answer:
    value = read(reply.body)
    if not 200 <= reply.status < 300:
        raise failure(reply.status, value, token=token, write=write, wait=wait)
    if isinstance(value, dict) and ("data" in value or (not write and {"meta", "errors"} & value.keys())):
        return Answer(mapping(value), reply.body)
    raise unsure(_("X ответила непонятно"), write=write, code=f"HTTP {reply.status}")


def _used_up(headers: Mapping[str, str]) -> bool:
    return any(headers.get(f"{name}-remaining") == "0" for name in _LIMITS)


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """How long until the limit opens anew, by the network's own clock; None where the headers do not tell."""
    used = [name for name in _LIMITS if headers.get(f"{name}-remaining") == "0"] or ["x-rate-limit"]
    resets = [
        float(reset) for name in used if (reset := headers.get(f"{name}-reset", "")).isdecimal() and len(reset) < 12
    ]
    now = _date(headers.get("date", ""))
    if not resets or now is None:
        return None
    return max(_SECOND, min(timedelta(seconds=max(resets) - now.timestamp()) + _SECOND, LONGEST))


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
