"""Sentences of the layers below, told in the reader's language.

Those layers know no Django: they write Russian, some of it into the database (a refusal, a remark), where it stays.
So a sentence is translated when it is shown, by looking it up in `translated_words.py`, and for networks in their own
`words.py`. What is not there, such as the words of a person, stays as it is.
"""

import re
from collections import defaultdict
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.networks.registry import NETWORKS
from otklik.networks.words import ENGLISH
from otklik.work.translated_words import SENTENCES

_HOLE = re.compile(r"%\((\w+)\)s")


def translated(text: str) -> str:
    """The sentence in the active language; a text that no layer below has written comes back untouched."""
    if text in SENTENCES:
        return _(text)
    english = _networks() if (get_language() or "").startswith("en") else {}
    if text in english:
        return english[text]
    for template, pattern in _patterns():
        match = pattern.fullmatch(text)
        if match:
            translation = english.get(template) or _(template)
            return translation % {name: translated(value) for name, value in match.groupdict().items()}
    return text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(template, _pattern(template)) for template in (*SENTENCES, *_networks()) if _HOLE.search(template)]


@cache
def _networks() -> dict[str, str]:
    """What networks say, by the Russian, in English: each keeps its own in its folder."""
    return dict(ENGLISH) | {
        russian: translation for one in NETWORKS.values() for russian, translation in one.english.items()
    }


def _pattern(template: str) -> re.Pattern[str]:
    """Text is matched to the letter, a name whatever stands there; `_HOLE.split` gives the two in turn."""
    parts = _HOLE.split(template)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )


def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """The words of each choice in the reader's language, for lists: a row that translates its own takes longer than all
    the rest of it. What is empty or no longer known has no words.
    """
    return defaultdict(str, {code: str(words) for code, words in choices.choices})
