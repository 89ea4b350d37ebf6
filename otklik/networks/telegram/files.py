"""The bytes of a file that somebody sent: asked for when they are copied, since every address of it holds the token."""

import re

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.errors import Permanent
from otklik.networks.telegram.client import ask, download
from otklik.networks.telegram.media import file_id
from otklik.networks.values import mapping, number, text

_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


def media(access: Access, reference: str) -> bytes:
    """The file behind an attachment's `tg-file:…`. Permanent when there is none to be had: gone, or larger than
    the network (20 MB) or our own client takes."""
    named = file_id(reference)
    if not named:
        raise Permanent(_("Это не файл Telegram"))
    file_record = mapping(ask(access, "getFile", {"file_id": named}))
    if (number(file_record.get("file_size")) or 0) > access.http.max_bytes:
        raise Permanent(_("Файл слишком большой, чтобы его скопировать"))
    path = text(file_record.get("file_path"), 500)
    if not _PATH.fullmatch(path):  # a server of one's own may name a path on its disk, which is no address
        raise Permanent(_("Telegram не отдаёт этот файл"))
    return download(access, path)
