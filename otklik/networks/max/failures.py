"""MAX's refusals as classes: what to do next, and one Russian sentence for a person. Pure.

Source: schema 0.0.30 (statuses, `Error`), and the current pages of the network (comments, 422). An answer of 200 may
be a refusal too: `success: false`, or an `error_code`. The answer's own words are never quoted.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, Broken, Cause, NetworkError, Permanent, RetryAt, unsure
from otklik.networks.values import mapping, number, text

SHORT = timedelta(seconds=1)
NOT_READY = "attachment.not.ready"
OFF = "405"  # the code of "not allowed now", whatever word the network has for it


class _Kind(Enum):
    RETRY = auto()  # refused for now, certainly not done
    UNSURE = auto()  # on a write it may have been done; a read is asked again
    AUTH = auto()
    PERMANENT = auto()
    OURS = auto()


_DENIED = _("Бот не администратор этого канала или прав мало: дайте ему «читать все сообщения» и «писать»")
_NOTHING = _("Записи, комментария или диалога больше нет")

_BY_CODE: Mapping[str, tuple[_Kind, str]] = {
    "verify.token": (_Kind.AUTH, _("Ключ бота не действует: возьмите новый на business.max.ru")),
    "too.many.requests": (_Kind.RETRY, _("MAX просит не обращаться так часто")),
    NOT_READY: (_Kind.RETRY, _("MAX ещё обрабатывает фотографию")),
    "service.unavailable": (_Kind.UNSURE, _("MAX временно не работает")),
    "internal.error": (_Kind.UNSURE, _("Внутренняя ошибка MAX")),
    "chat.denied": (_Kind.PERMANENT, _DENIED),
    "access.denied": (_Kind.PERMANENT, _DENIED),
    "dialog.suspended": (_Kind.PERMANENT, _("Человек остановил бота: написать ему лично нельзя")),
    "comments.disabled": (_Kind.PERMANENT, _("Комментарии в этом канале выключены: включите их или ответьте вручную")),
    "comments.timeout_exceeded": (_Kind.PERMANENT, _("Комментарий старше 26 часов: MAX уже не даёт его изменить")),
    "not.found": (_Kind.PERMANENT, _NOTHING),
    "chat.not.found": (_Kind.PERMANENT, _("Такого канала или диалога нет, или человек ещё не запускал бота")),
    "message.not.found": (_Kind.PERMANENT, _NOTHING),
    "method.not.allowed": (_Kind.PERMANENT, _("MAX сейчас не разрешает это действие")),
    "proto.payload": (
        _Kind.PERMANENT,
        _("MAX не приняла запрос: нет ли в ответе ссылки, упоминания или вложения"),
    ),
}
_BY_STATUS: Mapping[int, tuple[_Kind, str]] = {
    400: (_Kind.PERMANENT, _("MAX отказала: запись закрыта для ответа или ответ составлен не так")),
    401: _BY_CODE["verify.token"],
    403: (_Kind.PERMANENT, _DENIED),
    404: (_Kind.PERMANENT, _NOTHING),
    405: _BY_CODE["method.not.allowed"],
    408: (_Kind.UNSURE, _("MAX не дождалась запроса")),
    413: (_Kind.PERMANENT, _("MAX не берёт столько за один раз: сократите ответ")),
    415: (_Kind.OURS, _("MAX не понимает вида запроса")),
    422: (_Kind.PERMANENT, _("MAX отказала: время для этого действия вышло")),
    429: _BY_CODE["too.many.requests"],
    503: _BY_CODE["service.unavailable"],
}

# By the sentence, since several codes and a status come to the same one.
_CAUSES: Mapping[str, Cause] = {
    _DENIED: Cause.BANNED,
    _NOTHING: Cause.GONE,
    _BY_CODE["chat.not.found"][1]: Cause.GONE,
    _BY_CODE["dialog.suspended"][1]: Cause.CLOSED,
    _BY_CODE["comments.disabled"][1]: Cause.CLOSED,
    _BY_CODE["proto.payload"][1]: Cause.TEXT,
    _BY_STATUS[413][1]: Cause.TEXT,
}


def refused_softly(answer: Mapping[str, Any]) -> bool:
    """Whether an answer of 200 is a refusal all the same."""
    return answer.get("success") is False or bool(answer.get("error_code"))


def failure(status: int, body: Any, *, write: bool, after: timedelta = SHORT) -> NetworkError:
    """The error to raise for an answer that is no success. `after` is how long a limit lasts.

    A refusal with an unknown code is told by its status; a status that is none leaves a write's outcome unknown.
    """
    answer = mapping(body)
    raw_code = answer.get("code") or answer.get("error_code")
    code = text(raw_code, 60) or str(number(raw_code) or "")
    kind, sentence = _known(status, code)
    shown = OFF if status == 405 else code or f"HTTP {status}"
    if kind is _Kind.AUTH:
        return AuthLost(sentence, shown)
    if kind is _Kind.RETRY:
        return RetryAt(sentence, after, shown)
    if kind is _Kind.UNSURE:
        return unsure(sentence, write=write, code=shown, after=after)
    return (Broken if kind is _Kind.OURS else Permanent)(sentence, shown, _CAUSES.get(sentence, Cause.OTHER))


def _known(status: int, code: str) -> tuple[_Kind, str]:
    if status >= 500:  # a gateway's words are not the network's
        return _BY_STATUS.get(status, _BY_CODE["internal.error"])
    if status == 429:
        return _BY_STATUS[429]
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.isdecimal() and int(code) in _BY_STATUS:
        return _BY_STATUS[int(code)]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 200 <= status < 300 or 400 <= status < 500:
        return _BY_STATUS[400]
    return _Kind.UNSURE, _("MAX ответила непонятно")
