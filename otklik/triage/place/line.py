"""A text cut into words for the finders of places, streets and houses; pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r"\d++[^\W\d_]{0,2}+(?![^\W_])|\d++|[^\W\d_]++")
_CYRILLIC = re.compile("[а-я]")
_LATIN = re.compile("shch|sch|zh|kh|ch|sh|ts|yu|ya|yo|ye|ju|ja|iy|yy|[a-z]")
_PAIRS = re.findall(r"\w+", "shch щ sch щ zh ж kh х ch ч sh ш ts ц yu ю ju ю ya я ja я yo е ye е iy ий yy ый x кс")
_LETTERS = {
    **dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)),
    **dict(zip("abvgdezijklmnoprstufhcywq", "абвгдезийклмнопрстуфхцывк", strict=True)),
}


_EDGE = ("",) * 16
"""After the last word, and so, since an index below zero counts from the end, before the first one, too."""


class Token(NamedTuple):
    """A word or a number of a tidied text: its bounds, its folded form. Hyphens divide here, «Ленина5» is two."""

    start: int
    end: int
    word: str


class Line(NamedTuple):
    """A text prepared for the finders: as written, folded, and cut into tokens."""

    text: str
    folded: str
    tokens: list[Token]
    words: tuple[str, ...]

    def word(self, index: int) -> str:
        """The folded word of a token; empty up to 16 tokens before the first and after the last one."""
        return self.words[index]

    def between(self, index: int) -> str:
        """What stands between this token and the next one, or after the last one, or before the first (-1)."""
        start = self.tokens[index].end if index >= 0 else 0
        return self.folded[start : self.tokens[index + 1].start if index + 1 < len(self.tokens) else start + 8]

    def glued(self, index: int) -> bool:
        """Whether only spaces or a hyphen stand between this token and the next one; after an initial, its dot."""
        if not 0 <= index < len(self.tokens) - 1:
            return False
        return self.between(index).strip(" -." if len(self.tokens[index].word) == 1 else " -") == ""

    def capital(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.text[self.tokens[index].start].isupper()

    def opens(self, index: int) -> bool:
        """Whether a clause begins with this token: the text's first word, or one after a mark."""
        return index == 0 or self.between(index - 1).strip(" \"«»'-") != ""

    def closes(self, index: int) -> bool:
        """Whether a clause ends with this token."""
        return (
            index >= len(self.tokens) - 1 or self.between(index).strip(" \"«»'-") != "" or " - " in self.between(index)
        )

    def written(self, start: int, end: int) -> str:
        """The tokens as the text has them."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


def line_of(tidied: str, folded: str) -> Line:
    """`folded` is as long as `tidied`. Words of a text without a Cyrillic letter are read as transliterated."""
    line_tokens = list(tokens(folded))
    if line_tokens and not _CYRILLIC.search(folded):
        line_tokens = [
            Token(one.start, one.end, _LATIN.sub(lambda got: _LETTERS[got.group()], one.word)) for one in line_tokens
        ]
    return Line(tidied, folded, line_tokens, (*(one.word for one in line_tokens), *_EDGE))


def tokens(folded: str) -> Iterator[Token]:
    """Words and numbers of a folded text."""
    for match in _TOKEN.finditer(folded):
        yield Token(*match.span(), match.group())
