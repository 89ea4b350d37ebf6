"""Verbs of the region's own template. Each is one change and its journal row."""

from collections.abc import Callable
from datetime import datetime

from otklik.journal import book
from otklik.people.models import User
from otklik.reports.models import Letterhead


def current() -> bytes:
    """The region's template, b"" while it has none. One query."""
    content = Letterhead.objects.order_by("-pk").values_list("content", flat=True).first()
    return bytes(content) if content else b""


def put(name: str, content: bytes, tried: Callable[[bytes], object], by: User, at: datetime) -> Letterhead:
    """In place of the one before. `tried` fills it once and raises BadTemplate with a sentence."""
    tried(content)
    with book.turn():
        Letterhead.objects.all().delete()
        kept = Letterhead.objects.create(name=name[:100], content=content, by=by, at=at)
        book.write(at=at, actor=f"user:{by.pk}", verb="letterhead.put", subject=f"letterhead:{kept.pk}")
    return kept


def remove(by: User, at: datetime) -> bool:
    """Back to our own. False when there was none."""
    with book.turn():
        letterhead = Letterhead.objects.order_by("-pk").first()
        if letterhead is None:
            return False
        subject = f"letterhead:{letterhead.pk}"
        Letterhead.objects.all().delete()
        book.write(at=at, actor=f"user:{by.pk}", verb="letterhead.remove", subject=subject)
    return True
