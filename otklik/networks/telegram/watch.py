"""Somebody's chat that the bot sits in: its texts come with the bot's own stream, so here is only looked whether they
can come at all."""

from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.telegram import address as at
from otklik.networks.telegram.client import Moved, ask, whole_option
from otklik.networks.values import mapping, number, text

_MINUTES = 10
_INSIDE = ("creator", "administrator", "member", "restricted")


def watch(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Nothing but a cursor and the place's own number: that of the chat in which its texts stand, a channel's being its
    discussion. NeedsPerson says why nothing would be heard. The next look is due in `watch_seconds`.

    The cursor keeps the `channel`, whose discussion may change.
    """
    chat = _chat(access, place)
    where = number(chat.get("id")) or 0
    cursor: dict[str, Json] = {"chat": where}
    if text(chat.get("type")) == "channel":
        cursor["channel"] = where
        cursor["chat"] = where = number(chat.get("linked_chat_id")) or 0
        if not where:
            raise NeedsPerson(_("У канала нет обсуждения: без него комментариев не бывает"))
    _check(access, where)
    pause = timedelta(seconds=whole_option(access, "watch_seconds", _MINUTES * 60, 60, 86_400))
    return Fetched((), cursor, pause, at.author_id(where))


def _chat(access: Access, place: ReadPlace) -> dict[str, Json]:
    """What the network tells of the chat. A group that has become a supergroup is followed."""
    asked = _asked(place)
    try:
        return dict(mapping(ask(access, "getChat", {"chat_id": asked})))
    except Moved as moved:
        return dict(mapping(ask(access, "getChat", {"chat_id": moved.chat})))
    except Permanent as refusal:
        if isinstance(asked, str) and refusal.code == "400":
            raise NeedsPerson(
                _(
                    "Чата с именем %(name)s в Telegram нет: сверьте имя. У закрытого чата имени нет, "
                    "добавьте его по номеру"
                )
                % {"name": asked}
            ) from None
        raise _closed(refusal) from None


def _asked(place: ReadPlace) -> int | str:
    """The channel that was found behind the place before, else its number, else its name."""
    channel = number(place.cursor.get("channel")) or 0
    named = channel if channel < 0 else at.place_number(place.external_id)
    name = at.user_name(place.external_id)
    if not named and not name:
        raise NeedsPerson(_("Чат Telegram не разобрать: укажите его номер вида -1001234560000 или имя вида @name"))
    return named or f"@{name}"


def _check(access: Access, chat: int) -> None:
    bot = int(at.bot_number(access.external_id) or 0)
    try:
        member = mapping(ask(access, "getChatMember", {"chat_id": chat, "user_id": bot}))
    except Permanent as refusal:
        raise _closed(refusal) from None
    status = text(member.get("status"), 20)
    if status not in _INSIDE or (status == "restricted" and member.get("is_member") is not True):
        raise NeedsPerson(_("Бот не состоит в этом чате: попросите его администратора добавить бота"))
    if status in ("creator", "administrator"):
        return
    if mapping(ask(access, "getMe", {})).get("can_read_all_group_messages") is not True:
        raise NeedsPerson(
            _(
                "Бот видит в этом чате не все сообщения: сделайте его администратором или выключите у @BotFather "
                "режим приватности (/setprivacy) и добавьте бота заново"
            )
        )


def _closed(refusal: Permanent) -> NeedsPerson:
    return NeedsPerson(
        _("Чат не открыть: %(refusal)s; добавьте в него бота, а у канала в его обсуждение") % {"refusal": refusal}
    )
