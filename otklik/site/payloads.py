"""`otklik networks parse`: what the system makes of a payload, a line of JSON a message. Nothing is stored or sent."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from otklik.lib.why import why
from otklik.networks.base import Deletion, Edit, Event, Origin, Post, Raw
from otklik.networks.registry import NETWORKS

MOST_BYTES = 64 * 1024 * 1024


def parse(network: str, files: Sequence[str]) -> int:
    """Prints each text that the payloads tell of; without files the payload comes from standard input.

    A payload that is JSON and is not understood prints nothing: it would be kept as it is. Exit code 2, with a
    sentence for each, when a file is not JSON or cannot be read; the others are read all the same.
    """
    good = True
    for name in files or [""]:
        good = _parse_one(network, name) and good
    return 0 if good else 2


def _parse_one(network: str, name: str) -> bool:
    shown = name or "стандартный ввод"
    try:
        body = Path(name).read_bytes() if name else sys.stdin.buffer.read(MOST_BYTES)
    except OSError as error:
        return _refuse(f"{shown}: файл не читается ({why(error)})")
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return _refuse(f"{shown}: это не JSON")
    events = NETWORKS[network].parse(Raw(Origin.POLL, body))
    for event in events:
        line = {**({"file": name} if name else {}), "network": network, **as_values(event)}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    if not events:
        sys.stderr.write(f"{shown}: сообщений не найдено, такая запись сохраняется как есть\n")
    return True


def _refuse(sentence: str) -> bool:
    sys.stderr.write(f"{sentence}\n")
    return False


def as_values(event: Event) -> dict[str, Any]:
    """A text as plain values; times are UTC, what the network did not tell is null."""
    if isinstance(event, Deletion):
        return _line("deletion", event.external_id, published_at=None, deleted_at=_iso(event.at))
    post = event.post if isinstance(event, Edit) else event
    return _line(
        "edit" if isinstance(event, Edit) else "post",
        post.external_id,
        thread_id=post.thread,
        parent_id=post.parent or None,
        author={"id": post.author.external_id, "name": post.author.name},
        text=post.text,
        published_at=_iso(post.posted_at),
        permalink=post.url or None,
        attachments=[
            {"kind": item.kind.value, "url": item.url, "preview": item.preview, "title": item.title}
            for item in post.attachments
        ],
        geo=_geo(post),
        place=post.place.value,
        own=post.own,
    )


def _line(event: str, external_id: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("thread_id", "parent_id", "author", "text", "published_at", "permalink"))
    return {"event": event, "external_id": external_id, **empty, "attachments": [], "geo": None, **more}


def _geo(post: Post) -> dict[str, float] | None:
    if post.latitude is None or post.longitude is None:
        return None
    return {"latitude": post.latitude, "longitude": post.longitude}


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
