"""Texts to start an answer from in the region: their titles, kinds and words.

Plain data. Nobody is promised anything here that an agency did not fill in itself: what the card knows is put in by
otklik/answers/templates.py, other gaps are marked by «…».
"""

import tomllib
from pathlib import Path

_TEXTS = tomllib.loads((Path(__file__).parent / "data" / "starters.toml").read_text(encoding="utf-8"))
STARTERS: tuple[tuple[str, str, str], ...] = tuple(
    (one["title"], one["kind"], one["text"]) for one in _TEXTS["starters"]
)
"""Title, kind, text."""
READY_QUESTIONS: tuple[tuple[str, str, str, str], ...] = tuple(
    (one["group"], one.get("theme", ""), one["title"], one["text"]) for one in _TEXTS["questions"]
)
"""Group, theme ("" for the whole group), title, text: what to ask when a complaint leaves out what is needed."""
