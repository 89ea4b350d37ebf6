"""How MAX's pages for people look: `/max/c/-7`, `/max/c/-7/AAA?comment=mid`, `/max/im/5` (a bot, or a dialogue)."""

import re
from collections.abc import Mapping

from sandbox.max import shapes
from sandbox.stage.contract import PUBLICATION, Spot, Stage, nowhere
from sandbox.state import World


def read(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if talk := re.fullmatch(r"im/([0-9]{1,18})", path):
        row = world.db.execute("SELECT * FROM max_chat WHERE type = 'dialog' AND id = ?", (int(talk[1]),)).fetchone()
        return Spot(str(row["bot"]), private=True, person=row["person"]) if row else Spot(talk[1], private=True)
    match = re.fullmatch(r"c/(-[0-9]{1,18})(?:/([\w-]{11}))?", path, re.ASCII)
    if match is None:
        return None
    if not match[2]:
        return Spot(match[1])
    key = (int(match[1]), shapes.seq_of(match[2]))
    row = world.db.execute("SELECT mid FROM max_text WHERE chat = ? AND seq = ? AND post = ''", key).fetchone()
    if row is None:
        return None
    post, comment = f"max:{match[1]}:{row['mid']}", query.get("comment", "")
    return Spot(match[1], post, f"{post}?comment={comment}" if comment else "")


STAGE = Stage(
    read,
    place="Канал",
    noun=PUBLICATION,
    look="channel",
    accent="plum",
    comment="Комментарий",
    may_post=nowhere,
    photos=frozenset({"message"}),
    paths=r"c/-|im/",
)
