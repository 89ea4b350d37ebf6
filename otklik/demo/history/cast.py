"""Who and what the history is about: read from the tables once, then only looked up."""

from dataclasses import dataclass, field
from datetime import datetime, time
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.demo.texts import PlaceWords, ThemeUse
from otklik.demo.texts import themes as theme_uses
from otklik.demo.walls import Board
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, Grant, Role, User
from otklik.places import gazetteer
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.deadlines import WorkWeek
from otklik.routing.match import Match, Router
from otklik.routing.suggest import router_now, whose
from otklik.themes import classifier
from otklik.themes.models import Theme
from otklik.triage.judge import Recognisers, quick_recognisers

STREETS_COMMON = 24


@dataclass(frozen=True, slots=True)
class Spot:
    """A settlement with the words for it; `municipality` is its parent's code."""

    place: Place
    municipality: str
    words: PlaceWords


@dataclass(slots=True)
class Cast:
    """All of it. `executors` by agency, `norms` by clock and theme are ids."""

    now: datetime
    zone: ZoneInfo
    week: WorkWeek
    duty: WorkWeek
    router: Router
    recognisers: Recognisers
    uses: tuple[ThemeUse, ...]
    themes: dict[str, Theme]
    spots: list[Spot]
    spot_weights: list[float]
    places: dict[int, Place]
    agencies: dict[int, Agency]
    executors: dict[int, int]
    operators: list[int]
    approver: int
    city_approver: int
    city_path: str
    sources: dict[tuple[str, str], Source]
    accounts: list[Account]
    norms: dict[tuple[str, int], tuple[int, bool]] = field(default_factory=dict)
    inside: dict[str, tuple[list[Spot], list[float]]] = field(default_factory=dict)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def pick_theme(self, rng: Random, month: int) -> ThemeUse:
        weights = [use.weight * use.season[month - 1] for use in self.uses]
        return rng.choices(self.uses, weights)[0]

    def pick_spot(self, rng: Random, municipality: str = "") -> Spot:
        """Anywhere, or within a municipality by its code."""
        if not municipality:
            return rng.choices(self.spots, self.spot_weights)[0]
        if municipality not in self.inside:
            both = [
                (spot, weight)
                for spot, weight in zip(self.spots, self.spot_weights, strict=True)
                if spot.municipality == municipality
            ]
            self.inside[municipality] = ([spot for spot, _ in both], [weight for _, weight in both])
        return rng.choices(*self.inside[municipality])[0]

    def whose(self, theme: Theme | None, place: Place | None, at: datetime) -> Match | None:
        return whose(self.router, theme, place, at)

    def norm(self, clock: str, theme: Theme | None) -> tuple[int, bool]:
        wanted = (clock, theme.pk if theme else 0)
        if wanted not in self.norms:
            self.norms[wanted] = clocks.norm_for(clock, theme)
        return self.norms[wanted]

    def voice(self, agency: Agency, board: Board) -> Account:
        """In VK as publishing chooses it: the agency's own account, the nearest above, or the region's. In the other
        networks the account of the place, on a foreign one the region's."""
        there = [one for one in self.accounts if one.network == board.network]
        if board.network != "vk" and board.voice:
            return next(one for one in there if one.external_id == board.voice)
        fitting = [one for one in there if one.agency is None or agency.path.startswith(one.agency.path)]
        return max(fitting, key=lambda one: (len(one.agency.path) if one.agency else 0, -one.pk))


def gather(now: datetime) -> Cast:
    """Read the reference data. LookupError when users or themes of the demonstration are missing."""
    names = {classifier.name_key(theme.name): theme for theme in Theme.objects.select_related("group")}
    uses = tuple(use for use in theme_uses() if classifier.name_key(use.name) in names)
    spots, weights = _spots()
    zone = ZoneInfo(settings.TIME_ZONE)
    users = dict(User.objects.filter(demo=True).values_list("username", "pk"))
    agencies = {agency.pk: agency for agency in Agency.objects.all()}
    return Cast(
        now=now,
        zone=zone,
        week=clocks.work_week(),
        duty=WorkWeek(time(8), time(22), zone, weekdays=frozenset(range(7)), holidays=False),
        router=router_now(),
        recognisers=quick_recognisers(),
        uses=uses,
        themes={use.name: names[classifier.name_key(use.name)] for use in uses},
        spots=spots,
        spot_weights=weights,
        places={place.pk: place for place in Place.objects.all()},
        agencies=agencies,
        executors=_executors(),
        operators=[users["oper"], users["oper2"]],
        approver=users["sogl"],
        city_approver=users["sogl-gorod"],
        city_path=next(agency.path for agency in agencies.values() if agency.code == "adm-krasnodar"),
        sources={
            (source.network, source.external_id): source for source in Source.objects.filter(account__sandbox=True)
        },
        accounts=list(Account.objects.filter(sandbox=True).select_related("agency").order_by("pk")),
    )


def _executors() -> dict[int, int]:
    """Who answers for an agency: the one who can sign in, if there is one, since he was made first."""
    executors: dict[int, int] = {}
    grants = Grant.objects.filter(role=Role.EXECUTOR, user__demo=True, agency__isnull=False).order_by("user_id", "pk")
    for agency, user in grants.values_list("agency_id", "user_id"):
        executors.setdefault(int(agency or 0), user)
    return executors


def _spots() -> tuple[list[Spot], list[float]]:
    """Settlements with their streets. Small places write less, but more than their share of people."""
    data = gazetteer.load()
    streets: dict[str | None, list[str]] = {}
    for street in data.streets:
        streets.setdefault(street.settlement, []).append(_street(street.kind, street.name))
    common = tuple(streets.get(None, ())[:STREETS_COMMON])
    spots, weights = [], []
    for place in Place.objects.filter(level=Place.Level.SETTLEMENT).select_related("parent").order_by("pk"):
        if place.parent is None:
            continue
        short = {"город": "г.", "станица": "ст.", "посёлок": "пос.", "хутор": "х.", "село": "с.", "аул": "а."}
        name = f"{short[place.kind]} {place.name}" if place.kind in short else place.name
        words = PlaceWords(name, place.parent.name, tuple(streets.get(place.code, ())) or common)
        spots.append(Spot(place, place.parent.code, words))
        weights.append(float(max(place.population, 300)) ** 0.85)
    return spots, weights


def _street(kind: str, name: str) -> str:
    short = {"улица": "", "переулок": "пер. ", "проспект": "пр. ", "площадь": "пл. ", "бульвар": "бул. "}
    return f"{short.get(kind, kind + ' ')}{name}"
