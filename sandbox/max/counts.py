"""The emulator's own figures and its entry on the front page."""

from sandbox.network import Place
from sandbox.state import World

_COUNTS = {
    "bots": "SELECT count(*) FROM max_bot",
    "channels": "SELECT count(*) FROM max_chat WHERE type = 'channel'",
    "people": "SELECT count(*) FROM person WHERE network = 'max'",
    "posts": "SELECT count(*) FROM max_text JOIN max_chat ON max_chat.id = chat"
    " WHERE type = 'channel' AND post = '' AND deleted = 0",
    "citizen_comments": "SELECT count(*) FROM max_text WHERE post != '' AND deleted = 0"
    " AND by NOT IN (SELECT id FROM max_bot) AND sender != 0",
    "deleted_comments": "SELECT count(*) FROM max_text WHERE post != '' AND deleted = 1",
    "official_comments": "SELECT count(*) FROM max_text WHERE post != '' AND deleted = 0"
    " AND (by IN (SELECT id FROM max_bot) OR sender = 0)",
    "messages_in": "SELECT count(*) FROM max_text JOIN max_chat ON max_chat.id = chat"
    " WHERE type = 'dialog' AND by != bot",
    "messages_out": "SELECT count(*) FROM max_text JOIN max_chat ON max_chat.id = chat"
    " WHERE type = 'dialog' AND by = bot",
    "pushes_due": "SELECT count(*) FROM push WHERE network = 'max' AND state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM push WHERE network = 'max' AND state = 'lost'",
}
_PLACES = """
SELECT c.id, c.title, c.about, (SELECT min(bot) FROM max_member m WHERE m.chat = c.id) AS bot FROM max_chat c
WHERE c.type = 'channel' ORDER BY c.title, c.id
"""


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """All channels, by name. A dialogue is with the channel's bot."""
    rows = world.db.execute(_PLACES).fetchall()
    return [
        Place(
            row["title"],
            f"/max/c/{row['id']}",
            f"/max/im/{row['bot']}" if row["bot"] else "",
            row["about"],
            id=str(row["id"]),
            private=str(row["bot"] or ""),
        )
        for row in rows
    ]
