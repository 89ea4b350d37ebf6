"""What people do in VK, behind the common contract: the verbs of `acts.py` and `dialogues.py` by full addresses."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sandbox import pictures
from sandbox.acts import Args, Forbidden, Item, NotThere, Words
from sandbox.state import World
from sandbox.vk import acts, addresses, beside, dialogues, events, people, reading, shapes
from sandbox.vk.addresses import Direct, OnWall
from sandbox.vk.beside import Beside
from sandbox.vk.switchboard import GUESTS


class PeopleActs:
    """Fulfils `acts.Acts`. A place is a community's number; a text's address is as the connector's README says."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """{name, id?, about?, screen_name?, guests?: any | user | none}"""
        guests = str(payload.get("guests", "any"))
        if guests not in GUESTS:
            raise ValueError(f"guests takes {', '.join(GUESTS)}")
        number = addresses.place(str(payload["id"])) if payload.get("id") else 0
        row = people.add_community(
            world,
            str(payload["name"]),
            str(payload.get("screen_name", "")),
            number,
            guests,
            str(payload.get("about", "")),
        )
        return {"id": str(row["id"]), "confirmation_code": row["confirmation"]}

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """{kind: user | group | service, place? | person?, token?, admin_of?: [places]}"""
        holder = addresses.place(str(payload.get("place") or payload.get("person") or 0))
        admin_of = [addresses.place(str(one)) for one in payload.get("admin_of", [])]
        return {"token": people.add_token(world, str(payload["kind"]), holder, str(payload.get("token", "")), admin_of)}

    def write(self, world: World, words: Words) -> str:
        if words.to:
            return self._message(world, words)
        at = addresses.read(words.under) if words.under else OnWall(-addresses.place(words.place), 0)
        if isinstance(at, Direct):
            return self._message(world, words)
        if isinstance(at, Beside):
            return self._beside(world, words, at)
        acts.community_of(world, at.owner)
        author = self._author(world, words.author) if words.author else at.owner
        refs = self._photos(world, words, author)
        draft = acts.Draft(author, words.text, refs)
        if not words.under:
            spot = acts.Spot(*words.spot) if words.spot else None
            return str(OnWall(at.owner, acts.write_post(world, at.owner, draft, spot)))
        if author > 0 and acts.get_post(world, at.owner, at.post)["closed"]:
            raise Forbidden("Комментарии закрыты.")
        row = acts.write_comment(world, at.owner, at.post, draft, at.comment)
        return str(OnWall(at.owner, at.post, row["id"]))

    def _beside(self, world: World, words: Words, at: Beside) -> str:
        """Under a photo, a video or in a topic."""
        author = self._person(world, words.author) if words.author else at.owner
        if author > 0 and beside.thing(world, at)["closed"]:
            raise Forbidden("Комментарии закрыты.")
        row = beside.write(world, at, acts.Draft(author, words.text, self._photos(world, words, author)))
        return str(dataclasses.replace(at, comment=row["id"]))

    def _message(self, world: World, words: Words) -> str:
        at = addresses.read(words.under) if words.under else None
        group = at.group if isinstance(at, Direct) else addresses.place(words.to)
        if not words.author:
            raise ValueError("a community writes in private through the API only")
        person = self._person(world, words.author)
        spot = acts.Spot(*words.spot) if words.spot else None
        message = dialogues.Words(words.text, self._photos(world, words, person), spot=spot)
        number = dialogues.from_person(world, group, person, message)
        (cmid,) = world.db.execute("SELECT cmid FROM vk_message WHERE id = ?", (number,)).fetchone()
        return str(Direct(group, person, cmid))

    def _author(self, world: World, number: str) -> int:
        """A person, or with "-" another community, which speaks as a guest."""
        if not number.startswith("-"):
            return self._person(world, number)
        return int(acts.community_of(world, -addresses.place(number))["id"]) * -1

    def _person(self, world: World, number: str) -> int:
        known = number.isascii() and number.isdigit() and len(number) < 19
        if not known or shapes.find(world.db, "vk_person", int(number)) is None:
            raise NotThere(f"nobody has the id {number[:40]}")
        return int(number)

    def _photos(self, world: World, words: Words, author: int) -> list[acts.PhotoRef]:
        return [people.add_photo(world, author, author, pictures.measured(data)) for data in words.photos]

    def edit(self, world: World, address: str, text: str) -> None:
        at = self._public(address)
        if isinstance(at, Beside):
            beside.edit(world, at, text)
        elif at.comment:
            acts.edit_comment(world, at.owner, at.comment, text, None)
        else:
            acts.edit_post(world, at.owner, at.post, text)

    def delete(self, world: World, address: str) -> None:
        """Whoever wrote it takes it back."""
        at = self._public(address)
        if isinstance(at, Beside):
            beside.delete(world, at)
        elif at.comment:
            author = acts.get_comment(world, at.owner, at.comment)["from_id"]
            acts.delete_comment(world, at.owner, at.comment, author)
        else:
            acts.delete_post(world, at.owner, at.post)

    def restore(self, world: World, address: str) -> None:
        """A deleted comment comes back."""
        at = self._public(address)
        if isinstance(at, Beside):
            beside.restore(world, at)
        else:
            acts.restore_comment(world, at.owner, at.comment)

    def _public(self, address: str) -> OnWall | Beside:
        at = addresses.read(address)
        if isinstance(at, Direct):
            raise Forbidden("Личное сообщение здесь не меняют и не удаляют.")
        return at

    def _on_wall(self, address: str) -> OnWall:
        at = self._public(address)
        if isinstance(at, Beside):
            raise NotThere(f"{address[:100]} is not on a wall")
        return at

    def event(self, world: World, payload: Args) -> None:
        """{place, type, object}"""
        group = addresses.place(str(payload["place"]))
        acts.community_of(world, -group)
        events.inject(world, group, str(payload["type"]), payload["object"])

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        owner = -addresses.place(place)
        acts.community_of(world, owner)
        return reading.posts(world, owner, before, most)

    def thread(self, world: World, address: str) -> Sequence[Item]:
        at = addresses.read(address)
        if isinstance(at, Beside):
            return reading.beside(world, at)
        return reading.dialogue(world, at) if isinstance(at, Direct) else reading.threads(world, [at])[0]

    def threads(self, world: World, posts: Sequence[str]) -> Sequence[Sequence[Item]]:
        """The threads of many posts at once."""
        return reading.threads(world, [self._on_wall(address) for address in posts])

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        return reading.dialogue(world, Direct(addresses.place(place), self._person(world, person)))
