"""Instagram's addresses: how they are read out of links, and turned into public ones. Pure.

A comment and a publication have a number each; the short name in a link to a publication does not tell its number.
"""

import re

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Address
from otklik.networks.errors import NotSupported
from otklik.networks.meta.side import MOST_LENGTH, Side, is_number

INSTAGRAM = Side(
    title="Instagram",
    mark="ig",
    hook="instagram",
    tokens=("page", "instagram"),
    site="https://www.instagram.com",
    hosts=frozenset({"instagram.com", "www.instagram.com", "m.instagram.com"}),
    platform="INSTAGRAM",
    me=True,
)
NO_NUMBER = _("По ссылке на публикацию Instagram её номера не узнать: нужна ссылка на комментарий")
_MEDIA = re.compile(r"(?:[A-Za-z0-9._]{1,60}/)?(?:p|reel|reels|tv)/([A-Za-z0-9_-]{1,60})(/.{0,200})?", re.ASCII)
_COMMENT = re.compile(r"/c/(\d{1,30})(?:/r/(\d{1,30}))?/?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9._]{1,60}", re.ASCII)


def comment_url(permalink: str, comment: str, parent: str = "") -> str:
    """`permalink` is the publication's own link, "" if it is not known."""
    if not permalink:
        return ""
    base = f"{permalink.rstrip('/')}/c/"
    return f"{base}{parent}/r/{comment}/" if parent else f"{base}{comment}/"


def person_url(site: str, name: str) -> str:
    return f"{site}/{name}/" if _NAME.fullmatch(name) else ""


def comment_of_link(url: str, site: str = "") -> str:
    """The number of the comment that a link names, "" if it names none."""
    match = _MEDIA.fullmatch(_path(url, site))
    comment = _COMMENT.fullmatch(match[2] or "") if match else None
    return (comment[2] or comment[1]) if comment else ""


def is_media_link(url: str, site: str = "") -> bool:
    return bool(_MEDIA.fullmatch(_path(url, site)))


def account_number(typed: str) -> str:
    text = typed.strip()[:MOST_LENGTH]
    return text if is_number(text) else ""


def address_of(url: str, site: str = "") -> Address | None:
    """What a link leads to: `instagram.com/p/Abc/c/123/`, `…/c/123/r/456/`, and the sandbox's links to dialogues. None
    for anything else, however broken. NotSupported for a link to a publication alone: it does not tell its number."""
    comment = comment_of_link(url, site)
    if comment:
        return Address(message=INSTAGRAM.address(comment))
    if is_media_link(url, site):
        raise NotSupported(NO_NUMBER)
    path, asked = INSTAGRAM.split(url, site) or ("", {})
    parts, account = path.split("/"), asked.get("account", "")
    if len(parts) == 3 and parts[:2] == ["direct", "t"] and is_number(parts[2]) and is_number(account):
        return Address(thread=INSTAGRAM.dialogue(account, parts[2]))
    return None


def _path(url: str, site: str) -> str:
    return (INSTAGRAM.split(url, site) or ("", {}))[0]
