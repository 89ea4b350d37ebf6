"""The Bot API's webhook seen from our side of the wire: who may speak, what is answered, what is kept. Pure.

Source: apiok.ru, method graph.user.subscribe. There is no signature: an address that nobody can guess is all the
proof there is, and, where we see the true sender, the list of addresses that the network publishes.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from typing import Any

from otklik.lib.public import Address, meant
from otklik.networks.base import Access, HttpAnswer, Incoming, Origin, Raw
from otklik.networks.ok import address as at
from otklik.networks.values import digest, mapping, number, read, text

PUBLISHED = ("217.20.145.192/28", "217.20.151.160/28", "217.20.153.48/28")
GROUP_IN_ADDRESS = "gid"  # a message does not name the group it was written to; our own address does


def authentic(request: Incoming, access: Access) -> bool:
    """Whether it has the shape of an event and, if a list of senders is in force, comes from one of them."""
    body = read(request.body)
    if request.method != "POST" or not isinstance(body, dict) or not _has_shape(body):
        return False
    group_id = request.query.get(GROUP_IN_ADDRESS, "")
    if group_id and group_id != access.external_id:
        return False
    allowed = _allowed(access)
    return allowed is None or _within(request.sender, allowed)


def answer_to(request: Incoming, access: Access) -> HttpAnswer:
    """An empty 200; the network asks for nothing more and counts any other status as a failed delivery."""
    return HttpAnswer(200, b"")


def heard(request: Incoming) -> Raw:
    """What is kept of a push: the body as it came. It carries no secret."""
    group = at.number_of(request.query.get(GROUP_IN_ADDRESS, ""))
    return Raw(Origin.PUSH, request.body, _key(request.body), {"group": group} if group else {})


def with_group(hook: str, group: str) -> str:
    """The address that the network is told: ours, and which group it is for."""
    mark = "&" if "?" in hook else "?"
    return f"{hook}{mark}{GROUP_IN_ADDRESS}={group}"


def _has_shape(body: dict[str, Any]) -> bool:
    """Whether it can be an event. Not more than that is asked: a kind that we do not know is kept raw, and one that is
    refused comes again and again until the network takes our address off its list."""
    if isinstance(body.get("webhookType"), str):
        return True
    chat, sender = mapping(body.get("recipient")).get("chat_id"), mapping(body.get("sender")).get("user_id")
    return bool(at.chat_of(chat)) or isinstance(sender, str)


def _key(body: bytes) -> str:
    """The same for the same event pushed twice: its kind, the message's id and its words."""
    event = mapping(read(body))
    message = mapping(event.get("message"))
    if not text(message.get("mid")):
        return hashlib.sha256(body).hexdigest()[:40]
    kind = text(event.get("webhookType")) or "MESSAGE_CREATED"
    return digest("push", kind, message.get("mid"), text(message.get("text")), number(event.get("timestamp")))


def _allowed(access: Access) -> list[str] | None:
    """The networks that may call; None when nobody is asked where he comes from."""
    listed = access.options.get("allow")
    if isinstance(listed, list):
        return [each for each in listed if isinstance(each, str)]
    return list(PUBLISHED) if access.options.get("check_sender") is True else None


def _within(sender: str, allowed: Iterable[str]) -> bool:
    try:
        address = meant(ipaddress.ip_address(sender))
    except ValueError:
        return False
    return any(_holds(network, address) for network in allowed)


def _holds(network: str, address: Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
