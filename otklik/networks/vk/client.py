"""Calls to VKontakte: one POST form each, token in a header, and answers or errors of our own classes.

Nothing here repeats a call: whoever called decides by the class of the error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from otklik.lib.http import NoAnswer, NotSent, Refused, Reply, TooLarge, Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import Broken, NeedsPerson, NetworkError, Permanent, RetryAt, unsure
from otklik.networks.values import mapping, number, read
from otklik.networks.vk.failures import failure
from otklik.networks.wire import SHORT, deliver, exchange

TITLE = _("ВКонтакте")
VERSION = "5.199"
Parameter = None | bool | int | str | Sequence[str]

COMMUNITY, SERVICE, USER = "community", "service", "user"
OF_THE_KEY = frozenset({"6", "429"})  # limits of all calls with one key; the others are of one method or one place


@dataclass(frozen=True, slots=True)
class Answer:
    """`response` is what stands under that name; `body` the whole answer as it came."""

    response: Json
    body: bytes


def ask(access: Access, token: str, method: str, parameters: Mapping[str, Parameter]) -> Answer:
    """A call that changes nothing, or that is safe to repeat. An unclear outcome is RetryAt."""
    return _call(access, token, method, parameters, write=False)


def tell(access: Access, token: str, method: str, parameters: Mapping[str, Parameter]) -> Answer:
    """A call that the world can see. An unclear outcome is OutcomeUnknown."""
    return _call(access, token, method, parameters, write=True)


def reader(access: Access) -> str:
    """The kind of token that may read walls, "" if there is none: a community's own token may not."""
    return next((kind for kind in (SERVICE, USER) if access.tokens.get(kind)), "")


def get(access: Access, url: str, wait: float) -> Json:
    """GET of an address that the network named (the long poll server): public ones only. A read."""
    try:
        reply = access.http.fetch(url, max_bytes=access.http.max_bytes, read_timeout=wait)
    except (NotSent, NoAnswer):
        raise RetryAt(_("Сервер событий ВКонтакте не отвечает"), SHORT) from None
    except TooLarge:
        raise RetryAt(_("Сервер событий ВКонтакте прислал слишком много"), SHORT) from None
    except Refused:
        raise Permanent(_("ВКонтакте назвала недопустимый адрес сервера событий")) from None
    return read(reply.body) if reply.status == 200 else None


def upload(access: Access, url: str, files: Sequence[Upload]) -> Mapping[str, Any]:
    """POST of a file to an upload server. Nobody sees the file yet, so every failure may be tried again."""
    reply = deliver(access, TITLE, url, tuple(files))
    answer = mapping(read(reply.body))
    if reply.status != 200 or not answer:
        raise RetryAt(
            _("Сервер загрузки сети «%(title)s» ответил непонятно") % {"title": TITLE}, SHORT, str(reply.status)
        )
    return answer


def token_or_person(access: Access, kinds: Iterable[str], why: str) -> str:
    """The first kind of token that the account has; NeedsPerson with this reason if it has none."""
    for kind in kinds:
        if access.tokens.get(kind):
            return kind
    raise NeedsPerson(why)


def _call(access: Access, token: str, method: str, parameters: Mapping[str, Parameter], *, write: bool) -> Answer:
    secret = access.tokens.get(token)
    if not secret:
        raise Broken(_("У аккаунта ВКонтакте нет ключа вида «%(token)s»") % {"token": token})
    reply = exchange(
        access,
        TITLE,
        "POST",
        f"{access.base.rstrip('/')}/method/{method}",
        write=write,
        token=token,
        form=_form(parameters, access),
        headers={"Authorization": f"Bearer {secret}"},
    )
    try:
        return _understood(reply, token, write=write)
    except RetryAt as limit:
        if limit.code in OF_THE_KEY:
            access.rest(token, limit.after)  # no worker's call with this key will do better before that
        raise


def _understood(reply: Reply, token: str, *, write: bool) -> Answer:
    body = read(reply.body) if reply.status < 500 else None  # a gateway's words are not the network's
    if isinstance(body, dict):
        error = mapping(body.get("error"))
        if error:
            raise _refusal(error, token, write=write)
        if reply.status == 200 and "response" in body:
            return Answer(body["response"], reply.body)
    if reply.status == 429:
        raise RetryAt(_("ВКонтакте просит не обращаться так часто"), SHORT, "429")
    raise unsure(_("ВКонтакте ответила непонятно"), write=write, code=f"HTTP {reply.status}")


def _refusal(error: Mapping[str, Any], token: str, *, write: bool) -> NetworkError:
    code = number(error.get("error_code"))
    if code is None:
        return unsure(_("ВКонтакте ответила непонятно"), write=write)
    return failure(code, token=token, write=write)


def _form(parameters: Mapping[str, Parameter], access: Access) -> dict[str, str]:
    form = {name: _plain(value) for name, value in parameters.items() if value is not None}
    language = access.options.get("lang", "ru")  # names come transliterated without it
    if isinstance(language, str) and language:
        form["lang"] = language
    return form | {"v": VERSION}


def _plain(value: Parameter) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else ",".join(value) if isinstance(value, Sequence) else str(value)
