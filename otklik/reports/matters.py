"""The three matters of a report: the themes and places that most cards of the period are about, and one voice of each.

It counts and quotes. Nothing here writes a sentence about a citizen's trouble. What is counted are the cards of the
report's own figures, so that both are of one moment, however many come in meanwhile; only the voices are read later.
"""

import numpy as np
from django.db.models import QuerySet

from otklik.inbox.models import Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.address import safe_address
from otklik.reports.periods import Period
from otklik.reports.quoting import quote
from otklik.reports.report import Matter
from otklik.reports.sets import real
from otklik.reports.slices import Slice

MOST = 3
VOICES = 8
"""How many cards of a matter are read until one may be quoted."""


def matters(cards: QuerySet[Incident], asked: tuple[Slice, Slice], period: Period, site: str) -> list[Matter]:
    """At most three, the largest first; those of one card alone are none. At most three queries.

    `cards` are what the reader may see, `asked` those of the period and of the one before it (queries.sliced), `site`
    the address that links to cards begin with.
    """
    here, before = map(_counted, asked)
    largest = sorted(((-n, pair) for pair, n in here.items() if n > 1))[:MOST]
    now = cards.exclude(state=State.NOISE).filter(started_at__gte=period.since, started_at__lt=period.until).order_by()
    candidates = [_matter(now, *pair, here[pair], before.get(pair, 0), site) for _n, pair in largest]
    return [one for one in candidates if one is not None]


def _counted(some: Slice) -> dict[tuple[int, int], int]:
    """How many cards there are of each theme and place, of those that have both; the noise is left out."""
    some = real(some)
    some = some.where((some["theme"] > 0) & (some["place"] > 0))
    keys, counts = np.unique(some["theme"].astype(np.int64) << 32 | some["place"].astype(np.int64), return_counts=True)
    return {(int(key) >> 32, int(key) & 0xFFFFFFFF): int(n) for key, n in zip(keys, counts, strict=True)}


def _matter(now: QuerySet[Incident], theme: int, place: int, n: int, before: int, site: str) -> Matter | None:
    """The voice is the one that most people have joined; what was said in private is nobody's to quote."""
    links = IncidentMessage.objects.filter(main=True, incident__in=now.filter(theme_id=theme, place_id=place))
    links = links.select_related("message__author", "incident__theme", "incident__place")
    rows = list(links.order_by("-message__engagement", "-message__posted_at", "pk")[:VOICES])
    if not rows:
        return None
    quoted_rows = [(row, _quoted(row.message)) for row in rows]
    row, words = next((one for one in quoted_rows if one[1]), quoted_rows[0])
    card = row.incident
    return Matter(
        theme=card.theme.name if card.theme else "",
        place=card.place.name if card.place else "",
        count=n,
        before=before,
        quote=words,
        network=card.network,
        address=safe_address(row.message.url) if words else "",
        card_number=card.number,
        card=f"{site}/incidents/{card.pk}/",
    )


def _quoted(message: Message) -> str:
    if message.place == Message.Place.DIRECT or message.deleted_at is not None or message.own:
        return ""
    return quote(message.text, message.author.name)
