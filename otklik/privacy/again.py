"""Forgetting again whoever was forgotten: after a restore from an older backup, and what was cut off on the way.

Nobody but the person himself is meant: he is known by a keyed hash, and what he wrote after that moment stays.
"""

from collections import Counter
from datetime import datetime

from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author, Forgotten, Message
from otklik.privacy import forgotten_file
from otklik.privacy.forget import forget
from otklik.privacy.parts import ACTOR

PIECE = 2000


def apply(now: datetime) -> Counter[str]:
    """How many rows of each model were emptied; nothing when everybody on the list is forgotten.

    A restore calls it before the product works again. Hashes every author that has a name: seconds for a hundred
    thousand of them.
    """
    forgotten_file.take_over()
    done: Counter[str] = Counter()
    known = dict(Forgotten.objects.values_list("mark", "at"))
    for author, at in _back(known) if known else ():
        done += forget(author, at, now, actor=ACTOR, with_open=True).rows
    return done


def _back(known: dict[str, datetime]) -> list[tuple[Author, datetime]]:
    """Those on the list who have a name here, and something that they wrote before."""
    author_dates = []
    for author in Author.objects.filter(forgotten_at=None, is_community=False, ours=False).iterator(chunk_size=PIECE):
        at = known.get(mark(author.network, author.external_id))
        if at is not None and _has_left(author, at):
            author_dates.append((author, at))
    return author_dates


def _has_left(author: Author, at: datetime) -> bool:
    """Texts of before that are still his, emptied or not, or nothing at all but his name."""
    mine = Message.objects.filter(author=author)
    return mine.filter(posted_at__lte=at).exists() or not mine.exists()
