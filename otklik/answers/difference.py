"""What has changed between two texts, word by word. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Two long texts with little in common take long to compare, and nobody reads such a comparison.
MOST_TOKENS = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: "same", "added" or "gone"."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The later text with what was taken out of the earlier one. The pieces that are not "gone" make up `after`."""
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        return [Piece("gone", before), Piece("added", after)]
    pieces: list[Piece] = []
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            pieces.append(Piece("same", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece("gone", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("added", "".join(new[j1:j2])))
    return pieces
