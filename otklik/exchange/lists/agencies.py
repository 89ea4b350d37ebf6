"""Agencies and who stands under whom. One is known by its short name; nobody is closed by a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from otklik.exchange.lists.known import WHOLE, Agencies, Places
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, State, of, turned
from otklik.exchange.lists.sheet import Column, Row
from otklik.lib.text import fold
from otklik.people import agencies as verbs
from otklik.people.agencies import AgencyInput
from otklik.people.models import Agency, User
from otklik.people.permissions import Permission
from otklik.places.models import Place

SHORT, FULL, ABOVE, WHERE = "Короткое название", "Полное название", "Подчиняется", "Где работает"
COLUMNS = (
    Column("short", SHORT, "Так ведомство называется в списках и на карточках. По нему мы узнаём, что оно уже есть.",
           "Пример: Водоканал", required=True, limit=120),
    Column("name", FULL, "Как в документах. Пусто: как короткое.", "МУП «Водоканал города»"),
    Column("above", ABOVE, "Короткое название ведомства, которому оно подчиняется. Пусто: само по себе. "
           "Можно назвать ведомство из этого же файла.", "Министерство ЖКХ", limit=120),
    Column("where", WHERE, f"Муниципалитет. Пусто: {WHOLE}.", "Сочи", limit=200),
)  # fmt: skip


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Two queries. What stands under a new agency of the file is written behind it, wherever it stands there."""
    known, places, seen = Agencies(), Places(), Seen()
    names = {fold(row["short"]): row for row in rows if row["short"]}
    there = dict(known.short)
    lines = []
    for row in rows:
        seen.check(row, fold(row["short"]), "ведомство с таким коротким названием")
        above = fold(row["above"])
        if above and above not in names:
            parent = known.find(row, "above", ABOVE)
            above = fold(parent.short_name) if parent else above
        territory = places.find(row, "where", WHERE)
        here = known.short.get(fold(row["short"]))
        _check_circle(row, names, known.short)
        changes = _changes(row, here, territory, above) if here else None
        lines.append(of(row, row["short"], changes, _act(row, here, above, territory, there, by)))
    return lines


def _changes(row: Row, here: Agency, territory: Place | None, above: str) -> list[str]:
    changes = turned(SHORT, here.short_name, row["short"]) + turned(FULL, here.name, _full(row, here))
    if row.has("where"):
        changes += turned(WHERE, here.territory or WHOLE, territory or WHOLE)
    if row.has("above") and _above(here) != above:
        changes += turned(ABOVE, here.parent.short_name if here.parent else "", row["above"])
    return changes


def _full(row: Row, here: Agency | None) -> str:
    return row["name"] or (here.name if here else row["short"])


def _above(here: Agency) -> str:
    return fold(here.parent.short_name) if here.parent else ""


def _check_circle(row: Row, names: Mapping[str, Row], known: Mapping[str, Agency]) -> None:
    """As everything would stand in the end."""
    start = name = fold(row["short"])
    for _step in range(len(names) + len(known)):
        if name in names and names[name].has("above"):
            name = fold(names[name]["above"])
        else:
            name = _above(known[name]) if name in known else ""
        if not name:
            return
        if name == start:
            row.wrong(ABOVE, "ведомство оказалось бы под самим собой")
            return


def _act(row: Row, here: Agency | None, above: str, territory: Place | None, there: dict[str, Agency], by: User) -> Act:
    def act(at: datetime) -> Invited | None:
        # The parent may have been written a moment ago, by a row of the same file.
        parent = there.get(above)
        if above and parent is None:
            raise ValueError(f"нет ведомства, которому оно подчиняется: «{row['above']}»")
        if here is None:
            there[fold(row["short"])] = verbs.add(
                AgencyInput(_full(row, here), row["short"], territory), parent, by, at
            )
            return None
        where = territory if row.has("where") else here.territory
        verbs.change(here, AgencyInput(_full(row, here), row["short"], where), verbs.seen(here), by, at)
        if row.has("above") and _above(here) != above:
            verbs.move(here, parent, verbs.place_seen(here), by, at)
        return None

    return act


def in_order(lines: Sequence[Line], rows: Sequence[Row]) -> list[Line]:
    """Those above first."""
    above = {fold(row["short"]): fold(row["above"]) for row in rows}
    depth = {}
    for row in rows:
        name, steps = fold(row["short"]), 0
        while (name := above.get(name, "")) in above and steps <= len(above):
            steps += 1
        depth[row.number] = steps
    return sorted(lines, key=lambda line: (line.state == State.WRONG, depth[line.number], line.number))


def planned(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    return in_order(plan(rows, by, at), rows)


KIND = Kind("agencies", "Ведомства", Permission.ADMINISTRATE, lambda: COLUMNS, planned)
