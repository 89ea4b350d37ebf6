"""What lies inside the chosen group, place and agency, as plain ids: so the database knows how much it is asked for."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import QuerySet, Value

from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing.models import Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

MOST_LOOKED_AT = 30_000
Choice = tuple[str, int]


class Chosen(Protocol):
    """Ids of what is chosen, 0 for nothing."""

    @property
    def group(self) -> int: ...
    @property
    def place(self) -> int: ...
    @property
    def agency(self) -> int: ...


class Inside(NamedTuple):
    """The chosen one with everything below it. `rarely`: the machine has said so seldom enough that it is cheaper to
    look at each time it did than to walk from card to card."""

    ids: tuple[int, ...] | QuerySet[Any]
    rarely: bool = True


def inside_of(user: User, choice: Choice) -> Inside:
    """Of one choice, such as ("place", 5). Asks nothing: what `learn` has not learnt is left to the database."""
    kept: dict[Choice, Inside] = getattr(user, "_inside", {})
    return kept.get(choice) or Inside(_below(*choice).values("pk"))


def learn(user: User, chosen: Iterable[Chosen]) -> None:
    """Everything that these filters choose, kept as long as the user object lives. One query, or none."""
    kept: dict[Choice, Inside] = getattr(user, "_inside", {})
    pairs = [pair for one in chosen for pair in (("group", one.group), ("place", one.place), ("agency", one.agency))]
    wanted = [pair for pair in dict.fromkeys(pairs) if pair[1] and pair not in kept]
    user._inside = kept | (_read(wanted) if wanted else {})  # type: ignore[attr-defined]


def _read(choices: list[Choice]) -> dict[Choice, Inside]:
    asked = [part for choice in choices for part in _parts(*choice)]
    asked.append(("SELECT 'cards', MAX(id) FROM incidents_incident", ()))
    found: defaultdict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _ in asked),  # noqa: S608 Django's own SQL
            [value for _, values in asked for value in values],
        )
        for key, number in cursor.fetchall():
            found[key].append(number)
    cards = found["cards"][0] or 0
    return {
        (kind, pk): Inside(tuple(found[f"{kind}:{pk}"]), _is_rare(found[f"said:{kind}:{pk}"][0], cards))
        for kind, pk in choices
    }


def _is_rare(said: int, cards: int) -> bool:
    """Looking at each costs `said`; walking until a thousand are met costs cards / said thousands."""
    return said < MOST_LOOKED_AT and said * said < 600 * cards


def _parts(kind: str, pk: int) -> list[tuple[str, tuple[Any, ...]]]:
    """SQL for the ids below a choice, and for how often the machine has said one of them."""
    inside = _below(kind, pk)
    said: dict[str, QuerySet[Any]] = {
        "group": Verdict.objects.filter(theme__in=inside.values("pk")),
        "place": Verdict.objects.filter(place__in=inside.values("pk")),
        "agency": Suggestion.objects.filter(agency=pk),
    }
    ids, values = inside.values_list(Value(f"{kind}:{pk}"), "pk").query.sql_with_params()
    rows, more = said[kind].order_by().values("pk")[:MOST_LOOKED_AT].query.sql_with_params()
    counted = f"SELECT 'said:{kind}:{pk}', COUNT(*) FROM ({rows}) AS said"  # noqa: S608 Django's own SQL, an own word
    return [(ids, tuple(values)), (counted, tuple(more))]


def _below(kind: str, pk: int) -> QuerySet[Any]:
    if kind == "group":
        return Theme.objects.filter(group=pk).order_by()
    rows: QuerySet[Any] = (Place if kind == "place" else Agency).objects.filter(path__contains=f"/{pk}/").order_by()
    return rows
