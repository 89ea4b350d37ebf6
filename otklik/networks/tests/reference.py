"""What the networks publish and what was recorded of them, beside the project; tests of it skip where it is absent."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

PACK = Path(__file__).resolve().parents[3] / ".." / "shared" / "networks"
ABSENT = "reference pack ../shared/networks not found"
MAX = PACK / "max/fixtures/client-go/stabs"
OK = PACK / "ok/fixtures/django-discussions"
TELEGRAM = PACK / "telegram/spec/bot-api-10.1.json"
VK_SCHEMA = PACK / "vk/spec/vk-api-schema"
VK = PACK / "vk/fixtures/vknet-testdata"
META_HOOKS = PACK / "meta/fixtures/restfb/src/test/resources/json"
META_ANSWERS = PACK / "meta/fixtures/python-facebook/testdata"
META_SPECS = PACK / "meta/spec/codegen/api_specs/specs"
X = PACK / "x/fixtures"
X_SAMPLES = PACK / "x/spec/docs/x-api/activity/event-payloads.mdx"
_FENCE = re.compile(r'```json title="([^"]+)"[^\n]*\n(.*?)```', re.S)


@cache
def vk_methods() -> dict[str, Any]:
    """Every method of the schema by name."""
    described = [json.loads(path.read_bytes())["methods"] for path in VK_SCHEMA.glob("*/methods.json")]
    return {method["name"]: method for methods in described for method in methods}


@cache
def bot_api() -> dict[str, Any]:
    """Telegram's published description."""
    description: dict[str, Any] = json.loads(TELEGRAM.read_bytes())
    return description


def of_meta() -> list[Path]:
    return sorted([*META_HOOKS.rglob("*.json"), *META_ANSWERS.rglob("*.json")])


def events_of_x() -> Iterator[tuple[str, bytes]]:
    """The published samples of events, by the title above each; none where the reference pack is absent."""
    for title, body in _FENCE.findall(X_SAMPLES.read_text(encoding="utf-8") if X_SAMPLES.is_file() else ""):
        yield title, body.encode()


def of_x() -> Iterator[bytes]:
    """Bodies of recorded answers, alone or in a list of what was asked and answered."""
    for path in sorted(X.rglob("*.json")):
        kept = json.loads(path.read_bytes())
        if isinstance(kept, dict) and "interactions" in kept:
            yield from (_body(each) for each in kept["interactions"])
        else:
            yield path.read_bytes()


def _body(interaction: Any) -> bytes:
    body = interaction["response"]["body"]
    text = body.get("string", "") if isinstance(body, dict) else body
    return text.encode() if isinstance(text, str) else b""
