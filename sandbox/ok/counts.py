"""The emulator's own figures and its entry on the front page."""

from sandbox.network import Place
from sandbox.state import World

_COUNTS = {
    "groups": "SELECT count(*) FROM ok_group",
    "people": "SELECT count(*) FROM person WHERE network = 'ok'",
    "topics": "SELECT count(*) FROM ok_topic WHERE deleted = 0",
    "citizen_topics": "SELECT count(*) FROM ok_topic WHERE deleted = 0 AND author != ''",
    "citizen_comments": "SELECT count(*) FROM ok_comment WHERE deleted = 0 AND author != ''",
    "deleted_comments": "SELECT count(*) FROM ok_comment WHERE deleted = 1",
    "official_comments": "SELECT count(*) FROM ok_comment WHERE deleted = 0 AND author = ''",
    "messages_in": "SELECT count(*) FROM ok_message WHERE out = 0",
    "messages_out": "SELECT count(*) FROM ok_message WHERE out = 1",
    "pushes_due": "SELECT count(*) FROM push WHERE network = 'ok' AND state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM push WHERE network = 'ok' AND state = 'lost'",
}


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """All groups, by name."""
    rows = world.db.execute("SELECT id, name, about FROM ok_group ORDER BY name, id").fetchall()
    return [
        Place(row["name"], f"/ok/group/{row['id']}", f"/ok/group/{row['id']}/messages", row["about"], id=row["id"])
        for row in rows
    ]
