"""Which of the two networks is served, and how addresses of dialogues are written in both. Pure."""

import re
from dataclasses import dataclass

from otklik.networks.base import Access
from otklik.networks.values import digest

APP_SECRET = "app_secret"  # noqa: S105 - the name of a kind of key
_ID = re.compile(r"\d{1,30}(?:_\d{1,30})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,30}", re.ASCII)
_MID = re.compile(r"[A-Za-z0-9_.:$=+/~-]{1,2000}", re.ASCII)
_DIRECT = re.compile(r"([a-z]{2}):dm:(\d{1,30}):(\d{1,30})(?::([^\s]{1,190}))?", re.ASCII)
_LONGEST_MID = 190  # of a column of 250; a longer one is told by its fingerprint


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two networks.

    `mark` begins its addresses, `hook` is the object of its webhooks, `tokens` the kinds of token that may read and
    speak, the better first; `site` is the base of its public links, `platform` its name in conversations.
    """

    title: str
    mark: str
    hook: str
    tokens: tuple[str, ...]
    site: str
    platform: str

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
        found = _DIRECT.fullmatch(address)
        if not found or found[1] != self.mark:
            return None
        return DirectAddress(found[2], found[3], found[4] or "")

    def site_of(self, access: Access) -> str:
        """The base of public links, without a slash at the end."""
        told = access.options.get("site")
        return told.rstrip("/") if isinstance(told, str) and told else self.site

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
