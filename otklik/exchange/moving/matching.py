"""Their names and our rows: themes, agencies, places. What is not known for sure is left open, and said."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import TypeVar

from otklik.lib.refusal import Refused
from otklik.people import agencies
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.classifier import load, name_key
from otklik.themes.models import Theme

CLOSE = 0.96
"""How alike two names of one group have to be: no two themes of a group in the shipped classifier are."""
_COMMON = (
    "муниципальное образование", "муниципальный округ", "муниципальный район", "городской округ", "городское поселение",
    "сельское поселение", "район", "город", "село", "поселок", "посёлок", "станица", "хутор", "деревня", "пгт", "рп",
    "го", "мо", "мр", "гп", "сп", "г", "с", "п", "ст", "х", "д", "аул", "а",
)  # fmt: skip
_ELSEWHERE = ("другое", "другой", "не определен", "неизвестно")
_SHORT = 120
Key = TypeVar("Key", bound=tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Match:
    """`pk` None for nothing; `odd` a code of oddities.py, "" where it is sure."""

    pk: int | None
    odd: str = ""


@dataclass(slots=True)
class Names:
    """Every name is looked up once. `make` writes a new agency; None: nothing is written, it is only counted."""

    make: "Callable[[str, Agency | None], Agency] | None"
    made: int = 0
    _themes: dict[tuple[str, str], Match] = field(default_factory=dict)
    _agencies: dict[tuple[str, str], Match] = field(default_factory=dict)
    _places: dict[tuple[str, str, str], Match] = field(default_factory=dict)
    _known_themes: list[tuple[int, str, str, str]] = field(default_factory=list)
    _known_agencies: list[Agency] = field(default_factory=list)
    _known_places: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = Theme.objects.order_by("-group__classifier__in_force_from", "-group__classifier_id", "pk")
        self._known_themes = [
            (pk, name_key(group), name_key(name), code)
            for pk, group, name, code in rows.values_list("pk", "group__name", "name", "code")
        ]
        self._known_agencies = list(Agency.objects.select_related("parent").order_by("-active", "pk"))
        self._known_places = list(Place.objects.order_by("pk"))

    def theme(self, group: str, name: str) -> Match:
        return _kept(self._themes, (group, name), lambda: self._theme(group, name))

    def agency(self, department: str, executor: str) -> Match:
        return _kept(self._agencies, (department, executor), lambda: self._agency(department, executor))

    def place(self, region: str, municipality: str, settlement: str) -> Match:
        key = (region, municipality, settlement)
        return _kept(self._places, key, lambda: self._place(*key))

    def _theme(self, group: str, name: str) -> Match:
        if not name:
            return Match(None)
        wanted, within = name_key(name), name_key(group)
        same = [one for one in self._known_themes if one[2] == wanted]
        best = next((one for one in same if one[1] == within), None) or (same[0] if _one_name(same) else None)
        if best:
            return Match(best[0])
        shipped = load().by_name(name)
        by_code = next((one[0] for one in self._known_themes if shipped and one[3] == shipped.code), None)
        if by_code:
            return Match(by_code)
        near = {one[3]: one[0] for one in reversed(self._known_themes) if one[1] == within and _alike(one[2], wanted)}
        return Match(next(iter(near.values())), "theme_close") if len(near) == 1 else Match(None, "theme")

    def _agency(self, department: str, executor: str) -> Match:
        if not department and not executor:
            return Match(None)
        above, fresh = self._one(department, None) if department else (None, False)
        below, new = self._one(executor, above) if executor else (above, False)
        return Match(below.pk if below else None, "agency_new" if fresh or new else "")

    def _one(self, name: str, above: Agency | None) -> tuple[Agency | None, bool]:
        """The agency so called, at best right below the other one; a new one when nobody is called so there."""
        wanted = name_key(name)
        called = [one for one in self._known_agencies if wanted in (name_key(one.name), name_key(one.short_name))]
        if above is not None:
            called = [one for one in called if one.path.startswith(above.path)]
        if called:
            nearest = min(called, key=lambda one: (not one.active, one.path.count("/")))
            return nearest, False
        self.made += 1
        if self.make is None:
            return None, True
        agency = self.make(name, above)
        self._known_agencies.append(agency)
        return agency, True

    def _place(self, region: str, municipality: str, settlement: str) -> Match:
        top = next((one for one in self._known_places if one.level == Place.Level.REGION), None)
        if top is None or not (region or municipality or settlement):
            return Match(None, "place" if municipality else "")
        if region and bare(region) not in _names_of(top):
            return Match(None, "region")
        if not municipality or any(word in municipality.lower() for word in _ELSEWHERE):
            return Match(top.pk if municipality else None)
        towns = self._called(municipality, Place.Level.MUNICIPALITY, top.path)
        if len(towns) != 1:
            return Match(top.pk, "place")
        if not settlement:
            return Match(towns[0].pk)
        inside = self._called(settlement, Place.Level.SETTLEMENT, towns[0].path)
        return Match(inside[0].pk) if len(inside) == 1 else Match(towns[0].pk, "place")

    def _called(self, name: str, level: str, path: str) -> list[Place]:
        """By the whole name if that means one place alone, else without words as «район»."""
        there = [one for one in self._known_places if one.level == level and one.path.startswith(path)]
        wanted = name_key(name)
        exact = [one for one in there if wanted in {name_key(known_name) for known_name in _all_names(one)}]
        return exact if len(exact) == 1 else [one for one in there if bare(name) in _names_of(one)]


def agency_maker(by: User, at: datetime) -> Callable[[str, Agency | None], Agency]:
    """Writes what the export names and nobody here knows. No two share a short name: then it says whose it is."""

    def make(name: str, above: Agency | None) -> Agency:
        short = name[:_SHORT]
        tries = [short]
        if above is not None:
            tries.append(f"{name[:60]} ({above.short_name[:50]})")
        tries += [f"{name[:110]} {number}" for number in range(2, 100)]
        for tried in tries:
            try:
                return agencies.add(agencies.AgencyInput(name[:250], tried), above, by, at)
            except Refused as refused:
                if refused.code != "name":
                    raise
        raise Refused("name")

    return make


def bare(name: str) -> str:
    """Without the words that say what kind of place it is."""
    words = name.lower().replace("ё", "е").replace("-", " ").replace("г.о.", " ").replace(".", " ").split()
    spaced_name = f" {' '.join(words)} "
    for common in _COMMON:
        spaced_name = spaced_name.replace(f" {common.replace('ё', 'е')} ", " ")
    return name_key(spaced_name)


def _names_of(place: Place) -> set[str]:
    return {bare(name) for name in _all_names(place)} - {""}


def _all_names(place: Place) -> list[str]:
    return [name for name in (place.name, place.official_name, *map(str, place.aliases)) if name]


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other)
    return matcher.real_quick_ratio() >= CLOSE and matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE


def _one_name(same: Iterable[tuple[int, str, str, str]]) -> bool:
    """All of them are one theme, in several versions of the classifier."""
    codes: defaultdict[str, int] = defaultdict(int)
    for one in same:
        codes[one[3]] += 1
    return len(codes) == 1


def _kept(known: dict[Key, Match], key: Key, look: Callable[[], Match]) -> Match:
    if key not in known:
        known[key] = look()
        return known[key]
    lookup = known[key]
    return Match(lookup.pk) if lookup.odd == "agency_new" else lookup
