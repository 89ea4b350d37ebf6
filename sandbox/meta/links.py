"""Public links, all under this site: paths of pages that people see. See the README for the scheme."""

import sqlite3

from sandbox.meta import world as w
from sandbox.state import World


def photo(world: World, number: str) -> str:
    return f"{world.base}/meta/photo/{number}.jpg"


def path_of(row: sqlite3.Row) -> str:
    """The path of the page of a post, publication or comment."""
    last = row["id"].rpartition("_")[2]
    if row["kind"] in ("media", "igcomment"):
        base = f"/meta/p/{w.shortcode(row['root'])}/"
        if row["kind"] == "media":
            return base
        return f"{base}c/{row['parent']}/r/{row['id']}/" if row["parent"] else f"{base}c/{row['id']}/"
    base = f"/meta/{row['place']}/posts/{row['root'].rpartition('_')[2]}/"
    if row["kind"] == "post":
        return base
    above = row["parent"].rpartition("_")[2]
    return f"{base}?comment_id={above}&reply_comment_id={last}" if above else f"{base}?comment_id={last}"


def dialogue_path(kind: str, place: str, person: str) -> str:
    return f"/meta/{place}/inbox/{person}/" if kind == "page" else f"/meta/direct/t/{person}/?account={place}"
