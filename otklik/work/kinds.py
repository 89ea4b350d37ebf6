"""Kinds of values in the data of a verb: a code out of a list, words as both databases take them, an id."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from annotated_types import Ge, Le
from django.utils import timezone
from pydantic import AfterValidator, GetCoreSchemaHandler, Strict, StringConstraints
from pydantic_core import CoreSchema, core_schema

from otklik.incidents.models import Outcome
from otklik.lib.text import clean
from otklik.themes.models import Theme

LARGEST = 2**63 - 1


class Must(NamedTuple):
    """What a person reads who leaves this out or gives an impossible value: a lazy sentence."""

    words: Any


class OneOf:
    """A code of this list; in the description the list is written out."""

    def __init__(self, codes: Collection[str]) -> None:
        self.codes = tuple(codes)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.codes))


Id = Annotated[int, Ge(1), Le(LARGEST)]
"""In an address, where everything is text."""
GivenId = Annotated[int, Strict(), Ge(1), Le(LARGEST)]
"""In a body: a number and nothing that looks like one."""
Version = Annotated[int, Strict(), Ge(0), Le(LARGEST)]
Clean = AfterValidator(clean)


def _in_utc(moment: datetime) -> datetime:
    """A moment without a zone is in the region's. PostgreSQL takes no zone that is sixteen hours off, and nothing is
    older here than the epoch. Raises ValueError for a moment that no calendar has."""
    try:
        utc = (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None
    return max(utc, _EPOCH)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Moment = Annotated[datetime, AfterValidator(_in_utc)]
Line = Annotated[str, StringConstraints(max_length=160), Clean]
Words = Annotated[str, StringConstraints(max_length=2000), Clean]


def some_words(most: int) -> StringConstraints:
    """Words that must say something, in at most so many characters."""
    return StringConstraints(min_length=1, max_length=most, pattern=r"\S")


SomeWords = Annotated[str, some_words(2000), Clean]
KindCode = Annotated[str, OneOf(Theme.Kind.values)]
OutcomeCode = Annotated[str, OneOf(Outcome.values)]
