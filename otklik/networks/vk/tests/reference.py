"""The published schema and recorded answers beside the project; tests that read them skip where they are absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "vk"
SCHEMA = ROOT / "spec" / "vk-api-schema"
FIXTURES = ROOT / "fixtures" / "vknet-testdata"
ABSENT = "reference pack ../shared/networks not named"


@cache
def methods() -> dict[str, Any]:
    """Every method of the schema by name."""
    named = {}
    for path in SCHEMA.glob("*/methods.json"):
        for method in json.loads(path.read_bytes())["methods"]:
            named[method["name"]] = method
    return named
