"""VK's people for the common pages and the common control API: they have two names and a table of their own."""

from collections.abc import Sequence

from sandbox.state import World
from sandbox.vk import people, shapes


class Citizens:
    """Fulfils `acts.People`."""

    def named(self, world: World, name: str) -> str:
        if not name.strip():
            raise ValueError("a person needs a name")
        return str(people.person_named(world, name))

    def add(self, world: World, name: str, number: str, handle: str) -> None:
        first, _, last = " ".join(name.split()).partition(" ")
        people.add_person(world, first, last, int(number))

    def name_of(self, world: World, number: str) -> str:
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return ""
        row = shapes.find(world.db, "vk_person", int(number))
        return f"{row['first_name']} {row['last_name']}".strip() if row else ""

    def latest(self, world: World, most: int) -> Sequence[tuple[str, str]]:
        rows = world.db.execute("SELECT * FROM vk_person ORDER BY id DESC LIMIT ?", (most,))
        return [(str(row["id"]), f"{row['first_name']} {row['last_name']}".strip()) for row in rows]
