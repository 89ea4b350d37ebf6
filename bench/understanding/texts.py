"""The texts that stand outside the project, by file and row."""

import csv
import json
from pathlib import Path

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
KEYS = {"soika_comments.csv": "message_id", "troitsk_letters.csv": "n"}


MASKS = {
    "<name>": "Мария Петрова",
    "<phone>": "+7 900 000-00-00",
    "<number>": "1234567",
    "<birth>": "01.01.1980",
    "<email>": "user@example.org",
    "<url>": "https://example.org/a",
    "<n>": "5",
    "@user": "[id1|Мария]",
    "[club0|": "[club1|",
}
"""What was masked in the files, and what stands there in a real message."""


def texts(file: str) -> dict[str, str]:
    """Row → text. A row's key is the file's own number, or its place from 0 where there is none. Raises OSError."""
    path = DATA / file
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            return {str(row["n"]): unmasked(str(row["text"])) for row in map(json.loads, lines)}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    key = KEYS.get(file, "id")
    return {row.get(key) or str(place): unmasked(row["text"]) for place, row in enumerate(rows)}


def unmasked(text: str) -> str:
    for mask, instead in MASKS.items():
        text = text.replace(mask, instead)
    return text
