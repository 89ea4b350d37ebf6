"""Recorded answers beside the project; tests that read them skip where they are absent."""

import base64
import gzip
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
_BINARY = re.compile(r"string: !!binary \|\n((?: {6,}[A-Za-z0-9+/=]+\n)+)")
_PLAIN = re.compile(r"string: '((?:[^']|'')*)'")
_QUOTED = re.compile(r'string: "((?:[^"\\]|\\.)*)"', re.S)


def events() -> Iterator[tuple[str, bytes]]:
    """The published samples of events, by the title above each."""
    for title, body in _FENCE.findall(SAMPLES.read_text(encoding="utf-8")):
        yield title, body.encode()


def recorded() -> Iterator[bytes]:
    """Bodies of recorded answers, whatever they were kept in."""
    for path in sorted(FIXTURES.rglob("*.json")):
        told = json.loads(path.read_bytes())
        if isinstance(told, dict) and "interactions" in told:
            yield from (_body(each) for each in told["interactions"])
        else:
            yield path.read_bytes()
    for path in sorted(FIXTURES.rglob("*.yaml")):
        yield from _in_yaml(path.read_text(encoding="utf-8"))


def _body(interaction: Any) -> bytes:
    body = interaction["response"]["body"]
    told = body.get("string", "") if isinstance(body, dict) else body
    return told.encode() if isinstance(told, str) else b""


def _in_yaml(text: str) -> Iterator[bytes]:
    for block in _BINARY.findall(text):
        packed = base64.b64decode("".join(block.split()))
        yield gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    for plain in _PLAIN.findall(text):
        yield plain.replace("''", "'").encode()
    for quoted in _QUOTED.findall(text):
        yield quoted.replace('\\"', '"').encode()
