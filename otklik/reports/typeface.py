"""The typeface of what is printed, as set-up has made it, and which signs it has."""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from otklik.lib.sentence import Sentence as _

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Golos", "Golos-Bold"
_FILES = {REGULAR: "golos-regular.ttf", BOLD: "golos-bold.ttf"}


class NoTypeface(Exception):
    """A sentence for whoever set the product up."""


@cache
def ready() -> None:
    """Make the two weights known, once a process. Raises NoTypeface."""
    for name, file in _FILES.items():
        if not (FOLDER / file).is_file():
            raise NoTypeface(_("Нет шрифта для PDF (%(file)s): его делает установка, выполните make.") % {"file": file})
        pdfmetrics.registerFont(TTFont(name, FOLDER / file))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def printable(text: str) -> str:
    """The text as this typeface can set it: other alphabets' letters become «?», pictures and marks go."""
    known = _known()
    signs = [sign if ord(sign) in known else _instead(sign) for sign in unicodedata.normalize("NFC", text)]
    return " ".join("".join(signs).split(" ")).strip()


@cache
def _known() -> frozenset[int]:
    ready()
    font = pdfmetrics.getFont(REGULAR)
    assert isinstance(font, TTFont)  # noqa: S101 it was registered as one a line above
    return frozenset(font.face.charToGlyph)


def _instead(sign: str) -> str:
    if sign.isspace():
        return " "
    return "?" if sign.isalnum() else ""
