"""Where is it? Finds the place, the street and the house of a message; pure, explains itself.

The names are Russian ones: villages that are adjectives («в Северской»), that are words («х. Волна»), that several
districts share («Октябрьский»). What a name alone cannot say, the text's other names or the community it was
written in may. A guess is a suggestion: the operator decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.lib.original import Original
from otklik.triage.place import house as houses
from otklik.triage.place.line import Line, line_of
from otklik.triage.place.names import Names, parts_of
from otklik.triage.place.reading import COMMUNITY, KnownPlace, PlaceReading, Reader, Source
from otklik.triage.place.street import StreetFinder, StreetGuess
from otklik.triage.place.streetname import KnownStreet, title
from otklik.triage.place.weight import Name

__all__ = ["COMMUNITY", "KnownPlace", "PlaceFinder", "PlaceGuess"]

Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """`share` is how sure, 0..1. `why` are pairs (as it stands in the text, reason), reasons being:

    marker (a kind of settlement beside the name), name, adjective, district, region, street, house;
    community (nothing in the text speaks, or it decided between namesakes), near (another name of the text decided),
    namesakes (several places of that name). `others` are ids of up to three places that it may be instead.

    `municipality_id` is the municipality that `place_id` is or lies in, and `source` says who told: «text»,
    «community», «street» (a street that one town alone has), or "". `settlement_id` is the settlement that the text
    names, None where it names none. `spans` are (part, start, end) in the text as given, part being municipality,
    settlement, street or house.
    """

    place_id: int | None = None
    street: str = ""
    house: str = ""
    share: float = 0.0
    why: tuple[tuple[str, str], ...] = ()
    others: tuple[int, ...] = ()
    municipality_id: int | None = None
    settlement_id: int | None = None
    source: Source = ""
    spans: tuple[Span, ...] = ()


class PlaceFinder:
    """Built once from the places and streets of the region; `find` may then be called from any thread."""

    def __init__(self, places: Sequence[KnownPlace], streets: Sequence[KnownStreet] = ()) -> None:
        self._reader = Reader(places)
        self._names = Names(
            ((one.id, one.name, one.level, one.kind, one.population, one.aliases) for one in places),
            frozenset(parts_of(street.name) for street in streets),
        )
        self._streets = StreetFinder(streets, self._names.settled)

    def find(self, text: str, *, community_place: int | None = None) -> PlaceGuess:
        """The best guess for any text at all. `community_place`: the place of the community it was written in."""
        original = Original(text)
        line = line_of(original.tidied, original.folded)
        streets = self._streets.find(line)
        taken = {index for street in streets for index in range(street.start, street.end)}
        names = list(self._names.find(line, taken))
        street = _chosen(streets)
        reading = self._reader.read(names, street, community_place)
        return self._guess(reading, line, street, original, lonely=len(streets) < 2)

    def _guess(
        self, reading: PlaceReading | None, line: Line, street: StreetGuess | None, original: Original, *, lonely: bool
    ) -> PlaceGuess:
        house = street.house if street else ""
        house_span = street.house_span if street else (0, 0)
        if not house and lonely:
            alone = houses.alone(line.folded)
            house, house_span = (alone.number, (alone.start, alone.end)) if alone else ("", (0, 0))
        spans = _named(reading, line)
        why = list(reading.why) if reading else []
        if street:
            written = line.written(street.start, street.end)
            why = [*(pair for pair in why if pair[1] != "street"), (written, "street")]
            spans.append(("street", line.tokens[street.start].start, line.tokens[street.end - 1].end))
        if house:
            why.append((house, "house"))
            spans.append(("house", *house_span))
        return PlaceGuess(
            place_id=reading.place.id if reading else None,
            street=_shown(street, reading),
            house=house,
            share=round(min(reading.share, 0.98), 3) if reading else 0.0,
            why=tuple(why),
            others=reading.others if reading else (),
            municipality_id=self._reader.municipality(reading.place) if reading else None,
            settlement_id=reading.place.id
            if reading and reading.named and reading.place.level == "settlement"
            else None,
            source=reading.source if reading else "",
            spans=tuple(_in_original(original, spans)),
        )


def _chosen(streets: list[StreetGuess]) -> StreetGuess | None:
    """The surest, the first of equals; where it is named a second time with its house, that time."""
    best = max(streets, key=lambda one: one.rank, default=None)
    if best is None or best.house:
        return best
    return next((one for one in streets if one.house and one.street == best.street), best)


def _named(reading: PlaceReading | None, line: Line) -> list[Span]:
    """Bounds in the tidied text of the names that decided."""
    if reading is None or not reading.named:
        return []
    part = "settlement" if reading.place.level == "settlement" else "municipality"
    names: list[tuple[str, Name]] = [(part, reading.named)]
    if reading.district:
        names.insert(0, ("municipality", reading.district))
    return [(part, line.tokens[name.start].start, line.tokens[name.end - 1].end) for part, name in names]


def _in_original(original: Original, spans: list[Span]) -> list[Span]:
    if original.text == original.tidied:
        return spans
    return [(part, *original.span(start, end)) for part, start, end in spans]


def _shown(street: StreetGuess | None, reading: PlaceReading | None) -> str:
    """The street as the town that was found has it: «проспект Дзержинского» there, «улица Дзержинского» here."""
    if street is None:
        return ""
    own = next((one for one in street.known if reading and one.place_id == reading.place.id), None)
    return title(own) if own and " / " not in street.street else street.street
