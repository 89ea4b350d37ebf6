"""The recognisers, built once per process from the tables and built anew when those change."""

import threading
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.utils import timezone

from otklik.journal.models import Entry
from otklik.places import gazetteer
from otklik.places.models import Place
from otklik.themes import keeping
from otklik.themes.models import Theme
from otklik.triage.place import KnownPlace, PlaceFinder
from otklik.triage.street import KnownStreet
from otklik.triage.theme import KnownTheme, ThemeFinder


@dataclass(frozen=True, slots=True)
class Minds:
    places: PlaceFinder
    themes: ThemeFinder
    known: dict[int, Theme]


_lock = threading.Lock()
_kept: list[tuple[str, Minds]] = []


def minds() -> Minds:
    """The recognisers for the classifier and places as they are now. Costs three short queries when nothing changed.

    A theme is edited in place, which no count shows: the journal's last entry about themes does. Themes are counted as
    of today, since the day from which one is retired may have been ahead when the journal heard of it.
    """
    today = timezone.localdate()
    stamp = str(
        (
            *Place.objects.aggregate(n=Count("pk"), last=Max("pk")).values(),
            *Theme.objects.filter(keeping.in_force(today)).aggregate(n=Count("pk"), last=Max("pk")).values(),
            *Entry.objects.filter(verb__in=keeping.VERBS).aggregate(last=Max("pk")).values(),
        )
    )
    with _lock:
        if not _kept or _kept[0][0] != stamp:
            _kept[:] = [(stamp, _build(today))]
        return _kept[0][1]


def _build(today: date) -> Minds:
    themes = list(Theme.objects.filter(keeping.in_force(today)).select_related("group"))
    places = list(Place.objects.all())
    ids = {place.code: place.pk for place in places}
    return Minds(
        places=PlaceFinder(
            [
                KnownPlace(
                    id=place.pk,
                    name=place.name,
                    level=place.level,
                    kind=place.kind,
                    parent_id=place.parent_id,
                    population=place.population,
                    aliases=tuple(place.aliases),
                )
                for place in places
            ],
            [
                KnownStreet(street.name, street.kind, ids.get(street.settlement or ""))
                for street in gazetteer.load().streets
                if not street.settlement or street.settlement in ids
            ],
        ),
        themes=ThemeFinder(
            [
                KnownTheme(
                    id=theme.pk,
                    name=theme.name,
                    group=theme.group.name,
                    description=theme.description,
                    keywords=tuple(theme.keywords),
                )
                for theme in themes
            ]
        ),
        known={theme.pk: theme for theme in themes},
    )
