"""The emulator's own figures and its entry on the front page."""

from sandbox.meta.stage import INSTAGRAM
from sandbox.network import Place
from sandbox.state import World

_COUNTS = {
    "pages": "SELECT count(*) FROM meta_place WHERE kind = 'page'",
    "accounts": "SELECT count(*) FROM meta_place WHERE kind = 'ig'",
    "people": "SELECT count(*) FROM person WHERE network = 'meta'",
    "posts": "SELECT count(*) FROM meta_text WHERE deleted = 0 AND kind IN ('post', 'media')",
    "citizen_posts": "SELECT count(*) FROM meta_text WHERE deleted = 0 AND kind = 'post' AND author != ''",
    "citizen_comments": "SELECT count(*) FROM meta_text WHERE deleted = 0 AND id != root AND author != ''",
    "official_comments": "SELECT count(*) FROM meta_text WHERE deleted = 0 AND id != root AND author = ''",
    "deleted_comments": "SELECT count(*) FROM meta_text WHERE deleted = 1 AND id != root",
    "messages_in": "SELECT count(*) FROM meta_message WHERE out = 0",
    "messages_out": "SELECT count(*) FROM meta_message WHERE out = 1",
    "pushes_due": "SELECT count(*) FROM push WHERE network = 'meta' AND state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM push WHERE network = 'meta' AND state = 'lost'",
}


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """Pages and accounts, by name."""
    rows = world.db.execute("SELECT * FROM meta_place ORDER BY name, id").fetchall()
    network_places = []
    for row in rows:
        page = row["kind"] == "page"
        wall = f"/meta/{row['id']}" if page else f"/meta/{row['username']}/"
        talk = f"/meta/{row['id']}/inbox" if page else f"/meta/direct/t/?account={row['id']}"
        look, network = (None, "facebook") if page else (INSTAGRAM, "instagram")
        network_places.append(Place(row["name"], wall, talk, row["about"], id=row["id"], network=network, stage=look))
    return network_places
