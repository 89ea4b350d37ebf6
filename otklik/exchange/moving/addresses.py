"""The message and the author of an incident, read from the links of an export."""

import hashlib
from typing import NamedTuple
from urllib.parse import urlsplit

from otklik.inbox.models import Message
from otklik.lib.address import safe_address
from otklik.networks.pasted import leads_to
from otklik.networks.registry import NETWORKS

OTHER = "other"
MOST_URL = 500
_SUBDOMAINS = ("www.", "m.", "web.")
_COMMUNITY = ("club", "group:")
_MARKS = ("reply=", "thread=", "comment=")


class Standing(NamedTuple):
    """`message` and `thread` are external ids in the connectors' spelling, "" where the link does not contain one."""

    network: str
    message: str
    thread: str
    community: str
    place: Message.Place
    url: str


class Profile(NamedTuple):
    """`external_id` is "" when there is no author; `url` is "" when there is only a `name`."""

    external_id: str
    url: str
    name: str
    community: bool


def standing(post: str, blog: str) -> Standing:
    """The message and thread that the two links lead to. Never raises."""
    network, url = network_of(post), safe_address(post, MOST_URL)
    if network == OTHER:
        network = network_of(blog)
    address = leads_to(network, post) if network in NETWORKS else None
    message, thread = (address.message, address.thread) if address and address.message else ("", "")
    comment = message != thread if message else any(mark in post for mark in _MARKS)
    where = leads_to(network, blog) if network in NETWORKS else None
    place = Message.Place.COMMENT if comment else Message.Place.POST
    return Standing(network, message[:250], thread[:250], (where.author if where else "")[:120], place, url)


def profile(link_or_name: str, network: str) -> Profile:
    """A profile without a number in its link is identified by the link; text that is not a link is a name."""
    if not link_or_name:
        return Profile("", "", "", False)
    url = safe_address(link_or_name, MOST_URL)
    if not url:
        return Profile("", "", link_or_name[:250], False)
    address = leads_to(network, link_or_name) if network in NETWORKS else None
    if address and address.author:
        return Profile(address.author[:120], url, "", address.author.startswith(_COMMUNITY))
    bare = url.partition("://")[2].rstrip("/").lower()
    return Profile(f"im:{hashlib.sha256(bare.encode()).hexdigest()[:32]}", url, "", False)


def network_of(url: str) -> str:
    """By the host alone; OTHER for a host that belongs to no network."""
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return OTHER
    for sub in _SUBDOMAINS:
        host = host.removeprefix(sub)
    return next((kind for kind, network in NETWORKS.items() if host in network.hosts), OTHER)


def made_up(cabinet: str, theirs: str) -> str:
    """An external id for a message without a link; no connector writes ids of this form."""
    return f"im:{hashlib.sha256(cabinet.encode()).hexdigest()[:12]}:{theirs}"
