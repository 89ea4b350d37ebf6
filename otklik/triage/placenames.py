"""Names of places in a text: which words may mean which places, and how strongly; pure.

What decides is the company of a name: a kind of settlement beside it («ст. Павловской»), a preposition, a capital,
and what sort of word the name is. A name that is also a common word speaks only beside its kind.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from otklik.lib.text import lower, tags
from otklik.triage.declension import Gender, forms, gender
from otklik.triage.street import Line

_TOWN = ("город",)
_VILLAGE = ("посёлок", "посёлок городского типа", "микрорайон")
MARKERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("г", "гор", "город", "города", "городу", "городе", "городом"), _TOWN),
    **dict.fromkeys(
        ("ст", "станица", "станицы", "станице", "станицу", "станицей", "ца", "це", "цы", "цу"), ("станица",)
    ),
    **dict.fromkeys(("п", "пос", "пгт", "поселок", "поселка", "поселке", "поселку", "поселком"), _VILLAGE),
    **dict.fromkeys(("с", "село", "села", "селе", "селу", "селом"), ("село",)),
    **dict.fromkeys(("х", "хут", "хутор", "хутора", "хуторе", "хутору", "хутором"), ("хутор",)),
    **dict.fromkeys(("аул", "аула", "ауле", "аулу"), ("аул",)),
    **dict.fromkeys(("мкр", "мкрн", "микрорайон", "микрорайона", "микрорайоне", "мн"), ("микрорайон",)),
}
_NEEDS_DOT = frozenset("с")
_TAILS = frozenset(("ца", "це", "цы", "цу"))
_DISTRICT = frozenset(
    re.findall(r"\w+", "район района районе району районом округ округа округе округу округом рн р мо го")
)
_OF_TOWN = frozenset(re.findall(r"\w+", "округ округа округе мо го муниципалитет муниципалитета муниципалитете"))
_IN = frozenset(("в", "во"))
_FROM = frozenset(("из", "до", "под", "около", "возле", "у", "от"))
_WHOSE = frozenset(
    re.findall(r"\w+", "жители жителей житель администрация администрации глава главы центр центре окраина")
)
_OTHER_PREPOSITIONS = frozenset(("на", "по", "за", "через", "для", "про", "над", "к", "ко"))
_CASES = {"в": ("loct", "accs"), "во": ("loct", "accs")}
_GENDERS = {"feminine": ("femn",), "masculine": ("masc",), "neuter": ("masc", "neut")}
_RELATIONAL = ("ская", "цкая", "ский", "цкий", "ской", "ское", "цкое")

_WITH_NOUN = 0.42
"""«в Северской больнице»: an adjective, a hint all the same."""

Sort = Literal["proper", "title", "station", "word"]


class Name(NamedTuple):
    """A name as it stands in the text, the places it may mean and how strongly it speaks (0..1)."""

    fragment: str
    places: tuple[int, ...]
    share: float
    reason: str


@dataclass(slots=True)
class _Entry:
    """All places of one name. `sort`: proper («Анапа»); title («Белая Глина»: words that need a capital); station
    («Северская», «Ильский»: a relational adjective, speaks after a preposition); word (speaks beside its kind only).
    """

    parts: tuple[frozenset[str], ...]
    sort: Sort
    gender: Gender | None
    settlements: list[tuple[int, str]]
    municipalities: list[int]
    regions: list[int]
    population: int


class Names:
    """The index of all names. Input: (id, name, level, kind, population, aliases) of every place."""

    def __init__(
        self,
        places: Iterable[tuple[int, str, str, str, int, tuple[str, ...]]],
        streets: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """`streets` are names in parts that streets bear, too: a village of such a name needs its kind beside it."""
        self._index: dict[str, list[_Entry]] = defaultdict(list)
        self._districts: dict[str, list[tuple[tuple[frozenset[str], ...], int]]] = defaultdict(list)
        entries: dict[tuple[str, ...], _Entry] = {}
        for place, name, level, kind, population, aliases in places:
            for spelling in (name, *aliases):
                parts = parts_of(spelling)
                if len(parts) > 1 and parts[-1] in ("район", "округ"):
                    self._add_district(parts, place)
                elif parts:
                    _add(entries, parts, place, level, kind, population)
        for parts, entry in entries.items():
            if entry.population < 10_000 and (parts in streets or _of_a_person(parts)):
                entry.sort = "word"
            for form in entry.parts[0]:
                self._index[form].append(entry)
        self.proper = frozenset(form for form, same in self._index.items() if any(one.sort == "proper" for one in same))

    def _add_district(self, parts: tuple[str, ...], place: int) -> None:
        adjective = tuple(forms(part) for part in parts[:-1] if part not in ("муниципальный", "городской"))
        for form in adjective[0]:
            self._districts[form].append((adjective, place))

    def find(self, line: Line, taken: set[int]) -> Iterator[Name]:
        """The names in the order of the text; tokens in `taken` (a street's) are passed over."""
        index = 0
        while index < len(line.tokens):
            if index in taken:
                index += 1
                continue
            name, width = self._district(line, index) or self._place(line, index, taken) or (None, 1)
            if name is not None:
                yield name
            index += width

    def _district(self, line: Line, index: int) -> tuple[Name, int] | None:
        """«Северский район», «в Лабинском р-не», «район Абинский»."""
        for parts, place in self._districts.get(line.word(index), ()):
            if not _fits(line, index, parts):
                continue
            end = index + len(parts)
            if line.word(end).startswith("муниципальн"):
                end += 1
            begin = index
            if line.word(end) in _DISTRICT and line.glued(end - 1):
                end += 2 if line.word(end) == "р" and line.word(end + 1)[:1] == "н" else 1
            elif line.word(index - 1) in _DISTRICT and line.glued(index - 1) and line.capital(index):
                begin = index - 1
            else:
                continue
            return Name(_written(line, begin, end), (place,), 0.88, "district"), end - index
        return None

    def _place(self, line: Line, index: int, taken: set[int]) -> tuple[Name, int] | None:
        best: tuple[Name, int] | None = None
        for entry in self._index.get(line.word(index), ()):
            width = len(entry.parts)
            if not _fits(line, index, entry.parts) or any(one in taken for one in range(index, index + width)):
                continue
            name = _marked(line, index, entry) or _bare(line, index, entry, index + width in taken)
            if name and (best is None or (width, name.share) > (best[1], best[0].share)):
                best = name, width
        return best


def parts_of(name: str) -> tuple[str, ...]:
    """The folded words of a name, divided at hyphens."""
    return tuple(re.findall(r"[^\W_]+", lower(name)))


def _add(
    entries: dict[tuple[str, ...], _Entry], parts: tuple[str, ...], place: int, level: str, kind: str, population: int
) -> None:
    entry = entries.get(parts)
    if entry is None:
        bent = tuple(forms(part) if len(part) > 2 else frozenset((part,)) for part in parts)
        entry = entries[parts] = _Entry(bent, _sort(parts), gender(parts[0]), [], [], [], 0)
    if level == "settlement":
        entry.settlements.append((place, kind))
        entry.population = max(entry.population, population)
    elif level == "municipality":
        entry.municipalities.append(place)
    else:
        entry.regions.append(place)


def _sort(parts: tuple[str, ...]) -> Sort:
    if len(parts) > 1:
        known = all(_common(part) or gender(part) for part in parts)
        return "title" if known else "proper"
    if gender(parts[0]):
        return "station" if parts[0].endswith(_RELATIONAL) else "word"
    return "word" if _common(parts[0]) else "proper"


def _of_a_person(parts: tuple[str, ...]) -> bool:
    """«хутор Кирова»: the name of somebody in the genitive, as half of all streets have it."""
    return parts[-1].endswith(("ова", "ева", "ина")) and len(parts) == 1


def _common(word: str) -> bool:
    """Whether the dictionary knows the word as something else than a place."""
    readings = tags(word)
    return bool(readings) and not any("Geox" in reading for reading in readings)


def _fits(line: Line, index: int, parts: tuple[frozenset[str], ...]) -> bool:
    return all(
        line.word(index + shift) in part and (shift == 0 or line.glued(index + shift - 1))
        for shift, part in enumerate(parts)
    )


def _marked(line: Line, index: int, entry: _Entry) -> Name | None:
    """The name beside a kind of settlement: «г. Анапа», «ст-ца Павловская», «в Северской станице»."""
    end = index + len(entry.parts)
    begin, kinds = _marker_before(line, index)
    if not kinds and line.glued(end - 1) and len(line.word(end)) > 4:
        kinds, end = MARKERS.get(line.word(end), ()), end + 1
    if not kinds or not entry.settlements:
        return None
    in_full = max(len(line.word(begin)), len(line.word(end - 1)) if begin == index else 0) > 4
    if entry.sort in ("word", "station") and in_full and not line.capital(index) and kinds != ("станица",):
        return None  # «новым городом»
    fragment = _written(line, begin, end)
    same = tuple(place for place, kind in entry.settlements if kind in kinds or not kind)
    if same:
        # The list of villages is never complete: a common name may have bearers outside it.
        return Name(fragment, same, 0.8 if entry.sort == "word" else 0.92, "marker")
    if kinds == ("микрорайон",) or (entry.sort == "word" and kinds == _TOWN):
        return None
    return Name(fragment, tuple(place for place, _kind in entry.settlements), 0.6, "marker")


def _marker_before(line: Line, index: int) -> tuple[int, tuple[str, ...]]:
    """Where the marker before this token begins and the kinds that it stands for; (index, ()) without one."""
    before = line.word(index - 1)
    if before == "типа" and line.word(index - 2) == "городского":
        return index - 2, _VILLAGE
    kinds = MARKERS.get(before, ())
    if not kinds:
        return index, ()
    between = line.folded[line.tokens[index - 1].end : line.tokens[index].start]
    if between.strip(' .«"') or (before in _NEEDS_DOT and "." not in between):
        return index, ()
    if before in _TAILS:
        return (index - 2, kinds) if line.word(index - 2) == "ст" else (index, ())
    return index - 1, kinds


def _bare(line: Line, index: int, entry: _Entry, before_street: bool) -> Name | None:
    """The name alone, if its sort may stand alone in this company."""
    end = index + len(entry.parts)
    fragment = _written(line, index, end)
    if entry.regions:
        return Name(fragment, (entry.regions[0],), 0.2, "region")
    before = line.word(index - 1) if line.glued(index - 1) else ""
    if entry.municipalities and (before in _OF_TOWN or not entry.settlements):
        return Name(fragment, tuple(entry.municipalities), 0.85, "district")
    share = _strength(line, index, end, before, entry)
    if share < 0.55 and before_street and line.capital(index) and not line.glued(end - 1):
        share = 0.55  # «Успенское, ул. Ленина»
    if share <= 0:
        return None
    reason = "adjective" if entry.sort == "station" else "name"
    return Name(fragment, tuple(place for place, _kind in entry.settlements), share, reason)


def _strength(line: Line, index: int, end: int, before: str, entry: _Entry) -> float:
    capital = line.capital(index)
    place_after = before in _IN or before in _FROM or before in _WHOSE
    if entry.sort == "proper":
        return _proper(line, index, end, before) - (0.1 if entry.population < 1500 else 0)
    if entry.sort == "title":
        if capital and (place_after or line.capital(end - 1)):
            return 0.8 if place_after else 0.7
        return 0.6 if place_after and entry.population >= 15_000 else 0.0
    if entry.sort == "station":
        return _station(line, index, end, before, entry)
    return 0.6 if capital and place_after and entry.population >= 3000 else 0.0


def _proper(line: Line, index: int, end: int, before: str) -> float:
    capital = line.capital(index)
    if not capital and len(line.word(index)) <= 3:
        return 0.0
    if before in _IN:
        share = 0.85
    elif before in _FROM:
        share = 0.78
    elif before in _OTHER_PREPOSITIONS:
        share = 0.6
    else:
        share = 0.72
    if not capital:
        share -= 0.1
    return share * 0.6 if _on_a_route(line, index, end) else share


def _on_a_route(line: Line, index: int, end: int) -> bool:
    """«трасса Краснодар – Анапа»: a name joined by a dash with another capital word names a road or a train."""
    after = line.folded[line.tokens[end - 1].end : line.tokens[end].start] if end < len(line.tokens) else ""
    before = line.folded[line.tokens[index - 1].end : line.tokens[index].start] if index else ""
    dash = frozenset(("-", "–", "—", " - ", " – ", " — "))
    return (after in dash and line.capital(end)) or (before in dash and line.capital(index - 1))


def _station(line: Line, index: int, end: int, before: str, entry: _Entry) -> float:
    """«в Северской»: weaker before a noun that it agrees with («в Северской больнице»)."""
    after = line.word(end) if line.glued(end - 1) else ""
    if after.startswith("обл") or (entry.gender != "feminine" and entry.population < 1000):
        return 0.0
    capital = line.capital(index)
    if not (before in _IN or before in _FROM or before in _WHOSE):
        alone = capital and not after and line.word(index).endswith("ая")
        return 0.5 if alone and entry.population >= 3000 else 0.0
    if not capital and entry.population < 5000:
        return 0.0
    if _agrees(after, _GENDERS[entry.gender or "feminine"], _CASES.get(before, ("gent",))):
        return _WITH_NOUN
    return 0.68 if capital else 0.5


def _agrees(noun: str, genders: tuple[str, ...], cases: tuple[str, ...]) -> bool:
    return any(
        "NOUN" in reading
        and "sing" in reading
        and any(one in reading for one in genders)
        and any(case in reading for case in cases)
        for reading in tags(noun)
    )


def _written(line: Line, start: int, end: int) -> str:
    return line.text[line.tokens[start].start : line.tokens[end - 1].end]
