"""How strongly a name of a place speaks where it stands; pure.

What decides is its company: a kind of settlement beside it («ст. Павловской»), a preposition, a capital, the bounds of
the clause, and what sort of word the name is. A name that is also a common word speaks only beside its kind.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from otklik.lib.text import tags
from otklik.triage.place.declension import Gender
from otklik.triage.place.line import Line

_TOWN = ("город",)
_HAMLET = ("деревня",)
_VILLAGE = ("посёлок", "посёлок городского типа", "микрорайон")
MARKERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("г", "гор", "город", "города", "городу", "городе", "городом"), _TOWN),
    **dict.fromkeys(
        ("ст", "станица", "станицы", "станице", "станицу", "станицей", "ца", "це", "цы", "цу"), ("станица",)
    ),
    **dict.fromkeys(("п", "пос", "пгт", "поселок", "поселка", "поселке", "поселку", "поселком"), _VILLAGE),
    **dict.fromkeys(("с", "село", "села", "селе", "селу", "селом"), ("село",)),
    **dict.fromkeys(("х", "хут", "хутор", "хутора", "хуторе", "хутору", "хутором"), ("хутор",)),
    **dict.fromkeys(("а", "аул", "аула", "ауле", "аулу"), ("аул",)),
    **dict.fromkeys(("д", "дер", "деревня", "деревне", "деревни", "деревню"), ("деревня",)),
    **dict.fromkeys(("мкр", "мкрн", "микрорайон", "микрорайона", "микрорайоне", "мн"), ("микрорайон",)),
}
_NEEDS_DOT = frozenset(("с", "д"))
_TAILS = frozenset(("ца", "це", "цы", "цу"))
DISTRICT = frozenset(
    re.findall(r"\w+", "район района районе району районом округ округа округе округу округом рн р мо го")
)
_OF_TOWN = frozenset(re.findall(r"\w+", "округ округа округе мо го муниципалитет муниципалитета муниципалитете"))
IN = frozenset(("в", "во"))
FROM = frozenset(("из", "до", "под", "около", "возле", "у", "от", "между"))
_FAR = frozenset(("до", "под", "около", "возле", "от", "мимо", "через"))
_WHOSE = frozenset(
    re.findall(r"\w+", "жители жителей житель администрация администрации глава главы центр центре окраина")
)
_OTHER_PREPOSITIONS = frozenset(("на", "по", "за", "через", "для", "про", "над", "к", "ко"))
_OF_IT = frozenset(re.findall(r"\w+", "без снова опять уже вся все тоже это третий второй просит ждет сидит"))
_PAST = frozenset(("за", "к", "ко", "через", "мимо", "про"))
_NAMED_SO = frozenset(
    re.findall(
        r"\w+",
        "фк хк клуб динамо рейс поезд трасса трассе трассы трассу жк тц трц канал радио кинотеатр отель р река реки "
        "реке реку санаторий санатории санатория пансионат лагерь лагере рынок рынке завод парк сквер",
    )
)
_CASES = {"в": ("loct", "accs"), "во": ("loct", "accs")}
_ANY_CASE = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_GENDERS = {"feminine": ("femn",), "masculine": ("masc",), "neuter": ("masc", "neut")}
_DASHES = frozenset(("-", "–", "—", " - ", " – ", " — "))

WITH_NOUN = 0.42
"""«в Северской больнице»: an adjective, a hint all the same."""

WEAK = 0.3
"""A common word where a name may stand: it counts when its district is named or the community lies there."""

ON_A_ROUTE = 0.3

Sort = Literal["proper", "title", "station", "word"]


class Name(NamedTuple):
    """A name as it stands in the text (tokens `start` to `end`), the places it may mean, how strongly (0..1)."""

    fragment: str
    places: tuple[int, ...]
    share: float
    reason: str
    start: int
    end: int


@dataclass(slots=True)
class Entry:
    """All places of one name. `sort`: proper («Анапа»); title («Белая Глина»: words that need a capital); station
    («Северская», «Ильский»: a relational adjective, speaks after a preposition); word (speaks beside its kind only).
    `rare`: the dictionary does not know its first word as anything but a place or a surname.
    """

    name: tuple[str, ...]
    parts: tuple[frozenset[str], ...]
    sort: Sort
    gender: Gender | None
    rare: bool
    settlements: list[tuple[int, str]]
    municipalities: list[int]
    regions: list[int]
    population: int


def marked(line: Line, index: int, entry: Entry) -> Name | None:
    """The name beside a kind of settlement: «г. Анапа», «ст-ца Павловская», «в Северской станице»."""
    end = index + len(entry.parts)
    begin, kinds = _marker_before(line, index)
    if not kinds and line.glued(end - 1) and len(line.word(end)) > 4:
        kinds, end = MARKERS.get(line.word(end), ()), end + 1
    if not kinds and line.word(end) == "ст" and line.word(end + 1) in _TAILS:
        kinds, end = ("станица",), end + 2
    if not kinds or not entry.settlements:
        return None
    in_full = max(len(line.word(begin)), len(line.word(end - 1)) if begin == index else 0) > 4
    if entry.sort in ("word", "station") and in_full and not line.capital(index) and kinds != ("станица",):
        return None  # «новым городом»
    fragment = line.written(begin, end)
    same = tuple(place for place, kind in entry.settlements if kind in kinds or not kind)
    if same:
        # The list of villages is never complete: a common name may have bearers outside it.
        return Name(fragment, same, 0.8 if entry.sort == "word" else 0.92, "marker", begin, end)
    if kinds in (("микрорайон",), _HAMLET) or (entry.sort == "word" and kinds == _TOWN):
        return None
    return Name(fragment, tuple(place for place, _kind in entry.settlements), 0.6, "marker", begin, end)


def _marker_before(line: Line, index: int) -> tuple[int, tuple[str, ...]]:
    """Where the marker before this token begins and the kinds that it stands for; (index, ()) without one."""
    before = line.word(index - 1)
    if before == "типа" and line.word(index - 2) == "городского":
        return index - 2, _VILLAGE
    kinds = MARKERS.get(before, ())
    if not kinds:
        return index, ()
    between = line.between(index - 1)
    if between.strip(' .«"') or ("." in between and len(before) > 4) or (before in _NEEDS_DOT and "." not in between):
        return index, ()
    if before in ("а", "х") and "." not in between and not line.capital(index):
        return index, ()
    if before == "а" and line.capital(index - 1):
        return index, ()
    if before in _TAILS:
        return (index - 2, kinds) if line.word(index - 2) == "ст" else (index, ())
    return index - 1, kinds


def bare(line: Line, index: int, entry: Entry, before_street: bool) -> Name | None:
    """The name alone, if its sort may stand alone in this company. `before_street`: a street follows at once."""
    end = index + len(entry.parts)
    fragment = line.written(index, end)
    if entry.regions:
        return Name(fragment, (entry.regions[0],), 0.2, "region", index, end)
    before = line.word(index - 1) if line.glued(index - 1) else ""
    if _of_somebody(line, index, before) or _marker_before(line, index)[1] == _HAMLET:
        return None
    if entry.municipalities and (before in _OF_TOWN or not entry.settlements):
        return Name(fragment, tuple(entry.municipalities), 0.85, "district", index, end)
    share = _strength(line, index, end, before, entry)
    if entry.sort != "proper":
        share = max(share, _in_an_address(line, index, end, before, entry, before_street))
    if share <= 0:
        return None
    if before in FROM and line.word(index - 2) == "не":
        share *= 0.4
    reason = "adjective" if entry.sort == "station" else "name"
    return Name(fragment, tuple(place for place, _kind in entry.settlements), share, reason, index, end)


def _of_somebody(line: Line, index: int, before: str) -> bool:
    """«Надежды Крупской», «А. Ильскому»: a surname after a first name or an initial."""
    if len(before) == 1:
        return line.between(index - 1)[:1] == "." and line.capital(index - 1)
    return line.capital(index - 1) and line.capital(index) and any("Name" in one for one in tags(before))


def _in_an_address(line: Line, index: int, end: int, before: str, entry: Entry, before_street: bool) -> float:
    """What the order of an address says for a common word: «Успенское, ул. Ленина», «Удобная Отрадненского района»."""
    capital = line.capital(index)
    whole = line.opens(index) and (line.closes(end - 1) or before_street)
    if before_street and (capital or whole):
        return 0.6 if entry.sort != "word" or (capital and whole) else WEAK
    district_next = line.word(end + 1) in DISTRICT and line.capital(end)
    if capital and (whole or before in IN or district_next):
        return WEAK
    return WEAK if entry.sort == "title" and before in IN else 0.0


def _strength(line: Line, index: int, end: int, before: str, entry: Entry) -> float:
    capital = line.capital(index)
    place_after = before in IN or before in FROM or before in _WHOSE
    if entry.sort == "proper":
        return _proper(line, index, end, before, entry) - (0.1 if entry.population < 1500 else 0)
    if entry.sort == "title":
        whole = line.opens(index) and line.closes(end - 1)
        if capital and (place_after or whole or line.capital(end - 1)):
            return 0.8 if place_after else 0.7
        if capital and line.opens(index) and entry.population >= 15_000 and line.word(end) in _OF_IT:
            return 0.6
        return 0.6 if (place_after or whole) and entry.population >= 15_000 else 0.0
    if entry.sort == "station":
        return _station(line, index, end, before, entry)
    if place_after and (capital or (before in IN and not entry.gender and entry.population >= 10_000)):
        return 0.6 if entry.population >= 3000 else 0.0
    return 0.0


def _proper(line: Line, index: int, end: int, before: str, entry: Entry) -> float:
    capital = line.capital(index)
    if not capital and len(line.word(index)) <= 3:
        return 0.0
    if line.word(index - 1) in _NAMED_SO or _on_a_route(line, index, end):
        return ON_A_ROUTE
    word = line.word(index)
    of = before in FROM or before in _WHOSE
    if word.endswith(("ова", "ева", "ина")) and entry.name[0].endswith("о") and not of:
        return 0.0  # «Лермонтова» is the poet, «из Лермонтова» is the village
    if not capital and before not in IN and before not in FROM and len(entry.parts) == 1 and _another_word(word):
        return 0.0
    if before in IN:
        share = 0.85
    elif before in _FAR or before in _OTHER_PREPOSITIONS:
        share = 0.6
    else:
        share = 0.78 if before in FROM else 0.72
    return share if capital else share - 0.1


def _another_word(word: str) -> bool:
    """«подам»: a form of a village's name that is a verb."""
    readings = tags(word)
    return bool(readings) and not any("Geox" in one or "Surn" in one for one in readings)


def _on_a_route(line: Line, index: int, end: int) -> bool:
    """«трасса Краснодар – Анапа»: a name joined by a dash with another capital word names a road or a train."""
    after, before = line.between(end - 1), line.between(index - 1) if index else ""
    return (after in _DASHES and line.capital(end)) or (before in _DASHES and line.capital(index - 1))


def _station(line: Line, index: int, end: int, before: str, entry: Entry) -> float:
    """«в Северской»: weaker before a noun that it agrees with («в Северской больнице»)."""
    after = line.word(end) if line.glued(end - 1) else ""
    if after.startswith("обл") or (line.capital(index) and _on_a_route(line, index, end)):
        return 0.0
    capital, feminine = line.capital(index), entry.gender == "feminine"
    if not (before in IN or before in FROM or before in _WHOSE):
        return _station_alone(line, index, end, entry, after)
    if not feminine and entry.population < 1000 and not (entry.rare and capital):
        return 0.0
    if not capital and entry.population < 3000 and not (entry.rare and feminine):
        return 0.0
    if _agrees(after, _GENDERS[entry.gender or "feminine"], _CASES.get(before, ("gent", "ablt", "datv"))):
        return WITH_NOUN
    share = 0.68 if capital else 0.55
    return share - 0.15 if before in _FAR else share


def _station_alone(line: Line, index: int, end: int, entry: Entry, after: str) -> float:
    """«Павловская, нет воды», «Новомалороссийской нужен врач»."""
    capital, named = line.capital(index), line.word(index) == entry.name[0]
    if capital and line.glued(index - 1) and line.word(index - 1) in _PAST:
        return 0.5 if not _agrees(after, _GENDERS[entry.gender or "feminine"], _ANY_CASE) else 0.0
    if named and line.opens(index) and line.closes(end - 1):
        if capital and (entry.rare or entry.population >= 3000):
            return 0.68
        return 0.55 if entry.rare or entry.population >= 10_000 else 0.0
    if capital and named and line.opens(index) and entry.population >= 3000 and _says_of_it(line, end):
        return 0.55
    if entry.gender != "feminine":
        return 0.0
    if entry.rare and (capital or line.opens(index)):
        return WITH_NOUN if _agrees(after, ("femn",), _ANY_CASE) else 0.6
    alone = capital and not after and line.word(index).endswith("ая")
    return 0.5 if alone and entry.population >= 3000 else 0.0


def _says_of_it(line: Line, end: int) -> bool:
    """«Павловская тонет», «Павловская без света»: what follows is no noun that the name may be an adjective of."""
    after = line.word(end)
    if after in _OF_IT:
        return True
    readings = tags(after)
    return not line.capital(end) and bool(readings) and all("VERB" in one for one in readings)


def _agrees(noun: str, genders: tuple[str, ...], cases: tuple[str, ...]) -> bool:
    return any(
        ("NOUN" in reading or "ADJF" in reading)
        and "sing" in reading
        and any(one in reading for one in genders)
        and any(case in reading for case in cases)
        for reading in tags(noun)
    )
