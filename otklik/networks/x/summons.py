"""Whether a text may be answered through the API. Pure.

Source: the network's page on writing posts (since February 2026). A self-serve account may answer only who named it
with @ or quoted it. Whether the name that the network itself puts in front of a reply counts is not known: an option.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.values import mappings, number, text
from otklik.networks.x import tweet

NOT_SUMMONED = _("X даёт отвечать через API только тем, кто упомянул нас через @ или процитировал: ответьте с сайта")
ONLY_NAMED = _("Житель разрешил отвечать только тем, кого упомянул: нам ответить нельзя")


@dataclass(frozen=True, slots=True)
class Rules:
    """`account`, `name`: who we are. `bound`: the account is a self-serve one; `replies`: a reply to us summons us."""

    account: str
    name: str = ""
    bound: bool = True
    replies: bool = True


def rules_of(access: Access, name: str = "") -> Rules:
    return rules_in({**context_of(access), "name": name})


def context_of(access: Access) -> dict[str, str]:
    """What a payload does not say of the account that heard it, for `Raw.context`."""
    bound = access.options.get("access") != "enterprise"
    replies = access.options.get("reply_counts_as_summons") is not False
    return {
        "account": access.external_id,
        "access": "selfserve" if bound else "enterprise",
        "summons": "replies" if replies else "named",
    }


def rules_in(context: Mapping[str, str]) -> Rules:
    """The rules back from a context. A push does not know the options: what is not forbidden for certain is allowed."""
    return Rules(
        account=context.get("account", ""),
        name=context.get("name", "").lower(),
        bound=context.get("access") != "enterprise",
        replies=context.get("summons") != "named",
    )


def closed(item: Mapping[str, Any], rules: Rules, quoted_author: str = "") -> str:
    """Why this text cannot be answered, in one sentence; "" when nothing is known against it."""
    if not rules.account or item.get("author_id") == rules.account:
        return ""
    named, explicitly = _named(item, rules)
    if item.get("reply_settings") == "mentionedUsers" and not named:
        return ONLY_NAMED
    if not rules.bound or explicitly or quoted_author == rules.account:
        return ""
    replied = named or item.get("in_reply_to_user_id") == rules.account
    return "" if replied and rules.replies else NOT_SUMMONED


def _named(item: Mapping[str, Any], rules: Rules) -> tuple[bool, bool]:
    """Whether our name stands in it, and whether the writer put it there."""
    start = tweet.visible_from(item)
    places = [
        number(each.get("start")) or 0
        for each in mappings(tweet.entities(item).get("mentions"))
        if each.get("id") == rules.account or (rules.name and text(each.get("username"), 20).lower() == rules.name)
    ]
    return bool(places), any(place >= start for place in places)
