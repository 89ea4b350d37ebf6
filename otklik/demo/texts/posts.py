"""Posts of town communities under which the comments stand."""

from datetime import datetime, timedelta
from random import Random

from otklik.demo.texts import where
from otklik.demo.texts.answers import spoken
from otklik.demo.texts.files import load
from otklik.demo.texts.grammar import render
from otklik.demo.texts.kinds import PlaceWords
from otklik.demo.texts.season import months_of

_TEXTS = load("posts")


def official_post(rng: Random, place: PlaceWords, when: datetime) -> str:
    """A community's post of that day: outages, roads, fairs, warnings. Only the date of `when` is used."""
    fitting = [bare for bare, months in map(months_of, _TEXTS["posts"]) if when.month in months]
    streets = [where.label(street) for street in place.streets] or [place.settlement]
    first, second = rng.choice(streets), rng.choice(streets)
    tomorrow = when.date() + timedelta(days=rng.randint(1, 3))
    later = when.date() + timedelta(days=rng.randint(10, 60))
    text = render(
        rng,
        rng.choice(fitting),
        {
            "улица": lambda _: first,
            "улица2": lambda _: second,
            "место": lambda _: place.settlement,
            "Место": lambda _: place.settlement,
            "завтра": lambda _: spoken(tomorrow),
            "срок": lambda _: spoken(later),
        },
    )
    return " ".join(text.split())
