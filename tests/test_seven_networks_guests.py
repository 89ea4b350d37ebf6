"""A story in somebody else's community: where guests may speak they are heard, and everywhere a person can."""

from collections.abc import Iterator
from typing import Any

import pytest

from otklik.finding import links
from otklik.inbox.by_hand import Brought, bring
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.lib.pictures import wash
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Account, Source
from otklik.publishing.fate import published_by_hand
from otklik.publishing.models import Delivery, Sent
from tests.region import listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.stages import FAR, GUESTS, STAGES, Stage, Visit
from tests.story import ANSWER, COMPLAINT, approved, assigned, card_of, region, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture(params=list(GUESTS))
def visit(request: pytest.FixtureRequest, sandbox: Sandbox) -> Visit:
    return GUESTS[request.param](sandbox)


@pytest.fixture
def guest(visit: Visit, transactional_db: None) -> Iterator[dict[str, Any]]:
    """The agency's own account, and a town's community that is not ours as a place to read."""
    with region(visit.sandbox) as people:
        visit.account(people["agency"], people["place"])
        yield people


def test_a_guest_answers_in_somebody_elses_community(visit: Visit, guest: dict[str, Any]) -> None:
    listen()
    address = visit.complain(COMPLAINT)
    listen()
    incident = card_of(address)
    assert main_message(incident).source == Source.objects.get(kind=Source.Kind.FOREIGN)
    approved(guest, assigned(guest, incident))
    assert speak().state == Delivery.State.SENT
    (said,) = visit.answers(address, ANSWER)
    assert said["parent"] == address


def test_where_guests_may_not_speak_a_person_publishes_by_hand(visit: Visit, guest: dict[str, Any]) -> None:
    listen()
    address = visit.complain(COMPLAINT)
    listen()
    visit.forbid()
    approved(guest, assigned(guest, card_of(address)))
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND)
    assert delivery.words
    assert visit.answers(address, ANSWER) == []
    published_by_hand(delivery, main_message(card_of(address)).url, guest["approver"], clock.now())
    assert card_of(address).state == State.RATING


HOSTS = [kind for kind in STAGES if kind != "vk"]  # on a wall of VKontakte any community may be a guest


@pytest.mark.parametrize("kind", HOSTS)
def test_where_no_guest_may_speak_the_place_itself_answers_for_the_agency(
    kind: str, sandbox: Sandbox, transactional_db: None
) -> None:
    """The region's own place is complained at, and the agency that answers has an account of its own elsewhere."""
    host = STAGES[kind](sandbox)
    with region(sandbox) as people:
        ours = host.account(None, people["place"])
        Account.objects.create(network=host.network, external_id="404", title="Горсвет", agency=people["agency"])
        listen()
        address = host.complain(COMPLAINT)
        listen()
        approved(people, assigned(people, card_of(address)))
        delivery = speak()
        assert (delivery.state, delivery.account) == (Delivery.State.SENT, ours)
        assert len(host.answers(address, ANSWER)) == 1


@pytest.fixture(params=list(FAR))
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return FAR[request.param](sandbox)


def test_what_no_api_reaches_is_brought_answered_and_published_by_hand(
    stage: Stage, people: dict[str, Any], account: Account
) -> None:
    listen()
    address = stage.complain(COMPLAINT)
    listen()
    assert not Incident.objects.exists(), "nobody tells us of it"
    (shown,) = (item for item in stage.thread(address) if item["address"] == address)
    link = f"{stage.sandbox.base}{shown['link']}"
    found = links.read(link)
    told = Brought(stage.network, link, COMPLAINT, "Анна Пробная")
    bring(told, found.address if found else None, people["operator"], clock.now())
    settle()
    incident = only_card()
    approved(people, assigned(people, incident))
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND), delivery.words
    assert delivery.words
    assert stage.answers(address, ANSWER) == []
    by_hand = stage.answer_aside(ANSWER, address)
    (said,) = stage.answers(address, ANSWER)
    assert said["address"] == by_hand
    seen = f"{stage.sandbox.base}{said['link']}"
    published_by_hand(delivery, seen, people["approver"], clock.now(), wash(picture("JPEG")))
    incident.refresh_from_db()
    assert incident.state == State.RATING
    sent = Sent.objects.get()
    assert (sent.url, sent.by_hand) == (seen, people["approver"])
    assert sent.proof
    speak(2)
    assert len(stage.answers(address, ANSWER)) == 1, "the machine does not say it after the person"
