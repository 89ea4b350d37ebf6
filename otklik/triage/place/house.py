"""Reads a house as people write it beside a street or alone: «12», «д.5к1», «33а», «5/2», «у 12-го дома»; pure."""

import re
from typing import NamedTuple

from otklik.lib.text import tags

_SUFFIX = (
    r"(?:\s?[а-я]?[/\\]\s?\d{1,4}+(?:[а-я](?![а-я0-9]))?|-?[а-ик-у](?![а-я0-9])|\s?[«\"][а-я][»\"]"
    r"|\s(?:[абв](?=\s?(?:[,.;!?()]|$))|б(?= )|г(?=[,;!?)]|$))|)"
)
_PART = (
    r"(?:[,\s]{0,2}(?:(?:корпус|корп|кор|строение|стр|литера|литер|лит)\.?\s?\"?(?:\d{1,3}(?!\d)|[а-я](?![а-я0-9]))"
    r"|к\.?\s?\d{1,3}(?!\d)))"
)
_NUMBER = rf"(?>(?P<house>\d{{1,4}}{_SUFFIX})(?P<parts>{_PART}{{0,2}}))(?!\d|[:.,]\d|[а-яa-z])"
_COUNTED = re.compile(
    r"\s?(?:лет|год|ноч|дн|ден|день|час|мин|мес|недел|сут|руб|тыс|метр|м\b|км|га\b|сот|раз|чел|машин|авто"
    r"|детей|семь|(?:этаж|подъезд|квартир)(?!а?\s?№?\s?\d)|школ|сад|дет|балл|%|процент|-?(?:й|я|го|му|е|х)\b"
    r"|январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)"
)
_WORD = r"(?:дом[а-я]{0,3}|д)(?![а-я])\.?\s?"
_ORDINAL = r"(?P<ordinal>\d{1,3}[абвг]?)(?:-?(?:й|го|му|м|ом))?\s(?:дом[ауе]?|домом)(?![а-я])"
_NEAR = r"(?:(?:около|возле|у|напротив|рядом с|в районе|между|от|перед|за|в)\s)?"
_INITIALS = r"(?:\s[а-я]\.\s?[а-я]\.)?"
_AFTER = re.compile(
    rf"{_INITIALS}[\s,.(:—–-]{{0,4}}"
    rf"(?:{_NEAR}{_ORDINAL}|(?P<mark>{_NEAR}{_WORD})?(?:(?:№|номер|n)\s?)?{_NUMBER})"
)
_RANGE = re.compile(
    r"[\s,]{1,3}(?:от|между|с)\s(?:дом[а-я]{0,2}\s)?(?P<house>\d{1,4}[а-я]?)\s(?:до|и|по)\s(?:дом[а-я]{0,2}\s)?\d"
)
_AND_MORE = r"(?:[,\s]{1,2}(?:(?:и|до)\s)?(?:дом[а-я]{0,2}\s)?№?\s?\d{1,3}[а-я]?(?![а-я0-9])){0,3}"
_BEFORE = re.compile(
    rf"(?:^|[^\w])(?:{_WORD}(?:(?:№|номер)\s?)?{_NUMBER}{_AND_MORE}|{_ORDINAL})[\s,]{{1,3}}(?:(?:по|на)\s)?$"
)
_ALONE = re.compile(
    rf"(?<![\w/])(?:(?:дом[ауе]?|домом|домами)\s(?:(?:№|номер)\s?)?|д\.?\s?)(?:№\s?)?{_NUMBER}"
    rf"|(?<![\w/№])(?:около|возле|у|напротив|перед|за|во? дворе)\s{_ORDINAL}"
    r"|(?<![\w/№.,])(?P<own>\d{1,3}[абвг]?)(?:-?й)?\sдом(?![а-я])"
)
_DIGIT = re.compile(r"\d")
_ONE_PART = re.compile(r"(корпус|корп|кор|к(?=[.\s\d])|строение|стр|литера|литер|лит)\.?\s?\"?(\d{1,3}|[а-я])")
_SHORT = {"строение": "стр", "стр": "стр", "литера": "лит ", "литер": "лит ", "лит": "лит "}
_SPEAKS_ON = re.compile(r" (?:кв|во?|на|не|нет|без|у|под|около|с|и|где|когда|уже|опять|снова|тоже|там)(?![а-я])")
_GENDERS = frozenset(("masc", "femn", "neut"))
_LOOK_BACK = 40
_LOOK_AHEAD = 48


class House(NamedTuple):
    """`number` as it is shown («5 к2»); bounds in the folded text. `marked`: «дом» or the like stands by it;
    `tail`: nothing speaks after it, so it is hardly a number of something else."""

    number: str
    start: int
    end: int
    marked: bool
    tail: bool


def after(folded: str, position: int) -> House | None:
    """The house right after a street that ends at that position."""
    piece = folded[position : position + _LOOK_AHEAD]
    match = _RANGE.match(piece)
    if match:
        return House(match["house"], position + match.start("house"), position + match.end("house"), True, True)
    match = _AFTER.match(piece)
    if match is None or (piece[match.end() :][:1] == ")" and piece.startswith(". ")):
        return None  # «… Гоголя. 2) На Мира»
    return _house(match, piece, position, bool(match["mark"] or match["ordinal"]))


def before(folded: str, position: int) -> House | None:
    """«Дом 12 по …», «12-й дом на …» right before a street that begins at that position."""
    start = max(position - _LOOK_BACK, 0)
    piece = folded[start:position]
    match = _BEFORE.search(piece)
    return _house(match, piece, start, marked=True) if match else None


def alone(folded: str) -> House | None:
    """The first house that its own word marks, wherever it stands."""
    match = _ALONE.search(folded) if _DIGIT.search(folded) else None
    if match and match["own"]:
        return House(match["own"], *match.span("own"), marked=True, tail=True)
    return _house(match, folded, 0, marked=True) if match else None


def _house(match: re.Match[str], piece: str, shift: int, marked: bool) -> House | None:
    if match["ordinal"]:
        start, end = match.span("ordinal")
        return House(match["ordinal"], shift + start, shift + end, True, True)
    number = re.sub(r"[\s«»\"-]", "", match["house"]).replace("\\", "/")
    start, end = match.start("house"), match.end("parts")
    rest = piece[end:]
    bare = number.isdigit() and not match["parts"]
    if bare and (_COUNTED.match(rest) or (not marked and _counts(int(number), rest))):
        return None
    tail = not bare or not re.match(r"\s?[а-яa-z]", rest) or bool(_SPEAKS_ON.match(rest))
    parts = [f"{_SHORT.get(kind, 'к')}{what}" for kind, what in _ONE_PART.findall(match["parts"])]
    return House(" ".join((number, *parts)), shift + start, shift + end, marked, tail)


def _counts(number: int, rest: str) -> bool:
    """Whether the number counts the noun after it: «5 проблем», «2 ямы», but not «5 вода»."""
    follows = re.match(r" ([а-я]{3,})", rest)
    if not follows or number == 0:
        return False
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    if few and number > 24:
        return False  # nobody counts so many in a complaint, and many words look like that case
    if number % 10 == 1 and number % 100 != 11:
        return False
    wanted = "sing" if few else "plur"
    readings = tags(follows.group(1))
    # «58 график»: many of «графика» are meant by nobody where the word is «график» before all.
    likely = readings[0] & _GENDERS if readings and "NOUN" in readings[0] else frozenset()
    return any({"NOUN", "gent", wanted} <= one and (not likely or likely <= one) for one in readings)
