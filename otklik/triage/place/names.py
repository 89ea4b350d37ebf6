"""The index of all names of places, and where they stand in a text; pure. How strongly each speaks: `weight`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from otklik.lib.text import lower, tags
from otklik.triage.place.declension import forms, gender
from otklik.triage.place.line import Line
from otklik.triage.place.streetname import Settled
from otklik.triage.place.weight import DISTRICT, FROM, IN, MARKERS, Entry, Name, Sort, bare, marked
from otklik.triage.slips import SHORTEST, Slips, one_slip

_CUT_DISTRICT = frozenset(("н", "он", "не", "на", "ну", "ном"))
_RELATIONAL = ("ская", "цкая", "ский", "цкий", "ской", "ское", "цкое")
_DERIVED = re.compile("[сц]к(?:ая|ой|ую|ий|ое|ом|ому|ого|им|ие|их)$")
_EXPECTING = IN | FROM | frozenset(MARKERS)
_MANY = 10_000
"""People. A town of that size is meant by its name even where a person or a street is called so."""


class Names:
    """The index of all names. Input: (id, name, level, kind, population, aliases) of every place."""

    def __init__(
        self,
        places: Iterable[tuple[int, str, str, str, int, tuple[str, ...]]],
        streets: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """`streets` are names in parts that streets bear, too: a village of such a name needs its kind beside it."""
        self._index: dict[str, list[Entry]] = defaultdict(list)
        self._districts: dict[str, list[tuple[tuple[frozenset[str], ...], int]]] = defaultdict(list)
        entries: dict[tuple[str, ...], Entry] = {}
        for place, name, level, kind, population, aliases in places:
            for spelling in (name, *aliases):
                parts = parts_of(spelling)
                if len(parts) > 1 and parts[-1] in ("район", "округ"):
                    self._add_district(parts, place)
                elif parts:
                    _add(entries, parts, place, level, kind, population)
        for parts, entry in entries.items():
            stanitsa = entry.sort == "station" and entry.gender == "feminine"
            if entry.population < _MANY and not stanitsa and (parts in streets or _of_a_person(parts)):
                entry.sort = "word"
            elif entry.population >= _MANY and entry.rare and entry.sort == "word" and not entry.gender:
                entry.sort = "proper"  # «Кропоткин» is a surname, too
            for form in entry.parts[0]:
                self._index[form].append(entry)
        self._slips = Slips(
            (form, " ".join(same[0].name))
            for form, same in self._index.items()
            if any(one.sort in ("proper", "station") for one in same)
        )
        self.settled = _settled(list(entries.values()))

    def _add_district(self, parts: tuple[str, ...], place: int) -> None:
        adjective = tuple(forms(part) for part in parts[:-1] if part not in ("муниципальный", "городской"))
        for form in adjective[0]:
            self._districts[form].append((adjective, place))

    def find(self, line: Line, taken: set[int]) -> Iterator[Name]:
        """The names in the order of the text; tokens in `taken` (a street's) are passed over."""
        index = 0
        while index < len(line.tokens):
            word = line.words[index]
            if index in taken or not self._may_name(word):
                index += 1
                continue
            name = self._district(line, index) or self._place(line, index, taken)
            if name is not None:
                yield name
            index = max(name.end, index + 1) if name else index + 1

    def _may_name(self, word: str) -> bool:
        """Whether it is the first word of a name, or no word at all and so perhaps a slip of one."""
        return word in self._index or word in self._districts or (len(word) >= SHORTEST and not tags(word))

    def _district(self, line: Line, index: int) -> Name | None:
        """«Северский район», «в Лабинском р-не», «район Абинский»."""
        for parts, place in self._districts.get(line.word(index), ()):
            if not _fits(line, index, parts):
                continue
            end = index + len(parts)
            if line.word(end).startswith("муниципальн"):
                end += 1
            begin = index - _district_before(line, index)
            if line.word(end) in DISTRICT and line.glued(end - 1):
                begin, end = index, end + 1 + (line.word(end) == "р" and line.word(end + 1) in _CUT_DISTRICT)
            elif begin == index:
                continue
            return Name(line.written(begin, end), (place,), 0.88, "district", begin, end)
        return None

    def _place(self, line: Line, index: int, taken: set[int]) -> Name | None:
        word = line.tokens[index].word
        entries = self._index.get(word) or self._misspelt(line, index, word)
        if not entries:
            return None
        best: Name | None = None
        best_width = 0
        for entry in entries:
            width = len(entry.parts)
            if any(one in taken for one in range(index, index + width)) or not _fits(line, index, entry.parts, word):
                continue
            name = marked(line, index, entry) or bare(line, index, entry, index + width in taken)
            if name and name.reason == "marker" and name.share < 0.7 and word not in self._index:
                continue  # «деревня Анепа» is no slip of a village of another kind
            if name and (best is None or (width, name.share) > (best_width, best.share)):
                best, best_width = name, width
        return best

    def _misspelt(self, line: Line, index: int, word: str) -> list[Entry]:
        """The names that an unknown word with a capital, or after «в» or a kind, is a slip of."""
        before = line.word(index - 1)
        if len(word) < SHORTEST or not (line.capital(index) or before in _EXPECTING or line.opens(index)):
            return []
        meant = "" if tags(word) else self._slips.meant(word)
        if not meant:
            return []
        derived = bool(_DERIVED.search(word))
        return [one for one in self._index[meant] if not derived or one.gender]


def parts_of(name: str) -> tuple[str, ...]:
    """The folded words of a name, divided at hyphens."""
    return tuple(re.findall(r"\d+|[^\W\d_]+", lower(name)))


def _settled(entries: list[Entry]) -> Settled:
    towns = [one for one in entries if one.settlements]
    return Settled(
        proper=frozenset(
            form for one in entries if one.sort == "proper" and not gender(one.name[0]) for form in one.parts[0]
        ),
        adjectives=frozenset(form for one in towns if len(one.parts) == 1 and one.gender for form in one.parts[0]),
        last=frozenset(form for one in towns for form in one.parts[-1] if form not in MARKERS),
    )


def _add(
    entries: dict[tuple[str, ...], Entry], parts: tuple[str, ...], place: int, level: str, kind: str, population: int
) -> None:
    entry = entries.get(parts)
    if entry is None:
        bent = tuple(forms(part) if len(part) > 2 else frozenset((part,)) for part in parts)
        rare = all("Geox" in reading or "Surn" in reading for reading in tags(parts[0]))
        entry = entries[parts] = Entry(parts, bent, _sort(parts), gender(parts[0]), rare, [], [], [], 0)
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


def _fits(line: Line, index: int, parts: tuple[frozenset[str], ...], first: str = "") -> bool:
    """Whether the parts stand here; `first` is taken for the first of them. A later one may have a slip."""
    if not first and line.word(index) not in parts[0]:
        return False
    return all(
        line.glued(index + shift - 1) and _one_of(line.word(index + shift), part)
        for shift, part in enumerate(parts[1:], 1)
    )


def _one_of(word: str, part: frozenset[str]) -> bool:
    return word in part or (len(word) >= SHORTEST and any(one_slip(word, form) for form in part) and not tags(word))


def _district_before(line: Line, index: int) -> int:
    """How many tokens «район» or «р-н» before a name take: «р-н Хостинский», «район Абинский»."""
    if not (line.glued(index - 1) or line.between(index - 1).strip() == "."):
        return 0
    if line.word(index - 1) in _CUT_DISTRICT and line.word(index - 2) == "р":
        return 2
    return 1 if line.word(index - 1) in DISTRICT and line.capital(index) else 0
