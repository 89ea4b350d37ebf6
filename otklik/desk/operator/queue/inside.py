"""What lies inside the chosen group, place and agency, as plain ids: so the database knows how much it is asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet, Value

from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.models import Theme

Choice = tuple[str, int]


class Chosen(Protocol):
    """Ids of what is chosen, 0 for nothing."""

    @property
    def group(self) -> int: ...
    @property
    def place(self) -> int: ...
    @property
    def agency(self) -> int: ...


def inside_of(user: User, choice: Choice) -> Collection[int] | QuerySet[Any]:
    """The chosen one with everything below it, such as of ("place", 5).

    Asks nothing: what `learn` has not learnt is left to the database.
    """
    kept: dict[Choice, list[int]] = getattr(user, "_inside", {})
    return kept[choice] if choice in kept else _below(*choice).values("pk")


def learn(user: User, chosen: Iterable[Chosen]) -> None:
    """Everything that these filters choose, kept as long as the user object lives. One query, or none."""
    kept: dict[Choice, list[int]] = getattr(user, "_inside", {})
    pairs = [pair for one in chosen for pair in (("group", one.group), ("place", one.place), ("agency", one.agency))]
    wanted = [pair for pair in dict.fromkeys(pairs) if pair[1] and pair not in kept]
    user._inside = kept | (_read(wanted) if wanted else {})  # type: ignore[attr-defined]


def _read(choices: list[Choice]) -> dict[Choice, list[int]]:
    asked = [_below(*choice).values_list(Value(str(place)), "pk") for place, choice in enumerate(choices)]
    parts = [query.query.sql_with_params() for query in asked]
    pks_by_place: defaultdict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _ in parts),  # noqa: S608 Django's own SQL
            [value for _, values in parts for value in values],
        )
        for place, pk in cursor.fetchall():
            pks_by_place[place].append(pk)
    return {choice: pks_by_place[str(place)] for place, choice in enumerate(choices)}


def _below(kind: str, pk: int) -> QuerySet[Any]:
    if kind == "group":
        return Theme.objects.filter(group=pk).order_by()
    rows: QuerySet[Any] = (Place if kind == "place" else Agency).objects.filter(path__contains=f"/{pk}/").order_by()
    return rows
