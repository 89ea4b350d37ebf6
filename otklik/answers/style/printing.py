"""How it is printed: «ё», signs that belong together, quotes and dashes. Notes with a fix, nothing more. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.style.read import Reading
from otklik.answers.style.told import Fault, Level
from otklik.lib.text import with_yo

NBSP = "\u00a0"
_TOGETHER = re.compile(
    r"(?:(?<=№)|(?<=\bул\.)|(?<=\bпр\.)|(?<=\bпер\.)|(?<=\bд\.)|(?<=\bг\.)|(?<=\bстр\.)|(?<=\bп\.)) (?=\S)"
    r"|(?<=\d) (?=(?:январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|км|м|кг|руб|тыс|млн"
    r"|час|мин|дн|г)\w*\b)",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?<=\s)-(?=\s)")
_QUOTED = re.compile(r"\"([^\"\n]{1,120})\"")


def yo(reading: Reading) -> Iterator[Fault]:
    """Words that are written with «ё» and nothing else: «еще» is, «все» is not."""
    for word in reading.words:
        said = reading.text[word.start : word.end]
        if "е" in said.lower() and "ё" not in said.lower():
            spelt = with_yo(word.folded)
            if spelt and len(spelt) == len(said):
                put = "".join(new.upper() if old.isupper() else new for old, new in zip(said, spelt, strict=True))
                yield Fault("print", Level.NOTE, f"Пишется «{put}».", word.start, word.end, put)


def signs(reading: Reading) -> Iterator[Fault]:
    for match in _TOGETHER.finditer(reading.text):
        yield Fault("print", Level.NOTE, "Неразрывный пробел: строка не должна рваться здесь.", *match.span(), NBSP)
    for match in _DASH.finditer(reading.text):
        yield Fault("print", Level.NOTE, "Тире вместо дефиса.", *match.span(), "–")
    for match in _QUOTED.finditer(reading.text):
        yield Fault("print", Level.NOTE, "Кавычки-ёлочки.", *match.span(), f"«{match.group(1)}»")
