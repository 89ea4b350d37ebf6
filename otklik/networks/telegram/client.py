"""Calls to the Bot API: JSON, or a multipart form where files go; answers or errors of our own classes.

Nothing here repeats a call: whoever called decides by the class of the error.
"""

import re
from collections.abc import Mapping
from typing import Any

from otklik.lib.http import Reply, Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import AuthLost, NeedsPerson, NetworkError, RetryAt, unsure
from otklik.networks.telegram.address import SITE
from otklik.networks.telegram.failures import failure, moved_to, retry_after
from otklik.networks.values import dump, mapping, read, text
from otklik.networks.wire import exchange

TITLE = "Telegram"
BOT = "bot"
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,200}")


class Moved(NeedsPerson):
    """The group has become the supergroup `chat`. The call was certainly not carried out."""

    def __init__(self, refusal: NeedsPerson, chat: int) -> None:
        super().__init__(str(refusal), refusal.code)
        self.chat = chat


def ask(access: Access, method: str, parameters: Mapping[str, Json], wait: float | None = None) -> Json:
    """A call that changes nothing, or that is safe to repeat. An unclear outcome is RetryAt."""
    reply = exchange(
        access,
        TITLE,
        "POST",
        _address(access, method),
        write=False,
        token=BOT,
        body=_body(parameters),
        read_timeout=wait,
    )
    return _understood(access, reply, write=False)


def tell(access: Access, method: str, parameters: Mapping[str, Json], files: tuple[Upload, ...] = ()) -> Json:
    """A call that the world can see. An unclear outcome is OutcomeUnknown."""
    address = _address(access, method)
    if files:
        form = {name: value if isinstance(value, str) else dump(value).decode() for name, value in parameters.items()}
        reply = exchange(access, TITLE, "POST", address, write=True, token=BOT, form=form, files=files)
    else:
        reply = exchange(access, TITLE, "POST", address, write=True, token=BOT, body=_body(parameters))
    return _understood(access, reply, write=True)


def download(access: Access, path: str) -> bytes:
    """The bytes of a file by the path that getFile told. The address holds the token and is kept nowhere."""
    address = f"{access.base.rstrip('/')}/file/bot{_secret(access)}/{path}"
    reply = exchange(access, TITLE, "GET", address, write=False, token=BOT)
    if reply.status != 200:
        answer = mapping(read(reply.body))
        raise _refused(access, answer, reply.status, write=False)
    return reply.body


def _address(access: Access, method: str) -> str:
    return f"{access.base.rstrip('/')}/bot{_secret(access)}/{method}"


def _secret(access: Access) -> str:
    """The token, if it looks like one: anything else would change the address that it is a part of."""
    secret = access.tokens.get(BOT, "")
    if not secret:
        raise NeedsPerson(_("У аккаунта Telegram нет ключа бота: впишите его"))
    if not _TOKEN.fullmatch(secret):
        raise AuthLost(_("Ключ бота записан с ошибкой: скопируйте его у @BotFather целиком"))
    return secret


def _body(parameters: Mapping[str, Json]) -> bytes:
    return dump({name: value for name, value in parameters.items() if value is not None})


def _understood(access: Access, reply: Reply, *, write: bool) -> Json:
    body = read(reply.body)
    if isinstance(body, dict):
        if body.get("ok") is True and reply.status == 200:
            result: Json = body.get("result")
            return result
        if body.get("ok") is False:
            raise _refused(access, body, reply.status, write=write)
    if reply.status in (401, 404, 413, 429):
        raise _refused(access, {}, reply.status, write=write)
    raise unsure(_("Telegram ответил непонятно"), write=write, code=f"HTTP {reply.status}")


def _refused(access: Access, answer: Mapping[str, Any], status: int, *, write: bool) -> NetworkError:
    refusal = failure(answer, status, write=write)
    if isinstance(refusal, RetryAt) and refusal.code == "429":
        access.rest(BOT, retry_after(answer))
    moved = moved_to(answer)
    if moved and isinstance(refusal, NeedsPerson):
        return Moved(refusal, moved)
    return refusal


def site_of(access: Access) -> str:
    """The base of public links, without a slash at the end."""
    site = text(access.options.get("site"))
    return site.rstrip("/") or SITE


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))
