"""Places and streets, as `otklik places load` takes them: the sheet's rows become the lines of that list.

It is one whole: a parent stands above its children, and all of it is loaded in one turn or nothing is.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from otklik.exchange.lists.plan import Invited, Kind, Line, State
from otklik.exchange.lists.sheet import Column, Row
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.places import listing, loading
from otklik.places.gazetteer import PlaceData
from otklik.places.listing import Listed, WrongList
from otklik.places.models import Place, Street

Streets = defaultdict[str, set[tuple[str, str]]]

LEVELS = {"регион": "region", "муниципалитет": "municipality", "населённый пункт": "settlement"}
COLUMNS = (
    Column("name", "Название", "", "Пример: Лазаревское", required=True, limit=120),
    Column("level", "Уровень", "Первая строка списка – регион; муниципалитеты и их населённые пункты – под ним.",
           "населённый пункт", required=True, words=tuple(LEVELS)),
    Column("parent", "Где находится", "Название или код места выше. Пусто: в муниципалитете над этой строкой.",
           "Сочи", limit=120),
    Column("code", "Код", "Латинские буквы, цифры, дефисы. Пусто: из названия. По нему мы узнаём место.", "", limit=80),
    Column("kind", "Вид", "Например: посёлок, станица, хутор.", "посёлок", limit=32),
    Column("official", "Полное название", "", "", limit=200),
    Column("aliases", "Как ещё зовут", "Через |", "Лазаревка", limit=1000),
    Column("lat", "Широта", "", "43.91", limit=20),
    Column("lon", "Долгота", "", "39.33", limit=20),
    Column("population", "Население", "", "28000", limit=20),
    Column("streets", "Улицы", "Через |, с видом впереди: ул Ленина|пер Садовый", "ул Победы", long=True),
)  # fmt: skip
_TITLES = {column.key: column.title for column in COLUMNS}


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Three queries."""
    listed: Listed | None = None
    lines = dict(enumerate(rows, 2))
    try:
        listed = listing.read(_csv(rows), "list.csv")
        loading.check(listed)
    except loading.Refused as refused:
        rows[0].errors.append(str(refused))
    except WrongList as wrong:
        for error in wrong.errors:
            row = lines.get(error.line, rows[0])
            row.errors.append(_in_words(error.sentence))
    if listed is None or any(row.errors for row in rows):
        return [Line(row.number, row["name"], State.WRONG, row.errors) for row in rows if row.errors]
    return _fates(rows, listed)


def _csv(rows: Sequence[Row]) -> bytes:
    """A row is a line here too: breaks inside a cell divide streets."""
    out = io.StringIO()
    keys = [column.key for column in COLUMNS]
    made = csv.writer(out)
    made.writerow(keys)
    for row in rows:
        cells = {**row.cells, "level": LEVELS.get(row["level"], "")}
        made.writerow(["|".join(cells.get(key, "").splitlines()) for key in keys])
    return out.getvalue().encode()


def _in_words(sentence: str) -> str:
    """«name: …» as «столбец „Название“: …», and the words of levels as the file has them."""
    for word, level in LEVELS.items():
        sentence = sentence.replace(f"level = {level}", f"уровень «{word}»")
    key, colon, rest = sentence.partition(":")
    return f"столбец «{_TITLES[key]}»:{rest}" if colon and key in _TITLES else sentence


def _fates(rows: Sequence[Row], listed: Listed) -> list[Line]:
    known = {place.code: place for place in Place.objects.all()}
    there, wanted = _streets_there(), _streets_by_place(listed)
    lines = []
    for row, one in zip(rows, listed.places, strict=True):
        here = known.get(one.code)
        other = one.code in listed.with_streets and there[one.code] != wanted[one.code]
        changes = ["другие улицы"] if here and other else []
        state = State.NEW if here is None else State.CHANGED if changes or not _same(here, one) else State.SAME
        lines.append(Line(row.number, f"{one.name} ({one.code})", state, changes))
    act = _Whole(listed)
    for line in lines:
        line.act = act if line.state != State.SAME else None
    return lines


def _same(here: Place, one: PlaceData) -> bool:
    current_fields = (
        here.kind,
        here.name,
        here.official_name,
        here.latitude,
        here.longitude,
        here.population,
        here.aliases,
    )
    return current_fields == (one.kind, one.name, one.official, one.lat, one.lon, one.population, list(one.aliases))


def _streets_there() -> Streets:
    streets: Streets = defaultdict(set)
    for code, kind, name in Street.objects.values_list("place__code", "kind", "name"):
        streets[code].add((kind, name))
    return streets


def _streets_by_place(listed: Listed) -> Streets:
    region = next(one.code for one in listed.places if one.level == "region")
    streets: Streets = defaultdict(set)
    for street in listed.streets:
        streets[street.settlement or region].add((street.kind, street.name))
    return streets


class _Whole:
    """The first row that changes anything loads the whole list; those behind it share its fate."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._done = False
        self._refused: ValueError | None = None

    def __call__(self, at: datetime) -> Invited | None:
        if self._refused:
            raise self._refused
        if not self._done:
            try:
                loading.load(self._listed, at)
            except loading.Refused as refused:
                self._refused = refused
                raise
            self._done = True
        return None


KIND = Kind("places", "Места", Permission.ADMINISTRATE, lambda: COLUMNS, plan)
