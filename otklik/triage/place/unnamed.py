"""A text without the name of its street, for whoever asks what it is about: «на Больничной» says nothing of hospitals,
and «на Лесной» nothing of forests. Pure."""

import re
from collections.abc import Iterable

from otklik.lib.text import fold, lemma

STREET = "улице"
"""Stands in the place of a street that is named without its kind."""
_WORD = re.compile(r"[^\W\d_]+")
_KINDS = frozenset(
    re.findall(
        r"\w+",
        "улица ул проспект просп пр кт т переулок пер проезд бульвар бул шоссе ш площадь пл набережная наб тупик туп "
        "аллея микрорайон мкр квартал кв",
    )
)


def unnamed(text: str, spans: Iterable[tuple[str, int, int]]) -> str:
    """`spans` are those of PlaceGuess. What kind of street it is stays: a text about a highway is about roads."""
    for part, start, end in sorted(spans, key=lambda span: -span[1]):
        if part == "street":
            kinds = [word for word in _WORD.findall(text[start:end]) if lemma(fold(word)) in _KINDS]
            text = text[:start] + (" ".join(kinds) or STREET) + text[end:]
    return text
