"""The published Bot API beside the project; tests that read it skip where it is absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "telegram" / "spec" / "bot-api-10.1.json"
ABSENT = "reference pack ../shared/networks not found"


@cache
def book() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(SPEC.read_bytes())
    return description
