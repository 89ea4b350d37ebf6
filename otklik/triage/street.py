"""Finds a street and a house in a text; pure. `place` uses it, since a street must not be taken for a village."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from otklik.triage.declension import Gender, forms, gender, nominative

MARKERS: dict[str, str] = {
    **dict.fromkeys(("ул", "улица", "улицы", "улице", "улицу", "улицей", "улиц", "улицам", "улицах"), "улица"),
    **dict.fromkeys(("пер", "переулок", "переулка", "переулку", "переулком", "переулке"), "переулок"),
    **dict.fromkeys(("проспект", "проспекта", "проспекту", "проспектом", "проспекте", "просп"), "проспект"),
    **dict.fromkeys(("проезд", "проезда", "проезду", "проездом", "проезде"), "проезд"),
    **dict.fromkeys(("бульвар", "бульвара", "бульвару", "бульваром", "бульваре", "бул"), "бульвар"),
    **dict.fromkeys(("шоссе", "ш"), "шоссе"),
    **dict.fromkeys(("площадь", "площади", "площадью", "пл"), "площадь"),
    **dict.fromkeys(("набережная", "набережной", "набережную", "наб"), "набережная"),
    **dict.fromkeys(("тупик", "тупика", "тупику", "тупике", "туп"), "тупик"),
    **dict.fromkeys(("аллея", "аллеи", "аллее", "аллею", "аллеей"), "аллея"),
}
_SHORT = frozenset(("ул", "пер", "просп", "бул", "ш", "пл", "наб", "туп"))
_NEEDS_DOT = frozenset(("ш", "пл", "бул", "наб"))
_JOINED = {("пр", "т"): "проспект", ("пр", "кт"): "проспект", ("пр", "д"): "проезд", ("б", "р"): "бульвар"}
_GENDERS: dict[str, Gender] = dict.fromkeys(("улица", "площадь", "набережная", "аллея"), "feminine")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "а без в вдоль во все всю вся где дом для до за и из или к как когда кто между на не нет ни но о об около от "
        "по под после при про с со там то тоже тут у уже что эта эти это этой эту нашей наша нашу моей моя вашей "
        "д дома доме корпус кв",
    )
)
_ORDINAL = frozenset(("й", "я", "го", "ой", "ая", "ей", "лет", "летия", "летие", "х"))
_NAMELIKE = ("ская", "ской", "скую", "цкая", "цкой", "ова", "ева", "ина", "ого", "ева")
_HOUSE = (
    r"(?P<house>\d{1,4}(?:\s?[/\\]\s?\d{1,4}[а-я]?|-?[а-я](?![а-яa-z0-9])|\s[а-г](?=\s?(?:[,.;!?)]|$))|))"
    r"(?:,?\s?(?P<part>к|корп|корпус|стр|строение|лит|литер)\.?\s?(?P<number>\d{1,3}|[а-я])(?!\w))?"
    r"(?![\d:]|[.,]\d|\w|\s?(?:лет|год|ноч|дн|ден|день|час|мин|мес|недел|суток|сутки|руб|тыс|метр|м\b|км|раз|чел"
    r"|квартир|машин|авто|яма|ямы|ям\b|детей|семь|этаж|подъезд|школ|сад|и\s\d+\s(?:дн|час|мес)|%|-?(?:й|я|го|му|е|х)\b"
    r"|январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр))"
)
_AFTER = re.compile(
    r"[\s,.(]{0,4}(?P<mark>(?:(?:около|возле|у|напротив|рядом с|в районе)\s)?(?:дом\w{0,2}|д)\b\.?\s?)?(?:№\s?)?"
    + _HOUSE
)
_BEFORE = re.compile(r"(?:^|\W)(?:дом\w{0,2}|д)\b\.?\s?(?:№\s?)?" + _HOUSE + r"[\s,]{1,3}(?:(?:по|на)\s)?$")
_NUMBER = re.compile(r"\d{1,3}(?:[а-я]{1,2})?")
_PART = {"к": "к", "корп": "к", "корпус": "к", "стр": "стр", "строение": "стр", "лит": "лит", "литер": "лит"}


class Token(NamedTuple):
    """A word or a number of a tidied text: its bounds, its folded form. Hyphens divide here."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class KnownStreet:
    """`name` without its kind («Красная»), `kind` in full («улица»), `place_id` None for a name found anywhere."""

    name: str
    kind: str = "улица"
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class StreetGuess:
    """`street` is for showing («улица Красная»); `start` and `end` are token numbers; `rank` compares finds."""

    street: str
    house: str
    start: int
    end: int
    rank: int
    place_ids: frozenset[int]


class _Name(NamedTuple):
    parts: tuple[frozenset[str], ...]
    streets: list[KnownStreet]


class Line(NamedTuple):
    """A text prepared for both finders: as written, folded, and cut into tokens."""

    text: str
    folded: str
    tokens: list[Token]

    def glued(self, index: int) -> bool:
        """Whether only spaces or a hyphen stand between this token and the next one; after an initial, its dot."""
        if not 0 <= index < len(self.tokens) - 1:
            return False
        between = self.folded[self.tokens[index].end : self.tokens[index + 1].start]
        return between.strip(" -." if len(self.tokens[index].word) == 1 else " -") == ""

    def capital(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.text[self.tokens[index].start].isupper()

    def word(self, index: int) -> str:
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""


class StreetFinder:
    """Built once from the known streets; knows the shape of the unknown ones."""

    def __init__(self, streets: Sequence[KnownStreet], barrier: frozenset[str] = frozenset()) -> None:
        """`barrier` are folded words that never belong to an unknown street's name: the names of towns."""
        self._barrier = barrier
        self._names: dict[str, list[_Name]] = defaultdict(list)
        by_name: dict[tuple[str, ...], list[KnownStreet]] = defaultdict(list)
        for street in streets:
            by_name[tuple(re.findall(r"[^\W_]+", street.name.lower().replace("ё", "е")))].append(street)
        for parts, same in by_name.items():
            if parts:
                # Only adjectives bend: «на Красной», but «на Ленина».
                name = _Name(tuple(forms(part) if gender(part) else frozenset((part,)) for part in parts), same)
                for form in name.parts[0]:
                    self._names[form].append(name)

    def find(self, line: Line) -> list[StreetGuess]:
        """All streets of the text in order. Linear in its length."""
        found: list[StreetGuess] = []
        index = 0
        while index < len(line.tokens):
            guess = self._marked(line, index) or self._bare(line, index)
            if guess is None:
                index += 1
                continue
            if not found or guess.start >= found[-1].end:
                found.append(guess)
            index = max(guess.end, index + 1)
        return found

    def _marked(self, line: Line, index: int) -> StreetGuess | None:
        """A street with «ул.», «переулок» … before or after its name."""
        kind, width = _marker(line, index)
        if not kind:
            return None
        name = index + width
        joined = name < len(line.tokens) and line.folded[line.tokens[name - 1].end : line.tokens[name].start]
        if joined is not False and joined.strip(' .«"') == "":
            known = self._known(line, name)
            end = (
                name + len(known.parts)
                if known
                else _unknown_end(line, name, line.word(index) in _SHORT, self._barrier)
            )
            if end > name:
                return self._guess(line, index, name, end, kind, known, rank=2)
        start = _adjective_before(line, index, kind)
        if start is None:
            return None
        known = self._known(line, start)
        if known and start + len(known.parts) != index:
            known = None
        return self._guess(line, start, start, index, kind, known, rank=2, upto=name)

    def _bare(self, line: Line, index: int) -> StreetGuess | None:
        """A known street without a marker: only with a house, or capital after «на» and «по»."""
        known = self._known(line, index)
        if known is None:
            return self._numbered(line, index)
        end = index + len(known.parts)
        shaped = line.capital(index) or (line.word(index).isdigit() and len(known.parts) > 1)
        after = _AFTER.match(line.folded, line.tokens[end - 1].end)
        if after and (shaped or after["mark"]):
            return self._guess(line, index, index, end, "", known, rank=1)
        if shaped and line.word(index - 1) in ("на", "по") and line.glued(index - 1):
            return self._guess(line, index, index, end, "", known, rank=0)
        return None

    def _numbered(self, line: Line, index: int) -> StreetGuess | None:
        """An unknown street that only its number and its house betray: «4-я Поселковая 44а»."""
        name = _after_number(line, index)
        word = line.word(name)
        if name == index or not word.endswith(("ая", "ой")) or len(word) < 6 or not line.glued(name - 1):
            return None
        if not _AFTER.match(line.folded, line.tokens[name].end):
            return None
        return self._guess(line, index, index, name + 1, "улица", None, rank=1)

    def _known(self, line: Line, index: int) -> _Name | None:
        """The longest known name that starts at this token."""
        best: _Name | None = None
        for name in self._names.get(line.word(index), ()):
            fits = all(
                line.word(index + shift) in part and (shift == 0 or line.glued(index + shift - 1))
                for shift, part in enumerate(name.parts)
            )
            if fits and (best is None or len(name.parts) > len(best.parts)):
                best = name
        return best

    def _guess(
        self,
        line: Line,
        start: int,
        name: int,
        end: int,
        kind: str,
        known: _Name | None,
        rank: int,
        upto: int | None = None,
    ) -> StreetGuess:
        last = upto or end
        house = _house(line, start, last)
        streets = [street for street in known.streets if not kind or street.kind == kind] if known else []
        shown = f"{streets[0].kind} {streets[0].name}" if streets else f"{kind} {_shown(line, name, end, kind)}"
        places = frozenset(street.place_id for street in streets if street.place_id is not None)
        anywhere = any(street.place_id is None for street in streets)
        return StreetGuess(shown, house, start, last, rank * 2 + bool(house), frozenset() if anywhere else places)


def _marker(line: Line, index: int) -> tuple[str, int]:
    """The kind that the marker here stands for and its width in tokens; ("", 0) if there is none."""
    token = line.tokens[index]
    joined = _JOINED.get((token.word, line.word(index + 1)))
    if joined and line.glued(index):
        return joined, 2
    if token.word == "пр" and line.folded[token.end : token.end + 1] == ".":
        return "проспект", 1
    if token.word in _NEEDS_DOT and line.folded[token.end : token.end + 1] != ".":
        return "", 0
    kind = MARKERS.get(token.word, "")
    return kind, 1 if kind else 0


def _unknown_end(line: Line, start: int, short: bool, barrier: frozenset[str]) -> int:
    """Where the name of an unknown street after its marker ends; `start` if none stands there."""
    index = start + 1 if line.word(start) in ("им", "имени") else start
    index = _after_number(line, index)
    if len(line.word(index)) == 1 and line.capital(index) and line.folded[line.tokens[index].end :][:1] == ".":
        index += 1  # «В. Клыкова»
    word = line.word(index)
    if not word.isalpha() or len(word) < 3 or word in _STOP or word in MARKERS:
        return start
    if not line.capital(index) and not short and not word.endswith(_NAMELIKE):
        return start
    index += 1
    while index < min(start + 5, len(line.tokens)) and line.glued(index - 1) and line.capital(index):
        if line.word(index) in _STOP or line.word(index) in MARKERS or line.word(index) in barrier:
            break
        index += 1
    return index


def _after_number(line: Line, index: int) -> int:
    """The token after «5», «5-й», «3ий», «40 лет»; the same one if no number stands here."""
    if not _NUMBER.fullmatch(line.word(index)):
        return index
    return index + 2 if line.word(index + 1) in _ORDINAL else index + 1


def _adjective_before(line: Line, marker: int, kind: str) -> int | None:
    """The token where «5-й Кордной» in «на 5-й Кордной улице» starts."""
    index = marker - 1
    if index < 0 or not line.glued(index):
        return None
    word = line.word(index)
    endings = ("ая", "ой", "ую") if kind in _GENDERS else ("ий", "ый", "ой", "ого", "ому", "им", "ым", "ом", "ое")
    if not (word.endswith(endings) and len(word) > 4 and line.capital(index)):
        return None
    for start in (index - 2, index - 1):
        if start >= 0 and _NUMBER.fullmatch(line.word(start)) and _after_number(line, start) == index:
            return start
    return index


def _shown(line: Line, start: int, end: int, kind: str) -> str:
    """The name for showing: capitals, an adjective in the nominative."""
    if line.word(start) in ("им", "имени"):
        start += 1
    written = line.text[line.tokens[start].start : line.tokens[end - 1].end]
    last = line.tokens[end - 1]
    if end - start == 1 or _NUMBER.fullmatch(line.word(start)):
        base = nominative(last.word, _GENDERS.get(kind, "masculine"))
        if base != last.word or not line.capital(end - 1):
            written = line.text[line.tokens[start].start : last.start] + base.capitalize()
    if written.isupper() and len(written) > 3:
        written = written.title()
    return written[:1].upper() + written[1:]


def _house(line: Line, start: int, end: int) -> str:
    """The number right after the street, or «дом 12» right before it; empty if neither."""
    match = _AFTER.match(line.folded, line.tokens[end - 1].end)
    if match is None:
        begin = line.tokens[start].start
        match = _BEFORE.search(line.folded[max(begin - 30, 0) : begin])
    if match is None:
        return ""
    house = re.sub(r"[\s-]", "", match["house"]).replace("\\", "/")
    return f"{house} {_PART[match['part']]}{match['number']}" if match["part"] else house


def tokens(folded: str) -> Iterator[Token]:
    """Words and numbers of a folded text, divided at hyphens."""
    for match in re.finditer(r"[^\W_]+", folded):
        yield Token(match.start(), match.end(), match.group())
