"""One visit to a page of a network: who looks, as whom, at what."""

import dataclasses
from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from sandbox.acts import Acts, Item, NotThere, People, Registered
from sandbox.network import Network, Place
from sandbox.stage.contract import Spot, Stage
from sandbox.state import World

OFFERED = "Анна Пробная"  # whoever has not chosen a name may write under this one at once


@dataclasses.dataclass(frozen=True)
class Setting:
    """A network that has pages, with all that they need."""

    network: Network
    stage: Stage
    acts: Acts
    people: People

    @property
    def kind(self) -> str:
        return self.network.kind

    @property
    def root(self) -> str:
        """The path under which the network's pages stand: "/vk"."""
        return f"/{self.stage.prefix or self.kind}"

    @property
    def cookie(self) -> str:
        """Whoever one is in one network, one is nobody yet in another."""
        return f"sandbox_{self.kind}_person"


def setting(network: Network) -> Setting | None:
    """None for a network without pages."""
    if network.stage is None or network.acts is None:
        return None
    return Setting(network, network.stage, network.acts, network.people or Registered(network.kind))


@dataclasses.dataclass(frozen=True)
class Person:
    id: str
    name: str


@dataclasses.dataclass(frozen=True)
class Visit:
    """`me` is None for whoever has not said who he is."""

    setting: Setting
    world: World
    request: HttpRequest
    spot: Spot
    place: Place
    me: Person | None
    places: frozenset[str]  # all ids that are no people's

    @property
    def stage(self) -> Stage:
        """How this place is shown."""
        return self.place.stage or self.setting.stage

    @property
    def title(self) -> str:
        return self.stage.title or self.setting.network.title

    @property
    def private(self) -> str:
        """The place as Acts takes it for dialogues."""
        return self.place.private or self.place.id

    def thread(self) -> Sequence[Item]:
        """The post of this page and all under it. Http404 where the post is not there or is deleted."""
        try:
            items = self.setting.acts.thread(self.world, self.spot.post)
        except (NotThere, ValueError) as fault:
            raise Http404 from fault
        if not items or items[0].deleted:
            raise Http404
        return items

    def mine(self, item: Item) -> bool:
        """Whether the visitor wrote it."""
        return self.me is not None and not item.official and self.stage.person(item.author) == self.me.id


def visit(setting: Setting, world: World, request: HttpRequest, path: str) -> Visit:
    """What stands at this path of the network. Http404 when nothing does."""
    spot = setting.stage.read(world, path.rstrip("/"), request.GET.dict())
    places = setting.network.places(world)
    if spot is None:
        raise Http404
    names = [one for one in places if one.id == spot.place] or [
        one for one in places if spot.private and one.private == spot.place
    ]
    if not names:
        raise Http404
    official = frozenset(name for one in places for name in (one.id, one.private))
    person_id = spot.person or request.GET.get("as") or request.COOKIES.get(setting.cookie, "")
    person = None if person_id in official else somebody(setting, world, person_id)
    if spot.person and person is None:
        raise Http404
    return Visit(setting, world, request, spot, names[0], person, official)


def somebody(setting: Setting, world: World, number: str) -> Person | None:
    """Who the visitor says he is. The sandbox believes him: it is a stage, not a network."""
    name = setting.people.name_of(world, number) if 0 < len(number) <= 100 else ""
    return Person(number, name) if name else None


def at(link: str, verb: str = "", **more: str) -> str:
    """The address of what stands behind a page: "/a/b/?c=1", "write" and d="2" give "/a/b/write?c=1&d=2"."""
    path, _, query = link.partition("#")[0].partition("?")
    path = f"{path.rstrip('/')}/{verb}" if verb else path
    query = "&".join(part for part in (query, urlencode(more)) if part)
    return f"{path}?{query}" if query else path
