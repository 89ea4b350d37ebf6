"""Writes docs/personal-data.md from otklik/privacy/kept.py: `otklik retention --map`. A test compares the two."""

import sys
from collections.abc import Iterable
from pathlib import Path

from otklik.privacy.kept import (
    CITIZENS,
    COLLEAGUES,
    FILES,
    NOBODY,
    NOT_IN_OTHERS,
    OTHERS,
    STAFF,
    How,
    Kept,
    Whose,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "personal-data.md"
HEAD = """# Personal data: what is kept where and why

Written by `otklik retention --map` from `otklik/privacy/kept.py`; a test compares that table with the models, so every
column that can hold words, JSON or a file is here. How long is a setting ([settings](settings.md)); a card that runs
keeps everything that is on it. The last column is what `otklik forget АДРЕС --do` does for a person who asks for it:
[ADR 0022](adr/0022-forgetting.md).

Columns of the queue (`lease`, `error`) are in many tables: whose turn a row is, and why its work did not succeed.
Errors pass the redactor and quote no text on purpose; a person who is forgotten is taken out of them all the same.
Tables of Django and allauth hold colleagues' sessions and second factors.
"""
IN_OTHERS = """
## One citizen in the rows of another

Who asks to be forgotten is taken out of what others wrote, too: of every column of the second table, of texts of
messages (`inbox.Message`), payloads (`networks.RawEvent`), and of these.

"""
FOOT = """
## Beside the database

| where | what | how long |
|---|---|---|
| `media/captured` | copies of citizens' pictures | `OTKLIK_KEEP_MEDIA` |
| `media/proofs` | pictures that prove a publication by hand | `OTKLIK_KEEP_MEDIA` |
| `media/answers`, `media/outside`, `media/acts` | files of colleagues and executors | as long as the card |
| `mail` | letters, where mail is kept in files: numbers, themes and links | until somebody empties it |
| `forgotten.txt` | keyed hashes of whom we were asked to forget, with the moment | for ever, on purpose |
| `finding_words` | the words that a card is found by, made of the tables above | as long as they |
| exports and reports | nothing is kept: they are made when asked for, and each is in the journal | |
| models | weights of hashed pieces of words, in `triage.TrainedModel`: no text, no vocabulary | until two newer ones |
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, kept in (
        ("Citizens", CITIZENS),
        ("Words of colleagues, in which a citizen may be mentioned", COLLEAGUES),
        ("Files", FILES),
        ("Colleagues", STAFF),
    ):
        parts.append(f"\n## {title}\n\n" + _table(kept))
    parts.append("\n## Nobody's\n\n" + _short(NOBODY))
    parts.append(IN_OTHERS + _list([(f"{kept.model}", ", ".join(kept.columns), "") for kept in OTHERS]))
    reasons = [(model, ", ".join(names.split()), why) for (model, names), why in NOT_IN_OTHERS.items()]
    parts.append("\nNobody looks for him there in the rows of others:\n\n" + _list(reasons))
    return "".join([*parts, FOOT])


def write() -> int:
    """Exit code 0."""
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        PAGE.write_text(page(), encoding="utf-8")
        sys.stdout.write(f"Записано: {PAGE.name}\n")
    return 0


def _table(rows: Iterable[Kept]) -> str:
    lines = ["| where | whose | why | how long | on request |", "|---|---|---|---|---|"]
    for kept in rows:
        until = f"`{kept.until}`" if kept.until.startswith("OTKLIK_") else kept.until
        cells = (_where(kept), kept.whose.value, kept.why, until, kept.how.value or _untouched(kept))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _short(rows: Iterable[Kept]) -> str:
    lines = ["| where | why it is nobody's |", "|---|---|"]
    lines += [f"| {_where(kept)} | {kept.why} |" for kept in rows]
    return "\n".join(lines) + "\n"


def _list(rows: Iterable[tuple[str, str, str]]) -> str:
    return "".join(f"- `{model}`: {names}{f' ({why})' if why else ''}\n" for model, names, why in rows)


def _where(kept: Kept) -> str:
    return f"`{kept.model}`: {', '.join(kept.columns)}"


def _untouched(kept: Kept) -> str:
    return "stays" if kept.whose is Whose.STAFF or kept.how is How.NOTHING else ""
