"""Telegram's refusals as classes: what to do next, and one Russian sentence for a person. Pure.

Sources: the Bot API's page on answers, and the texts of the open server (tdlib/telegram-bot-api). Code and parameters
decide; words of a description only where the code is not enough. The network's own words are never quoted.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, Broken, Cause, NeedsPerson, NetworkError, Permanent, RetryAt, unsure
from otklik.networks.values import mapping, number, text

MINUTE = timedelta(minutes=1)
UNKNOWN_READ = timedelta(minutes=5)
LONGEST_WAIT = 24 * 3600
_UNSAID_WAIT = 5  # seconds, when a 429 does not tell

WEBHOOK_IS_ON = _(
    "У бота включён вебхук, поэтому спрашивать новые сообщения нельзя: включите в аккаунте приём вебхуком "
    "или снимите вебхук"
)
NO_OLD_MESSAGES = _("Группа стала супергруппой, и прежних сообщений для ответа в ней нет: ответьте вручную")
TWO_READERS = _(
    "Другая программа читает сообщения этого бота тем же ключом: остановите её или смените ключ у @BotFather"
)

_Plain = type[Permanent] | type[NeedsPerson] | type[AuthLost] | type[Broken]

_GONE = _("Сообщения, на которое отвечаем, больше нет: житель удалил его")
# (code, words of the description in lower case, class, sentence); the first that fits. "" fits any description.
_REFUSALS: tuple[tuple[int, str, _Plain, str], ...] = (
    (400, "message to be replied not found", Permanent, _GONE),
    (400, "replied message not found", Permanent, _GONE),
    (400, "reply message not found", Permanent, _GONE),
    (400, "message thread not found", Permanent, _("Ветки, в которой стоит сообщение, больше нет")),
    (400, "topic_closed", Permanent, _("Тема, в которой стоит сообщение, закрыта")),
    (400, "topic_deleted", Permanent, _("Тема, в которой стоит сообщение, удалена")),
    (400, "chat not found", Permanent, _("Telegram не знает этого чата, или бот в нём никогда не был")),
    (400, "user not found", Permanent, _("Telegram не знает этого человека")),
    (400, "peer_id_invalid", Permanent, _("Telegram не знает этого чата, или бот в нём никогда не был")),
    (400, "message is too long", NeedsPerson, _("Ответ длиннее, чем берёт Telegram: сократите его")),
    (400, "caption is too long", NeedsPerson, _("Подпись к фотографии длиннее, чем берёт Telegram: сократите ответ")),
    (
        400,
        "rights to send",
        NeedsPerson,
        _("В этой группе боту запрещено такое сообщение: попросите её администратора"),
    ),
    (400, "chat_send_photos_forbidden", NeedsPerson, _("В этой группе нельзя отправлять фотографии: уберите их")),
    (400, "chat_write_forbidden", NeedsPerson, _("Боту запрещено писать в этой группе: попросите её администратора")),
    (400, "administrator rights", NeedsPerson, _("Боту не хватает прав администратора в этом чате")),
    (400, "not enough rights", NeedsPerson, _("Боту не хватает прав в этом чате: попросите его администратора")),
    (400, "photo", NeedsPerson, _("Telegram не принял фотографию: приложите другую или отправьте ответ без неё")),
    (
        400,
        "image_process",
        NeedsPerson,
        _("Telegram не принял фотографию: приложите другую или отправьте ответ без неё"),
    ),
    (400, "file is too big", Permanent, _("Файл больше 20 МБ: бот не может его получить")),
    (400, "file", Permanent, _("Telegram не отдаёт этот файл")),
    (400, "bad webhook", NeedsPerson, _("Telegram не принял адрес вебхука: нужен https и порт 443, 80, 88 или 8443")),
    (400, "secret token", NeedsPerson, _("Telegram не принял секрет вебхука: создайте другой")),
    (400, "", Permanent, _("Telegram не принял запрос: возможно, сообщение или чат удалены")),
    (401, "", AuthLost, _("Ключ бота не действует: получите новый у @BotFather")),
    (403, "blocked by the user", Permanent, _("Житель заблокировал бота: личный ответ не отправить")),
    (403, "can't initiate conversation", Permanent, _("Житель не начинал диалога с ботом: первым бот писать не может")),
    (403, "user is deactivated", Permanent, _("Житель удалил свой аккаунт")),
    (403, "bot was kicked", Permanent, _("Бота удалили из чата: попросите его администратора вернуть бота")),
    (403, "bot is not a member", Permanent, _("Бот не состоит в чате: попросите его администратора добавить бота")),
    (403, "group chat was deleted", Permanent, _("Группа удалена")),
    (403, "", Permanent, _("Telegram запретил это действие")),
    (404, "method not found", Broken, _("Telegram не знает такого метода")),
    (404, "", AuthLost, _("Telegram не знает такого бота: проверьте ключ")),
    (409, "webhook is active", NeedsPerson, WEBHOOK_IS_ON),
    (413, "", NeedsPerson, _("Файл больше, чем берёт Telegram: уменьшите фотографию")),
)

# By words of the description; the first that fits.
_CAUSES: tuple[tuple[str, Cause], ...] = (
    *((part, Cause.BANNED) for part in ("chat not found", "peer_id_invalid")),
    *((part, Cause.GONE) for part in ("not found", "topic_deleted", "chat was deleted", "user is deactivated")),
    *((part, Cause.CLOSED) for part in ("topic_closed", "can't initiate conversation")),
    *((part, Cause.BANNED) for part in ("blocked by the user", "bot was kicked", "bot is not a member")),
    *((part, Cause.BANNED) for part in ("rights to send", "chat_write_forbidden", "not enough rights")),
    *((part, Cause.TEXT) for part in ("is too long", "photo", "image_process")),
)


def failure(answer: Mapping[str, Any], status: int, *, write: bool) -> NetworkError:
    """The error to raise for an answer that is not "ok". An unknown code on a write leaves the outcome unknown."""
    code = number(answer.get("error_code")) or status
    words = text(answer.get("description"), 500).lower()
    if code == 429:
        return RetryAt(_("Telegram просит не обращаться так часто"), retry_after(answer), "429")
    if moved_to(answer):
        return NeedsPerson(
            _("Группа стала супергруппой, и прежних сообщений для ответа в ней нет: ответьте вручную"),
            "400",
            Cause.GONE,
        )
    if code == 409 and "webhook is active" not in words:
        return RetryAt(TWO_READERS, MINUTE, "409")
    if code >= 500:
        return unsure(_("Внутренняя ошибка Telegram"), write=write, code=str(code), after=MINUTE)
    for known, part, kind, sentence in _REFUSALS:
        if code == known and part in words:
            return kind(sentence, str(code), _cause(code, words, kind))
    return unsure(
        _("Telegram отказал с кодом %(code)s") % {"code": code}, write=write, code=str(code), after=UNKNOWN_READ
    )


def _cause(code: int, words: str, kind: _Plain) -> Cause:
    if kind is AuthLost or kind is Broken:
        return Cause.OTHER
    if code == 413:
        return Cause.TEXT
    return next((cause for part, cause in _CAUSES if part in words), Cause.OTHER)


def retry_after(answer: Mapping[str, Any]) -> timedelta:
    """How long the network asks to wait."""
    seconds = number(mapping(answer.get("parameters")).get("retry_after")) or 0
    return timedelta(seconds=min(seconds, LONGEST_WAIT) if seconds > 0 else _UNSAID_WAIT)


def moved_to(answer: Mapping[str, Any]) -> int:
    """The supergroup that a group has become; 0 if the answer does not tell of it."""
    return min(number(mapping(answer.get("parameters")).get("migrate_to_chat_id")) or 0, 0)
