"""Fragments with choices: `[a|b|c]` is one of three, `<name>` is a slot filled from a table.

Choices nest. An empty choice is allowed: `[уже |]третий день`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

Slots = Mapping[str, Callable[[Random], str]]


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Sequence", ...]


Sequence = tuple[str | Slot | Choice, ...]


@cache
def compiled(fragment: str) -> Sequence:
    """Parse a fragment once. Raises ValueError for an unclosed bracket."""
    sequence, end = _sequence(fragment, 0, inside=False)
    if end != len(fragment):
        raise ValueError(f"stray bracket at {end}: {fragment}")
    return sequence


def render(rng: Random, fragment: str, slots: Slots) -> str:
    """One reading of the fragment. KeyError for a slot that the table does not have."""
    return _read(rng, compiled(fragment), slots)


def _read(rng: Random, sequence: Sequence, slots: Slots) -> str:
    out = []
    for part in sequence:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Slot):
            out.append(slots[part.name](rng))
        else:
            out.append(_read(rng, rng.choice(part.options), slots))
    return "".join(out)


def _sequence(text: str, at: int, inside: bool) -> tuple[Sequence, int]:
    parts: list[str | Slot | Choice] = []
    plain = at
    while at < len(text):
        mark = text[at]
        if mark not in "[<" and not (inside and mark in "|]"):
            at += 1
            continue
        if at > plain:
            parts.append(text[plain:at])
        if mark in "|]":
            return tuple(parts), at
        part, at = _slot(text, at) if mark == "<" else _choice(text, at)
        parts.append(part)
        plain = at
    if inside:
        raise ValueError(f"unclosed bracket: {text}")
    if at > plain:
        parts.append(text[plain:at])
    return tuple(parts), at


def _slot(text: str, at: int) -> tuple[Slot, int]:
    end = text.index(">", at)
    return Slot(text[at + 1 : end]), end + 1


def _choice(text: str, at: int) -> tuple[Choice, int]:
    options: list[Sequence] = []
    while True:
        option, at = _sequence(text, at + 1, inside=True)
        options.append(option)
        if text[at] == "]":
            return Choice(tuple(options)), at + 1
