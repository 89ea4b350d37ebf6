"""Accounts of the town's bots in MAX, and places that are read again and again with them."""

from datetime import UTC, datetime

from otklik.networks.base import Access, Json, Speech
from otklik.networks.max.network import Max
from tests.connectors import PIXEL, Reading, access
from tests.sandbox.max_town import MaxTown

__all__ = ["MAX", "PIXEL", "account", "own", "reading", "reply_to"]
MAX = Max()


def account(town: MaxTown, *, other: bool = False, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own bot, or of the guest's."""
    bot, token = (town.other_bot, town.other_token) if other else (town.bot, town.token)
    return access(town.sandbox, "max", bot, {"bot": token}, options)


def reading(account: Access, kind: str, external_id: object) -> Reading:
    return Reading(MAX, account, kind, external_id)


def own(town: MaxTown, *, push: bool = False, **options: Json) -> Reading:
    """The stream of the town's bot; where it is pushed, the option names its channel, since MAX lists none."""
    named: dict[str, Json] = {"channels": [str(town.channel)]} if push else {}
    return reading(account(town, options={"push": push, **named, **options}), "own", town.bot)


def reply_to(town: MaxTown, address: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, address, town.post, attempted_at=datetime.now(UTC))
