import pytest

from otklik.finding import links
from otklik.inbox.by_hand import ManualMessage, enter
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.lib.pictures import wash
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Source
from otklik.publishing.fate import published_by_hand
from otklik.publishing.models import Delivery, Sent
from tests.make import inbox
from tests.region import People, approved, assigned, listen, only_card, settle
from tests.stages import FAR, GUESTS, STAGES, Stage
from tests.story import ANSWER, COMPLAINT, Way, answer_due, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


guests = pytest.mark.parametrize("stage", [f"guest in {kind}" for kind in GUESTS], indirect=True)


@guests
def test_a_guest_answers_in_somebody_elses_community(stage: Stage, people: People, asking: Way) -> None:
    address = asking.complaint()
    incident = card_of(address)
    assert main_message(incident).source == Source.objects.get(kind=Source.Kind.FOREIGN)
    approved(people, assigned(people, incident))
    assert speak().state == Delivery.State.SENT
    (our_answer,) = stage.answers(address, ANSWER)
    assert our_answer["parent"] == address


@guests
def test_where_guests_may_not_speak_a_person_publishes_by_hand(stage: Stage, people: People, asking: Way) -> None:
    address = asking.complaint()
    stage.forbid()
    approved(people, assigned(people, card_of(address)))
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND)
    assert delivery.words
    assert stage.answers(address, ANSWER) == []
    published_by_hand(delivery, main_message(card_of(address)).url, people.approver, clock.now())
    assert card_of(address).state == State.RATING


@pytest.mark.parametrize("stage", [kind for kind in STAGES if kind != "vk"], indirect=True)
def test_where_no_guest_may_speak_the_place_itself_answers_for_the_agency(stage: Stage, people: People) -> None:
    """The region's own place is complained at, and the agency that answers has an account of its own elsewhere. On a
    wall of VKontakte any community may be a guest."""
    ours = stage.account(None, people.place)
    inbox.account(stage.network, "404", title="Горсвет", agency=people.agency)
    address = answer_due(people, Way(stage, ours, None))
    delivery = speak()
    assert (delivery.state, delivery.account) == (Delivery.State.SENT, ours)
    assert len(stage.answers(address, ANSWER)) == 1


@pytest.mark.parametrize("stage", [f"far in {kind}" for kind in FAR], indirect=True)
def test_what_no_api_reaches_is_brought_and_answered_by_hand(stage: Stage, people: People, asking: Way) -> None:
    address = stage.complain(COMPLAINT)
    listen()
    assert not Incident.objects.exists(), "nobody tells us of it"
    (shown,) = (item for item in stage.thread(address) if item["address"] == address)
    link = f"{stage.sandbox.base}{shown['link']}"
    target = links.read(link)
    manual_message = ManualMessage(stage.network, link, COMPLAINT, "Анна Пробная")
    enter(manual_message, target.address if target else None, people.operator, clock.now())
    settle()
    incident = only_card()
    approved(people, assigned(people, incident))
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.BY_HAND), delivery.words
    assert delivery.words
    assert stage.answers(address, ANSWER) == []
    by_hand = stage.answer_aside(ANSWER, address)
    (our_answer,) = stage.answers(address, ANSWER)
    assert our_answer["address"] == by_hand
    seen = f"{stage.sandbox.base}{our_answer['link']}"
    published_by_hand(delivery, seen, people.approver, clock.now(), wash(picture("JPEG")))
    incident.refresh_from_db()
    assert incident.state == State.RATING
    sent = Sent.objects.get()
    assert (sent.url, sent.by_hand) == (seen, people.approver)
    assert sent.proof
    speak(2)
    assert len(stage.answers(address, ANSWER)) == 1, "the machine does not say it after the person"
