"""X's refusals as classes: what to do next, and one Russian sentence for a person. Pure.

Source: the network's page of response codes and the problem schemas of its OpenAPI (2.167); the old numbers are
general knowledge. The answer's own words are never quoted: they may repeat what was sent.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, Cause, NetworkError, OutcomeUnknown, Permanent, RetryAt, unsure
from otklik.networks.values import mapping, mappings, number, text

MINUTE = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)  # of the network's limits
LONGEST = timedelta(hours=24)
UNKNOWN_READ = timedelta(minutes=5)


class _Kind(Enum):
    RETRY = auto()  # refused for now, certainly not done
    UNSURE = auto()  # on a write it may have been done; a read is asked again
    AUTH = auto()
    PERMANENT = auto()
    DUPLICATE = auto()  # the same text stands there already, perhaps by our own lost attempt


_Meaning = tuple[_Kind, str]
_TWICE: _Meaning = (_Kind.DUPLICATE, _("X говорит, что такой ответ уже есть"))
_BUSY: _Meaning = (_Kind.RETRY, _("X просит не обращаться так часто"))
_NO_RIGHT: _Meaning = (
    _Kind.AUTH,
    _("Приложению X не хватает прав: проверьте его доступ и права в Developer Console"),
)
_NO_MONEY: _Meaning = (_Kind.AUTH, _("Оплаченный запас обращений к X исчерпан: пополните счёт в Developer Console"))
_BAD_KEY: _Meaning = (_Kind.AUTH, _("X не принимает ключ: получите новый в Developer Console"))
_WRONG_KIND: _Meaning = (_Kind.AUTH, _("Для этого действия X нужен ключ пользователя, а не ключ приложения"))
_ABSENT: _Meaning = (_Kind.PERMANENT, _("X не находит этого: сообщение или страница удалены либо скрыты"))
_HIDDEN: _Meaning = (_Kind.PERMANENT, _("X не показывает этого: страница закрыта или житель нас заблокировал"))
_REFUSED: _Meaning = (
    _Kind.PERMANENT,
    _("X не разрешила: возможно, житель не упоминал нас, закрыл ответы или заблокировал. Ответьте вручную с сайта"),
)
_WRONG: _Meaning = (_Kind.PERMANENT, _("X не приняла запрос: возможно, сообщение удалено или текст ей не подошёл"))
_DIRECT: _Meaning = (_Kind.PERMANENT, _("Житель не принимает личных сообщений от нас"))
_LONG: _Meaning = (_Kind.PERMANENT, _("Ответ длиннее, чем берёт X: сократите его"))
_LOCKED: _Meaning = (_Kind.AUTH, _("X временно закрыла аккаунт: войдите на сайт и подтвердите, что вы не робот"))
_INSIDE: _Meaning = (_Kind.UNSURE, _("Внутренняя ошибка X"))
_STREAM: _Meaning = (_Kind.RETRY, _("X пока не может открыть поток событий"))

_CAUSES: Mapping[_Meaning, Cause] = {
    _ABSENT: Cause.GONE,
    _HIDDEN: Cause.BANNED,
    _REFUSED: Cause.CLOSED,
    _DIRECT: Cause.CLOSED,
    _LONG: Cause.TEXT,
    _LOCKED: Cause.CAPTCHA,
    _NO_MONEY: Cause.BUDGET,
    _BUSY: Cause.BUDGET,
}

PROBLEMS: Mapping[str, _Meaning] = {
    "invalid-request": _WRONG,
    "resource-not-found": _ABSENT,
    "not-authorized-for-resource": _HIDDEN,
    "not-authorized-for-field": _HIDDEN,
    "field-unauthorized": _HIDDEN,
    "disallowed-resource": _HIDDEN,
    "resource-unavailable": _ABSENT,
    "client-forbidden": _NO_RIGHT,
    "oauth1-permissions": _NO_RIGHT,
    "unsupported-authentication": _WRONG_KIND,
    "usage-capped": _NO_MONEY,
    "credits": _NO_MONEY,
    "rate-limit-exceeded": _BUSY,
    "streaming-connection": _STREAM,
    "internal-error": _INSIDE,
}
OLD: Mapping[int, _Meaning] = {
    17: _ABSENT,
    32: _BAD_KEY,
    34: _ABSENT,
    50: _ABSENT,
    63: _HIDDEN,
    64: _LOCKED,
    88: _BUSY,
    89: _BAD_KEY,
    93: _NO_RIGHT,
    130: _INSIDE,
    131: _INSIDE,
    135: _BAD_KEY,
    144: _ABSENT,
    150: _DIRECT,
    179: _HIDDEN,
    185: _BUSY,
    186: _LONG,
    187: _TWICE,
    215: _BAD_KEY,
    261: _NO_RIGHT,
    326: _LOCKED,
    349: _DIRECT,
    385: _ABSENT,
    433: _REFUSED,
    453: _NO_RIGHT,
}
STATUSES: Mapping[int, _Meaning] = {
    400: _WRONG,
    401: _BAD_KEY,
    402: _NO_MONEY,
    403: _REFUSED,
    404: _ABSENT,
    405: _WRONG,
    409: _STREAM,
    413: _LONG,
    415: _WRONG,
    429: _BUSY,
    500: _INSIDE,
    502: _INSIDE,
    503: _INSIDE,
    504: _INSIDE,
}

_TOKENS = {"bearer": _("ключ приложения"), "user": _("ключ пользователя")}


def failure(status: int, body: Any, *, token: str, write: bool, wait: timedelta | None = None) -> NetworkError:
    """The error to raise for an answer that is no success. `token` is the kind of key that was used.

    `wait` is how long the network's headers ask us to wait. A code that is not known leaves a write unknown.
    """
    kind, sentence = meaning = _meaning(status, mapping(body))
    code, cause = str(status), _CAUSES.get(meaning, Cause.OTHER)
    if kind is _Kind.DUPLICATE and write:
        return OutcomeUnknown(sentence, code)
    if kind is _Kind.AUTH:
        return AuthLost(
            _("%(sentence)s (%(key)s)") % {"sentence": sentence, "key": _TOKENS.get(token, _("ключ"))}, code, cause
        )
    if kind is _Kind.RETRY:
        return RetryAt(sentence, wait or (WINDOW if status == 429 else MINUTE), code, cause)
    if kind is _Kind.UNSURE:
        return unsure(sentence, write=write, code=code, after=MINUTE if status in STATUSES else UNKNOWN_READ)
    return Permanent(sentence, code, cause)


def _meaning(status: int, body: Mapping[str, Any]) -> _Meaning:
    """A gateway's status says more than its body; a 429 is a 429 whatever the body says."""
    if status >= 500 or status == 429:
        return STATUSES.get(status, _INSIDE)
    problem = problem_of(body)
    if status == 403 and "duplicate content" in text(body.get("detail"), 500).lower():
        return _TWICE
    if problem in PROBLEMS:
        return PROBLEMS[problem]
    codes = [number(each.get("code")) for each in mappings(body.get("errors"))] + [number(body.get("code"))]
    old = next((OLD[code] for code in codes if code is not None and code in OLD), None)
    return (
        old or STATUSES.get(status) or (_Kind.UNSURE, _("X ответила непонятно (код %(status)s)") % {"status": status})
    )


def problem_of(problem: Mapping[str, Any]) -> str:
    """The last word of a problem's type: "resource-not-found"; "" where it names none."""
    kind = text(problem.get("type"), 200)
    return kind.rpartition("/")[2] if "/problems/" in kind else ""
