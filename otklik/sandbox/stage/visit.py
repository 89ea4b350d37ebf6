"""One visit to a page of a network: who looks, as whom, at what."""

import dataclasses
from collections.abc import Sequence

from django.http import Http404, HttpRequest

from otklik.sandbox.acts import Acts, Item, NotThere, People, Registered
from otklik.sandbox.network import Network, Place
from otklik.sandbox.stage.contract import Spot, Stage
from otklik.sandbox.state import World

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

    def thread(self) -> Sequence[Item]:
        """The post of this page and all under it. Http404 where the post is not there or is deleted."""
        try:
            items = self.setting.acts.thread(self.world, self.spot.post)
        except (NotThere, ValueError) as fault:
            raise Http404 from fault
        if not items or items[0].deleted:
            raise Http404
        return items

    @property
    def mine(self) -> str:
        return self.me.id if self.me else ""


def visit(setting: Setting, world: World, request: HttpRequest, path: str) -> Visit:
    """What stands at this path of the network. Http404 when nothing does."""
    spot = setting.stage.read(world, path, request.GET.dict())
    place = next((one for one in setting.network.places(world) if spot and one.id == spot.place), None)
    if spot is None or place is None:
        raise Http404
    return Visit(setting, world, request, spot, place, me(setting, world, request))


def me(setting: Setting, world: World, request: HttpRequest) -> Person | None:
    """The person of `?as=` or of the cookie. The sandbox believes him: it is a stage, not a network."""
    number = request.GET.get("as") or request.COOKIES.get(setting.cookie, "")
    name = setting.people.name_of(world, number) if number and len(number) <= 100 else ""
    return Person(number, name) if name else None
