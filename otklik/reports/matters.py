"""The three matters of a report: the themes and places that most cards of the period are about, and one voice of each.

It counts and quotes. Nothing here writes a sentence about a citizen's trouble.
"""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from otklik.inbox.models import Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.address import safe_address
from otklik.reports.periods import Period
from otklik.reports.quoting import quote
from otklik.reports.report import Matter

MOST = 3
VOICES = 8
"""How many cards of a matter are read until one may be quoted."""


def matters(cards: QuerySet[Incident], period: Period, site: str) -> list[Matter]:
    """At most three, the largest first; those of one card alone are none. At most five queries.

    `cards` are what the reader may see, `site` the address that links to cards begin with.
    """
    real = cards.exclude(state=State.NOISE).filter(theme__isnull=False, place__isnull=False).order_by()
    now = real.filter(started_at__gte=period.since, started_at__lt=period.until)
    pairs = now.values_list("theme_id", "place_id").annotate(n=Count("pk")).filter(n__gt=1)
    found = list(pairs.order_by("-n", "theme_id", "place_id")[:MOST])
    before = _before(real, period, [(theme, place) for theme, place, _n in found]) if found else {}
    told = [_matter(now, theme, place, n, before.get((theme, place), 0), site) for theme, place, n in found]
    return [one for one in told if one is not None]


def _before(real: QuerySet[Incident], period: Period, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    wanted = Q()
    for theme, place in pairs:
        wanted |= Q(theme_id=theme, place_id=place)
    then = real.filter(wanted, started_at__gte=period.before_since, started_at__lt=period.before_until)
    rows = then.values_list("theme_id", "place_id").annotate(n=Count("pk"))
    return {(theme, place): n for theme, place, n in rows}


def _matter(now: QuerySet[Incident], theme: int, place: int, n: int, before: int, site: str) -> Matter | None:
    """The voice is the one that most people have joined; what was said in private is nobody's to quote."""
    links = IncidentMessage.objects.filter(main=True, incident__in=now.filter(theme_id=theme, place_id=place))
    links = links.select_related("message__author", "incident__theme", "incident__place")
    rows = list(links.order_by("-message__engagement", "-message__posted_at", "pk")[:VOICES])
    if not rows:
        return None
    told = [(row, _quoted(row.message)) for row in rows]
    row, words = next((one for one in told if one[1]), told[0])
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
