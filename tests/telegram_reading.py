"""Accounts of the town's bots in Telegram, and places that are read again and again with them."""

from datetime import UTC, datetime

from otklik.networks.base import Access, Json, Speech
from otklik.networks.telegram.network import Telegram
from tests.connectors import Reading, access, only
from tests.sandbox.telegram_town import Bot, Town

__all__ = ["TELEGRAM", "account", "only", "own", "reading", "reply_to"]
TELEGRAM = Telegram()


def account(city: Town, bot: Bot | None = None, *, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own bot, or of another."""
    bot = bot or city.bot
    return access(city.sandbox, "telegram", bot.number, {"bot": bot.token}, options)


def reading(account: Access, kind: str = "own", external_id: object = "") -> Reading:
    """The bot's own stream unless another place is named."""
    return Reading(TELEGRAM, account, kind, external_id or account.external_id)


def own(city: Town) -> Reading:
    return reading(account(city))


def reply_to(city: Town, comment: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, comment, city.post, attempted_at=datetime.now(UTC))
