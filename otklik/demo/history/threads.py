"""Where messages stand: walls with their posts, and the people who write under them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from otklik.demo.history.addresses import author_address, number_in, person_number, text_address
from otklik.demo.history.cast import Cast, Spot
from otklik.demo.history.rows import Rows
from otklik.demo.texts import handle, official_post, person
from otklik.demo.walls import AGENCIES, BOARD_OF, BOARDS, FOREIGN, REGION, Board
from otklik.inbox.models import Author, Message, Thread
from otklik.lib.text import fold
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS as CONNECTORS

NETWORKS, SHARES = ("vk", "ok", "telegram", "max", "instagram", "facebook", "x"), (66, 12, 10, 7, 2.5, 1.5, 1)
SAME_AUTHOR = 0.22
ELSEWHERE = {
    network: [board for board in BOARDS if board.network == network] for network in NETWORKS if network != "vk"
}


@dataclass(slots=True)
class Post:
    """An open thread: how many more people will write in it, and the citizens' messages there so far."""

    thread: Thread
    left: int
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class Square:
    """All walls, and everybody who has written on them."""

    cast: Cast
    rows: Rows
    posts: dict[Board, Post] = field(default_factory=dict)
    numbers: dict[Board, int] = field(default_factory=dict)
    communities: dict[tuple[str, str], Author] = field(default_factory=dict)
    people: dict[str, list[Author]] = field(default_factory=dict)

    def author(self, rng: Random, network: str) -> Author:
        """A new person, or one who has written lately."""
        known = self.people.setdefault(network, [])
        if known and rng.random() < SAME_AUTHOR:
            return rng.choice(known[-600:])
        number = person_number(network, len(known))
        who = person(rng)
        name = f"{who.first_name} {who.last_name}".strip()
        row = Author(
            network=network,
            external_id=author_address(network, number),
            name=handle(name, number) if network == "instagram" else name,  # it tells no other name
        )
        known.append(self.rows.add(row))
        return row

    def community(self, board: Board) -> Author:
        """The place as the author of its own posts."""
        name = {"max": f"max:chat:{board.name}"}.get(board.network, board.community)
        return self._official(board.network, name, board.title, ours=not board.foreign)

    def voice(self, account: Account) -> Author:
        """Our account as the author of its answers."""
        name = CONNECTORS[account.network].voice(account.external_id)
        return self._official(account.network, name, account.title, ours=True)

    def _official(self, network: str, name: str, title: str, *, ours: bool) -> Author:
        if (network, name) not in self.communities:
            self.communities[network, name] = self.rows.add(
                Author(network=network, external_id=name, name=title, is_community=True, ours=ours)
            )
        return self.communities[network, name]

    def address(self, board: Board) -> str:
        """The address of the next text there."""
        self.numbers[board] = self.numbers.get(board, 0) + 1
        return text_address(board, self.numbers[board])

    def post(self, rng: Random, board: Board, spot: Spot, at: datetime) -> Post:
        """The thread people write in now; a new one begins when enough has been said under the last."""
        current_post = self.posts.get(board)
        if current_post is None or current_post.left <= 0:
            current_post = self.posts[board] = self._begin(rng, board, spot, at)
        current_post.left -= 1
        return current_post

    def _begin(self, rng: Random, board: Board, spot: Spot, at: datetime) -> Post:
        address, source = self.address(board), self.cast.sources[board.network, board.source]
        thread = self.rows.add(
            Thread(network=board.network, external_id=address, community=board.community, source=source)
        )
        when = at - timedelta(minutes=rng.randint(20, 900))
        text = fitting(official_post(rng, spot.words, self.cast.local(when)), board.network)
        self.rows.add(
            Message(
                network=board.network,
                external_id=address,
                place=Message.Place.POST,
                thread=thread,
                author=self.community(board),
                source=source,
                own=not board.foreign,
                posted_at=when,
                captured_at=when + timedelta(seconds=rng.randint(3, 40)),
                **worded(text),
            )
        )
        return Post(thread, rng.randint(2, 16))


def written(text: str, board: Board, author: Author, above: Author | None = None) -> str:
    """A citizen's words as the network tells them. X puts the names of those who are answered in front."""
    if board.network != "x":
        return text
    names = [_name_in_x(above)] if above is not None and above is not author and not above.ours else []
    lead = "".join(f"@{name} " for name in (*names, board.handle))
    return lead + fitting(text, board.network, len(lead))


def answered(text: str, asked: Author) -> str:
    """Our words to somebody as the network tells them."""
    return f"@{_name_in_x(asked)} {text}" if asked.network == "x" else text


def _name_in_x(author: Author) -> str:
    return handle(author.name, int(number_in("x", author.external_id)))


def fitting(text: str, network: str, taken: int = 0) -> str:
    """The text as far as the network takes one: whole sentences, or else whole words. `taken` is not left for it."""
    most = CONNECTORS[network].limits.text - taken
    while len(text) > most:
        head = text[:most]
        cut = max(head.rfind(mark) + 1 for mark in (". ", "! ", "? "))
        text = head[:cut].rstrip() if cut > most // 3 else f"{head[: most - 1].rpartition(' ')[0]}…"
    return text


def worded(text: str) -> dict[str, str]:
    """The columns that go with a text."""
    text = text.strip() or "?"  # nothing was drawn: the author had nothing to say but that
    folded = fold(text)
    return {"text": text, "folded": folded, "text_hash": hashlib.sha256(folded.encode()).hexdigest()}


def pick_network(rng: Random) -> str:
    return rng.choices(NETWORKS, SHARES)[0]


def pick_board(rng: Random, network: str) -> Board:
    """Most complain on foreign walls of VK; in the other networks wherever there is a place of theirs."""
    if network != "vk":
        there = ELSEWHERE[network]
        return rng.choices(there, [board.audience for board in there])[0]
    chance = rng.random()
    if chance < 0.27:
        return BOARD_OF["vk", f"club{REGION.number}"]
    wall = rng.choice(AGENCIES) if chance < 0.5 else rng.choices(FOREIGN, [wall.audience for wall in FOREIGN])[0]
    return BOARD_OF["vk", f"club{wall.number}"]
