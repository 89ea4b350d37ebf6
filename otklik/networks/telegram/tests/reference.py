"""The published Bot API beside the project; tests that read it skip where it is absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "telegram" / "spec" / "bot-api-10.1.json"
ABSENT = "reference pack ../shared/networks not found"


@cache
def book() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(SPEC.read_bytes())
    return told


def filler(kind: str, depth: int = 0) -> Any:
    """A value of a published type with everything in it, down to a certain depth."""
    if kind.startswith("Array of "):
        return [filler(kind.removeprefix("Array of "), depth)]
    if kind in ("Integer", "Float", "Boolean", "String"):
        return {"Integer": 7_345_678_901, "Float": 1.5, "Boolean": True, "String": "слово"}[kind]
    described = book()["types"][kind]
    if described.get("subtypes") and not described.get("fields"):
        return filler(described["subtypes"][depth % len(described["subtypes"])], depth)
    fields = described.get("fields", [])
    chosen = [field for field in fields if field["required"] or depth < 3]
    return {field["name"]: filler(field["types"][0], depth + 1) for field in chosen} if depth < 6 else {}
