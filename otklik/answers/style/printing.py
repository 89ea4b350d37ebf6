"""How it is printed: «ё», signs that belong together, quotes and dashes. Notes with a fix, nothing more. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import with_yo

NBSP = "\u00a0"
_TOGETHER = re.compile(
    r"(?:(?<=№)|(?<=\bул\.)|(?<=\bпр\.)|(?<=\bпер\.)|(?<=\bд\.)|(?<=\bг\.)|(?<=\bстр\.)|(?<=\bп\.)|(?<=\bкв\.)"
    r"|(?<=\bим\.)|(?<=\bкорп\.)|(?<=\bпос\.)|(?<=\bст-ца)) (?=\S)"
    r"|(?<=\bт\.) (?=(?:д|п|е|к)\.)"
    r"|(?<=\d) (?=(?:январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|км|м|кг|руб|тыс|млн"
    r"|час|мин|дн|г)\w*\b)",
    re.IGNORECASE,
)
_INITIALS = re.compile(
    r"(?<=\b[А-ЯЁ]\.) (?=[А-ЯЁ]\. ?[А-ЯЁ][а-яё])|(?<=\b[А-ЯЁ]\.[А-ЯЁ]\.) (?=[А-ЯЁ][а-яё])"
    r"|(?<=[а-яё] [А-ЯЁ]\.) (?=[А-ЯЁ]\.)"
    r"|(?<=\b[А-ЯЁ]\. [А-ЯЁ]\.) (?=[А-ЯЁ][а-яё])|(?<=[а-яё]) (?=[А-ЯЁ]\. ?[А-ЯЁ]\.)"
)
"""«А. П. Иванов», «Иванов А. П.»: with one initial it may be the end of a sentence."""
_THOUSANDS = re.compile(r"(?<![\d+(-])(?<![\d)] )\b[1-9]\d{0,2}(?: \d{3})+\b(?! ?[\d(-])")
"""«12 500»; a telephone number goes on after its first groups."""
_DASH = re.compile(r"(?<=\s)-(?=\s)")
_QUOTED = re.compile(r"\"([^\"\n]{1,120})\"")


def yo(reading: Reading) -> Iterator[Fault]:
    """Words that are written with «ё» and nothing else: «еще» is, «все» is not."""
    for word in reading.words:
        spelling = reading.text[word.start : word.end]
        if "е" in spelling.lower() and "ё" not in spelling.lower():
            spelt = with_yo(word.folded)
            if spelt and len(spelt) == len(spelling):
                put = "".join(new.upper() if old.isupper() else new for old, new in zip(spelling, spelt, strict=True))
                yield Fault("print", Level.NOTE, _("Пишется «%(word)s».") % {"word": put}, word.start, word.end, put)


def signs(reading: Reading) -> Iterator[Fault]:
    for at in _gaps(reading.text):
        yield Fault("print", Level.NOTE, _("Неразрывный пробел: строка не должна рваться здесь."), at, at + 1, NBSP)
    for match in _DASH.finditer(reading.text):
        yield Fault("print", Level.NOTE, _("Тире вместо дефиса."), *match.span(), "–")
    for match in _QUOTED.finditer(reading.text):
        yield Fault("print", Level.NOTE, _("Кавычки-ёлочки."), *match.span(), f"«{match.group(1)}»")


def _gaps(text: str) -> list[int]:
    """Where a line must not break: the places of these spaces."""
    positions = {match.start() for rule in (_TOGETHER, _INITIALS) for match in rule.finditer(text)}
    for number in _THOUSANDS.finditer(text):
        positions |= {at for at in range(*number.span()) if text[at] == " "}
    return sorted(positions)
