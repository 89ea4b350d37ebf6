"""How Facebook's and Instagram's pages for people look, both under `/meta/`."""

import dataclasses
import re
from collections.abc import Mapping

from sandbox.acts import NotThere
from sandbox.meta import world as w
from sandbox.stage.contract import PUBLICATION, Spot, Stage, nowhere
from sandbox.state import World


def read(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if talk := re.fullmatch(r"direct/t(?:/([0-9]{1,20}))?", path):
        return Spot(query.get("account", ""), private=True, person=w.plain_person(talk[1] or ""))
    if talk := re.fullmatch(r"([0-9]{1,20})/inbox(?:/([0-9]{1,20}))?", path):
        return Spot(talk[1], private=True, person=talk[2] or "")
    if post := re.fullmatch(r"([0-9]{1,20})/posts/([0-9]{1,20})", path):
        last = query.get("reply_comment_id") or query.get("comment_id") or ""
        return Spot(post[1], f"fb:{post[1]}_{post[2]}", f"fb:{post[2]}_{last}" if last else "")
    if media := re.fullmatch(r"p/([\w-]{1,20})(?:/c/([0-9]{1,20}))?(?:/r/([0-9]{1,20}))?", path, re.ASCII):
        try:
            row = w.any_text(world, w.media_of(media[1]))
        except NotThere:
            return None
        marked = media[3] or media[2]
        return Spot(row["place"], f"ig:{row['id']}", f"ig:{marked}" if marked else "")
    row = world.db.execute(
        "SELECT id FROM meta_place WHERE (kind = 'page' AND id = ?1) OR (kind = 'ig' AND username = ?1)", (path,)
    ).fetchone()
    return Spot(row["id"]) if row else None


STAGE = Stage(read, place="Страница", noun=PUBLICATION, look="wall", accent="dusk", title="Учебный Facebook")
INSTAGRAM = dataclasses.replace(
    STAGE,
    place="Профиль",
    look="photos",
    accent="rose",
    title="Учебный Instagram",
    person=w.plain_person,
    may_post=nowhere,
    photos=frozenset({"message"}),
)
