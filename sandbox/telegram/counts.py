"""The emulator's own figures and its entries on the front page."""

from sandbox.network import Place
from sandbox.state import World
from sandbox.telegram.world import page_of

_PUBLIC = "SELECT count(*) FROM telegram_message WHERE box = 0 AND service = '' AND "
_IN_CHANNEL = "chat IN (SELECT id FROM telegram_chat WHERE type = 'channel')"
_OURS = "(sender_chat <> 0 OR sender IN (SELECT id FROM telegram_bot))"
_COUNTS = {
    "bots": "SELECT count(*) FROM telegram_bot",
    "chats": "SELECT count(*) FROM telegram_chat WHERE moved_to = 0",
    "people": "SELECT count(*) FROM person WHERE network = 'telegram'",
    "posts": _PUBLIC + f"deleted = 0 AND {_IN_CHANNEL}",
    "citizen_comments": _PUBLIC + f"deleted = 0 AND NOT {_OURS}",
    "deleted_comments": _PUBLIC + f"deleted = 1 AND origin_id = 0 AND NOT {_IN_CHANNEL}",
    "official_comments": _PUBLIC + f"deleted = 0 AND origin_id = 0 AND NOT {_IN_CHANNEL} AND {_OURS}",
    "messages_in": "SELECT count(*) FROM telegram_message WHERE box <> 0 AND sender <> box",
    "messages_out": "SELECT count(*) FROM telegram_message WHERE box <> 0 AND sender = box",
    "updates_waiting": "SELECT count(*) FROM telegram_update",
    "pushes_due": "SELECT count(*) FROM push WHERE network = 'telegram' AND state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM push WHERE network = 'telegram' AND state = 'lost'",
}


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """All channels, and all groups that belong to no channel, by name; private talk is with their first bot."""
    rows = world.db.execute(
        "SELECT * FROM telegram_chat WHERE moved_to = 0 AND (type = 'channel' OR linked = 0) ORDER BY title, id"
    ).fetchall()
    network_places = []
    for row in rows:
        bot = world.db.execute(
            "SELECT b.id FROM telegram_member m JOIN telegram_bot b ON b.id = m.who WHERE m.chat IN (?, ?)"
            " AND m.status NOT IN ('left', 'kicked') ORDER BY b.id",
            (row["id"], row["linked"]),
        ).fetchone()
        talk = f"/telegram/im/{bot['id']}" if bot else ""
        private = str(bot["id"]) if bot else ""
        network_places.append(
            Place(row["title"], page_of(row["id"]), talk, row["about"], id=str(row["id"]), private=private)
        )
    return network_places
