"""A list of the desk: what it is narrowed to stands in the address, pages go by key, a count stops, an empty one says
so (desk/_listing.html)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from otklik.desk.gate import integer
from otklik.lib.text import clean, tidy
from otklik.networks.registry import NETWORKS

MOST_COUNTED = 1000
"""Nobody needs to know how many more there are, and counting them takes as long as reading them."""

MOST_TYPED = 200
MOST_WORDS = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST = {int: 2**63 - 1, date: date.max.toordinal(), datetime: 253_000_000_000_000_000}
"""The largest number that a mark may have of each kind; of moments microseconds to the year 9987."""

Row = TypeVar("Row")
Filter = Callable[[str], Any]


def counted(number: int | None) -> str:
    """«1000+» where counting stopped, nothing for what was not counted."""
    if number is None:
        return ""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def one_of(codes: Collection[str], otherwise: str = "") -> Filter:
    """A filter by a code; whatever is none of these is `otherwise`."""
    return lambda text: text if text in codes else otherwise


def by_id(text: str) -> int:
    """A filter by the id of a row, 0 for none."""
    return max(integer(text), 0)


def by_words(text: str) -> str:
    """A filter by words, without markup and addresses of pages."""
    return tidy(clean(text[:MOST_TYPED]))


def by_address(text: str) -> str:
    """A filter by words that may be part of an address."""
    return " ".join(clean(text[:MOST_TYPED]).split())


def with_words(words: str, columns: Collection[str], lookup: str = "icontains") -> Q:
    """Rows that have each of the first MOST_WORDS words in one of the columns; all rows for no words."""
    every = Q()
    for word in words.split()[:MOST_WORDS]:
        ways = Q()
        # SQLite knows upper and lower case of Latin letters alone.
        for way, column in product({word, word.lower(), word.capitalize()}, columns):
            ways |= Q(**{f"{column}__{lookup}": way})
        every &= ways
    return every


class Select(NamedTuple):
    """A choice of desk/_narrowing.html: (value, words) pairs, and which of them is chosen."""

    name: str
    label: str
    pairs: Sequence[tuple[Any, str]]
    chosen: object


def by_name(names: Mapping[int, str | None]) -> list[tuple[int, str]]:
    """The choices of a select, in the order of their words."""
    return sorted(((pk, str(name)) for pk, name in names.items()), key=lambda pair: pair[1])


def network_titles(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """The choices of a select: each network once, in the order given."""
    return [(kind, str(NETWORKS[kind].title)) for kind in dict.fromkeys(kinds) if kind in NETWORKS]


class Key(NamedTuple):
    """A column that the list is ordered by, and what kind of value it holds."""

    column: str
    kind: type = int
    falling: bool = False


class Chosen(dict[str, Any]):
    """What the reader has picked, by the names of the address; "" and 0 are «всё»."""

    def query(self, **changes: object) -> str:
        """The address line of the first page with these changes."""
        return urlencode({name: value for name, value in {**self, **changes}.items() if value})

    @property
    def narrowed(self) -> bool:
        return any(self.values())


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`following` is the address line of the next page, "" on the last one."""

    rows: list[Row]
    following: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`filters` by their names in the address. `start` is the name under which the address says behind which row the
    page begins, by the values of `keys`."""

    keys: Sequence[Key]
    filters: Mapping[str, Filter]
    size: int = 30
    start: str = "after"

    def chosen(self, query: QueryDict) -> Chosen:
        return Chosen((name, known(query.get(name, ""))) for name, known in self.filters.items())

    def begins_later(self, query: QueryDict) -> bool:
        return read_mark(query.get(self.start, ""), self.keys) is not None

    def page(self, rows: QuerySet[Any], query: QueryDict, keys: Sequence[Key] = ()) -> Page[Any]:
        """In the order of `keys`, or of the list's own. One query for one row more than is shown."""
        keys = keys or self.keys
        mark = read_mark(query.get(self.start, ""), keys)
        rows = rows.filter(rows_after(mark, keys)) if mark else rows
        page_rows = list(rows.order_by(*ordering(keys))[: self.size + 1])
        shown, more = page_rows[: self.size], len(page_rows) > self.size
        start = {self.start: mark_of(shown[-1], keys)} if more else {}
        return Page(shown, f"?{self.chosen(query).query(**start)}" if more else "")


def ordering(keys: Sequence[Key]) -> list[str]:
    return [f"-{key.column}" if key.falling else key.column for key in keys]


def mark_of(row: Any, keys: Sequence[Key]) -> str:
    """The values that the list is ordered by, as whole numbers with dots between them."""
    return ".".join(str(_number(getattr(row, key.column))) for key in keys)


def read_mark(text: str, keys: Sequence[Key]) -> list[Any] | None:
    """The values behind which a page begins; None for whatever is no mark of this list."""
    numbers = [integer(part, -1) for part in text[:80].split(".")]
    pairs = list(zip(numbers, keys, strict=False))
    if len(numbers) != len(keys) or not all(0 <= number <= _FARTHEST[key.kind] for number, key in pairs):
        return None
    return [_value(number, key.kind) for number, key in pairs]


def _number(value: Any) -> int:
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return value.toordinal() if isinstance(value, date) else int(value)


def _value(number: int, kind: type) -> Any:
    if kind is datetime:
        return _EPOCH + number * _MICROSECOND
    return date.fromordinal(max(number, 1)) if kind is date else number


def rows_after(mark: Sequence[Any], keys: Sequence[Key]) -> Q:
    """The rows that follow it in the order of these columns."""
    condition, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, mark, strict=True):
        condition |= same & Q(**{f"{key.column}__{'lt' if key.falling else 'gt'}": value})
        same &= Q(**{key.column: value})
    return condition
