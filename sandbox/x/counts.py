"""The emulator's own figures and its entry on the front page."""

from sandbox.network import Place
from sandbox.state import World

_COUNTS = {
    "places": "SELECT count(*) FROM x_user WHERE official",
    "people": "SELECT count(*) FROM person WHERE network = 'x' AND id NOT IN (SELECT id FROM x_user WHERE official)",
    "posts": "SELECT count(DISTINCT root) FROM x_post WHERE deleted = 0",
    "citizen_posts": "SELECT count(DISTINCT root) FROM x_post WHERE deleted = 0"
    " AND author NOT IN (SELECT id FROM x_user WHERE official)",
    "deleted_posts": "SELECT count(DISTINCT root) FROM x_post WHERE deleted = 1",
    "official_posts": "SELECT count(DISTINCT root) FROM x_post WHERE deleted = 0"
    " AND author IN (SELECT id FROM x_user WHERE official)",
    "messages_in": "SELECT count(*) FROM x_message WHERE sender NOT IN (SELECT id FROM x_user WHERE official)",
    "messages_out": "SELECT count(*) FROM x_message WHERE sender IN (SELECT id FROM x_user WHERE official)",
    "renewals": "SELECT count(*) FROM x_refresh WHERE used = 1",
    "pushes_due": "SELECT count(*) FROM push WHERE network = 'x' AND state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM push WHERE network = 'x' AND state = 'lost'",
}


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """All accounts of offices, by name."""
    rows = world.db.execute(
        "SELECT p.id, p.name, p.handle, u.about FROM person p JOIN x_user u ON u.id = p.id"
        " WHERE p.network = 'x' AND u.official ORDER BY p.name, p.id"
    ).fetchall()
    return [
        Place(row["name"], f"/x/{row['handle']}", f"/x/messages/{row['id']}", row["about"], id=row["id"])
        for row in rows
    ]
