"""What the slots of a fragment are filled with: spans of time, addressees, routes, places."""

from collections.abc import Callable
from random import Random

from otklik.demo.texts import where
from otklik.demo.texts.files import load
from otklik.demo.texts.where import Spot

_TEXTS = load("slots")


def table(spot: Spot) -> dict[str, Callable[[Random], str]]:
    """Slots for one text: all mentions of the place speak of the same spot."""
    return {
        "где": lambda rng: where.inside(rng, spot),
        "адрес": lambda rng: where.address(rng, spot),
        "улица": lambda rng: where.label(spot.street) if spot.street else "наша улица",
        "срок": lambda rng: rng.choice(_TEXTS["long"]),
        "сутки": lambda rng: rng.choice(_TEXTS["short"]),
        "годы": lambda rng: rng.choice(_TEXTS["years"]),
        "куда": lambda rng: rng.choice(_TEXTS["addressees"]),
        "час": lambda rng: rng.choice(_TEXTS["hours"]),
        "маршрут": _route,
        "число": lambda rng: str(rng.randint(10, 99)),
    }


def _route(rng: Random) -> str:
    number = str(rng.randint(1, 118)) + (rng.choice("ам") if rng.random() < 0.12 else "")
    return rng.choice(("№ ", "", "", "№", "номер ")) + number
