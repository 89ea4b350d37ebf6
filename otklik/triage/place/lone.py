"""A street without its kind: which words may be one, and what must stand beside them; pure.

A name alone needs a house («Яблочная 7») or a preposition («на Ленина»): «Солнечная погода» is no street.
"""

from otklik.lib.text import tags
from otklik.triage.place import road
from otklik.triage.place.declension import gender
from otklik.triage.place.house import House
from otklik.triage.place.line import Line
from otklik.triage.place.streetname import Piece, Settled

_ON = frozenset(("на", "по", "вдоль"))
_FROM = frozenset(("с", "со", "от", "до", "между", "возле", "около", "за", "напротив"))
_ADDRESS = frozenset(("адрес", "адресу", "адреса"))
_NEAR = frozenset(("районе", "возле", "около", "напротив", "рядом"))
_OWN_NOUN = {"ую": ("accs",), "юю": ("accs",), "ая": ("nomn",), "яя": ("nomn",)}
_AFTER_ON = ("ской", "цкой", "ной", "вой", "скую", "ную")
_OBLIQUE = ("loct", "datv", "gent", "ablt")
_OUT_OF = frozenset(("из", "у", "для", "под", "про"))
_AGAINST = ("жал", "управ", "донос", "штраф", "суд", "наде", "ссыл", "пода", "похо", "работ", "напис", "заявл")
_COLOURLESS = frozenset(("новой", "новую", "второй", "третьей", "широкой", "прямую", "набережной", "набережную"))


def shaped(line: Line, index: int, settlements: Settled) -> Piece | None:
    """A name that no list has: «Яблочная», «4-я Луговая», «70-летия Октября», «Б. Хмельницкого»."""
    name = road.after_number(line, index)
    if name > index:
        years = line.word(name - 1) in ("лет", "летия")
        dated = line.word(name) in road.MONTHS
        fits = ((years or dated) and line.capital(name)) or road.feminine(line.word(name))
        return Piece(index, name + 1, None) if fits and line.between(name - 1).strip(" .") == "" else None
    name = index + road.initials(line, index)
    word = line.word(name)
    if word in road.QUALIFIERS and line.glued(name) and road.feminine(line.word(name + 1)):
        return Piece(index, name + 2, None)
    if word in road.TITLES and name == index and line.glued(index) and line.word(index + 1).isalpha():
        return Piece(index, index + 2, None)
    if name > index or road.person(word) or road.feminine(word):
        return Piece(index, name + 1, None)
    if not line.capital(index):
        return None
    expected = line.word(index - 1) in _ADDRESS or line.word(index - 1) in settlements.last
    if expected and word.isalpha() and len(word) > 3 and word not in road.MARKERS and word not in settlements.last:
        return Piece(index, index + 1, None)
    if line.capital(index + 1) and line.glued(index) and road.first_name(word) and road.person(line.word(index + 1)):
        return Piece(index, index + 2, None)
    fits = road.prospect(word) or road.somebodys(word) or word.endswith("ния")
    return Piece(index, index + 1, None) if fits else None


def led(line: Line, index: int) -> bool:
    """«На Пукшина»: a word that a street's preposition stands before, with a capital; a slip in it is forgiven."""
    return line.capital(index) and line.word(index - 1) in _ON and line.glued(index - 1)


def lives(line: Line, piece: Piece, house: House, settlements: Settled) -> bool:
    """Whether the number after a name without a kind is its house."""
    settled = line.word(piece.start - 1) in settlements.last
    capital = line.capital(piece.start) or (line.word(piece.start)[:1].isdigit() and piece.end > piece.start + 1)
    if piece.known:
        if house.marked or capital or settled or line.word(piece.start - 1) in _ON:
            return True
        word = line.word(piece.start)
        return line.opens(piece.start) or (house.tail and bool(gender(word) or road.person(word)))
    village = line.word(piece.start) in settlements.proper and not road.person(line.word(piece.start))
    if village or line.word(piece.end - 1) in road.MARKERS or line.word(piece.start - 1) in _OUT_OF:
        return False
    word = line.word(piece.end - 1)
    near = _near(line, piece)
    if word in settlements.adjectives and (road.prospect(word) or not (settled or house.tail or near)):
        return False
    word, named = line.word(piece.end - 1), line.word(piece.start)[:1].isdigit()
    sure = house.marked or house.tail or named or near or line.word(piece.start - 1) in _ON or road.relational(word)
    sure = sure or (line.opens(piece.start) and road.somebodys(word)) or line.word(piece.start - 1) in _ADDRESS
    strange = (not tags(word) or _only_a_name(word)) and (
        line.word(piece.start - 1) in _ON or (house.tail and road.relational(word))
    )
    titled = line.word(piece.start) in road.TITLES and line.word(piece.start - 1) in _ON
    return settled or (capital and sure) or strange or titled


def _near(line: Line, piece: Piece) -> bool:
    """«В районе Лесной, 58», «рядом с Лесной, 58»: an address beside which something is, and no village."""
    before = piece.start - 1 - (line.word(piece.start - 1) in ("с", "со"))
    return line.word(before) in _NEAR and line.glued(piece.start - 1) and line.between(piece.end - 1).strip() == ","


def is_bare_street(line: Line, piece: Piece, settlements: Settled) -> bool:
    """Whether «на», «вдоль» … before a name without kind and house says that it is a street."""
    before = line.word(piece.start - 1)
    if before in settlements.last and line.between(piece.start - 1).strip() == ",":
        return _after_a_town(line, piece, settlements)
    if (before not in _ON and before not in _FROM) or not line.glued(piece.start - 1):
        return False
    if before == "на" and line.word(piece.start - 2) == "г" and line.between(piece.start - 2) == "-":
        return False  # «г-на Петрова»
    if _belongs_on(line, piece, settlements):
        return False
    if before in _FROM:
        return _on_the_way(line, piece, settlements, before)
    word, last = line.word(piece.start), line.word(piece.end - 1)
    if piece.known:
        adjective = road.feminine(last) and not last.endswith("ая")
        return line.capital(piece.start) or adjective or _only_a_name(word)
    if word[:1].isdigit():
        return road.feminine(last)
    if road.person(last) and line.capital(piece.start):
        return not line.word(piece.start - 2).startswith(_AGAINST)
    if last in settlements.adjectives and last.endswith("ую"):
        return False  # «на Динскую»: to the village
    return line.capital(piece.start) and road.feminine(last) and last.endswith(_AFTER_ON)


def _belongs_on(line: Line, piece: Piece, settlements: Settled) -> bool:
    """Whether the name is half of another: of a village's, or of what an adjective says: «на Красной площадке»."""
    word, last = line.word(piece.start), line.word(piece.end - 1)
    adjective = road.feminine(last)
    # «На Калинина»: whom a street is named after, and a village is not, though there may be one.
    village = word in settlements.proper and not (piece.known and road.person(word))
    if village or (adjective and word in _COLOURLESS):
        return True
    if word.isdigit() and line.word(piece.start + 1) not in road.ORDINAL:
        return True
    following = line.word(piece.end) if line.glued(piece.end - 1) else ""
    cases = _OWN_NOUN.get(last[-2:], _OBLIQUE)
    return bool(following) and (following in settlements.last or (adjective and road.agrees(following, cases)))


def _on_the_way(line: Line, piece: Piece, settlements: Settled, before: str) -> bool:
    """«с Красной на Северную», «от Дружбы до Мира»; of «до Победы» nobody knows what it is."""
    last = line.word(piece.end - 1)
    if last in settlements.adjectives or not line.capital(piece.start):
        return False
    way = before in ("с", "от") or (before == "до" and "от" in (line.word(piece.start - one) for one in (2, 3, 4)))
    return (road.feminine(last) and not road.womans(last)) or (piece.known is not None and way)


def _after_a_town(line: Line, piece: Piece, settlements: Settled) -> bool:
    """«Анапа, Крымская»: an adjective with a capital that is all that stands between two commas."""
    last = line.word(piece.end - 1)
    fits = line.capital(piece.start) and last.endswith("ая") and last not in settlements.adjectives
    return fits and line.closes(piece.end - 1) and last not in road.MARKERS


def _only_a_name(word: str) -> bool:
    """«на гагарина»: a surname in small letters that is no other word."""
    readings = tags(word)
    return bool(readings) and all("Surn" in one or "Name" in one for one in readings)
