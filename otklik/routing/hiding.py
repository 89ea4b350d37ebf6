"""What somebody outside reads of a citizen's words: without phones, addresses of mail, flats, names and links. Pure.

What is found by its shape is found by triage/personal. A link may lead to the author's own page, and so may a mention;
and where he signs with a name that his profile has, it is hidden too, unless a street is called so.
"""

import re

from otklik.lib.text import AT_MENTION, MENTION, URL
from otklik.triage.personal.finder import MASKS, mask

LINK = "[ссылка]"
SHORTEST = 3
"""Letters of a word of the profile's name that is looked for: shorter ones are initials and pronouns."""
_BESIDE = 20
_STREET = re.compile(
    r"(?:\bул\.?|улиц\w*|\bпер\.?|переул\w*|\bпр\.?|просп\w*|проезд\w*|площад\w*|бульвар\w*|имени|\bим\.?)\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


def hide(text: str, author: str = "") -> str:
    """The text as it may leave the house; `author` is the name in his profile. Any text at all, never raises."""
    plain = MENTION.sub(MASKS["name"], text)
    plain = AT_MENTION.sub(MASKS["name"], plain)
    plain = _without_names(mask(URL.sub(LINK, plain)), author)
    return plain.strip()


def _without_names(text: str, author: str) -> str:
    names = {word.casefold() for word in _WORD.findall(author) if len(word) >= SHORTEST}
    if not names:
        return text

    def hidden(match: re.Match[str]) -> str:
        word = match.group()
        called = not word[0].isupper() or word.casefold() not in names
        if called or _STREET.search(text[max(match.start() - _BESIDE, 0) : match.start()]):
            return word
        return MASKS["name"]

    return _WORD.sub(hidden, text)
