"""Odnoklassniki's error codes as classes: what to do next, and one Russian sentence for a person. Pure.

Source: apiok.ru, table of error codes (both APIs answer HTTP 200 with `error_code`). The answer's own words and its
`error_data` are never quoted: they may repeat the request.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto

from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, Broken, Cause, NeedsPerson, NetworkError, Permanent, RetryAt, unsure

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
UNKNOWN_READ = timedelta(minutes=5)
UNKNOWN_METHOD, WRONG_PARAMETER = "3", "100"
GONE = frozenset({"300", "700", "702"})  # what was asked for is not there (any more)
DENIED = frozenset({"10", "50"})  # in somebody else's group these speak of the group, not of our key


class _Kind(Enum):
    RETRY = auto()  # refused for now, certainly not done
    UNSURE = auto()  # on a write it may have been done; a read is asked again
    PERSON = auto()
    AUTH = auto()
    PERMANENT = auto()
    OURS = auto()


_AFTER = {8: HOUR, 11: HOUR}

_SENTENCES: Mapping[_Kind, Mapping[int, str]] = {
    _Kind.RETRY: {
        8: _("Одноклассники на время закрыли приложению доступ: слишком много обращений"),
        11: _("Запас обращений к Одноклассникам исчерпан; повторим позже"),
    },
    _Kind.UNSURE: {
        1: _("Одноклассники сообщают о неизвестной ошибке"),
        2: _("Одноклассники временно недоступны"),
        30: _("У Одноклассников сбой связи"),
        31: _("У Одноклассников сбой связи"),
        9999: _("Внутренняя ошибка Одноклассников"),
    },
    _Kind.PERSON: {
        454: _("Одноклассники не пропустили текст: перефразируйте ответ"),
    },
    _Kind.AUTH: {
        9: _("Одноклассники не пускают с этого адреса: внесите адрес сервера в настройки приложения"),
        10: _("Одноклассники не дают доступа: проверьте права администратора и приложения"),
        50: _("Владелец ключа больше не администратор группы: получите ключ администратора"),
        101: _("Публичный ключ приложения не подходит: проверьте его в настройках приложения"),
        102: _("Срок ключа доступа истёк: получите новый, с правом LONG_ACCESS_TOKEN он продлевается сам"),
        103: _("Ключ доступа не действует: получите новый"),
        104: _("Подпись не сошлась: проверьте секретный ключ приложения"),
        200: _("У приложения нет нужного права: запросите VALUABLE_ACCESS и GROUP_CONTENT"),
        453: _("Одноклассники требуют ключ доступа: получите новый"),
    },
    _Kind.PERMANENT: {
        100: _("Одноклассники не приняли запрос: возможно, тема или комментарий удалены"),
        140: _("Одноклассники не узнали номер пользователя"),
        141: _("Одноклассники не узнали номер записи"),
        160: _("Такой группы нет"),
        300: _("Не найдено: тема удалена или скрыта"),
        455: _("Житель не принимает ответов от посторонних"),
        456: _("Группа не принимает ответов от посторонних"),
        457: _("Отвечать здесь не разрешено"),
        458: _("Отвечать не дают настройки приватности"),
        700: _("Комментарий, на который отвечаем, удалён"),
        701: _("Житель комментария недоступен"),
        702: _("Комментарий, на который отвечаем, скрыт"),
        704: _("Время для изменения комментария вышло"),
        705: _("Одноклассники не приняли комментарий"),
        706: _("Одноклассники не приняли комментарий"),
        2001: _("Одноклассники не приняли сообщение: возможно, житель запретил группе писать ему"),
    },
    _Kind.OURS: {
        3: _("Одноклассники не знают такого метода"),
        4: _("Одноклассники не приняли вид запроса"),
    },
}
_KINDS = {code: kind for kind, sentences in _SENTENCES.items() for code in sentences}
_CAUSES = {
    **dict.fromkeys((300, 700, 701, 702), Cause.GONE),
    **dict.fromkeys((455, 456, 457, 458), Cause.CLOSED),
    8: Cause.BUDGET,
    11: Cause.BUDGET,
    454: Cause.CENSOR,
    705: Cause.TEXT,
    706: Cause.TEXT,
}


def failure(code: int, *, key: str = "", write: bool) -> NetworkError:
    """The error to raise for a code of the network. `key` is the title of the key that was used.

    An unknown code on a write leaves the outcome unknown: who knows whether the text went out before it.
    """
    kind, cause = _KINDS.get(code, _Kind.UNSURE), _CAUSES.get(code, Cause.OTHER)
    sentence = _SENTENCES[kind].get(code) or _("Одноклассники отказали с кодом %(code)s") % {"code": code}
    if kind is _Kind.AUTH:
        return AuthLost(
            _("%(sentence)s (%(key)s)") % {"sentence": sentence, "key": key} if key else sentence, str(code)
        )
    if kind is _Kind.RETRY:
        return RetryAt(sentence, _AFTER[code], str(code), cause)
    if kind is _Kind.UNSURE:
        return unsure(sentence, write=write, code=str(code), after=MINUTE if code in _KINDS else UNKNOWN_READ)
    plain = {_Kind.PERSON: NeedsPerson, _Kind.PERMANENT: Permanent, _Kind.OURS: Broken}[kind]
    return plain(sentence, str(code), cause)


def as_guest(error: NetworkError) -> NetworkError:
    """What a refusal in somebody else's group means: our key is good, that group does not let us in."""
    if isinstance(error, AuthLost) and error.code in DENIED:
        return Permanent(_("Эта группа закрыта для нас"), error.code, Cause.BANNED)
    return error
