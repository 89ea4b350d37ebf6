"""How Telegram's pages for people look: `/telegram/c/12/3?thread=2`, `/telegram/name/3`, `/telegram/im/5/7`."""

import re
from collections.abc import Mapping

from sandbox.stage.contract import MESSAGE, Spot, Stage
from sandbox.state import World
from sandbox.telegram.world import CHANNELS


def read(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if talk := re.fullmatch(r"im/([0-9]{1,18})(?:/([0-9]{1,18}))?", path):
        return Spot(talk[1], private=True, person=talk[2] or "")
    match = re.fullmatch(r"(?:c/([0-9]{1,15})|([A-Za-z]\w{3,31}))(?:/([0-9]{1,18}))?", path, re.ASCII)
    if match is None:
        return None
    row = world.db.execute(
        "SELECT * FROM telegram_chat WHERE id = ? OR (username = ? COLLATE NOCASE AND username <> '')",
        (CHANNELS - int(match[1]) if match[1] else 0, match[2] or ""),
    ).fetchone()
    if row is None:
        return None
    chat = int(row["id"])
    place = str(row["linked"] if row["linked"] and row["type"] != "channel" else chat)
    return Spot(place, f"tg:{chat}:{match[3]}", f"tg:{chat}:{match[3]}") if match[3] else Spot(place)


def _open(world: World, place: str) -> bool:
    """People write in groups; in a channel they only comment."""
    row = world.db.execute("SELECT type FROM telegram_chat WHERE id = ?", (int(place),)).fetchone()
    return row is not None and row["type"] != "channel"


STAGE = Stage(
    read, place="Канал или чат", noun=MESSAGE, look="channel", accent="sea", comment="Комментарий", may_post=_open
)
