"""The bot that tells colleagues, in MAX or in Telegram, through the networks' own small clients.

It is not an Account: it has no source and no voice, so nothing of a citizen ever passes through it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from otklik.lib import clock
from otklik.networks.access import bases, http_client
from otklik.networks.base import Access, Json
from otklik.networks.errors import NeedsPerson, RetryAt
from otklik.networks.legal import check_read
from otklik.networks.max import client as max_client
from otklik.networks.registry import NETWORKS
from otklik.networks.telegram import client as telegram_client
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.wire import SHORT
from otklik.notify.alerts.models import Ear

MOST = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote to the bot in private."""

    chat: str
    text: str


@dataclass(frozen=True, slots=True)
class Bot:
    """`say(chat, text)` raises the networks' errors; `hear(cursor)` returns what was written since and the cursor."""

    kind: str
    say: Callable[[str, str], None]
    hear: Callable[[int | None], tuple[list[Heard], int | None]]


def staff_bot() -> Bot:
    """The bot of the settings. Raises NeedsPerson when there is none, SwitchedOff when the law's switch is off."""
    kind = settings.ALERTS_BOT
    if kind == "off":
        raise NeedsPerson("Бот для оповещений не задан в настройках установки")
    if settings.MODE != "demo":
        check_read(kind)
    access = _access(kind)
    if kind == "max":
        return Bot(kind, lambda chat, words: _max_say(access, chat, words), lambda cursor: _max_hear(access, cursor))
    return Bot(
        kind, lambda chat, words: _telegram_say(access, chat, words), lambda cursor: _telegram_hear(access, cursor)
    )


def _access(kind: str) -> Access:
    """In training it is the sandbox's own bot."""
    base = f"{settings.SANDBOX_ADDRESS}/{NETWORKS[kind].prefix}" if settings.MODE == "demo" else bases()[kind]
    return Access(
        external_id="",
        base=base,
        http=http_client(),
        turn=lambda _kind: _wait_out(kind),
        rest=lambda _kind, time: _rest(kind, time),
        tokens={"bot": settings.ALERTS_BOT_KEY},
        options={"site": base} if settings.MODE == "demo" else {},
    )


def _wait_out(kind: str) -> None:
    """Raises RetryAt while the network wants to be left alone, whichever worker it said that to."""
    now = clock.now()
    until = Ear.objects.filter(network=kind, rest_until__gt=now).values_list("rest_until", flat=True).first()
    if until:
        raise RetryAt("Сеть просит подождать", until - now)


def _rest(kind: str, time: timedelta) -> None:
    Ear.objects.update_or_create(network=kind, defaults={"rest_until": clock.now() + time})


def _telegram_say(access: Access, chat: str, words: str) -> None:
    plain: dict[str, Json] = {"chat_id": int(chat), "text": words, "link_preview_options": {"is_disabled": True}}
    telegram_client.tell(access, "sendMessage", plain)


def _telegram_hear(access: Access, cursor: int | None) -> tuple[list[Heard], int | None]:
    asked: dict[str, Json] = {"limit": MOST, "timeout": 0, "allowed_updates": ["message"]}
    updates = telegram_client.ask(access, "getUpdates", asked | ({"offset": cursor} if cursor else {}))
    if not isinstance(updates, list):
        raise RetryAt("Telegram ответил непонятно", SHORT)
    heard = []
    for update in mappings(updates):
        cursor = max(cursor or 0, (number(update.get("update_id")) or 0) + 1)
        message = mapping(update.get("message"))
        chat = mapping(message.get("chat"))
        if chat.get("type") == "private" and number(chat.get("id")):
            heard.append(Heard(str(number(chat.get("id"))), text(message.get("text"), 200)))
    return heard, cursor


def _max_say(access: Access, chat: str, words: str) -> None:
    max_client.tell(access, "/messages", {"chat_id": int(chat)}, {"text": words})


def _max_hear(access: Access, cursor: int | None) -> tuple[list[Heard], int | None]:
    payload = max_client.ask(access, "/updates", {"limit": MOST, "timeout": 0, "marker": cursor}).json
    heard = []
    for update in mappings(payload.get("updates")):
        message = mapping(update.get("message"))
        where, sender = mapping(message.get("recipient")), mapping(message.get("sender"))
        if update.get("update_type") != "message_created" or where.get("chat_type") != "dialog":
            continue
        chat = number(where.get("chat_id"))
        if chat and sender.get("is_bot") is not True:
            heard.append(Heard(str(chat), text(mapping(message.get("body")).get("text"), 200)))
    marker = number(payload.get("marker"))
    return heard, marker if marker is not None else cursor
