"""What can happen to texts: they come, change (under a new number) and go. Each act tells its events."""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from sandbox.acts import Forbidden, NotThere
from sandbox.state import World, get_setting, put_setting
from sandbox.x import events, people, words
from sandbox.x.switchboard import switch

EPOCH = 1_288_834_974_657  # milliseconds; numbers count from here
EDIT_WITHIN = 30 * 60
MOST_EDITS = 5


@dataclasses.dataclass(frozen=True)
class Draft:
    """About to be written. `without` are users whose names the network shall not put in front."""

    author: str
    text: str
    reply_to: int = 0
    quoted: int = 0
    photos: Sequence[str] = ()
    spot: tuple[float, float] | None = None
    reply_settings: str = "everyone"
    without: frozenset[str] = frozenset()


def next_id(world: World) -> int:
    """A number from the time, larger than any before."""
    last = int(get_setting(world.db, "x:last", 0))
    number = max((world.now * 1000 - EPOCH) << 22, last + 1)
    put_setting(world.db, "x:last", number)
    return number


def get(world: World, number: int) -> sqlite3.Row:
    """A version of a text that is not deleted. NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM x_post WHERE id = ? AND deleted = 0", (number,)
    ).fetchone()
    if row is None:
        raise NotThere(f"no text {number}")
    return row


def newest(world: World, root: int) -> sqlite3.Row:
    """The newest version of a chain, deleted or not. NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM x_post WHERE root = ? ORDER BY id DESC", (root,)
    ).fetchone()
    if row is None:
        raise NotThere(f"no text {root}")
    return row


def chain(world: World, root: int) -> list[int]:
    rows = world.db.execute("SELECT id FROM x_post WHERE root = ? ORDER BY id", (root,)).fetchall()
    return [int(row["id"]) for row in rows]


def write(world: World, draft: Draft) -> sqlite3.Row:
    """A new text. NotThere if what it replies to or quotes is gone."""
    people.handle(world, draft.author)
    parent = get(world, draft.reply_to) if draft.reply_to else None
    quoted = get(world, draft.quoted) if draft.quoted else None
    number = next_id(world)
    lead = _lead(world, draft, parent)
    row = _insert(world, number, number, draft, lead, parent)
    events.written(world, row, parent, quoted)
    return row


def edit(world: World, number: int, text: str) -> sqlite3.Row:
    """The same text under a new number. Forbidden when it is too late or too often."""
    old = get(world, number)
    before = chain(world, old["root"])
    first = get(world, old["root"])
    if world.now - first["at"] > EDIT_WITHIN or len(before) > MOST_EDITS:
        raise Forbidden("This Tweet cannot be edited any more.")
    newest_row = newest(world, old["root"])
    draft = Draft(
        author=old["author"],
        text=text,
        reply_to=old["reply_to"],
        quoted=old["quoted"],
        photos=json.loads(newest_row["photos"]),
        spot=(old["lat"], old["long"]) if old["lat"] is not None else None,
        reply_settings=old["reply_settings"],
    )
    parent = world.db.execute("SELECT * FROM x_post WHERE id = ?", (old["reply_to"],)).fetchone()
    row = _insert(world, next_id(world), old["root"], draft, old["lead"], parent)
    if switch(world.db, "event_edits"):
        quoted = world.db.execute("SELECT * FROM x_post WHERE id = ?", (old["quoted"],)).fetchone()
        events.written(world, row, parent, quoted)
    return row


def delete(world: World, number: int) -> None:
    """Any version takes the whole chain with it."""
    row = get(world, number)
    world.db.execute("UPDATE x_post SET deleted = 1 WHERE root = ?", (row["root"],))
    events.deleted(world, row)


def send(world: World, sender: str, recipient: str, text: str, photos: Sequence[str] = ()) -> sqlite3.Row:
    """A direct message. Whether the recipient takes it is the caller's business."""
    for each in (sender, recipient):
        people.handle(world, each)
    low, high = sorted((sender, recipient), key=int)
    number = next_id(world)
    world.db.execute(
        "INSERT INTO x_message (id, low, high, sender, text, at, photos) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, low, high, sender, text, world.now, json.dumps(list(photos))),
    )
    row: sqlite3.Row = world.db.execute("SELECT * FROM x_message WHERE id = ?", (number,)).fetchone()
    events.sent(world, row, recipient)
    return row


def takes_messages(world: World, recipient: str, sender: str) -> bool:
    """Open to everybody, or has written to the sender first."""
    row = people.user(world, recipient)
    if row is None:
        raise NotThere(f"nobody has the id {recipient}")
    low, high = sorted((sender, recipient), key=int)
    wrote = world.db.execute(
        "SELECT 1 FROM x_message WHERE low = ? AND high = ? AND sender = ?", (low, high, recipient)
    ).fetchone()
    return bool(row["dm_open"]) or wrote is not None


def _lead(world: World, draft: Draft, parent: sqlite3.Row | None) -> str:
    """The names that the network puts in front of a reply: whose text it is, and whom that text names."""
    if parent is None:
        return ""
    wanted = dict.fromkeys([parent["author"], *json.loads(parent["mentioned"])])
    handles = [people.handle(world, each) for each in wanted if each != draft.author and each not in draft.without]
    return "".join(f"@{handle} " for handle in handles)


def _insert(world: World, number: int, root: int, draft: Draft, lead: str, parent: sqlite3.Row | None) -> sqlite3.Row:
    named = _known(world, draft.text)
    mentioned = list(dict.fromkeys([*_known(world, lead), *named]))
    lat, long = draft.spot or (None, None)
    conversation = parent["conversation"] if parent else root
    values = (
        *(number, root, draft.author, lead, draft.text, world.now, conversation, draft.reply_to),
        *(parent["author"] if parent else "", draft.quoted, draft.reply_settings, json.dumps(list(draft.photos))),
        *(lat, long, json.dumps(mentioned), json.dumps(named)),
    )
    world.db.execute(
        "INSERT INTO x_post (id, root, author, lead, text, at, conversation, reply_to, reply_user, quoted,"
        " reply_settings, photos, lat, long, mentioned, named) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    return get(world, number)


def _known(world: World, text: str) -> list[str]:
    """Ids of the people whom a text names."""
    rows = [people.named(world, name) for _, _, name in words.names(text)]
    return list(dict.fromkeys(row["id"] for row in rows if row is not None))
