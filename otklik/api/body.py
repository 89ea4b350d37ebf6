"""A body as JSON has it, and nothing that only Python would take for it."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

DEEPEST = 20


class Strict(Parser):
    """No NaN, no name twice in one object, no depth that a hostile body would bring the reader down with."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises ValueError or RecursionError, which ninja answers with 400."""
        told = json.loads(request.body.decode(), parse_constant=_refused, object_pairs_hook=_once)
        if not isinstance(told, dict) or _depth(told) > DEEPEST:
            raise ValueError("not an object, or too deep")
        return told


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name stands twice")
    return told


def _depth(told: Any) -> int:
    inside = list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else None
    return 0 if inside is None else 1 + max(map(_depth, inside), default=0)
