"""Words that streets are made of: kinds, numbers, titles, and how an unknown name is shown; pure."""

import re

from otklik.lib.text import tags
from otklik.triage.place.declension import Gender, nominative
from otklik.triage.place.line import Line

MARKERS: dict[str, str] = {
    **dict.fromkeys(
        ("ул", "улица", "улицы", "улице", "улицу", "улицей", "улиц", "улицам", "улицах", "улицами"), "улица"
    ),
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
SHORT = frozenset(("ул", "пер", "просп", "бул", "ш", "пл", "наб", "туп", "пр", "б"))
GENDERS: dict[str, Gender] = {
    **dict.fromkeys(("улица", "площадь", "набережная", "аллея"), "feminine"),
    "шоссе": "neuter",
}
STOP = frozenset(
    re.findall(
        r"\w+",
        "а без в вдоль во все всю вся где дом для до за и из или к как когда кто между на не нет ни но о об около от "
        "по под после при про с со там то тоже тут у уже что эта эти это этой эту нашей наша нашу моей моя вашей "
        "д дома доме домов корпус кв есть был была опять снова очень вообще просто",
    )
)
NAMED_AFTER = frozenset(("им", "имени"))
BRANDS = frozenset(("тц", "трц", "трк", "тк", "жк", "кинотеатр", "магазин", "кафе", "отель"))
TITLES = frozenset(
    re.findall(
        r"\w+",
        "героя героев героям маршала академика профессора атамана генерала адмирала братьев сестер писателя космонавта "
        "капитана лейтенанта полковника сержанта майора летчика доктора святого защитников воинов командарма хирурга",
    )
)
_NEEDS_DOT = frozenset(("ш", "пл", "бул", "наб"))
_JOINED = {
    **{("пр", tail): "проспект" for tail in ("т", "та", "ту", "те", "кт", "кта", "кту", "кте")},
    **{("пр", tail): "проезд" for tail in ("д", "да", "ду", "де", "зд")},
    **{("б", tail): "бульвар" for tail in ("р", "ра", "ру", "ре")},
}
ORDINAL = frozenset(("й", "я", "го", "ой", "ая", "ей", "лет", "летия", "летие", "х"))
_ONE_ORDINAL = re.compile(r"(\d{1,3})-?\s?(?:(я|ая)|(й|ий|ый|ой|ей))(?= )")
MONTHS = frozenset(("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября"))
_NAMELIKE = ("ская", "ской", "скую", "цкая", "цкой", "ова", "ева", "ина", "ого", "ева")
_FEMININE = ("ая", "яя", "ой", "ую", "юю", "ней")
PERSON = ("ова", "ева", "ина", "ского", "цкого")
_TRADES = ("истов", "ников", "телей", "водов", "навтов", "логов")
SHAPES = (*_FEMININE, *PERSON)
"""Endings of the words that may be a street without a kind."""
FIRST = frozenset(one for one, _other in _JOINED)
QUALIFIERS = frozenset(
    re.findall(
        r"\w+",
        "большая большой большую малая малой малую старая старой старую новая новой новую "
        "верхняя верхней нижняя нижней средняя средней",
    )
)
_NAMES = frozenset(("Surn", "Name", "Geox"))
NUMBER = re.compile(r"\d{1,3}(?:[а-я]{1,2})?")


def marker(line: Line, index: int) -> tuple[str, int]:
    """The kind that the marker here stands for and its width in tokens; ("", 0) if there is none."""
    token = line.tokens[index]
    joined = _JOINED.get((token.word, line.word(index + 1)))
    if joined and line.glued(index):
        return joined, 2
    if token.word == "пр" and (line.folded[token.end : token.end + 1] == "." or person(line.word(index + 1))):
        return "проспект", 1
    if token.word in _NEEDS_DOT and line.folded[token.end : token.end + 1] != ".":
        return "", 0
    kind = MARKERS.get(token.word, "")
    return kind, 1 if kind else 0


def after_number(line: Line, index: int) -> int:
    """The token after «5», «5-й», «3ий», «40 лет»; the same one if no number stands here."""
    if not NUMBER.fullmatch(line.word(index)):
        return index
    return index + 2 if line.word(index + 1) in ORDINAL else index + 1


def counted(line: Line, index: int) -> bool:
    """Whether the number here begins a name: «40 лет Победы», «4-я Линия», «8 Марта»."""
    return line.word(index + 1) in ORDINAL or line.word(index + 1) in MONTHS


def relational(word: str) -> bool:
    """«Тихорецкая», or a person's name in the genitive: hardly ever a common word."""
    return word.endswith(("ская", "цкая")) or person(word)


def feminine(word: str) -> bool:
    """Whether the word may be an adjective of «улица» in one of its cases: «Яблочная», «Яблочной», «Яблочную»."""
    if len(word) < 6 or not word.endswith(_FEMININE) or word == "конечная":
        return False
    if word.endswith("кой") and not word.endswith(("ской", "цкой", "окой")):
        return False  # «Пчёлочкой»
    readings = tags(word)
    return not readings or any("ADJF" in one or "Surn" in one for one in readings) or word.startswith("набереж")


def womans(word: str) -> bool:
    """Whether the word is a woman's surname in the genitive: «Терешковой», «Плевицкой», and no adjective."""
    readings = tags(word)
    if not readings:
        return word.endswith(("овой", "евой", "иной"))
    return any("Surn" in one for one in readings) and not any("ADJF" in one for one in readings)


def person(word: str) -> bool:
    """Whether the word may be a surname in the genitive, as streets have it, and is no common noun or first name."""
    if len(word) < 5 or not word.endswith(PERSON):
        return False
    readings = tags(word)
    return not readings or any("Surn" in one for one in readings)


def agrees(noun: str, cases: tuple[str, ...] = ("loct", "datv", "gent", "accs")) -> bool:
    """Whether a feminine adjective before that word belongs to it: «на Красной площади», «на новой дороге»."""
    return any(
        ("NOUN" in one or "ADJF" in one) and "femn" in one and "sing" in one and any(case in one for case in cases)
        for one in tags(noun)
    )


def unknown_end(line: Line, start: int, short: bool, barrier: frozenset[str]) -> int:
    """Where the name of an unknown street after its marker ends; `start` if none stands there."""
    index = after_number(line, start + 1 if line.word(start) in NAMED_AFTER else start)
    index += initials(line, index)
    word = line.word(index)
    if not word.isalpha() or len(word) < 3 or word in STOP or word in MARKERS:
        return start
    if not line.capital(index) and not short and not word.endswith(_NAMELIKE) and index == start:
        return start
    if not line.capital(index) and no_name(word):
        return start
    index += 1
    titled = line.word(index - 1) in TITLES or _of_something(line, index)
    while index < min(start + 5, len(line.tokens)) and line.glued(index - 1) and (line.capital(index) or titled):
        word = line.word(index)
        kind = word in MARKERS and line.between(index - 1) != "-"
        if not word.isalpha() or len(word) == 1 or word in STOP or kind or word in barrier:
            break
        titled = False
        index += 1
    return index


def _of_something(line: Line, index: int) -> bool:
    """«Ленинского комсомола»: an adjective in the genitive and its noun, in small letters."""
    if not line.word(index - 1).endswith("ого") or not line.glued(index - 1):
        return False
    return any("NOUN" in one and "gent" in one and "femn" not in one for one in tags(line.word(index)))


def somebodys(word: str) -> bool:
    """Whether the word may be a person's or people's name in the genitive: «Тимура», «Связистов», no common noun."""
    if word.endswith(_TRADES):
        return True
    if len(word) < 5 or word[-1] not in "ая":
        return False
    readings = tags(word)
    if not readings and word.endswith(("ка", "ица", "ия")):
        return False
    return not any("NOUN" in one and not one & _NAMES and "gent" in one for one in readings) and (
        not readings or any(one & _NAMES and "gent" in one and "masc" in one for one in readings)
    )


def no_name(word: str) -> bool:
    """Whether the dictionary knows the word only as a verb, an adverb or the like: «пр. закрыли»."""
    readings = tags(word)
    return bool(readings) and not any("NOUN" in one or "ADJF" in one or "NUMR" in one for one in readings)


def first_name(word: str) -> bool:
    """«Константина»: a first name in the genitive."""
    return any("Name" in one and "gent" in one for one in tags(word))


def prospect(word: str) -> bool:
    """Whether the word may be an adjective of «проспект»: «Невский», «Загородный»."""
    return len(word) >= 6 and word.endswith(("ский", "цкий", "ный"))


def initials(line: Line, index: int) -> int:
    """How many tokens before a surname are initials: «В. Клюкина», «д бедного»."""
    word, following = line.word(index), line.word(index + 1)
    if len(word) != 1 or not word.isalpha() or not line.glued(index) or len(following) < 4:
        return 0
    if line.between(index)[:1] == "." and line.capital(index) and line.capital(index + 1):
        return 1
    return int(word not in ("в", "и", "с", "к", "у", "о", "а") and following.endswith(("ова", "ева", "ина", "ого")))


def shown(line: Line, start: int, end: int, kind: str) -> str:
    """The name for showing: capitals, an adjective in the nominative, «4-я» for «4я»."""
    if line.word(start) in NAMED_AFTER:
        start += 1
    written = line.written(start, end)
    last = line.tokens[end - 1]
    if end - start == 2 and line.word(start) in QUALIFIERS:
        both = (nominative(line.word(one), "feminine").capitalize() for one in (start, start + 1))
        written = " ".join(both)
    elif end - start == 1 or NUMBER.fullmatch(line.word(start)):
        own = line.text[last.start : last.end].lower()
        own = own if "ё" in own else last.word  # Latin look-alikes are straightened
        base = own if womans(last.word) else nominative(own, GENDERS.get(kind, "masculine"))
        if base != line.text[last.start : last.end].lower() or not line.capital(end - 1) or written.isupper():
            written = line.text[line.tokens[start].start : last.start] + base.capitalize()
    elif written.islower() or (written.isupper() and len(written) > 3):
        written = " ".join(word.capitalize() for word in written.split(" "))
        if len(line.word(start)) == 1 and "." not in written:
            written = written.replace(" ", ". ", 1)
    if re.match(r"\d+\s?-?(?:я|й|ая|ий|ый|ой|ей)\b", written):
        she = GENDERS.get(kind) == "feminine" and last.word.endswith(_FEMININE)
        written = _ONE_ORDINAL.sub(lambda got: f"{got[1]}-{'я' if got[2] or she else 'й'}", written, count=1)
    return written[:1].upper() + written[1:]
