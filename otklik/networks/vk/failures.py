"""VKontakte's error codes as classes: what to do next, and one Russian sentence for a person. Pure.

Source: schema `errors.json` (API 5.199) and the network's pages of methods. The answer's own words and its
`request_params` are never quoted: they repeat the request, tokens and personal data included.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum, auto

from otklik.lib.sentence import Sentence as _
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
        6: _("ВКонтакте просит не обращаться так часто"),
        9: _("ВКонтакте считает, что одинаковых действий слишком много; повторим позже"),
        29: _("Дневной запас обращений к этому методу ВКонтакте исчерпан"),
        43: _("Раздел ВКонтакте временно отключён"),
        223: _("Под этой записью слишком много ответов за короткое время; повторим позже"),
    },
    _Kind.UNSURE: {
        1: _("ВКонтакте сообщает о неизвестной ошибке"),
        10: _("Внутренняя ошибка ВКонтакте"),
        36: _("ВКонтакте прервала выполнение запроса"),
    },
    _Kind.PERSON: {
        14: _("ВКонтакте требует ввести код с картинки: ответьте вручную с сайта"),
        222: _("В этом сообществе нельзя публиковать ссылки: уберите ссылку из ответа"),
        3300: _("ВКонтакте требует проверки «я не робот»: ответьте вручную с сайта"),
    },
    _Kind.AUTH: {
        4: _("Неверная подпись запроса"),
        5: _("Ключ доступа не действует: получите новый в настройках сообщества"),
        17: _("ВКонтакте требует подтвердить вход владельца ключа"),
        20: _("Этот вид приложения не допущен к действию"),
        21: _("Действие разрешено только приложениям «Standalone» и «Open API»"),
        24: _("ВКонтакте требует подтверждения действия владельцем"),
        25: _("Подтверждение токена требуется заново"),
        27: _("Ключ сообщества не подходит или отозван"),
        28: _("Сервисный ключ приложения не подходит или отозван"),
        42: _("Приложение заблокировано"),
    },
    _Kind.PERMANENT: {
        7: _("У ключа нет права на это действие"),
        15: _("Доступ закрыт: запись или комментарий удалены либо скрыты"),
        18: _("Страница удалена или заблокирована"),
        19: _("Содержание недоступно"),
        30: _("Профиль закрыт настройками приватности"),
        100: _("ВКонтакте не приняла запрос: возможно, запись или комментарий удалены либо раздел выключен"),
        104: _("Не найдено: запись или комментарий удалены"),
        113: _("Такого пользователя нет"),
        203: _("Доступ к сообществу закрыт"),
        210: _("Доступ к стене закрыт"),
        211: _("Доступ к комментариям этой стены закрыт"),
        212: _("Доступ к комментариям этой записи закрыт"),
        213: _("Комментарии под этой записью закрыты"),
        214: _("Публикация запрещена"),
        801: _("Комментарии закрыты"),
        900: _("Житель в чёрном списке сообщества"),
        901: _("Житель не разрешил сообществу писать ему личные сообщения"),
        902: _("Личные сообщения жителю закрыты настройками приватности"),
        914: _("Сообщение слишком длинное для ВКонтакте: сократите его"),
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

_TOKENS = {"community": _("ключ сообщества"), "service": _("сервисный ключ"), "user": _("ключ пользователя")}


def failure(code: int, *, token: str, write: bool) -> NetworkError:
    """The error to raise for a code of the network. `token` is the kind of token that was used.

    An unknown code on a write leaves the outcome unknown: who knows whether the text went out before it.
    """
    kind, cause = _KINDS.get(code, _Kind.UNSURE), _CAUSES.get(code, Cause.OTHER)
    sentence = _SENTENCES[kind].get(code) or _("ВКонтакте отказала с кодом %(code)s") % {"code": code}
    if kind is _Kind.AUTH:
        return AuthLost(
            _("%(sentence)s (%(key)s)") % {"sentence": sentence, "key": _TOKENS.get(token, _("ключ"))}, str(code), cause
        )
    if kind is _Kind.RETRY:
        return RetryAt(sentence, _AFTER[code], str(code), cause)
    if kind is _Kind.UNSURE:
        return unsure(sentence, write=write, code=str(code), after=MINUTE if code in _KINDS else UNKNOWN_READ)
    plain = {_Kind.PERSON: NeedsPerson, _Kind.PERMANENT: Permanent, _Kind.OURS: Broken}[kind]
    return plain(sentence, str(code), cause)
