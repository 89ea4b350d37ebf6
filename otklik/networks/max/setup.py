"""Setting an account up: the subscription, the self-check, the names. Safe to repeat."""

import re
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.lib.sentence import joined
from otklik.networks.base import Access, Json, KeyKind, Origin, Person, Right
from otklik.networks.errors import NeedsPerson, NetworkError, Permanent
from otklik.networks.max import address as at
from otklik.networks.max.channel import chat_number, kind_of
from otklik.networks.max.client import BOT, ask, path_of, prepare
from otklik.networks.max.pages import Walk
from otklik.networks.max.parse import UPDATES, person_of
from otklik.networks.max.watch import chats, named_channels
from otklik.networks.values import mappings, number, text

KEYS: tuple[KeyKind, ...] = (
    KeyKind(
        BOT,
        _("Ключ бота"),
        _("слышит комментарии и личные сообщения, отвечает на них"),
        _("business.max.ru → Чат-боты → бот → Интеграция → Получить токен"),
        30.0,
    ),
)
SUBSCRIBED = tuple(sorted({*UPDATES, "bot_added", "bot_removed", "bot_admin_permissions_changed", "bot_started"}))
_SECRET = re.compile(r"[A-Za-z0-9_-]{5,256}")
_MOST_CHANNELS = 10
_NEEDED = {"read_all_messages": _("читать все сообщения"), "write": _("писать")}


def subscribe(access: Access, hook: str) -> None:
    """Ask for pushes to this address. MAX takes https on port 443 with a certificate that it trusts."""
    if not _SECRET.fullmatch(access.secret):
        raise NeedsPerson(
            _("Секретный ключ уведомлений MAX: от 5 до 256 латинских букв, цифр, знаков «_» и «-». Задайте другой")
        )
    asked: dict[str, Json] = {"url": hook, "secret": access.secret, "update_types": list(SUBSCRIBED)}
    prepare(access, "/subscriptions", {}, asked)
    if not any(item.get("url") == hook for item in _subscriptions(access)):
        raise Permanent(_("MAX не приняла адрес уведомлений: нужен https на порту 443 с доверенным сертификатом"))


def _subscriptions(access: Access) -> list[dict[str, Any]]:
    return mappings(ask(access, "/subscriptions").json.get("subscriptions"))


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    first = _bot(access)
    return [first, *([*_channels(access), _way(access)] if first.ok else [])]


def _bot(access: Access) -> Right:
    name, advice = _("Ключ бота"), _("Возьмите ключ на business.max.ru: Чат-боты → бот → Интеграция")
    if not access.tokens.get(BOT):
        return Right(name, ok=False, advice=_("Не задан. %(advice)s") % {"advice": advice})
    try:
        bot_id = number(ask(access, "/me").json.get("user_id"))
    except NetworkError as refusal:
        return Right(name, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": advice})
    if not bot_id or bot_id != at.user_number(access.external_id):
        return Right(
            name,
            ok=False,
            advice=_("Ключ выдан другому боту, его номер %(number)s: проверьте номер аккаунта")
            % {"number": bot_id or 0},
        )
    return Right(name, ok=True)


def _channels(access: Access) -> list[Right]:
    walk = Walk(access, Origin.BACKFILL, "own")
    numbers = named_channels(access)
    try:
        numbers += [chat_number(item) for item in chats(walk) if kind_of(item) == "channel"]
    except Permanent:  # MAX does not list them any more: the option names them
        pass
    except NetworkError as refusal:
        return [Right(_("Каналы бота"), ok=False, advice=str(refusal))]
    if not numbers:
        advice = _(
            "MAX не перечисляет каналы бота: впишите их номера в параметр channels, чтобы находить пропущенное. "
            "Номер стоит в ссылке на запись после «/c/»"
        )
        return [Right(_("Каналы бота"), ok=True, advice=advice)]
    return [_channel(access, chat) for chat in list(dict.fromkeys(numbers))[:_MOST_CHANNELS]]


def _channel(access: Access, chat: int) -> Right:
    name = _("Права в канале %(chat)s") % {"chat": chat}
    try:
        name = _("Права в канале «%(title)s»") % {
            "title": text(ask(access, path_of("chats", chat)).json.get("title"), 80)
        }
        member = ask(access, path_of("chats", chat, "members", "me")).json
    except NetworkError as refusal:
        return Right(name, ok=False, advice=str(refusal))
    permissions = member.get("permissions")
    missing = [
        title for right, title in _NEEDED.items() if not isinstance(permissions, list) or right not in permissions
    ]
    if missing and member.get("is_owner") is not True:
        return Right(
            name, ok=False, advice=_("Дайте боту в этом канале право: %(missing)s") % {"missing": joined(", ", missing)}
        )
    return Right(name, ok=True)


def _way(access: Access) -> Right:
    """Updates come either by pushes or by asking, never both ways at once."""
    name = _("Как приходят события")
    try:
        subscribed = bool(_subscriptions(access))
    except NetworkError as refusal:
        return Right(name, ok=False, advice=str(refusal))
    push = access.options.get("push") is True
    if push and not subscribed:
        advice = _("Подписки на уведомления нет: MAX снимает её после восьми часов отказов. Подпишитесь снова")
        return Right(name, ok=False, advice=advice)
    if subscribed and not push:
        advice = _("У бота есть подписка на уведомления: включите параметр push или удалите подписку")
        return Right(name, ok=False, advice=advice)
    return Right(name, ok=True)


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names of our own bot and of channels; MAX tells nobody else's name by number, and messages carry them anyway."""
    return [person for each in dict.fromkeys(ids) if (person := _named(access, each))]


def _named(access: Access, external_id: str) -> Person | None:
    user = at.user_number(external_id)
    if user and user == at.user_number(access.external_id):
        bot_profile = ask(access, "/me").json
        return person_of(bot_profile, user) if number(bot_profile.get("user_id")) == user else None
    chat = at.channel_number(external_id) if external_id.startswith("max:chat:") else 0
    if not chat:
        return None
    try:
        channel = ask(access, path_of("chats", chat)).json
    except Permanent:
        return None
    return Person(at.channel_id(chat), text(channel.get("title"), 200), text(channel.get("link"), 300), True)
