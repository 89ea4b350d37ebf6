"""The values that go in and come out of the generator. All are immutable and know nothing of Django."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["complaint", "question", "suggestion", "thanks"]
Outcome = Literal["solved", "explained", "unsolved", "postponed"]
Gender = Literal["f", "m", ""]


@dataclass(frozen=True, slots=True)
class ThemeUse:
    """One theme of the classifier as the demonstration uses it.

    `weight` is the share of the theme over a year in arbitrary units; `season` has twelve factors, January
    first, and zero means that the theme must not be used in that month.
    """

    name: str
    weight: float
    season: tuple[float, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Where a text happens. Names are in the nominative case, streets with or without «ул.»."""

    settlement: str
    municipality: str
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A citizen's message. `street` and `house` are empty when the body does not name them.

    `says_theme` tells whether the author calls the matter by its own words. `mood` runs from -2 (fury) to
    2 (gratitude).
    """

    body: str
    says_theme: bool
    has_address: bool
    street: str
    house: str
    kind: Kind
    mood: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An agency's answer. `promise_date` is a day named in the body; a brush-off never has one."""

    body: str
    promise_date: date | None
    brush_off: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An invented author. A nickname stands in `first_name`, then `last_name` and `gender` are empty."""

    first_name: str
    last_name: str
    gender: Gender
