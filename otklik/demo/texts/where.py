"""Place phrases without wrong declension: a street is bent only when its form makes the bend certain."""

import re
from dataclasses import dataclass
from random import Random

from otklik.demo.texts.kinds import PlaceWords

_TYPE = re.compile(r"^(?:ул\.?|улица)\s+", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:^|\s)(?:пер|переулок|пр|пр-т|пр-кт|просп|проспект|шоссе|ш|б-р|бул|бульвар|проезд|туп|тупик|пл|площадь|"
    r"мкр|микрорайон|наб|аллея|линия|кв-л|квартал|тракт|спуск)(?:[\s.]|$)",
    re.IGNORECASE,
)
_NOMINATIVE = frozenset({"заря", "роща", "слобода", "степь", "дружба", "весна", "радуга", "искра"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A street and a house as one author names them. Empty strings when they are not named."""

    settlement: str
    street: str
    house: str
    neighbour: str = ""


def pick_spot(rng: Random, place: PlaceWords, street_share: float, house_share: float) -> Spot:
    """Choose what the author names; without streets only the settlement is left."""
    if not place.streets or rng.random() >= street_share:
        return Spot(place.settlement, "", "")
    street = rng.choice(place.streets)
    house = house_number(rng) if rng.random() < house_share else ""
    other = rng.choice(place.streets) if not house and rng.random() < 0.5 else ""
    return Spot(place.settlement, street, house, "" if other == street else other)


def house_number(rng: Random) -> str:
    number = int(rng.triangular(1, 190, 18))
    tail = rng.random()
    if tail < 0.1:
        return f"{number}{rng.choice('абвг')}"
    if tail < 0.16:
        return f"{number}/{rng.randint(1, 9)}"
    if tail < 0.19:
        return f"{number} к{rng.randint(1, 4)}"
    return str(number)


def bare(street: str) -> str:
    """The street without «ул.»: «Красная», «пер. Садовый»."""
    return _TYPE.sub("", street).strip()


def label(street: str) -> str:
    """The street with its type, in the nominative: «ул. Красная», «пер. Садовый»."""
    name = bare(street)
    return name if _OTHER.search(name) else f"ул. {name}"


def bent(street: str) -> str:
    """The form after «на» and «по», or an empty string when it is not certain."""
    name = bare(street)
    if _OTHER.search(name):
        return ""
    words = name.split()
    last = words[-1].lower() if words else ""
    if last.endswith(("ая", "яя")):
        return _adjective(name) if len(words) == 1 else ""
    if last in _NOMINATIVE or last.endswith("ья") or re.search(r"\d", last) or name[:3] == "им.":
        return ""
    return name if last.endswith(("а", "я", "ы", "и", "ого", "его", "ых", "их", "ов", "ев")) else ""


def _adjective(name: str) -> str:
    if name[-3].lower() in "жшщчц":
        return ""
    return name[:-2] + ("ей" if name.endswith("яя") else "ой")


def inside(rng: Random, spot: Spot) -> str:
    """A phrase for the middle of a sentence; empty when the author names no place."""
    if not spot.street:
        return rng.choice(("у нас", "у нас", "тут", "здесь", "", "", "", "в нашем районе"))
    form = bent(spot.street)
    if not form:
        return f"({address(rng, spot)})"
    if spot.house:
        patterns = ("на {0} {1}", "на {0}, {1}", "на {0} {1}", "по {0} {1}", "на ул. {0} {1}", "в районе {0} {1}",
                    "возле {0} {1}", "у дома {1} по {0}", "по {0}, {1}", "напротив {0} {1}")  # fmt: skip
        return rng.choice(patterns).format(form, spot.house)
    other = bent(spot.neighbour) if spot.neighbour else ""
    if other:
        return rng.choice(("на углу {0} и {1}", "на перекрёстке {0} и {1}", "на {0} от {1}")).format(form, other)
    return rng.choice(("на {0}", "на {0}", "по {0}", "на ул. {0}", "в начале {0}", "в конце {0}")).format(form)


def address(rng: Random, spot: Spot) -> str:
    """An address on its own: «ул. Красная, 12», «Красная 12», or only the settlement."""
    if not spot.street:
        return spot.settlement
    name = bare(spot.street) if rng.random() < 0.55 else label(spot.street)
    text = f"{name}{rng.choice((', ', ' ', ', д. ', ', '))}{spot.house}" if spot.house else name
    return f"{spot.settlement}, {text}" if rng.random() < 0.22 else text
