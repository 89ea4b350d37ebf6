"""Sentences for people from layers that know no language but Russian: finished text that remembers its parts.

A lower layer writes `Sentence("Нет связи с сетью «%(title)s»") % {"title": title}`; whoever shows it looks the template
up in the reader's catalogue and puts the values in (otklik/work/translated.py).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

MARK = "\x1e"
"""In a column it parts the text from what the text was made of. It is in no words of people."""


class Sentence(str):
    """The finished Russian text, with the `template` in it and the `values` by name, themselves texts or Sentences.

    `%` takes a mapping and gives another Sentence. `str(error)` of an error with one Sentence is that Sentence; what
    cuts, joins or formats it makes a plain text of it, which nobody translates.
    """

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, values: Mapping[str, Any] | None = None) -> Self:
        texts = {name: value if isinstance(value, str) else str(value) for name, value in (values or {}).items()}
        sentence = super().__new__(cls, template if values is None else template % texts)
        sentence.template, sentence.values = template, texts
        return sentence

    def __mod__(self, values: Any) -> "Sentence":
        return Sentence(self.template, values)

    def __str__(self) -> str:
        return self


def joined(separator: str, sentences: Iterable[str]) -> Sentence:
    """What `separator.join` gives, as one Sentence of them."""
    values = {f"part{place}": one for place, one in enumerate(sentences)}
    return Sentence(separator.join(f"%({name})s" for name in values), values)


def written(text: str) -> str:
    """As a column keeps it: the readable text, and behind the MARK the parts of a Sentence."""
    plain = text.replace(MARK, "")
    if not isinstance(text, Sentence):
        return plain
    return plain + MARK + (json.dumps(_parts(text), ensure_ascii=False) if text.values else "")


def read(kept: str) -> str:
    """What `written` wrote; any other text comes back as it is."""
    plain, mark, parts = kept.partition(MARK)
    if not parts:
        return Sentence(plain) if mark else plain
    try:
        return _sentence(*json.loads(parts))
    except (ValueError, TypeError, KeyError, AttributeError):
        return kept


def _parts(sentence: Sentence) -> list[Any]:
    values = {name: _parts(one) if isinstance(one, Sentence) else one for name, one in sentence.values.items()}
    return [sentence.template, values] if values else [sentence.template]


def _sentence(template: str, values: Mapping[str, Any] | None = None) -> Sentence:
    if values is None:
        return Sentence(template)
    return Sentence(template, {name: _sentence(*one) if isinstance(one, list) else one for name, one in values.items()})
