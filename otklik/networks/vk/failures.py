"""VKontakte's error codes as classes: what to do next, and one Russian sentence for a person. Pure.

Source: schema `errors.json` (API 5.199) and the network's pages of methods. The answer's own words and its
`request_params` are never quoted: they repeat the request, tokens and personal data included.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum, auto

from otklik.networks.errors import (
    AuthLost,
    Broken,
    Cause,
    NeedsPerson,
    NetworkError,
    Permanent,
    RetryAt,
    unsure,
)

SHORT = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
QUOTA = timedelta(hours=6)
UNKNOWN_READ = timedelta(minutes=5)


class _Kind(Enum):
    RETRY = auto()  # refused for now, certainly not done
    UNSURE = auto()  # on a write it may have been done; a read is asked again
    PERSON = auto()
    AUTH = auto()
    PERMANENT = auto()
    OURS = auto()


_AFTER = {6: SHORT, 9: HOUR, 29: QUOTA, 43: HOUR, 223: HOUR}

_SENTENCES: dict[_Kind, dict[int, str]] = {
    _Kind.RETRY: {
        6: "ВКонтакте просит не обращаться так часто",
        9: "ВКонтакте считает, что одинаковых действий слишком много; повторим позже",
        29: "Дневной запас обращений к этому методу ВКонтакте исчерпан",
        43: "Раздел ВКонтакте временно отключён",
        223: "Под этой записью слишком много ответов за короткое время; повторим позже",
    },
    _Kind.UNSURE: {
        1: "ВКонтакте сообщает о неизвестной ошибке",
        10: "Внутренняя ошибка ВКонтакте",
        36: "ВКонтакте прервала выполнение запроса",
    },
    _Kind.PERSON: {
        14: "ВКонтакте требует ввести код с картинки: ответьте вручную с сайта",
        222: "В этом сообществе нельзя публиковать ссылки: уберите ссылку из ответа",
        3300: "ВКонтакте требует проверки «я не робот»: ответьте вручную с сайта",
    },
    _Kind.AUTH: {
        4: "Неверная подпись запроса",
        5: "Ключ доступа не действует: получите новый в настройках сообщества",
        17: "ВКонтакте требует подтвердить вход владельца ключа",
        20: "Этот вид приложения не допущен к действию",
        21: "Действие разрешено только приложениям «Standalone» и «Open API»",
        24: "ВКонтакте требует подтверждения действия владельцем",
        25: "Подтверждение токена требуется заново",
        27: "Ключ сообщества не подходит или отозван",
        28: "Сервисный ключ приложения не подходит или отозван",
        42: "Приложение заблокировано",
    },
    _Kind.PERMANENT: {
        7: "У ключа нет права на это действие",
        15: "Доступ закрыт: запись или комментарий удалены либо скрыты",
        18: "Страница удалена или заблокирована",
        19: "Содержание недоступно",
        30: "Профиль закрыт настройками приватности",
        100: "ВКонтакте не приняла запрос: возможно, запись или комментарий удалены либо раздел выключен",
        104: "Не найдено: запись или комментарий удалены",
        113: "Такого пользователя нет",
        203: "Доступ к сообществу закрыт",
        210: "Доступ к стене закрыт",
        211: "Доступ к комментариям этой стены закрыт",
        212: "Доступ к комментариям этой записи закрыт",
        213: "Комментарии под этой записью закрыты",
        214: "Публикация запрещена",
        801: "Комментарии закрыты",
        900: "Житель в чёрном списке сообщества",
        901: "Житель не разрешил сообществу писать ему личные сообщения",
        902: "Личные сообщения жителю закрыты настройками приватности",
        914: "Сообщение слишком длинное для ВКонтакте: сократите его",
    },
    _Kind.OURS: {},
}

_ALL: dict[_Kind, Iterable[int]] = {
    _Kind.RETRY: (6, 9, 29, 43, 223),
    _Kind.UNSURE: (1, 10, 36),
    _Kind.PERSON: (14, 222, 3300),
    _Kind.AUTH: (
        *(4, 5, 17, 20, 21, 24, 25, 27, 28, 42, 1114, 1116, 1117, 1118),
        *(3301, 3302, 3303, 3304, 3609, 3610),
    ),
    _Kind.PERMANENT: (
        *(7, 15, 18, 19, 30, 37, 38, 39, 40, 100, 104, 113, 200, 203, 210, 211, 212, 213, 214, 260, 801),
        *(900, 901, 902, 909, 910, 911, 912, 913, 914, 917, 932, 936, 945, 950, 1401),
    ),
    _Kind.OURS: (3, 8, 11, 12, 13, 34, 35, 101, 125, 9999),
}
_KINDS = {code: kind for kind, codes in _ALL.items() for code in codes}

_CAUSES = {
    **dict.fromkeys((15, 18, 104), Cause.GONE),
    **dict.fromkeys((210, 211, 212, 213, 214, 801, 901, 902), Cause.CLOSED),
    **dict.fromkeys((7, 200, 203, 260, 900), Cause.BANNED),
    **dict.fromkeys((14, 17, 3300), Cause.CAPTCHA),
    **dict.fromkeys((29, 223), Cause.BUDGET),
    222: Cause.TEXT,
    914: Cause.TEXT,
}

_TOKENS = {"community": "ключ сообщества", "service": "сервисный ключ", "user": "ключ пользователя"}


def failure(code: int, *, token: str, write: bool) -> NetworkError:
    """The error to raise for a code of the network. `token` is the kind of token that was used.

    An unknown code on a write leaves the outcome unknown: who knows whether the text went out before it.
    """
    kind, cause = _KINDS.get(code, _Kind.UNSURE), _CAUSES.get(code, Cause.OTHER)
    sentence = _SENTENCES[kind].get(code) or f"ВКонтакте отказала с кодом {code}"
    if kind is _Kind.AUTH:
        return AuthLost(f"{sentence} ({_TOKENS.get(token, 'ключ')})", str(code), cause)
    if kind is _Kind.RETRY:
        return RetryAt(sentence, _AFTER[code], str(code), cause)
    if kind is _Kind.UNSURE:
        return unsure(sentence, write=write, code=str(code), after=MINUTE if code in _KINDS else UNKNOWN_READ)
    plain = {_Kind.PERSON: NeedsPerson, _Kind.PERMANENT: Permanent, _Kind.OURS: Broken}[kind]
    return plain(sentence, str(code), cause)
