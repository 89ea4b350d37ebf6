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

MOST = 1000
"""Marks of one query."""


def mark(network: str, external_id: str) -> str:
    """64 hex digits, the same for the same person as long as the key is (`OTKLIK_FORGOTTEN_KEY`)."""
    person_key = f"{network}\n{external_id}".encode(errors="replace")
    return hmac.new(settings.FORGOTTEN_KEY.encode(), person_key, hashlib.sha256).hexdigest()


def without_forgotten(events: Sequence[Event], network: str) -> list[Event]:
    """The events without the texts that forgotten people wrote before they were forgotten. At most one query."""
    left_out = are_left_out([(network, event) for event in events])
    return [event for event, out in zip(events, left_out, strict=True) if not out]


def are_left_out(network_events: Sequence[tuple[str, Event]]) -> list[bool]:
    """Of each event, told in this network, whether it is such a text. One query for each thousand people."""
    posts = [(network, _post(event)) for network, event in network_events]
    authors = {(network, post.author.external_id[:120]) for network, post in posts if post}
    marks = {author: mark(*author) for author in authors}
    wanted, known = sorted(set(marks.values())), dict[str, datetime]()
    for start in range(0, len(wanted), MOST):
        piece = Forgotten.objects.filter(mark__in=wanted[start : start + MOST])
        known.update(piece.values_list("mark", "at"))
    if not known:
        return [False] * len(posts)
    return [
        post is not None and _is_older(post, known.get(marks[network, post.author.external_id[:120]]))
        for network, post in posts
    ]


def _post(event: Event) -> Post | None:
    """The text that the event tells; None where it tells none."""
    if isinstance(event, Deletion):
        return None
    return event.post if isinstance(event, Edit) else event


def _is_older(post: Post, forgotten_at: datetime | None) -> bool:
    return forgotten_at is not None and post.posted_at is not None and post.posted_at <= forgotten_at
