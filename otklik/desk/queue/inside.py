"""What lies inside the chosen group, place and agency, as plain ids: so the database knows how much it is asked for."""

from typing import NamedTuple, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Value

from otklik.incidents.models import Incident
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing.models import Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

MOST_LOOKED_AT = 40_000


class Chosen(Protocol):
    """Ids of what is chosen, 0 for nothing."""

    @property
    def group(self) -> int: ...
    @property
    def place(self) -> int: ...
    @property
    def agency(self) -> int: ...


class Inside(NamedTuple):
    """`rarely`: the machine has said one of the chosen seldom enough to look at each time it did."""

    themes: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    agencies: tuple[int, ...] = ()
    rarely: bool = False


def inside_of(user: User, chosen: Chosen) -> Inside:
    """The chosen ones with everything below them. Two queries for each choice and user object; none without one."""
    wanted = (chosen.group, chosen.place, chosen.agency)
    if not any(wanted):
        return Inside()
    kept: dict[tuple[int, int, int], Inside] = getattr(user, "_inside", {})
    if wanted not in kept:
        kept[wanted] = _read(*wanted)
        user._inside = kept  # type: ignore[attr-defined]
    return kept[wanted]


def _read(group: int, place: int, agency: int) -> Inside:
    themes = Theme.objects.filter(group=group).order_by().values_list(Value("theme"), "pk")
    places = Place.objects.filter(path__contains=f"/{place}/").order_by().values_list(Value("place"), "pk")
    agencies = Agency.objects.filter(path__contains=f"/{agency}/").order_by().values_list(Value("agency"), "pk")
    found: dict[str, list[int]] = {"theme": [], "place": [], "agency": []}
    for kind, pk in themes.union(places, agencies, all=True):
        found[kind].append(pk)
    inside = Inside(tuple(found["theme"]), tuple(found["place"]), tuple(found["agency"]))
    return inside._replace(rarely=_is_rare(group, place, inside))


def _is_rare(group: int, place: int, inside: Inside) -> bool:
    """Looking at n of N costs n, and walking until a thousand are met costs N / n thousands: which is less."""
    last = Incident.objects.order_by("-pk").values("pk")[:1]
    said = (
        Verdict.objects.filter(theme__in=inside.themes)
        if group
        else Verdict.objects.filter(place__in=inside.places)
        if place
        else Suggestion.objects.filter(agency__in=inside.agencies)
    )
    try:
        some, values = said.order_by().values("pk")[:MOST_LOOKED_AT].query.sql_with_params()
    except EmptyResultSet:
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (SELECT COUNT(*) FROM ({some}) AS t), ({last.query})", values)  # noqa: S608 Django's own
        number, cards = cursor.fetchone()
    return bool(number * number < 600 * (cards or 0))
