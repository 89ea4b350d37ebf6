"""Where messages stand: walls with their posts, and the people who write under them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from otklik.demo import walls
from otklik.demo.history.addresses import author_address, community_address, page_of_person, post_address
from otklik.demo.history.cast import Cast, Spot
from otklik.demo.history.rows import Rows
from otklik.demo.texts import official_post, person
from otklik.demo.walls import Wall
from otklik.inbox.models import Author, Message, Thread
from otklik.lib.text import fold

NETWORKS, SHARES = ("vk", "ok", "telegram", "max"), (70, 13, 12, 5)
FIRST_NUMBER = 1_000_000
"""Posts and comments of the history are numbered from here; what the sandbox numbers itself lies far below."""
FIRST_PERSON = 600_001
SAME_AUTHOR = 0.22


@dataclass(slots=True)
class Post:
    """An open thread: how many more people will write in it, and the citizens' messages there so far."""

    thread: Thread
    left: int
    said: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class Square:
    """All walls, and everybody who has written on them."""

    cast: Cast
    rows: Rows
    posts: dict[tuple[str, int], Post] = field(default_factory=dict)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    communities: dict[tuple[str, int], Author] = field(default_factory=dict)
    people: dict[str, list[Author]] = field(default_factory=dict)

    def author(self, rng: Random, network: str) -> Author:
        """A new person, or one who has written lately."""
        known = self.people.setdefault(network, [])
        if known and rng.random() < SAME_AUTHOR:
            return rng.choice(known[-600:])
        number = FIRST_PERSON + len(known)
        who = person(rng)
        row = Author(
            network=network,
            external_id=author_address(network, number),
            name=f"{who.first_name} {who.last_name}".strip(),
            url=page_of_person(network, number),
        )
        known.append(self.rows.add(row))
        return row

    def community(self, network: str, wall: Wall) -> Author:
        """The community as the author of its own posts and answers."""
        key = (network, wall.number)
        if key not in self.communities:
            name = community_address(network, wall)
            self.communities[key] = self.rows.add(
                Author(network=network, external_id=name, name=wall.title, is_community=True, ours=not wall.foreign)
            )
        return self.communities[key]

    def number(self, network: str, wall: Wall) -> int:
        key = (network, wall.number)
        self.numbers[key] = self.numbers.get(key, FIRST_NUMBER) + 1
        return self.numbers[key]

    def post(self, rng: Random, network: str, wall: Wall, spot: Spot, at: datetime) -> Post:
        """The thread people write in now; a new one begins when enough has been said under the last."""
        key = (network, wall.number)
        found = self.posts.get(key)
        if found is None or found.left <= 0:
            found = self.posts[key] = self._begin(rng, network, wall, spot, at)
        found.left -= 1
        return found

    def _begin(self, rng: Random, network: str, wall: Wall, spot: Spot, at: datetime) -> Post:
        number = self.number(network, wall)
        address, url = post_address(network, wall, number)
        source = self.cast.sources[wall.number] if network == "vk" else None
        thread = self.rows.add(
            Thread(
                network=network,
                external_id=address,
                community=f"club{wall.number}" if network == "vk" else str(wall.number),
                url=url,
                source=source,
            )
        )
        when = at - timedelta(minutes=rng.randint(20, 900))
        text = official_post(rng, spot.words, self.cast.local(when))
        self.rows.add(
            Message(
                network=network,
                external_id=address,
                place=Message.Place.POST,
                thread=thread,
                author=self.community(network, wall),
                source=source,
                own=not wall.foreign,
                posted_at=when,
                captured_at=when + timedelta(seconds=rng.randint(3, 40)),
                url=url,
                **worded(text),
            )
        )
        return Post(thread, rng.randint(2, 16))


def worded(text: str) -> dict[str, str]:
    """The columns that go with a text."""
    text = text.strip() or "?"  # nothing was drawn: the author had nothing to say but that
    folded = fold(text)
    return {"text": text, "folded": folded, "text_hash": hashlib.sha256(folded.encode()).hexdigest()}


def pick_network(rng: Random) -> str:
    return rng.choices(NETWORKS, SHARES)[0]


def pick_wall(rng: Random, network: str) -> Wall:
    """Most complain on foreign walls; other networks have the region's community and the towns' ones only."""
    chance = rng.random()
    if network != "vk":
        return rng.choice((walls.REGION, *walls.FOREIGN[:4]))
    if chance < 0.27:
        return walls.REGION
    if chance < 0.5:
        return rng.choice(walls.AGENCIES)
    return rng.choices(walls.FOREIGN, [wall.audience for wall in walls.FOREIGN])[0]
