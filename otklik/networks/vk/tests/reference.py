"""The published schema and recorded answers beside the project; tests that read them skip where they are absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "vk"
SCHEMA = ROOT / "spec" / "vk-api-schema"
FIXTURES = ROOT / "fixtures" / "vknet-testdata"
ABSENT = "reference pack ../shared/networks not found"


@cache
def methods() -> dict[str, Any]:
    """Every method of the schema by name."""
    found = {}
    for path in SCHEMA.glob("*/methods.json"):
        for method in json.loads(path.read_bytes())["methods"]:
            found[method["name"]] = method
    return found
