"""Whose profile an address is: in every spelling that people paste. Pure.

One that names a number tells exactly who it is; a nick is found by the addresses that the network itself has told us.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from otklik.networks.base import Network
from otklik.networks.registry import NETWORKS

_SUBDOMAINS = ("www.", "m.", "mobile.", "web.", "new.")
_NICK = re.compile(r"[\w.\-]{2,64}")
_KNOWN_ID = re.compile(r"([a-z]{1,16}):(\S{1,120})")
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_PLACES = frozenset({"s", "u", "user", "profile", "profile.php", "people", "i", "intent"})


@dataclass(frozen=True, slots=True)
class Profile:
    """`number` is the network's own, "" where the address has a nick."""

    network: str
    number: str = ""
    nick: str = ""

    @property
    def external_ids(self) -> tuple[str, ...]:
        """As Author.external_id may have it."""
        if self.number:
            return (NETWORKS[self.network].numbered.format(self.number),)
        return (f"@{self.nick}",) if self.nick else ()


def profile(address: str) -> Profile | None:
    """`https://m.vk.com/id1`, `t.me/name`, `ok.ru/profile/5`, `x.com/name?s=20`; None for what is no such address."""
    parts = _split(address.strip()[:500])
    if parts is None:
        return None
    host, path, asked = parts
    network = next((network for network in NETWORKS.values() if host in network.hosts), None)
    return _read(network, path, asked) if network else None


def known_id(text: str) -> tuple[str, str] | None:
    """«vk:5» as (network, external id): what the product itself shows where a network tells no address."""
    match = _KNOWN_ID.fullmatch(text.strip())
    return (match[1], match[2]) if match and "//" not in text else None


def number_of(external_id: str) -> str:
    """The network's own number inside an external id; "" where it has none."""
    tail = external_id.rpartition(":")[2].removeprefix("id")
    return tail if tail.isdecimal() else ""


def nick_of(url: str, external_id: str) -> str:
    """The name in an author's address; "" where it has his number instead."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2] if url else ""
    number = number_of(external_id)
    if external_id.startswith("@"):
        return external_id[1:]
    return last if _NICK.fullmatch(last) and last not in (number, f"id{number}", "profile.php") else ""


def _split(text: str) -> tuple[str, list[str], dict[str, list[str]]] | None:
    """The host, or the scheme of an app's own links; the pieces of the path; what is asked."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}:", [], parse_qs(parts.query)
    for sub in _SUBDOMAINS:
        host = host.removeprefix(sub)
    return host, [piece for piece in parts.path.split("/") if piece], parse_qs(parts.query)


def _read(network: Network, path: list[str], asked: dict[str, list[str]]) -> Profile | None:
    """The one piece that may be a name; a number by itself, or written as the network writes it, is a number."""
    kind, user_id = network.kind, (asked.get("user_id") or asked.get("id") or [""])[0]
    if user_id.isdecimal():
        return Profile(kind, user_id)
    if len(path) == 3 and path[0] == "people" and path[2].isdecimal():  # people/Name/123
        return Profile(kind, path[2])
    pieces = [piece.removeprefix("@") for piece in path if piece not in _PLACES]
    if len(pieces) != 1 or not _NICK.fullmatch(pieces[0]):
        return None
    number = pieces[0].removeprefix(network.numbered.removesuffix("{}"))
    return Profile(kind, number) if _NUMBER.fullmatch(number) else Profile(kind, nick=pieces[0])
