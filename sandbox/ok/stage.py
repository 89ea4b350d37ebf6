"""How Odnoklassniki's pages for people look: `/ok/group/1`, `/ok/group/1/topic/2?comment=3`, `/ok/messages/C1`."""

import re
from collections.abc import Mapping

from sandbox.ok import refs
from sandbox.stage.contract import TOPIC, Spot, Stage
from sandbox.state import World


def read(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if place := re.fullmatch(r"group/([0-9]{1,20})(/messages)?", path):
        return Spot(place[1], private=bool(place[2]))
    if topic := re.fullmatch(r"group/([0-9]{1,20})/topic/([0-9]{1,20})", path):
        comment = query.get("comment", "")
        return Spot(topic[1], refs.topic(topic[2]), refs.comment(topic[2], comment) if comment else "")
    if talk := re.fullmatch(r"messages/([0-9A-Za-z]{1,40})", path):
        row = world.db.execute("SELECT * FROM ok_chat WHERE id = ?", (talk[1],)).fetchone()
        return Spot(row["group_id"], private=True, person=row["person_id"]) if row else None
    return None


STAGE = Stage(read, place="Группа", noun=TOPIC, look="wall", accent="ochre")
