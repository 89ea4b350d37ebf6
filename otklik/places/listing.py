"""A region's own list of places as an administrator writes it: CSV or TOML in, checked plain values out; no table.

A row is a place: `level` (region, municipality, settlement), `name`, and where needed `code`, `parent`, `kind`,
`official`, `aliases`, `lat`, `lon`, `population`, `streets`. A code is Latin letters, digits and hyphens; without one
it is made of the name. `parent` is the code or the name of a place that stands above; without it a municipality lies
in the region and a settlement in the municipality before it. Several names or streets are divided by «|» in CSV and
are lists in TOML; a street begins with its kind as in a postal address («ул Ленина», «пер Садовый»). Streets of the
region's own row are found in every settlement.
"""

import csv
import io
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from otklik.places.gazetteer import STREET_KINDS, Level, PlaceData, StreetData, slug

COLUMNS = ("level", "code", "name", "parent", "kind", "official", "aliases", "lat", "lon", "population", "streets")
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_BYTES = 32 * 1024 * 1024
MOST_ERRORS = 20
"""So many are told at once; a file with a wrong column has one in every row."""

_ABOVE: dict[str, Level] = {"municipality": "region", "settlement": "municipality"}
_KINDS = {**STREET_KINDS, "пр-т": "проспект", "ш": "шоссе", "пр-д": "проезд", "б-р": "бульвар", "наб": "набережная"}
_LENGTHS = {"name": 120, "official": 200, "kind": 32, "code": 80}
_STREET_LENGTH = 160
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TABLE = re.compile(r"^\s*\[\[\s*place\s*\]\]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a line of the file; line 0 is the file as a whole. `sentence` is Russian and for people."""

    line: int
    sentence: str


class WrongList(ValueError):
    """The list cannot be taken. `errors` hold at least one."""

    def __init__(self, errors: list[Wrong]) -> None:
        super().__init__("; ".join(error.sentence for error in errors[:3]))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Listed:
    """Places, parents first, and streets. `with_streets` are codes of the places whose streets are in the file."""

    places: tuple[PlaceData, ...]
    streets: tuple[StreetData, ...]
    with_streets: frozenset[str]


class _Row:
    """One row being read: what is wrong is gathered, so that a person mends all of it at once."""

    def __init__(self, line: int, cells: Mapping[str, Any], errors: list[Wrong]) -> None:
        self.line, self.cells, self.errors = line, cells, errors

    def wrong(self, sentence: str) -> None:
        self.errors.append(Wrong(self.line, sentence))

    def text(self, column: str) -> str:
        value = self.cells.get(column, "")
        if not isinstance(value, str):
            self.wrong(f"{column}: здесь нужны слова в кавычках")
            return ""
        value = " ".join(value.split())
        if len(value) > _LENGTHS.get(column, 1000) or not value.isprintable():
            self.wrong(f"{column}: слишком длинно или есть непечатаемые знаки")
            return ""
        return value

    def many(self, column: str) -> tuple[str, ...]:
        value = self.cells.get(column, "")
        parts = value.split("|") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) and part.isprintable() for part in parts):
            self.wrong(f"{column}: нужен список слов")
            return ()
        return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))

    def number(self, column: str, low: float, high: float) -> float | None:
        value = self.cells.get(column, "")
        if value in ("", None):
            return None
        try:
            number = float(value.replace(",", ".") if isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if isinstance(value, bool):
            number = float("nan")
        if not low <= number <= high:
            self.wrong(f"{column}: нужно число от {low:g} до {high:g}")
            return None
        return number


class _Above:
    """The places of the rows before: by code, by level and name, and the last one of each level."""

    def __init__(self) -> None:
        self.places: dict[str, PlaceData] = {}
        self.named: defaultdict[tuple[Level, str], list[PlaceData]] = defaultdict(list)
        self.last: dict[Level, PlaceData] = {}

    def add(self, place: PlaceData) -> None:
        self.places[place.code] = self.last[place.level] = place
        self.named[place.level, place.name].append(place)


def read(body: bytes, name: str) -> Listed:
    """The list of a file of that name (.toml, or anything else as CSV). Raises WrongList with the lines."""
    errors: list[Wrong] = []
    if len(body) > MOST_BYTES:
        raise WrongList([Wrong(0, "файл больше 32 МБ")])
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongList([Wrong(body[: error.start].count(b"\n") + 1, "текст не в UTF-8")]) from None
    rows = list(_toml(text, errors) if name.lower().endswith(".toml") else _csv(text, errors))
    above = _Above()
    streets: list[StreetData] = []
    street_codes: set[str] = set()
    for row in rows:
        place = _place(row, above)
        if place is not None:
            above.add(place)
            if row.cells.get("streets"):
                street_codes.add(place.code)
                streets += _streets(row, place)
    if not errors and "region" not in above.last:
        errors.append(Wrong(0, "нет строки региона (level = region)"))
    if errors:
        raise WrongList(sorted(errors, key=lambda error: error.line))
    return Listed(tuple(above.places.values()), tuple(dict.fromkeys(streets)), frozenset(street_codes))


def _csv(text: str, errors: list[Wrong]) -> Iterator[_Row]:
    head = text.partition("\n")[0]
    before = 0
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
        if not _columns(columns, errors):
            return
        reader.fieldnames = columns
        before = reader.line_num
        for cells in reader:
            row = _Row(before + 1, {key: value or "" for key, value in cells.items() if key}, errors)
            before = reader.line_num
            if None in cells:
                row.wrong("значений больше, чем столбцов")
            elif any(row.cells.values()):
                yield row
    except csv.Error:
        errors.append(Wrong(before + 1, "строку нельзя прочесть как CSV"))


def _columns(columns: Iterable[str], errors: list[Wrong]) -> bool:
    columns = list(columns)
    strange = [column for column in columns if column not in COLUMNS]
    if strange:
        errors.append(Wrong(1, f"незнакомый столбец «{strange[0][:40]}»; бывают: {', '.join(COLUMNS)}"))
    lacking = [column for column in ("level", "name") if column not in columns]
    if lacking:
        errors.append(Wrong(1, f"нет столбца «{lacking[0]}»"))
    if len(set(columns)) < len(columns):
        errors.append(Wrong(1, "столбец назван дважды"))
    return not errors


def _toml(text: str, errors: list[Wrong]) -> Iterator[_Row]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = re.search(r"line (\d+)", str(error))
        last = text.count("\n") + 1 if "end of document" in str(error) else 0
        errors.append(Wrong(int(match[1]) if match else last, "это не TOML"))
        return
    tables = data.get("place")
    if not isinstance(tables, list) or set(data) != {"place"} or not all(isinstance(one, dict) for one in tables):
        errors.append(Wrong(0, "нужны таблицы [[place]] и ничего кроме них"))
        return
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _TABLE.match(line)]
    for number, table in enumerate(tables):
        row = _Row(lines[number] if number < len(lines) else 0, table, errors)
        strange = [key for key in table if key not in COLUMNS]
        if strange:
            row.wrong(f"незнакомое поле «{strange[0][:40]}»; бывают: {', '.join(COLUMNS)}")
        else:
            yield row


def _place(row: _Row, above: _Above) -> PlaceData | None:
    before = len(row.errors)
    level = next((one for one in LEVELS if one == row.text("level")), None)
    name = row.text("name")
    if level is None:
        row.wrong(f"level: нужно одно из {', '.join(LEVELS)}")
        return None
    if not re.search(r"[^\W\d_]", name):
        row.wrong("name: нужно название")
    parent = _parent(row, level, above)
    stem = re.sub(r" (?:район|округ|край|область|республика)$", "", name, flags=re.IGNORECASE)
    made = slug(stem if level != "settlement" else name)
    code = row.text("code") or (f"{parent.code}-{made}" if parent and level == "settlement" else made)
    if not _CODE.fullmatch(code) or len(code) > _LENGTHS["code"]:
        row.wrong("code: нужны латинские строчные буквы, цифры и дефисы, не длиннее 80")
    elif code in above.places:
        row.wrong(f"код {code} уже есть выше: задайте другой в столбце code")
    lat, lon = row.number("lat", -90, 90), row.number("lon", -180, 180)
    if (lat is None) != (lon is None):
        row.wrong("lat и lon: нужны оба числа или ни одного")
    population = row.number("population", 0, 2_000_000_000)
    official, kind, aliases = row.text("official"), row.text("kind"), row.many("aliases")
    if len(row.errors) > before:
        return None
    return PlaceData(
        code=code,
        name=name,
        level=level,
        kind=kind or _kind(name, level),
        parent=parent.code if parent else None,
        lat=lat,
        lon=lon,
        population=int(population or 0),
        aliases=aliases,
        official=official,
    )


def _parent(row: _Row, level: Level, above: _Above) -> PlaceData | None:
    parent_name = row.text("parent")
    if level == "region":
        if parent_name:
            row.wrong("parent: над регионом ничего нет")
        if "region" in above.last:
            row.wrong("второй регион: одна установка служит одному")
        return None
    wanted = _ABOVE[level]
    if not parent_name:
        if wanted not in above.last:
            row.wrong(f"выше нет строки, в которой level = {wanted}")
        return above.last.get(wanted)
    by_code = above.places.get(parent_name)
    same = [by_code] if by_code and by_code.level == wanted else above.named[wanted, parent_name]
    if len(same) != 1:
        row.wrong(f"parent: «{parent_name[:60]}» выше {'не найден' if not same else 'есть дважды, назовите его код'}")
        return None
    return same[0]


def _kind(name: str, level: Level) -> str:
    last = name.rsplit(" ", 1)[-1].lower()
    if level == "municipality":
        return last if last in ("район", "округ") else "городской округ"
    return last if level == "region" and last in ("край", "область") else ""


def _streets(row: _Row, place: PlaceData) -> Iterator[StreetData]:
    if place.level == "municipality":
        row.wrong("streets: улицы бывают у населённого пункта или у региона (тогда они есть везде)")
        return
    for line in row.many("streets"):
        short, _space, name = line.partition(" ")
        kind = _KINDS.get(short.rstrip(".").lower())
        if kind is None or not name or len(name) > _STREET_LENGTH:
            row.wrong(f"streets: «{line[:60]}» начинается не с вида улицы ({', '.join(_KINDS)})")
            return
        yield StreetData(name, kind, place.code if place.level == "settlement" else None)
