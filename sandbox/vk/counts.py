"""The emulator's own figures and its entry on the front page."""

from sandbox.network import Place
from sandbox.stage.contract import Figures
from sandbox.state import World

_COUNTS = {
    "communities": "SELECT count(*) FROM vk_community",
    "people": "SELECT count(*) FROM vk_person",
    "posts": "SELECT count(*) FROM vk_post WHERE deleted = 0",
    "citizen_posts": "SELECT count(*) FROM vk_post WHERE deleted = 0 AND from_id > 0",
    "citizen_comments": "SELECT count(*) FROM vk_comment WHERE deleted = 0 AND from_id > 0",
    "deleted_comments": "SELECT count(*) FROM vk_comment WHERE deleted = 1",
    "official_comments": "SELECT count(*) FROM vk_comment WHERE deleted = 0 AND from_id < 0",
    "messages_in": "SELECT count(*) FROM vk_message WHERE out = 0",
    "messages_out": "SELECT count(*) FROM vk_message WHERE out = 1",
    "pushes_due": "SELECT count(*) FROM vk_delivery WHERE state = 'due'",
    "pushes_given_up": "SELECT count(*) FROM vk_delivery WHERE state = 'lost'",
}


def counts(world: World) -> dict[str, int]:
    """Every figure by name."""
    return {name: int(world.db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def places(world: World) -> list[Place]:
    """All communities, by name."""
    rows = world.db.execute("SELECT id, name, about FROM vk_community ORDER BY name, id").fetchall()
    return [
        Place(row["name"], f"/vk/wall-{row['id']}", f"/vk/im{row['id']}", row["about"], str(row["id"])) for row in rows
    ]


def figures(world: World) -> dict[str, Figures]:
    """Every community's figures by its number."""
    posts, comments = (
        {owner: (count, last) for owner, count, last in world.db.execute(query)}
        for query in (
            "SELECT owner_id, count(*), max(date) FROM vk_post WHERE deleted = 0 GROUP BY owner_id",
            "SELECT owner_id, count(*), max(date) FROM vk_comment WHERE deleted = 0 GROUP BY owner_id",
        )
    )
    return {
        str(number): Figures(
            posts=posts.get(-number, (0, 0))[0],
            comments=comments.get(-number, (0, 0))[0],
            last=max(posts.get(-number, (0, 0))[1], comments.get(-number, (0, 0))[1]),
        )
        for (number,) in world.db.execute("SELECT id FROM vk_community")
    }
