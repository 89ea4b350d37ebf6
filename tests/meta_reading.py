"""Accounts of the world of Meta, for the tests of Facebook and of Instagram."""

from otklik.networks.base import Access, Json
from tests import connectors
from tests.connectors import Reading
from tests.sandbox.meta_town import SECRET, MetaTown

__all__ = ["Reading", "account"]


def account(
    town: MetaTown, external_id: str, tokens: dict[str, str] | None = None, options: dict[str, Json] | None = None
) -> Access:
    """An account of the world with the Page's keys, unless others are named."""
    keys = {"page": town.token, "app_secret": SECRET} if tokens is None else tokens
    return connectors.access(town.sandbox, "meta", external_id, keys, options)
