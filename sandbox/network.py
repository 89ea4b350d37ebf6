"""What a network's folder gives to the framework."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from sandbox.acts import Acts, People
from sandbox.pusher import Pushes
from sandbox.shelves import Shelf
from sandbox.stage.contract import Stage
from sandbox.state import State, World


@dataclasses.dataclass(frozen=True)
class Place:
    """One community, page or channel on the list of the front page."""

    title: str
    wall: str  # path of its wall
    dialogue: str  # path of its private dialogues, "" where nobody can write to it in private
    about: str
    id: str = ""  # as Acts takes it; the pages for people need it
    private: str = ""  # as Acts takes it for private dialogues (a channel's bot), if that is not `id`
    network: str = ""  # the network it belongs to, where one emulator plays several
    stage: Stage | None = None  # if this place is not shown as the rest of its network is


@dataclasses.dataclass(frozen=True)
class Network:
    """The contract of one emulator."""

    kind: str  # "vk": the word in the control API's addresses
    title: str  # what a person reads on the front page
    tables: str  # SQL with CREATE ... IF NOT EXISTS; every table's name starts with the kind
    urls: str  # dotted name of the module with `urlpatterns`, mounted at the root of the site
    control_urls: str  # its own part of the control API, mounted at /control/<kind>/; "" = only the common one
    places: Callable[[World], Sequence[Place]]
    counts: Callable[[World], Mapping[str, int]]
    switches: Mapping[str, tuple[object, ...]]  # name -> allowed values, the first is the default; () = any value
    fault_kinds: frozenset[str]  # its own kinds, besides the common ones of faults.py
    start: Callable[[State], None] = lambda state: None  # starts background threads; they end when state.stopping
    acts: Acts | None = None  # what people do there; opens the common addresses under /control/<kind>/
    shelves: Sequence[Shelf] = ()  # all its texts, for an audit: without them it finds none here
    stage: Stage | None = None  # how its pages for people look; opens them under /<prefix>/. Needs `acts`
    people: People | None = None  # its people, if they are not those of the common table
    unready: Mapping[str, object] = dataclasses.field(default_factory=lambda: {"error": "being prepared"})  # with a 503
    pushes: Pushes | None = None  # how it pushes to webhooks, if it uses the common pusher
