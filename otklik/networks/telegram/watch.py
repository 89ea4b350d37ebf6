"""Somebody's chat that the bot sits in: its texts come with the bot's own stream, so here is only looked whether they
can come at all."""

from datetime import timedelta

from otklik.networks.base import Access, Fetched, Json, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.telegram import address as at
from otklik.networks.telegram.client import Moved, ask, whole_option
from otklik.networks.values import mapping, number, text

_MINUTES = 10
_INSIDE = ("creator", "administrator", "member", "restricted")


def watch(access: Access, place: ReadPlace) -> Fetched:
    """Nothing but a cursor; NeedsPerson says why nothing would be heard. The next look is due in `watch_seconds`."""
    chat = _chat(access, place)
    where = number(chat.get("id")) or 0
    if text(chat.get("type")) == "channel":
        where = number(chat.get("linked_chat_id")) or 0
        if not where:
            raise NeedsPerson("У канала нет обсуждения: без него комментариев не бывает")
    _check(access, where)
    pause = timedelta(seconds=whole_option(access, "watch_seconds", _MINUTES * 60, 60, 86_400))
    return Fetched((), {"chat": where}, pause)


def _chat(access: Access, place: ReadPlace) -> dict[str, Json]:
    """What the network tells of the chat. A group that has become a supergroup is followed."""
    named = at.whose(place.external_id)
    name = at.user_name(place.external_id)
    if not named and not name:
        raise NeedsPerson("Чат Telegram не разобрать: укажите его номер вида -1001234560000 или имя вида @name")
    asked: dict[str, Json] = {"chat_id": named or f"@{name}"}
    try:
        return dict(mapping(ask(access, "getChat", asked)))
    except Moved as moved:
        return dict(mapping(ask(access, "getChat", {"chat_id": moved.chat})))
    except Permanent as refusal:
        raise _closed(refusal) from None


def _check(access: Access, chat: int) -> None:
    bot = int(at.bot_number(access.external_id) or 0)
    try:
        member = mapping(ask(access, "getChatMember", {"chat_id": chat, "user_id": bot}))
    except Permanent as refusal:
        raise _closed(refusal) from None
    status = text(member.get("status"), 20)
    if status not in _INSIDE or (status == "restricted" and member.get("is_member") is not True):
        raise NeedsPerson("Бот не состоит в этом чате: попросите его администратора добавить бота")
    if status in ("creator", "administrator"):
        return
    if mapping(ask(access, "getMe", {})).get("can_read_all_group_messages") is not True:
        raise NeedsPerson(
            "Бот видит в этом чате не все сообщения: сделайте его администратором или выключите у @BotFather "
            "режим приватности (/setprivacy) и добавьте бота заново"
        )


def _closed(refusal: Permanent) -> NeedsPerson:
    return NeedsPerson(f"Чат не открыть: {refusal}; добавьте в него бота, а у канала в его обсуждение")
