"""What the rules of style get, and what they return."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from otklik.answers.parts import Bounds


class Level(StrEnum):
    """How much a finding weighs: a note is a word to the wise, a warning is probably a fault, a stop holds the answer
    up until an approver has said why it goes out all the same."""

    NOTE = "note"
    WARNING = "warning"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Fault:
    """`text[start:end]` is what it is about; an empty piece is about the whole. `rule` is a code for counting.

    `words` is a Russian sentence that says what is wrong and what to do. `instead` may be put in the piece's place;
    None where a person has to think.
    """

    rule: str
    level: Level
    words: str
    start: int = 0
    end: int = 0
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an answer beside its words.

    `kind` and `outcome` are codes of Answer.Kind and Outcome. `solvable`: something has to be done about the matter,
    so that words alone do not settle it. `name` is the addressee's first name as his profile has it, "" for nicknames
    and communities. `parts`: in how many texts the network will have it said. `same_today` counts other answers of
    today with this very text; `said_before` means that this author has had it already.
    """

    kind: str = "final"
    outcome: str = ""
    solvable: bool = True
    name: str = ""
    complaint: str = ""
    direct: bool = False
    bounds: Bounds | None = None
    link_warning: str = ""
    photos: int = 0
    parts: int = 1
    same_today: int = 0
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text: `text[start:end]`, folded, with the grammemes of its readings (lib.text.tags)."""

    start: int
    end: int
    folded: str
    lemma: str
    tags: Sequence[frozenset[str]]

    def may_be(self, *grammemes: str) -> bool:
        """Whether one reading has all of these."""
        return any(reading.issuperset(grammemes) for reading in self.tags)

    def is_likely(self, *grammemes: str) -> bool:
        """Whether the likeliest reading has all of these."""
        return bool(self.tags) and self.tags[0].issuperset(grammemes)

    def must_be(self, *grammemes: str) -> bool:
        """Whether every reading has all of these, and there is one."""
        return bool(self.tags) and all(reading.issuperset(grammemes) for reading in self.tags)


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    words: Sequence[Word] = field(default_factory=tuple)
