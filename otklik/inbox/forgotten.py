"""Whom we were asked to forget: known again by a keyed hash alone, so that no list of names is kept of them.

Networks go on showing old comments, and a listing read anew would bring them back. Who writes anew has chosen so
himself: only what he wrote before he was forgotten stays out.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from otklik.inbox.models import Forgotten
from otklik.networks.base import Deletion, Edit, Event, Post


def mark(network: str, external_id: str) -> str:
    """64 hex digits, the same for the same person as long as the key is (`OTKLIK_FORGOTTEN_KEY`)."""
    told = f"{network}\n{external_id}".encode(errors="replace")
    return hmac.new(settings.FORGOTTEN_KEY.encode(), told, hashlib.sha256).hexdigest()


def without_forgotten(events: Sequence[Event], network: str) -> list[Event]:
    """The events without the texts that forgotten people wrote before they were forgotten. At most one query."""
    marks = {event: mark(network, post.author.external_id[:120]) for event in events if (post := _post(event))}
    if not marks:
        return list(events)
    known = dict(Forgotten.objects.filter(mark__in=set(marks.values())).values_list("mark", "at"))
    return [event for event in events if not _is_older(event, known.get(marks.get(event, "")))]


def _post(event: Event) -> Post | None:
    """The text that the event tells; None where it tells none."""
    if isinstance(event, Deletion):
        return None
    return event.post if isinstance(event, Edit) else event


def _is_older(event: Event, forgotten_at: datetime | None) -> bool:
    post = _post(event)
    if post is None or forgotten_at is None or post.posted_at is None:
        return False
    return post.posted_at <= forgotten_at
