"""The selections as the queue shows them: chips above the list, and the menu of one's own and of colleagues'."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.http import QueryDict

from otklik.desk.listing import counted
from otklik.desk.models import Selection
from otklik.desk.queue.filters import Filters, read_filters
from otklik.people.models import User

MOST_PINNED = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A selection with what it chooses. Whose it is does not matter for the numbers: they are the reader's own."""

    pk: int
    title: str
    filters: Filters
    pinned: bool
    shared: bool
    mine: bool
    owner: str

    @property
    def address(self) -> str:
        return self.filters.address()


class Selections(NamedTuple):
    """`pinned` are one's own that stand above the list, at most eight; `theirs` are what colleagues share."""

    mine: list[Kept]
    theirs: list[Kept]

    @property
    def pinned(self) -> list[Kept]:
        return [one for one in self.mine if one.pinned][:MOST_PINNED]


class Chip(NamedTuple):
    pk: int
    title: str
    address: str
    cards: str
    current: bool


def rows_of(user: User) -> QuerySet[Selection, tuple[str, int, str]]:
    """One's own and the shared ones of whoever still works here, as ("selection", pk, JSON): fit for a union."""
    open_ones = Q(user=user) | Q(shared=True, user__is_active=True)
    told = JSONObject(
        title="title",
        query="query",
        pinned="pinned",
        shared="shared",
        owner="user_id",
        last_name="user__last_name",
        first_name="user__first_name",
        patronymic="user__patronymic",
        username="user__username",
    )
    return Selection.objects.filter(open_ones).order_by().values_list(Value("selection"), "pk", Cast(told, TextField()))


def selections_of(user: User, rows: Iterable[tuple[str, int, str]] | None = None) -> Selections:
    """By title. One query, or none when its `rows` are at hand."""
    kept = [_kept(pk, json.loads(told), user) for _kind, pk, told in (rows_of(user) if rows is None else rows)]
    kept.sort(key=lambda one: (one.title.casefold(), one.pk))
    return Selections([one for one in kept if one.mine], [one for one in kept if not one.mine])


def chips_of(selections: Selections, numbers: Sequence[int], chosen: Filters) -> list[Chip]:
    """The pinned ones with their numbers; the one that the page shows is the current one."""
    here = chosen.address(start="")
    return [
        Chip(one.pk, one.title, one.address, counted(number), one.address == here)
        for one, number in zip(selections.pinned, numbers, strict=True)
    ]


def normal(query: str) -> str:
    """An address line as the queue itself would write it: whatever makes no sense in it is gone, and so is the page."""
    return read_filters(QueryDict(query.encode("utf-8", "replace"))).address(start="")


def _kept(pk: int, told: dict[str, Any], user: User) -> Kept:
    mine = told["owner"] == user.pk
    names = {name: told[name] for name in ("last_name", "first_name", "patronymic", "username")}
    filters = read_filters(QueryDict(told["query"]))
    return Kept(
        pk=pk,
        title=told["title"],
        filters=filters.into(filters.tab),
        pinned=bool(told["pinned"]),
        shared=bool(told["shared"]),
        mine=mine,
        owner="" if mine else User(**names).initials,
    )
