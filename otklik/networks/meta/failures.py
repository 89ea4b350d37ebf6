"""The Graph API's error codes as classes: what to do next, and one Russian sentence for a person. Pure.

Only 100 and 190 are seen in recorded answers, the rest is general knowledge: so it is a table, and nothing else here
knows a code. The answer's own words are never quoted: they may repeat the request.
"""

from datetime import timedelta
from enum import Enum, auto

from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import (
    AuthLost,
    Cause,
    NeedsPerson,
    NetworkError,
    OutcomeUnknown,
    Permanent,
    RetryAt,
    unsure,
)

MINUTE = timedelta(minutes=1)
UNKNOWN_READ = timedelta(minutes=5)
LIMIT = timedelta(minutes=10)
GONE = (100, 33)  # the object is not there, or this token may not see it


class Kind(Enum):
    RETRY = auto()  # refused for now, certainly not done
    UNSURE = auto()  # on a write it may have been done; a read is asked again
    REPEAT = auto()  # the network holds it for a repeat: it may stand there already
    PERSON = auto()
    AUTH = auto()
    RIGHT = auto()  # as AUTH, but only for our own place: as a guest it only means that this place is closed
    PERMANENT = auto()


Row = tuple[Kind, str]
_LIMIT = _("Запас обращений к сети исчерпан: продолжим, когда она разрешит")
_RIGHT = _("У ключа нет нужного права: выдайте ключ заново и отметьте все права")
_DEAD = _("Ключ доступа не действует: получите новый в настройках приложения")

CODES: dict[int, Row] = {
    1: (Kind.UNSURE, _("Сеть сообщает о неизвестной ошибке")),
    2: (Kind.UNSURE, _("Сеть временно не работает")),
    4: (Kind.RETRY, _LIMIT),
    10: (Kind.RIGHT, _RIGHT),
    17: (Kind.RETRY, _LIMIT),
    32: (Kind.RETRY, _LIMIT),
    100: (Kind.PERMANENT, _("Сеть не приняла запрос: возможно, текст удалён или его нельзя комментировать")),
    102: (Kind.AUTH, _DEAD),
    104: (Kind.AUTH, _DEAD),
    190: (Kind.AUTH, _DEAD),
    324: (Kind.PERSON, _("Сеть не приняла фотографию: приложите другую или отправьте ответ без неё")),
    368: (Kind.PERMANENT, _("Сеть заблокировала действие за нарушение своих правил: проверьте состояние страницы")),
    506: (Kind.REPEAT, _("Сеть считает ответ повтором уже опубликованного")),
    551: (Kind.PERMANENT, _("Этому человеку сейчас нельзя написать")),
    613: (Kind.RETRY, _LIMIT),
    803: (Kind.PERMANENT, _("Такого объекта в сети нет")),
    1446036: (Kind.PERMANENT, _("Сеть сочла ответ спамом: измените текст")),
    2200: (Kind.PERSON, _("Сеть не смогла проверить наш адрес для событий: убедитесь, что он открыт из интернета")),
    **dict.fromkeys((80001, 80002, 80006), (Kind.RETRY, _LIMIT)),
    **dict.fromkeys(range(200, 300), (Kind.RIGHT, _RIGHT)),
}
SUBCODES: dict[tuple[int, int], Row] = {
    GONE: (Kind.PERMANENT, _("Текст удалён или скрыт от нас")),
    (10, 2018278): (Kind.PERMANENT, _("Прошло больше 24 часов с последнего сообщения жителя: написать ему уже нельзя")),
    (10, 2534022): (Kind.PERMANENT, _("Прошло больше 24 часов с последнего сообщения жителя: написать ему уже нельзя")),
    (100, 2018001): (Kind.PERMANENT, _("Такого собеседника нет")),
    (190, 458): (Kind.AUTH, _("Приложение отключено от страницы: подключите его заново")),
    (190, 459): (Kind.AUTH, _("Сеть требует подтвердить вход владельца ключа: войдите на сайт и пройдите проверку")),
    (190, 460): (Kind.AUTH, _("Пароль владельца ключа сменился: получите новый ключ")),
    (190, 463): (Kind.AUTH, _("Срок ключа доступа истёк: получите новый")),
    (190, 464): (Kind.AUTH, _("Владелец ключа не подтвердил свою учётную запись")),
    (190, 467): (Kind.AUTH, _DEAD),
}
_LATE = SUBCODES[(10, 2018278)][1]
# By the sentence, since several codes come to the same one.
_CAUSES: dict[str, Cause] = {
    SUBCODES[GONE][1]: Cause.GONE,
    SUBCODES[(100, 2018001)][1]: Cause.GONE,
    CODES[803][1]: Cause.GONE,
    CODES[551][1]: Cause.CLOSED,
    _LATE: Cause.CLOSED,
    CODES[368][1]: Cause.BANNED,
    CODES[1446036][1]: Cause.CENSOR,
    CODES[324][1]: Cause.TEXT,
    _LIMIT: Cause.BUDGET,
}
WRONG_PROOF = _("Секрет приложения не подходит к ключу доступа: проверьте оба")


def failure(
    code: int, subcode: int = 0, *, write: bool, transient: bool = False, after: timedelta | None = None
) -> NetworkError:
    """The error to raise for a refusal. `after` is how long the headers ask to wait, where they do.

    An unknown code on a write leaves the outcome unknown: who knows whether the text went out before it.
    """
    full_code = f"{code}/{subcode}" if subcode else str(code)
    known = SUBCODES.get((code, subcode)) or CODES.get(code)
    if known is None or (transient and known[0] is not Kind.RETRY):
        words = known[1] if known else _("Сеть отказала с кодом %(code)s") % {"code": code}
        return unsure(words, write=write, code=full_code, after=MINUTE if transient else UNKNOWN_READ)
    kind, words = known
    cause = _CAUSES.get(words, Cause.OTHER)
    if kind is Kind.RETRY:
        return RetryAt(words, after or LIMIT, full_code, cause)
    if kind is Kind.UNSURE:
        return unsure(words, write=write, code=full_code, after=MINUTE)
    if kind is Kind.REPEAT:
        return OutcomeUnknown(words, full_code) if write else RetryAt(words, UNKNOWN_READ, full_code)
    if kind in (Kind.AUTH, Kind.RIGHT):
        return AuthLost(words, full_code)
    return (NeedsPerson if kind is Kind.PERSON else Permanent)(words, full_code, cause)


def is_limit(code: int) -> bool:
    return CODES.get(code, (None, ""))[0] is Kind.RETRY


def is_gone(error: NetworkError) -> bool:
    """Whether the refusal says that the object is not there (any more), or not for us."""
    return isinstance(error, Permanent) and error.code in ("100/33", "803")


def is_right(error: NetworkError) -> bool:
    """Whether only a right is missing: the token itself works."""
    code = error.code.partition("/")[0]
    return isinstance(error, AuthLost) and code.isdecimal() and CODES.get(int(code), (None, ""))[0] is Kind.RIGHT
