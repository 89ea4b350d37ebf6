"""The step of a Media row: copy a picture while its address still works, so that the card can show it for ever."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from otklik.inbox.models import Media
from otklik.lib.due import finish
from otklik.lib.http import NoAnswer, NotSent, Refused, TooLarge
from otklik.lib.pictures import MAX_BYTES, NotAPicture, wash
from otklik.networks.access import access_to, http_client
from otklik.networks.errors import NetworkError, RetryAt
from otklik.networks.fetch import SWITCHED_OFF
from otklik.networks.legal import NOTHING, all_allowed
from otklik.networks.optional import HoldsFiles
from otklik.networks.registry import NETWORKS

LONGEST_SIDE = 1600


class NotCopied(Exception):
    """The other side did not give the picture this time."""


def copy_picture(media: list[Media], now: datetime) -> None:
    """One picture after the other. What is no picture, or lies where we do not go, stays a link."""
    read = all_allowed()
    for item in media:
        if not read.get(item.message.network, NOTHING).read:
            finish(item, now + SWITCHED_OFF)
            continue
        address = item.url if item.kind == "photo" else item.preview
        content = _picture(item, address) if address and not item.file else b""
        with transaction.atomic():
            if content:
                item.file.save(f"{item.pk}.jpg", ContentFile(content), save=False)
                Media.objects.filter(pk=item.pk).update(file=item.file.name)
            finish(item)


def _picture(item: Media, address: str) -> bytes:
    """The washed picture, b"" where there is none to be had. Raises NotCopied when another try may help."""
    network: object = NETWORKS.get(item.message.network)
    content = _asked(item, network, address) if isinstance(network, HoldsFiles) else None
    try:
        return wash(_fetch(address) if content is None else content, LONGEST_SIDE)
    except NotAPicture:
        return b""


def _asked(item: Media, network: HoldsFiles, address: str) -> bytes | None:
    """The file by the network's own call; None for an address like any other."""
    raw = item.message.raw
    if not address.startswith(network.file_prefix):
        return None
    if raw is None or raw.account is None:
        return b""
    try:
        return network.media(access_to(raw.account), address)
    except RetryAt as later:
        raise NotCopied(f"the picture did not come: {later}") from None
    except NetworkError:
        return b""


def _fetch(address: str) -> bytes:
    """Whatever lies there, b"" where there is none to be had. Raises NotCopied when another try may help."""
    try:
        reply = http_client().fetch(address, max_bytes=MAX_BYTES)
    except (Refused, TooLarge):
        return b""
    except (NotSent, NoAnswer) as error:
        raise NotCopied(f"the picture did not come: {error}") from None
    if reply.status >= 500 or reply.status == 429:
        raise NotCopied(f"the picture did not come: HTTP {reply.status}")
    return reply.body if reply.status == 200 else b""
