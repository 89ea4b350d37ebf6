"""Accounts of the town's bots in Telegram, and places that are read again and again with them."""

from otklik.networks.base import Access, Json
from otklik.networks.telegram.network import Telegram
from tests.connectors import Reading, access, only
from tests.sandbox.telegram_town import Bot, Town

__all__ = ["TELEGRAM", "account", "only", "own"]
TELEGRAM = Telegram()


def account(city: Town, bot: Bot | None = None, *, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own bot, or of another."""
    bot = bot or city.bot
    return access(city.sandbox, "telegram", bot.number, {"bot": bot.token}, options)


def own(city: Town) -> Reading:
    """The bot's own stream."""
    return Reading(TELEGRAM, account(city), "own", city.bot.number)
