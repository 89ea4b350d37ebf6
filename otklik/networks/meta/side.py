"""Which of the two networks is served, and how addresses of dialogues are written in both. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.networks.base import Access
from otklik.networks.values import digest

APP_SECRET = "app_secret"  # noqa: S105 - the name of a kind of key
_ID = re.compile(r"\d{1,30}(?:_\d{1,30})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,30}", re.ASCII)
_MID = re.compile(r"[A-Za-z0-9_.:$=+/~-]{1,2000}", re.ASCII)
_DIRECT = re.compile(r"([a-z]{2}):dm:(\d{1,30}):(\d{1,30})(?::([^\s]{1,190}))?", re.ASCII)
MOST_LENGTH = 2000  # of a link that a person pastes
_LONGEST_MID = 190  # of a column of 250; a longer one is told by its fingerprint


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two networks.

    `mark` begins its addresses, `hook` is the object of its webhooks, `tokens` the kinds of token that may read and
    speak, the better first; `site` is the base of its public links, `hosts` are those that show them; `platform` is its
    name in conversations. `me`: they hang on whatever the token is of, else on the account by its number.
    """

    title: str
    mark: str
    hook: str
    tokens: tuple[str, ...]
    site: str
    hosts: frozenset[str]
    platform: str
    me: bool = False

    def address(self, thing: str) -> str:
        return f"{self.mark}:{thing}"

    def thing(self, address: str) -> str:
        """The network's own id in an address of a text; "" for addresses of dialogues and of other networks."""
        bare = address.removeprefix(f"{self.mark}:")
        return bare if bare != address and _ID.fullmatch(bare) else ""

    def dialogue(self, place: str, peer: str) -> str:
        return f"{self.mark}:dm:{place}:{peer}"

    def message(self, place: str, peer: str, mid: str) -> str:
        return f"{self.mark}:dm:{place}:{peer}:{short_mid(mid)}"

    def direct(self, address: str) -> "DirectAddress | None":
        match = _DIRECT.fullmatch(address)
        if not match or match[1] != self.mark:
            return None
        return DirectAddress(match[2], match[3], match[4] or "")

    def site_of(self, access: Access) -> str:
        """The base of public links, without a slash at the end."""
        site = access.options.get("site")
        return site.rstrip("/") if isinstance(site, str) and site else self.site

    def split(self, url: str, site: str = "") -> tuple[str, Mapping[str, str]] | None:
        """The path of a public link without slashes at its ends, and its query; None when the host is somebody else's.

        `site` is one more base of such links.
        """
        text = url.strip()[:MOST_LENGTH]
        if site and text.startswith(f"{site}/"):
            text = f"{self.site}/{text.removeprefix(f'{site}/')}"
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            host = parts.hostname or ""
            query = parse_qs(parts.query, max_num_fields=50)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or host not in self.hosts:
            return None
        return unquote(parts.path).strip("/"), {name: values[-1] for name, values in query.items()}

    def node(self, access: Access) -> str:
        """What leads the conversations."""
        return "me" if self.me else access.external_id

    def token_of(self, access: Access) -> str:
        """The kind of token to read and speak with, "" if the account has none."""
        return next((kind for kind in self.tokens if access.tokens.get(kind)), "")


@dataclass(frozen=True, slots=True)
class DirectAddress:
    """A dialogue, or a message of it when `mid` is not ""."""

    place: str
    peer: str
    mid: str = ""


def short_mid(mid: str) -> str:
    return mid if len(mid) <= _LONGEST_MID else f"~{digest(mid)}"


def is_number(text: str) -> bool:
    """Whether this is a bare id of a page, person, comment or media."""
    return bool(_NUMBER.fullmatch(text))


def is_id(text: str) -> bool:
    """A bare id, or a composed one (`page_post`, `post_comment`)."""
    return bool(_ID.fullmatch(text))


def is_mid(text: str) -> bool:
    return bool(_MID.fullmatch(text))
