"""Texts to learn and to measure on, by independent writers, split by writer; README.md beside `understanding` says how
they came to be.

Nothing is measured on a writer whose texts were learned from or looked at by whoever writes rules: FOLDS leave two out
in turn.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
FAULTS = frozenset(
    (
        *("contradiction", "unfilled", "sent_away", "no_date", "wrong_name", "no_fact", "asks_for_mark", "rude"),
        *("personal", "bureaucratese", "other_matter", "unproved"),
    )
)
OUTCOMES = frozenset({"solved", "explained", "unsolved", "postponed", "question", "first"})
KINDS = frozenset({"complaint", "question", "suggestion", "thanks", "noise"})
ROLES = {"m": "municipality", "s": "settlement", "u": "street", "h": "house", "x": "elsewhere"}
_MARK = re.compile(r"\{(\w):([^{}=]*)(?:=([^{}]*))?\}")


class Danger(NamedTuple):
    """`level` is 0 to 3 (the glossary's `Verdict.urgency`), `why` what the danger is or only sounds like."""

    writer: str
    level: int
    why: str
    text: str


class Wish(NamedTuple):
    """What the author wants. `why` is said of noise alone."""

    writer: str
    kind: str
    why: str
    text: str


class Mention(NamedTuple):
    """A piece of the text that names a place; of role `elsewhere` is what is not where the trouble is. `name` is its
    plain form."""

    role: str
    start: int
    end: int
    name: str


class Placed(NamedTuple):
    """`home` is the settlement of the community it was written in, "" for none."""

    writer: str
    home: str
    text: str
    mentions: Sequence[Mention]


class Reply(NamedTuple):
    """An official's answer under a message. A good one has no faults. `name` is the profile's."""

    writer: str
    outcome: str
    faults: frozenset[str]
    name: str
    message: str
    answer: str


class Failure(NamedTuple):
    """What hit many people at once, in words; `began` is a local time in words."""

    writer: str
    failure: str
    service: str
    settlement: str
    where: str
    began: str
    what: str


class Report(NamedTuple):
    """One of the texts near a failure, `minute` minutes after it began; `related` are those that speak of it.

    `thread` is `own` or a thread of the failure, whose first line is marked with `!`.
    """

    writer: str
    failure: str
    related: bool
    minute: int
    thread: str
    text: str


def dangers() -> list[Danger]:
    return [Danger(row["writer"], int(row["level"]), row["why"], row["text"]) for row in _rows("danger")]


def wishes() -> list[Wish]:
    return [Wish(**row) for row in _rows("kind")]


def placed() -> list[Placed]:
    return [Placed(row["writer"], row["home"], *unmarked(row["text"])) for row in _rows("places")]


def replies() -> list[Reply]:
    return [Reply(**row | {"faults": frozenset(row["faults"].split())}) for row in _rows("answers")]  # type: ignore[arg-type]


def failures() -> list[Failure]:
    return [Failure(**row) for row in _rows("failures")]


def reports() -> list[Report]:
    return [
        Report(row["writer"], row["failure"], row["related"] == "1", int(row["minute"]), row["thread"], row["text"])
        for row in _rows("bursts")
    ]


@cache
def writers() -> tuple[str, ...]:
    return tuple(sorted({one.writer for one in dangers()}))


def folds() -> Iterator[frozenset[str]]:
    """Two writers at a time who are kept for measuring, until each has been (three at the end of an odd number)."""
    names = writers()
    firsts = range(0, len(names) - 1, 2)
    for first in firsts:
        yield frozenset(names[first : None if first == firsts[-1] else first + 2])


def unmarked(text: str) -> tuple[str, list[Mention]]:
    """The text as it was written, and its mentions: `{s:станице Холмской=Холмская}` is one. Raises ValueError."""
    plain, mentions, end = "", list[Mention](), 0
    for mark in _MARK.finditer(text):
        plain += text[end : mark.start()]
        role, words, name = mark.groups()
        mentions.append(Mention(ROLES[role], len(plain), len(plain) + len(words), name or words))
        plain, end = plain + words, mark.end()
    plain += text[end:]
    if set(plain) & set("{}"):
        raise ValueError(f"a mark that does not end, or stands inside another: {text}")
    return plain, mentions


def _rows(name: str) -> list[dict[str, str]]:
    content = gzip.decompress((HERE / f"{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(content)))
