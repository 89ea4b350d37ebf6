"""What a link from the browser leads to."""

from urllib.parse import parse_qs, urlsplit

from otklik.networks.base import Address
from otklik.networks.errors import NotSupported
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.link import NO_NUMBER
from otklik.networks.meta.side import is_number


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `instagram.com/p/Abc/c/123/`, `…/c/123/r/456/`, and the sandbox's links to dialogues. None for anything
    else, however broken. NotSupported for a link to a publication alone: it does not tell its number. Pure.
    """
    comment = at.comment_of_link(url, site)
    if comment:
        return Address(message=INSTAGRAM.address(comment))
    if at.is_media_link(url, site):
        raise NotSupported(NO_NUMBER)
    parts = at.path_of(url, site).split("/")
    if len(parts) == 3 and parts[:2] == ["direct", "t"] and is_number(parts[2]):
        account = _account(url)
        return Address(thread=INSTAGRAM.dialogue(account, parts[2])) if account else None
    return None


def _account(url: str) -> str:
    try:
        told = parse_qs(urlsplit(url.strip()[: at.MOST_LENGTH]).query, max_num_fields=20).get("account", [""])[-1]
    except ValueError:
        return ""
    return told if is_number(told) else ""
