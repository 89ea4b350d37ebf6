"""A list out of an XLSX file: its header in any order, its rows as Excel numbers them, all that is wrong at once. Pure.

Titles are Russian: they are the format of the file, whatever language a page is in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from otklik.lib.cell import Cell, Fault, Number, text_of
from otklik.lib.text import fold
from otklik.lib.xlsx import Package, WrongFile
from otklik.lib.xlsx_rows import RawRow, rows_of

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_ROWS = 2000
HEADER_WITHIN = 20
"""Rows in which the header is looked for: above it may stand a title."""
MOST_TEXT = 5000
EXAMPLE = "пример"
"""What the first cell of the template's example row begins with: that row is never loaded."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is ours, `title` the file's. `words` are all that may stand there, when they are few; `long` keeps lines
    apart, where others are one line of at most `limit` characters."""

    key: str
    title: str
    hint: str
    example: str = ""
    required: bool = False
    limit: int = 250
    words: tuple[str, ...] = ()
    long: bool = False


@dataclass(slots=True)
class Row:
    """`cells` has what stands there by the column's key, for the columns that the file has. `errors` are Russian
    sentences for people; a cell's own value may be a key, so they never quote one."""

    number: int
    cells: dict[str, str]
    errors: list[str] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    def has(self, key: str) -> bool:
        """Whether the file has this column at all: what it does not have stays as it is."""
        return key in self.cells

    def wrong(self, title: str, sentence: str) -> None:
        self.errors.append(f"столбец «{title}»: {sentence}")


def read(path: Path, columns: Sequence[Column]) -> list[Row]:
    """The rows of the first sheet. Raises WrongFile for what is no such list; OSError for what cannot be read."""
    if path.stat().st_size > MOST_BYTES:
        raise WrongFile(f"файл больше {MOST_BYTES // 1024**2} МБ: разделите его")
    package = Package(path, MOST_UNPACKED)
    try:
        package.read_strings()
        return _read(rows_of(package, package.sheets[0][1], []), columns, package.from_1904)
    finally:
        package.close()


def _read(raw: Iterator[RawRow], columns: Sequence[Column], from_1904: bool) -> list[Row]:
    known = {_key(column.title): column for column in columns}
    at: dict[int, Column] | None = None
    rows: list[Row] = []
    for number, cells in raw:
        titles = {place: known[key] for place, cell in cells.items() if (key := _key(text_of(cell))) in known}
        if at is None:
            if len(titles) >= min(2, len(columns)):
                at = _header(number, titles, cells, columns)
            elif number > HEADER_WITHIN:
                break
        elif len(titles) >= 2 and len(titles) >= len(at) - 1:
            raise WrongFile(f"строка {number}: заголовок второй раз. Оставьте один")
        elif (row := _row(number, cells, at, from_1904)) and not _is_example(row, columns):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise WrongFile(f"строк больше {MOST_ROWS}: разделите файл")
    if at is None:
        required_titles = ", ".join(f"«{column.title}»" for column in columns if column.required)
        raise WrongFile(f"не найден заголовок. Нужны столбцы {required_titles}: возьмите шаблон")
    if not rows:
        raise WrongFile("под заголовком нет ни одной строки (строка с примером не считается)")
    return rows


def _header(
    number: int, titles: Mapping[int, Column], cells: Mapping[int, Cell], columns: Sequence[Column]
) -> dict[int, Column]:
    keys = [column.key for column in titles.values()]
    if twice := next((column.title for column in titles.values() if keys.count(column.key) > 1), ""):
        raise WrongFile(f"строка {number}: столбец «{twice}» назван дважды")
    strange = [_line(text_of(cell))[:60] for place, cell in sorted(cells.items()) if place not in titles]
    if strange := [title for title in strange if title]:
        raise WrongFile(f"строка {number}: незнакомый столбец «{strange[0]}». Уберите его или назовите как в шаблоне")
    if lost := [column.title for column in columns if column.required and column.key not in keys]:
        raise WrongFile(f"строка {number}: нет обязательного столбца «{lost[0]}»")
    return dict(titles)


def _row(number: int, cells: Mapping[int, Cell], at: Mapping[int, Column], from_1904: bool) -> Row | None:
    """None for a row with nothing in it."""
    row = Row(number, {})
    for place, column in at.items():
        row.cells[column.key] = _value(row, cells.get(place), column, from_1904)
    if not row.errors and not any(row.cells.values()):
        return None
    for column in at.values():
        if column.required and not row[column.key] and not row.errors:
            row.wrong(column.title, "заполните")
    if outside := [place for place, cell in cells.items() if place not in at and text_of(cell)]:
        row.errors.append(f"значение в столбце без названия ({_letters(outside[0])}): уберите его")
    return row


def _is_example(row: Row, columns: Sequence[Column]) -> bool:
    return fold(row[columns[0].key]).startswith(f"{EXAMPLE}:")


def _value(row: Row, cell: Cell | None, column: Column, from_1904: bool) -> str:
    if isinstance(cell, Fault):
        row.wrong(column.title, "в ячейке ошибка формулы")
        return ""
    if isinstance(cell, Number) and column.key in ("since", "until"):
        return _day_of(cell, from_1904)
    text = text_of(cell)
    text = text.strip() if column.long else _line(text)
    if len(text) > (MOST_TEXT if column.long else column.limit):
        row.wrong(column.title, f"слишком длинно: не больше {MOST_TEXT if column.long else column.limit} знаков")
        return ""
    if text.startswith("="):
        row.wrong(column.title, "здесь формула, а нужны сами слова")
        return ""
    if not text or not column.words:
        return text
    word = next((word for word in column.words if _key(word) == _key(text)), "")
    if not word:
        row.wrong(column.title, f"бывает {', '.join(f'«{word}»' for word in column.words)}")
    return word


def _day_of(cell: Number, from_1904: bool) -> str:
    """A day as Excel keeps it, a number of days, as ISO 8601; what is none stays as it is spelled."""
    days = cell.value
    if not 0 < days < 200_000:
        return cell.digits
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return (first + timedelta(days=int(days))).isoformat()


def day(row: Row, key: str, title: str) -> date | None:
    """The day of a cell: «2026-09-01», «01.09.2026» or a date of Excel's. None for nothing, and for what is wrong."""
    text = row[key]
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            cell_date = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 2000 <= cell_date.year <= 2099:
            return cell_date
    row.wrong(title, "нужен день, например 01.09.2026")
    return None


def _line(text: str) -> str:
    """One line without signs that nobody sees; an address stays an address."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).replace("\ufffd", " ").split())


def _key(title: str) -> str:
    return "".join(letter for letter in fold(title) if letter.isalnum())


def _letters(place: int) -> str:
    """0 is «A», 26 is «AA»."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
