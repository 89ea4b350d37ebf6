import pytest

from otklik.feedback.hear import confirm
from otklik.feedback.models import Rating
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.networks.fetch import resume
from otklik.networks.models import Account, RawEvent, Source, Token
from otklik.publishing.models import Delivery, Sent
from tests.region import People, approved, assigned, listen, only_card
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, NAMES, Way, answer_due, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.mark.every_network
def test_a_complaint_goes_to_a_closed_card(stage: Stage, people: People, way: Way) -> None:
    if stage.event:
        stage.fault("duplicate", stage.event, count=1)
    address = way.complaint()
    incident = card_of(address)
    assert main_message(incident).author.name in NAMES
    approved(people, assigned(people, incident))
    assert speak().state == Delivery.State.SENT
    (our_answer,) = stage.answers(address, ANSWER)
    assert our_answer["parent"] in (address, stage.under), "it stands under the complaint"
    incident.refresh_from_db()
    assert incident.state == State.RATING
    thanks = stage.reply("Спасибо, починили!", Sent.objects.get().external_id)
    way.hear(lambda: Rating.objects.exists(), "the author's thanks are heard")
    assert Message.objects.get(external_id=thanks).author == main_message(incident).author
    closed = confirm(Rating.objects.get(), 5, people.operator, clock.now())
    assert (closed.state, closed.close_reason) == (State.DONE, "satisfied")
    listen()  # what was pushed is read once more
    assert only_card() == closed, "the author's reply belongs to the same card, and our own words open none"
    assert Message.objects.filter(text__endswith=COMPLAINT).count() == 1
    assert not Message.objects.filter(own=False).exclude(external_id__in=(address, thanks)).exists()


def test_a_lost_key_parks_answers_until_a_new_one(stage: Stage, people: People, account: Account, asking: Way) -> None:
    address = answer_due(people, asking)
    good = {token.pk: token.secret for token in Token.objects.all()}
    for token in Token.objects.all():
        token.secret = f"{token.secret.partition(':')[0]}:LOST-LOST-LOST" if ":" in token.secret else "LOST-LOST-LOST"
        token.save()
    delivery = speak(2)
    account.refresh_from_db()
    assert (delivery.state, delivery.hold) == (Delivery.State.QUEUED, Delivery.Hold.TOKEN)
    assert account.stopped_at is not None
    assert stage.answers(address, ANSWER) == []
    for pk, secret in good.items():
        Token.objects.filter(pk=pk).update(secret=secret)
    Source.objects.update(failures=0)
    resume(account, clock.now())
    assert speak().state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1


def test_nothing_written_meanwhile_is_lost_and_a_look_without_news_stores_nothing(stage: Stage, asking: Way) -> None:
    written = {stage.complain(f"{COMPLAINT} Подъезд {number}") for number in range(12)}

    def heard() -> bool:
        return written <= set(Message.objects.filter(own=False).values_list("external_id", flat=True))

    asking.hear(heard, "every complaint is heard")
    assert RawEvent.objects.filter(set_aside_at__isnull=False).count() == 0
    assert Incident.objects.count() == 12
    stage.whisper("Здравствуйте")
    asking.rest()
    kept = RawEvent.objects.count()
    listen()
    assert RawEvent.objects.count() == kept
