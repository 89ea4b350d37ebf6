"""An account's row as its connector sees it: tokens, the door, and the wait for a token's next allowed call."""

import time
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings

from otklik.lib import clock
from otklik.lib.http import Door
from otklik.networks.base import Access
from otklik.networks.models import Account, Token, reserve


def bases() -> dict[str, str]:
    """The base address of each network for real accounts."""
    return {"vk": settings.VK_BASE}


@lru_cache(maxsize=1)
def door() -> Door:
    """The one door out of this process. The sandbox's address is let through only on a training installation."""
    inside = {settings.SANDBOX_ADDRESS} if settings.MODE == "demo" else set()
    return Door(bases=frozenset({*bases().values(), *inside}), proxy=settings.OUT_PROXY, ca_file=settings.OUT_CA_FILE)


def access_to(account: Account, sleep: Callable[[float], None] = time.sleep) -> Access:
    """What a connector needs to work with this account. `sleep` takes seconds."""
    tokens: Mapping[str, Token] = {token.kind: token for token in account.tokens.all()}

    def turn(kind: str) -> None:
        token = tokens.get(kind)
        if token is not None:
            sleep(reserve(token, clock.now()).total_seconds())

    sandbox = settings.SANDBOX_ADDRESS
    return Access(
        external_id=account.external_id,
        base=sandbox if account.sandbox else bases()[account.network],
        door=door(),
        turn=turn,
        tokens={kind: token.secret for kind, token in tokens.items()},
        secret=account.hook_secret,
        confirmation=account.confirmation,
        options={**({"site": f"{sandbox}/{account.network}"} if account.sandbox else {}), **account.options},
    )
