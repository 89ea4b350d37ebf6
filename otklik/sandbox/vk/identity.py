"""Who the visitor says he is. The sandbox believes him: it is a stage, not a network."""

import sqlite3
from typing import Any

from django.http import HttpRequest

from otklik.sandbox.state import World
from otklik.sandbox.vk import shapes

COOKIE = "sandbox_vk_person"


def me(world: World, request: HttpRequest) -> dict[str, Any] | None:
    """The person of `?as=` or of the cookie: {id, name}, or None for a mere reader."""
    text = request.GET.get("as") or request.COOKIES.get(COOKIE, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    row: sqlite3.Row | None = shapes.find(world.db, "vk_person", int(text))
    if row is None:
        return None
    return {"id": row["id"], "name": f"{row['first_name']} {row['last_name']}".strip()}
