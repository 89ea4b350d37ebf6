"""How X's pages for people look: `/x/office`, `/x/office/status/1` (or `i`), `/x/messages/1`, `/x/messages/1-2`."""

import re
from collections.abc import Mapping

from sandbox.stage.contract import POST, Spot, Stage
from sandbox.state import World
from sandbox.x import people


def read(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if status := re.fullmatch(r"\w{1,40}/status/([0-9]{1,19})", path, re.ASCII):
        return _status(world, int(status[1]))
    if talk := re.fullmatch(r"messages/([0-9]{1,19})(?:-([0-9]{1,19}))?", path):
        if not talk[2]:
            return Spot(talk[1], private=True)
        office = next((one for one in (talk[1], talk[2]) if (row := people.user(world, one)) and row["official"]), "")
        return Spot(office, private=True, person=talk[2] if office == talk[1] else talk[1])
    user = people.named(world, path) if re.fullmatch(r"\w{1,40}", path, re.ASCII) else None
    return Spot(user["id"]) if user else None


def _status(world: World, number: int) -> Spot | None:
    """The conversation stands at the office that wrote in it or is named in it."""
    row = world.db.execute("SELECT root, conversation FROM x_post WHERE id = ?", (number,)).fetchone()
    office = (
        row
        and world.db.execute(
            "SELECT u.id FROM x_user u JOIN x_post p ON p.conversation = ? AND (p.author = u.id OR p.named LIKE"
            " '%\"' || u.id || '\"%') WHERE u.official ORDER BY p.id",
            (row["conversation"],),
        ).fetchone()
    )
    return Spot(office["id"], f"x:{row['root']}", f"x:{row['root']}") if office else None


def _draft(world: World, place: str) -> str:
    row = people.user(world, place)
    return f"@{row['handle']} " if row else ""


STAGE = Stage(
    read,
    place="Профиль",
    noun=POST,
    look="feed",
    accent="ink",
    comment="Ваш ответ",
    draft=_draft,
)
