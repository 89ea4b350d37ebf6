"""Finds the streets of a text with their houses; pure. `place` uses it, since a street must not be taken for a village.

A street shows itself by its kind («ул.», «переулок»), by a name that is known, or by a shape («Яблочная 7», «на углу
Мира и Садовой»). What has no kind needs a house or a preposition: «Солнечная погода» is no street.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from otklik.triage.place import house as houses
from otklik.triage.place import lone, road
from otklik.triage.place.declension import gender
from otklik.triage.place.house import House
from otklik.triage.place.line import Line
from otklik.triage.place.streetname import KnownStreet, Piece, Settled, StreetNames, title

_SEVERAL = frozenset(("улицы", "улицах", "улицам", "улиц", "улицами"))
_HOUSE = frozenset(("д", "дом", "дома", "доме"))
_CROSSING = frozenset(
    re.findall(
        r"\w+",
        "угол углу угла угле углом пересечение пересечении пересечения перекресток перекрестка перекрестке "
        "углами пересечением перекрестку перекрестком между",
    )
)
_AND = frozenset(("и", "с", "со"))


@dataclass(frozen=True, slots=True)
class StreetGuess:
    """`street` is for showing («улица Красная»); `start` and `end` are token numbers; `rank` compares finds.

    `known` are the streets of the list that it may be; `house` is "" or as it is shown, `house_span` its bounds.
    """

    street: str
    house: str
    start: int
    end: int
    rank: int
    known: tuple[KnownStreet, ...] = ()
    house_span: tuple[int, int] = (0, 0)

    @property
    def place_ids(self) -> frozenset[int]:
        """The towns that it is only known in; empty if it may be anywhere."""
        ids = [one.place_id for one in self.known]
        return frozenset() if None in ids else frozenset(one for one in ids if one is not None)


@lru_cache(maxsize=20_000)
def _may_begin(word: str) -> bool:
    return word.endswith(road.SHAPES) or word[0].isdigit() or len(word) == 1


@lru_cache(maxsize=20_000)
def _may_follow(word: str) -> bool:
    """Whether what stands before a word like this may be a street whatever it is: «Мира 5», «Олега Кошевого»."""
    return word[:1].isdigit() or word in _HOUSE or word.endswith(road.PERSON)


class StreetFinder:
    """Built once from the known streets; knows the shape of the unknown ones."""

    def __init__(self, streets: Sequence[KnownStreet], settled: Settled | None = None) -> None:
        self._settled = settled or Settled()
        self._names = StreetNames(streets)
        self._first = frozenset((*self._names.first, *road.MARKERS, *road.FIRST, *_CROSSING))

    def find(self, line: Line) -> list[StreetGuess]:
        """All streets of the text in order. Linear in its length."""
        guesses: list[StreetGuess] = []
        index = 0
        while index < len(line.tokens):
            word = line.words[index]
            begins = word in self._first or word in road.TITLES or _may_begin(word)
            if not (begins or (_may_follow(line.words[index + 1]) and line.capital(index))):
                index += 1
                continue
            guess = self._crossing(line, index) or self._marked(line, index) or self._bare(line, index)
            if guess is None:
                index += 1
                continue
            several = line.word(index) in _SEVERAL
            guess = self._with_second(line, guess)
            if not guesses or guess.start >= guesses[-1].end:
                guesses.append(guess)
            index = max(guess.end, index + 1)
            if several:
                more = self._listed(line, index)
                index = more[-1].end if more else index
                guesses += more
        return guesses

    def _listed(self, line: Line, index: int) -> list[StreetGuess]:
        """The rest of «улицы Лесная, Весёлая и Заречная»."""
        guesses: list[StreetGuess] = []
        while line.between(index - 1).strip() == "," or line.word(index) == "и":
            piece = self._piece(line, index + (line.word(index) == "и"), loose=True)
            if piece is None or not line.capital(piece.start) or line.word(piece.start) in self._settled.proper:
                break
            guesses.append(self._guess(line, piece, "", rank=0, house=None))
            index = piece.end
        return guesses

    def _crossing(self, line: Line, index: int) -> StreetGuess | None:
        """«На углу Мира и Садовой», «пересечение Северной с Красной»."""
        if line.word(index) not in _CROSSING:
            return None
        loose = line.word(index) != "между"
        first = self._piece(line, index + 1, loose)
        if first is None or (line.word(first.end) not in _AND and "/" not in line.between(first.end - 1)):
            return None
        second = self._piece(line, first.end + (line.word(first.end) in _AND), loose)
        both = all(one and self._may_be_village(line, one) for one in (first, second))
        if second is None or (line.word(index) == "между" and both):
            return None
        return self._joined(line, first, second)

    def _with_second(self, line: Line, guess: StreetGuess) -> StreetGuess:
        """«ул. Гоголя/ул. Чехова»: a slash joins two streets."""
        between = line.between(guess.end - 1).strip()
        corner, both = line.word(guess.end) == "угол", line.word(guess.end) == "и"
        if guess.house or not (between in ("/", "-") or corner or both):
            return guess
        second = self._piece(line, guess.end + (corner or both))
        if second is None or (between == "-" and not (guess.known and second.known)):
            return guess
        if both and line.word(second.end) not in _CROSSING:
            return guess
        other = self._guess(line, second, "", rank=0, house=None)
        return replace(guess, street=f"{guess.street} / {other.street}", end=second.end, rank=guess.rank + 2)

    def _joined(self, line: Line, first: Piece, second: Piece) -> StreetGuess:
        one, other = (self._guess(line, piece, "", rank=2, house=None) for piece in (first, second))
        house = houses.after(line.folded, line.tokens[second.end - 1].end)
        span = (house.start, house.end) if house else (0, 0)
        return replace(
            one,
            street=f"{one.street} / {other.street}",
            end=other.end,
            house=house.number if house else "",
            house_span=span,
        )

    def _piece(self, line: Line, index: int, loose: bool = False) -> Piece | None:
        """A name where a street must stand, with a kind or without; `loose`: any word with a capital will do."""
        if index < len(line.tokens):
            kind, width = road.marker(line, index)
            index += width if kind and line.word(index) not in ("набережная", "набережной") else 0
        known = self._names.at(line, index)
        if known:
            return Piece(index, index + len(known.parts), known)
        word = line.word(index)
        fits = road.feminine(word) or word.endswith("ого") or (loose and len(word) > 4 and word.isalpha())
        if (line.capital(index) and fits) or road.person(word):
            return Piece(index, index + 1, None)
        return None

    def _may_be_village(self, line: Line, piece: Piece) -> bool:
        return line.word(piece.end - 1) in self._settled.adjectives or line.word(piece.start) in self._settled.proper

    def _marked(self, line: Line, index: int) -> StreetGuess | None:
        """A street with «ул.», «переулок» … before or after its name."""
        kind, width = road.marker(line, index)
        if not kind:
            return None
        name = index + width
        start = self._before_marker(line, index, kind)
        follows = line.word(name)[:1].isdigit() and not road.counted(line, name)
        if start is not None and (follows or self._stops(line, start, name)):
            return self._at(line, self._before_piece(line, start, index), kind, (start, name))
        marks = ' «"' if len(line.word(name - 1)) > 4 else ' .«"'  # only what is cut short has a full stop
        if name < len(line.tokens) and line.between(name - 1).strip(marks) == "":
            known = self._names.at(line, name, slips=True)
            if known and len(known.parts) == 1 and self._goes_on(line, name):
                known = None
            short = line.word(index) in road.SHORT
            end = name + len(known.parts) if known else road.unknown_end(line, name, short, self._settled.proper)
            if end > name:
                inner = line.word(end) if line.glued(end - 1) and road.feminine(line.word(end - 1)) else ""
                if inner in ("аллея", "набережная"):  # «ул. Тополиная аллея»
                    return self._at(line, Piece(name, end, None), inner, (index, end + 1))
                return self._at(line, Piece(name, end, known), kind, (index, end))
        return (
            self._at(line, self._before_piece(line, start, index), kind, (start, name)) if start is not None else None
        )

    def _stops(self, line: Line, start: int, name: int) -> bool:
        """Whether what follows a kind is no name, so that the one before it is meant: «на Садовой ул. грязь»."""
        if line.capital(name) or self._names.at(line, name) or line.word(start) in self._settled.adjectives:
            return False
        return line.capital(start) or road.no_name(line.word(name))

    def _goes_on(self, line: Line, name: int) -> bool:
        """«Новая Восточная» is another street than «Новая»."""
        more = line.word(name) in road.QUALIFIERS and line.glued(name) and line.capital(name + 1)
        return more and road.feminine(line.word(name + 1)) and line.word(name + 1) not in self._settled.proper

    def _before_piece(self, line: Line, start: int, end: int) -> Piece:
        known = self._names.at(line, start)
        return Piece(start, end, known if known and start + len(known.parts) == end else None)

    def _before_marker(self, line: Line, marker: int, kind: str) -> int | None:
        """The token where «5-й Гужевой» in «на 5-й Гужевой улице» starts, or «Кирова» in «Кирова ул., 8»."""
        index = marker - 1
        if index < 0 or not line.glued(index) or line.word(index - 1) in road.BRANDS:
            return None
        word = line.word(index)
        if kind in ("улица", "площадь", "набережная", "аллея"):
            fits = word.endswith(("ая", "ой", "ую")) and len(word) > 4
        else:
            fits = word.endswith(("ий", "ый", "ой", "ого", "ому", "им", "ым", "ом", "ое")) and len(word) > 4
        relational = len(word) > 6 and re.search("[сц]к(?:ая|ой|ую|ий|ое|ом|ому|ого|им)$", word)
        if kind != "улица" and line.capital(index) and word.endswith(("ов", "ев", "ин")) and word not in road.STOP:
            return index  # «Чехов переулок»
        person = road.person(word) and (line.closes(marker) or line.word(marker + 1)[:1].isdigit())
        known = fits and self._names.at(line, index) and line.word(marker + 1)[:1].isdigit()
        if not ((fits and (line.capital(index) or relational)) or known or person):
            return None
        for start in (index - 2, index - 1):
            if start >= 0 and road.NUMBER.fullmatch(line.word(start)) and road.after_number(line, start) == index:
                return start
        before = line.word(index - 1)
        led = before in road.NAMED_AFTER or (before in road.QUALIFIERS and line.glued(index - 1))
        return index - 1 if led else index

    def _bare(self, line: Line, index: int) -> StreetGuess | None:
        """A street without its kind: with a house, or after «на» and the like."""
        word = line.word(index)
        if word in road.STOP and not road.initials(line, index):
            return None
        known = self._names.at(line, index, slips=lone.led(line, index))
        piece = Piece(index, index + len(known.parts), known) if known else lone.shaped(line, index, self._settled)
        if piece is None:
            return None
        kind = road.marker(line, piece.end)[0] if piece.end < len(line.tokens) and line.glued(piece.end - 1) else ""
        if kind:
            whole = self._marked(line, piece.end)
            if whole and whole.start <= piece.start:
                return whole
        house = houses.after(line.folded, line.tokens[piece.end - 1].end)
        if house and lone.lives(line, piece, house, self._settled):
            return replace(self._guess(line, piece, "", rank=2, house=house), rank=5 if house.marked else 4)
        if piece.known is None and not (road.feminine(word) or road.person(word) or word[0].isdigit()):
            return None
        if not (lone.is_bare_street(line, piece, self._settled) or self._beside_another(line, piece)):
            return None
        return self._guess(line, piece, "", rank=0, house=houses.before(line.folded, line.tokens[piece.start].start))

    def _beside_another(self, line: Line, piece: Piece) -> bool:
        """«Ленина/Мира»: two known names with a slash between them."""
        if line.word(piece.end) == "угол" and line.capital(piece.start):
            return self._piece(line, piece.end + 1) is not None
        if not (line.capital(piece.start) and line.capital(piece.end)):
            return False
        between, second = line.between(piece.end - 1).strip(), self._names.at(line, piece.end)
        return (between == "/" and (second is not None or road.feminine(line.word(piece.end)))) or (
            between == "-" and bool(piece.known and second)
        )

    def _at(self, line: Line, piece: Piece, kind: str, whole: tuple[int, int]) -> StreetGuess:
        start, end = whole
        house = houses.after(line.folded, line.tokens[end - 1].end) or houses.before(
            line.folded, line.tokens[start].start
        )
        return replace(self._guess(line, piece, kind, rank=2, house=house), start=start, end=end)

    def _guess(self, line: Line, piece: Piece, kind: str, rank: int, house: House | None) -> StreetGuess:
        streets = tuple(one for one in piece.known.streets if not kind or one.kind == kind) if piece.known else ()
        if streets:
            street_name = title(streets[0])
        elif piece.known and kind and piece.known.streets:
            street_name = f"{kind} {piece.known.streets[0].name}" if not gender(line.word(piece.start)) else ""
        else:
            street_name = ""
        if not kind and not piece.known and piece.end < len(line.tokens) and line.glued(piece.end - 1):
            kind = road.marker(line, piece.end)[0]  # «… и Касимовское шоссе»
        kind = kind or ("" if road.prospect(line.word(piece.start)) else "улица")
        street_name = street_name or f"{kind} {road.shown(line, piece.start, piece.end, kind)}".strip()
        span = (house.start, house.end) if house else (0, 0)
        number = house.number if house else ""
        return StreetGuess(street_name, number, piece.start, piece.end, rank * 2 + bool(house), streets, span)
