"""Who speaks: how different people begin, who they say they are, what they add and how they close.

None of their fragments names a theme.
"""

from dataclasses import dataclass
from typing import Any

from otklik.demo.texts.files import read


@dataclass(frozen=True, slots=True)
class Voice:
    """One manner of writing. `mood` is the usual mood of a complaint; the shares are chances of the part."""

    name: str
    weight: int
    mood: int
    open_share: float
    close_share: float
    openings: tuple[str, ...]
    selves: tuple[str, ...]
    closings: tuple[str, ...]


def _voice(values: dict[str, Any]) -> Voice:
    values |= {part: tuple(values[part]) for part in ("openings", "selves", "closings")}
    return Voice(**values)


VOICES = tuple(map(_voice, read("voices")["voices"]))
"""The first is the neutral one."""
