"""Recorded answers beside the project; tests that read them skip where they are absent."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "x"
FIXTURES = ROOT / "fixtures"
SAMPLES = ROOT / "spec" / "docs" / "x-api" / "activity" / "event-payloads.mdx"
ABSENT = "reference pack ../shared/networks not found"
_FENCE = re.compile(r'```json title="([^"]+)"[^\n]*\n(.*?)```', re.S)


def events() -> Iterator[tuple[str, bytes]]:
    """The published samples of events, by the title above each."""
    for title, body in _FENCE.findall(SAMPLES.read_text(encoding="utf-8")):
        yield title, body.encode()


def recorded() -> Iterator[bytes]:
    """Bodies of recorded answers, alone or in a list of what was asked and answered."""
    for path in sorted(FIXTURES.rglob("*.json")):
        kept = json.loads(path.read_bytes())
        if isinstance(kept, dict) and "interactions" in kept:
            yield from (_body(each) for each in kept["interactions"])
        else:
            yield path.read_bytes()


def _body(interaction: Any) -> bytes:
    body = interaction["response"]["body"]
    text = body.get("string", "") if isinstance(body, dict) else body
    return text.encode() if isinstance(text, str) else b""
