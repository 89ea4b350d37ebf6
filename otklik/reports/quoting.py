"""A citizen's own words as a report may hold them: short, without personal data, never a word that was not there. Pure.

A report leaves the house, by mail and on paper. So beside what triage.personal finds, the author's own name goes, those
whom he addresses, and every address: a link to somebody's page is his name, too.
"""

import re

from otklik.lib.redact import redact
from otklik.triage.personal.finder import MASKS, mask

LONGEST = 180
LEAST = 12
"""Shorter words say nothing of the matter."""

_LINK = "[ссылка]"
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.])(?:vk|ok|t|fb|max|instagram|facebook|x)\.(?:com|ru|me)/\S+", re.I
)
_WIKI = re.compile(r"\[(?:id|club|public|event)\d+(?:[:|][^\[\]]*)?\]", re.I)  # how VKontakte writes whom one addresses
_NICK = re.compile(r"(?<![\w@])@[\w.\-]{2,}")
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


def quote(text: str, author: str) -> str:
    """Whole words of the text within LONGEST characters, "…" where it was cut; "" when too little is left to quote."""
    plain = " ".join(HIDDEN.sub(" ", text).split())
    plain = _WIKI.sub(MASKS["name"], _ADDRESS.sub(_LINK, plain))
    plain = mask(_NICK.sub(MASKS["name"], _without(author, plain)))
    plain = _cut(redact(plain, limit=4 * LONGEST))
    left = re.sub(r"\[[^\]]*\]|\W", "", plain)
    return plain if len(left) >= LEAST else ""


def _without(author: str, text: str) -> str:
    """Each word of the author's name goes, also where he signs with one of them."""
    words = [re.escape(word) for word in re.findall(r"[^\W\d_]{3,}", author)]
    if not words:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", MASKS["name"], text, flags=re.I)


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    kept = text[: LONGEST - 1]
    opened = kept.rfind("[")
    if opened > kept.rfind("]"):  # a mask is kept whole or not at all
        kept = kept[:opened]
    whole = kept if text[len(kept)] == " " else kept.rpartition(" ")[0]
    return f"{(whole or kept).rstrip(' ,;:–—-')}…"
