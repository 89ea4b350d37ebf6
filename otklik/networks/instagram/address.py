"""Instagram's addresses: how they are read out of links, and turned into public ones. Pure.

A comment and a publication have a number each; the short name in a link to a publication does not tell its number.
"""

import re
from urllib.parse import unquote, urlsplit

from otklik.networks.meta.side import Side, is_number

INSTAGRAM = Side(
    title="Instagram",
    mark="ig",
    hook="instagram",
    tokens=("page", "instagram"),
    site="https://www.instagram.com",
    platform="INSTAGRAM",
)
HOSTS = frozenset({"instagram.com", "www.instagram.com", "m.instagram.com"})
MOST_LENGTH = 2000
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
    found = _MEDIA.fullmatch(path_of(url, site))
    comment = _COMMENT.fullmatch(found[2] or "") if found else None
    return (comment[2] or comment[1]) if comment else ""


def is_media_link(url: str, site: str = "") -> bool:
    return bool(_MEDIA.fullmatch(path_of(url, site)))


def account_number(typed: str) -> str:
    text = typed.strip()[:MOST_LENGTH]
    return text if is_number(text) else ""


def path_of(url: str, site: str = "") -> str:
    """The path of a link to Instagram without slashes at its ends; "" when the host is somebody else's."""
    text = url.strip()[:MOST_LENGTH]
    if site and text.startswith(f"{site}/"):
        text = f"https://www.instagram.com/{text.removeprefix(f'{site}/')}"
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    return unquote(parts.path).strip("/") if parts.scheme in ("http", "https") and host in HOSTS else ""
