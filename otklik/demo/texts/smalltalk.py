"""What stands under posts and is not a complaint of its own: chatter, thanks, «the same here», neighbours' quarrels."""

from random import Random

from otklik.demo.texts.files import load
from otklik.demo.texts.grammar import render
from otklik.demo.texts.kinds import PlaceWords
from otklik.demo.texts.slots import table
from otklik.demo.texts.spoil import spoil
from otklik.demo.texts.where import Spot, house_number

_TEXTS, _COMMON = load("smalltalk"), load("common")


def noise(rng: Random) -> str:
    """Not an incident: a greeting alone, an advertisement, a quarrel, politics, a holiday, one word."""
    return spoil(rng, render(rng, rng.choice(_TEXTS["chatter"]), table(Spot("", "", ""))).strip(), calm=0.5, glad=True)


def thanks(rng: Random) -> str:
    """Thanks that ask for nothing."""
    return spoil(rng, _render(rng, _COMMON["thanks"] + _TEXTS["thanks"], ""), calm=0.6, glad=True)


def me_too(rng: Random, street: str) -> str:
    """A neighbour's reply in a thread; `street` may be empty."""
    return spoil(rng, _render(rng, _COMMON["me_too"], street), calm=0.4)


def clarify_reply(rng: Random, place: PlaceWords) -> str:
    """The author's reply to a clarifying question: an address, a time, sometimes nothing of use."""
    street = rng.choice(place.streets) if place.streets else ""
    return spoil(rng, _render(rng, _TEXTS["replies"], street, place.settlement), calm=0.4)


def _render(rng: Random, fragments: tuple[str, ...], street: str, settlement: str = "у нас") -> str:
    spot = Spot(settlement, street, house_number(rng) if street and rng.random() < 0.5 else "")
    text = render(rng, rng.choice(fragments), table(spot)).strip(" ,")
    return " ".join(text.split()).replace(" ,", ",").replace(" .", ".")
