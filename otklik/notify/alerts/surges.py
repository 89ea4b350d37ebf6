"""Finds surges: many people at once about one theme, or one group of themes, in one municipality.

Two queries while nothing is unusual, however many cards there are: what was written within the longest window, and
which surges run. The past is asked for only of what enough people write about.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.notify.alerts.burst import DAYS, LEAST, WINDOWS, Burst, burst
from otklik.notify.alerts.models import Kind, Surge
from otklik.notify.alerts.people import Staff
from otklik.notify.alerts.tell import News, tell
from otklik.people.models import Role
from otklik.places.models import Place
from otklik.themes.models import Theme

ACTOR = "machine:alerts"
EVERY = timedelta(seconds=20)
OVER_AFTER = max(WINDOWS)
"""Silence after which a surge is over: after less of it the same messages would raise it anew."""
THEME, GROUP = "theme", "group"


class Matter(NamedTuple):
    """What a surge is about: the id of a theme or of a group, and of the municipality."""

    kind: str
    about: int
    place: int


@dataclass(frozen=True, slots=True)
class Word:
    """One card as this page sees it: who wrote, and when."""

    card: int
    author: int
    at: datetime


def find_surges(now: datetime) -> None:
    """Raise what has begun, count on what runs, end what is over. Reads without a transaction, and writes each surge in
    one of its own; safe to repeat."""
    words = _by_matter(now)
    running = {_matter_of(surge): surge for surge in Surge.objects.filter(ended_at__isnull=True)}
    for matter, surge in running.items():
        _go_on(surge, words.get(matter, []), now)
    for matter in sorted(words, key=lambda one: one.kind, reverse=True):  # themes before their groups
        if matter not in running and len({word.author for word in words[matter]}) >= LEAST:
            fresh = _beyond_themes(matter, words, running)
            new_burst = _burst(matter, fresh, now)
            if new_burst is not None:
                running[matter] = _raise(matter, fresh, new_burst, now)


def cards_of(surge: Surge) -> QuerySet[Incident]:
    """The cards that it counts, whoever may see them, by when they were written."""
    matter = {"shown_theme": surge.theme_id} if surge.theme_id else {"shown_theme__in": _themes_of(surge.group_id or 0)}
    there = Place.objects.filter(path__startswith=surge.place.path).values("pk")
    cards = Incident.objects.filter(started_at__range=(surge.since, surge.last_at), shown_place__in=there, **matter)
    return cards.exclude(state=State.NOISE).order_by("started_at", "pk")


def _by_matter(now: datetime) -> dict[Matter, list[Word]]:
    """What was written within the longest window, by theme and by group; a card without either place or theme is
    nobody's. In the order of writing."""
    recent = Incident.objects.filter(
        started_at__gt=now - max(WINDOWS),
        started_at__lte=now,
        shown_theme__isnull=False,
        shown_place__isnull=False,
        links__main=True,
        links__message__own=False,
    ).exclude(state=State.NOISE)
    columns = ("pk", "started_at", "shown_theme", "shown_place", "links__message__author")
    rows = list(recent.order_by("started_at", "pk").values_list(*columns))
    groups = dict(Theme.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "group_id"))
    towns = _municipalities({row[3] for row in rows})
    words: defaultdict[Matter, list[Word]] = defaultdict(list)
    for card, at, theme, place, author in rows:
        if place in towns:
            word = Word(card, author, at)
            words[Matter(THEME, theme, towns[place])].append(word)
            words[Matter(GROUP, groups[theme], towns[place])].append(word)
    return dict(words)


def _municipalities(places: Iterable[int]) -> dict[int, int]:
    """The municipality of each place that lies in one."""
    rows = Place.objects.filter(pk__in=list(places)).exclude(level=Place.Level.REGION)
    return {
        pk: pk if level == Place.Level.MUNICIPALITY else parent
        for pk, level, parent in rows.values_list("pk", "level", "parent_id")
        if level == Place.Level.MUNICIPALITY or parent
    }


def _matter_of(surge: Surge) -> Matter:
    kind = THEME if surge.theme_id else GROUP
    return Matter(kind, surge.theme_id or surge.group_id or 0, surge.place_id)


def _beyond_themes(matter: Matter, words: dict[Matter, list[Word]], running: dict[Matter, Surge]) -> list[Word]:
    """A group's surge is one of what no surge of its themes tells already."""
    if matter.kind == THEME:
        return words[matter]
    theme_cards = {
        word.card for one in running if one.kind == THEME and one.place == matter.place for word in words.get(one, [])
    }
    return [word for word in words[matter] if word.card not in theme_cards]


def _burst(matter: Matter, words: Sequence[Word], now: datetime) -> Burst | None:
    latest = {word.author: word.at for word in words}
    if len(latest) < LEAST:
        return None
    start = now - timedelta(days=DAYS) - max(WINDOWS)
    about = {"shown_theme": matter.about} if matter.kind == THEME else {"shown_theme__in": _themes_of(matter.about)}
    there = Place.objects.filter(path__contains=f"/{matter.place}/").values("pk")
    past = Incident.objects.filter(started_at__range=(start, now), shown_place__in=there, **about)
    history = past.exclude(state=State.NOISE).order_by().values_list("started_at", flat=True)
    return burst([now - at for at in latest.values()], [now - at for at in history])


def _themes_of(group: int) -> QuerySet[Theme, int]:
    return Theme.objects.filter(group=group).values_list("pk", flat=True)


def _raise(matter: Matter, words: Sequence[Word], new_burst: Burst, now: datetime) -> Surge:
    inside = [word for word in words if now - word.at < new_burst.window]
    newest = Incident.objects.select_related("agency", "place").get(pk=inside[-1].card)
    # Whoever judges what comes, whoever answers for it at an agency, and the heads: each of them the nearest.
    staff = Staff([newest])
    recipients = [one for role in (Role.OPERATOR, Role.CURATOR, Role.HEAD) for one in staff.nearest(role, newest)]
    with book.writing():
        surge = Surge.objects.create(
            theme_id=matter.about if matter.kind == THEME else None,
            group_id=matter.about if matter.kind == GROUP else None,
            place_id=matter.place,
            since=inside[0].at,
            raised_at=now,
            last_at=inside[-1].at,
            people=new_burst.people,
            minutes=int(new_burst.window.total_seconds() // 60),
            usual=new_burst.usual,
        )
        data = {matter.kind: matter.about, "place": matter.place, "people": new_burst.people, "minutes": surge.minutes}
        entry = book.write(at=now, actor=ACTOR, verb="surge.raise", subject=f"surge:{surge.pk}", data=data)
        tell(recipients, News(Kind.SURGE, entry.pk, surge=surge), now)
    return surge


def _go_on(surge: Surge, words: Sequence[Word], now: datetime) -> None:
    """Whoever wrote since it began belongs to it. What the operator calls noise is no card of it any more."""
    fresh = [word for word in words if word.at > surge.last_at]
    if fresh:
        authors = set(cards_of(surge).filter(links__main=True).values_list("links__message__author", flat=True))
        changes = {"people": len(authors | {word.author for word in fresh}), "last_at": fresh[-1].at}
        Surge.objects.filter(pk=surge.pk).update(**changes)
    elif now - surge.last_at > OVER_AFTER:
        with book.writing():
            if Surge.objects.filter(pk=surge.pk, ended_at__isnull=True).update(ended_at=now):
                data = {"people": surge.people}
                book.write(at=now, actor=ACTOR, verb="surge.end", subject=f"surge:{surge.pk}", data=data)
