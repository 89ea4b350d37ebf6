"""The steps that every story over the networks is told in: how it is heard, what the people do, how it is said."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from otklik.inbox.models import Hint
from otklik.incidents.models import Heard, Incident
from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.base import Access
from otklik.networks.models import Account, LegalSwitch
from otklik.networks.registry import NETWORKS
from otklik.publishing.fate import published_by_hand, say_again
from otklik.publishing.models import Delivery
from tests.region import FINAL, People, approved, assigned, build_people, joined, listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.stages import EVERY, STAGES, Stage

__all__ = ["approved", "assigned"]
COMPLAINT = "Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!"
ANSWER = FINAL.text
NAMES = ("Анна Пробная", "anna_p")  # Instagram tells the user name alone
PUSHED = [kind for kind in STAGES if kind != "ok"]  # the comments of Odnoklassniki are not pushed at all
WITHIN = 30.0  # seconds


@pytest.fixture(params=list(STAGES))
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    """Where a story is told. This fixture alone spreads one over the networks."""
    return EVERY[request.param](sandbox)


@pytest.fixture
def people(stage: Stage, transactional_db: None) -> Iterator[People]:
    """The region's people, with answers that leave at once and every network switched on."""
    with joined(stage.sandbox):
        for network in NETWORKS:
            LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
        yield People(**build_people())


@pytest.fixture
def account(stage: Stage, people: People) -> Account:
    return stage.account(people.agency, people.place)


@pytest.fixture
def asking(stage: Stage, account: Account) -> "Way":
    """The product hears by asking."""
    return Way(stage, account, None)


@pytest.fixture(params=["pull", "push"])
def way(request: pytest.FixtureRequest, stage: Stage, account: Account) -> "Way":
    if request.param == "push" and stage.network not in PUSHED:
        pytest.skip("this network pushes no comments")
    return Way(stage, account, request.getfixturevalue("live_server") if request.param == "push" else None)


class Way:
    """How the product hears: it asks, or it is told at its own hook."""

    def __init__(self, stage: Stage, account: Account, server: LiveServer | None) -> None:
        self.stage, self.account, self.server = stage, account, server
        if server is not None:
            subscribe(account, server.url)
            self.rest()  # VKontakte asks the address for a word first, and tells nothing before it has it
        listen()  # from here on everything is news

    def hear(self, came: Callable[[], bool], what: str) -> None:
        """Let it be heard, in whichever way."""
        deadline = time.monotonic() + WITHIN
        while not came():
            assert time.monotonic() < deadline, f"did not happen: {what}"
            self._once()

    def rest(self) -> None:
        """Until the network has nothing more to tell."""
        kind = self.stage.kind
        name = "deliveries" if kind == "vk" else "pushes"  # VKontakte has a pusher of its own

        def arrived() -> bool:
            pushes = self.stage.sandbox.inspect(f"{kind}/{name}")[name]
            return self.server is None or all(push["state"] != "due" for push in pushes)

        self.hear(arrived, "all pushes have arrived")
        for _ in range(2):
            self._once()

    def _once(self) -> None:
        for due in (Hint, Heard):
            due.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        if self.server is None:
            listen()
        else:
            settle()
            time.sleep(0.05)

    def complaint(self, text: str = COMPLAINT) -> str:
        """A citizen complains and is heard; the address."""
        address = self.stage.complain(text)
        cards = Incident.objects.filter(messages__external_id=address)
        self.hear(lambda: cards.all().exists(), "the complaint is heard")
        return address


def subscribe(account: Account, base: str) -> None:
    """The network pushes to the account's hook at this base."""
    rows = Account.objects.filter(pk=account.pk)
    rows.update(options={**account.options, "push": True})
    network = NETWORKS[account.network]
    rows.update(confirmation=network.confirmation_code(access_of(account)))
    network.subscribe(access_of(account), base + reverse("hook", args=[account.network, account.hook_key]))


def access_of(account: Account) -> Access:
    return access_to(Account.objects.prefetch_related("tokens").get(pk=account.pk))


def answer_due(people: People, way: Way) -> str:
    """A complaint is heard, assigned and answered, and the answer may leave; the complaint's address."""
    address = way.complaint()
    approved(people, assigned(people, only_card()))
    return address


def card_of(address: str) -> Incident:
    return Incident.objects.get(messages__external_id=address)


def speak(looks: int = 12) -> Delivery:
    """Until nothing more happens to the delivery by itself."""
    for _ in range(looks):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        settle()
    return Delivery.objects.get()


def bring_to_an_end(stage: Stage, people: People, address: str) -> Delivery:
    """As `speak`; where the network cannot be asked whether the answer stands there, a person looks and says so."""
    delivery = speak()
    while delivery.hold == Delivery.Hold.PERSON and stage.network == "telegram":
        if there := stage.answers(address, ANSWER):
            published_by_hand(delivery, f"{stage.sandbox.base}{there[0]['link']}", people.approver, clock.now())
        else:
            say_again(delivery, people.approver, clock.now())
        delivery = speak()
    return delivery
