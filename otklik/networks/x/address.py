"""External ids of X: how they are written, read back and turned into public links.

An edit gives a post a new number; its external id has the first number of the chain, so that it stays one message.
"""

import re
from dataclasses import dataclass
from typing import Any

SITE = "https://x.com"
HOSTS = frozenset(f"{sub}{host}" for host in ("x.com", "twitter.com") for sub in ("", "www.", "mobile.", "m."))

_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_POST = re.compile(r"x:([1-9][0-9]{0,18})", re.ASCII)
_DIRECT = re.compile(r"x:dm:([1-9][0-9]{0,18}):(g?)([1-9][0-9]{0,18})(?::([1-9][0-9]{0,18}))?", re.ASCII)
_NAME = re.compile(r"@?([A-Za-z0-9_]{1,15})", re.ASCII)
_PEOPLE = re.compile(r"(?:i/user|intent/user\?user_id=)/?([1-9][0-9]{0,18})", re.ASCII)
_RESERVED = frozenset({"i", "home", "search", "explore", "messages", "notifications", "settings", "intent", "hashtag"})


@dataclass(frozen=True, slots=True)
class DirectAddress:
    """A dialogue of `account` with `peer`, or one event in it when `event` is not "". `group`: `peer` is a chat."""

    account: str
    peer: str
    event: str = ""
    group: bool = False


def number(value: Any) -> str:
    """An id as the network writes it: a text of 1 to 19 digits. "" for anything else."""
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else ""


def post_id(first: str) -> str:
    return f"x:{first}"


def dialogue_id(account: str, peer: str, *, group: bool = False) -> str:
    """`account` is "" where it is not known whose dialogue it is; such an id cannot be read back."""
    return f"x:dm:{account + ':' if account else ''}{'g' if group else ''}{peer}"


def direct_id(account: str, peer: str, event: str, *, group: bool = False) -> str:
    return f"{dialogue_id(account, peer, group=group)}:{event}"


def post_number(address: str) -> str:
    """The number in `x:123`; "" for any other text."""
    match = _POST.fullmatch(address)
    return match[1] if match else ""


def direct_address(address: str) -> DirectAddress | None:
    match = _DIRECT.fullmatch(address)
    return DirectAddress(match[1], match[3], match[4] or "", bool(match[2])) if match else None


def account_number(typed: str) -> str:
    """The account's number out of "123" or a link with it; "" if there is none (a name is not a number)."""
    tail = _tail(typed)
    match = _PEOPLE.search(tail)
    return match[1] if match else number(tail)


def user_name(typed: str) -> str:
    """The name in `@name`, `name` or `https://x.com/name`; "" if it cannot be one, or is a number."""
    tail = _tail(typed).partition("?")[0].partition("/")[0]
    match = _NAME.fullmatch(tail)
    return match[1] if match and not number(tail) and match[1].lower() not in _RESERVED else ""


def post_url(site: str, post: str, name: str = "") -> str:
    return f"{site}/{name or 'i'}/status/{post}"


def person_url(site: str, person: str, name: str = "") -> str:
    return f"{site}/{name}" if name else f"{site}/i/user/{person}"


def dialogue_url(site: str, account: str, peer: str, *, group: bool = False) -> str:
    """The network writes the smaller number first."""
    if group:
        return f"{site}/messages/{peer}"
    low, high = sorted((account, peer), key=int)
    return f"{site}/messages/{low}-{high}"


def _tail(typed: str) -> str:
    """The path of the link."""
    text = typed.strip()[:500].removeprefix("https://").removeprefix("http://")
    host, slash, rest = text.partition("/")
    return rest.strip("/") if slash and host.lower() in HOSTS else text
