"""«Не доставлено, и почему»: what is in the list and for whom, what is sent again, and what never is."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.card.fate import fate_of
from otklik.desk.tests.pages import at_most, fresh, must_say
from otklik.desk.undelivered.advice import ADVICE, cause_of
from otklik.desk.undelivered.rows import PAGE
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.networks.errors import Cause
from otklik.people.models import Role
from otklik.publishing.models import Attempt, Delivery
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
D, H, C = Delivery.State, Delivery.Hold, Delivery.Cause


def stuck(town: Town, cause: str = C.TOKEN, hold: str = H.TOKEN, **more: Any) -> Delivery:
    """An approved answer that the network has refused for now, for certain."""
    delivery = town.approved()
    now = timezone.now()
    failed = {"started_at": now, "ended_at": now, "outcome": "AuthLost", "code": "5"}
    Attempt.objects.create(delivery=delivery, key=delivery.key, **failed)
    changes = {"hold": hold, "cause": cause, "due_at": None, "words": "Ключ не действует", **more}
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return fresh(delivery)


def shown(client: Client, query: str = "") -> list[int]:
    return [row.delivery.pk for row in client.get(f"/undelivered/{query}").context["rows"]]


def test_every_cause_of_a_network_and_of_ours_has_words_and_a_next_step() -> None:
    assert set(Delivery.Cause.values) == set(ADVICE)
    assert {cause.value for cause in Cause} <= set(ADVICE)
    assert all(str(advice.title) and str(advice.next) for advice in ADVICE.values())


def test_what_is_on_its_way_or_said_or_over_is_not_in_the_list(town: Town) -> None:
    held = stuck(town)
    town.approved()
    town.published()
    over = stuck(town)
    Incident.objects.filter(pk=over.answer.incident_id).update(state=State.DONE)
    assert shown(signed_in(town.operator)) == [held.pk]
    assert ">1</span>" in signed_in(town.operator).get("/undelivered/count/").content.decode()


def test_it_is_narrowed_by_cause_network_and_agency(town: Town) -> None:
    dead, closed = stuck(town), stuck(town, C.CLOSED, H.BY_HAND)
    client = signed_in(town.operator)
    assert shown(client) == [closed.pk, dead.pk]
    assert shown(client, "?cause=token") == [dead.pk]
    assert shown(client, "?network=ok") == []
    assert shown(client, f"?network=vk&agency={town.water.pk}") == [closed.pk, dead.pk]
    assert shown(client, f"?agency={town.roads.pk}") == []
    must_say(client.get("/undelivered/?cause=closed"), 200, "Попросите открыть их")


def test_a_hostile_address_line_narrows_nothing(town: Town) -> None:
    held, client = stuck(town), signed_in(town.operator)
    for query in ("cause=%27--", "cause=nonsense", "network=../..", "agency=-1", "before=99999999999999999999"):
        assert shown(client, f"?{query}") == [held.pk], query


def test_a_colleague_of_another_agency_sees_none_of_it(town: Town) -> None:
    delivery, client = stuck(town), signed_in(person("roads-curator", Role.CURATOR, town.roads))
    assert shown(client) == []
    client.post("/undelivered/again/", {"id": delivery.pk})
    assert (fresh(delivery).hold, delivery.due_at) == (H.TOKEN, None)


def test_after_a_key_was_renewed_several_are_sent_again_at_once(town: Town) -> None:
    picked = [stuck(town) for _ in range(3)]
    client = signed_in(town.operator)
    page = client.post("/undelivered/again/", {"id": [one.pk for one in picked], "cause": "token"}, follow=True)
    assert "Ответов снова в очереди: 3" in page.content.decode()
    for one in picked:
        assert (fresh(one).state, one.hold, one.cause, one.due_at is not None) == (D.QUEUED, "", "", True)
        assert Entry.objects.filter(incident=one.answer.incident_id, verb="incident.say_again").count() == 1
    assert shown(client) == []


@pytest.mark.parametrize("doubt", ["unknown", "unended", "absent", "dead", "by hand", "text"])
def test_what_may_have_been_said_or_cannot_be_said_as_it_is_is_never_sent_in_bulk(town: Town, doubt: str) -> None:
    delivery = stuck(town)
    changes: dict[str, dict[str, Any]] = {
        "unknown": {"state": D.UNKNOWN, "hold": H.PERSON, "cause": C.UNKNOWN},
        "by hand": {"hold": H.BY_HAND, "cause": C.CLOSED},
        "text": {"hold": H.PERSON, "cause": C.TEXT},
    }
    Delivery.objects.filter(pk=delivery.pk).update(**changes.get(doubt, {"hold": H.TOKEN}))
    if doubt == "unended":
        Attempt.objects.filter(delivery=delivery).update(ended_at=None)
    elif doubt == "absent":
        Attempt.objects.filter(delivery=delivery).update(outcome="absent")
    elif doubt == "dead":
        town.account.stopped_at = timezone.now()
        town.account.save()
    client = signed_in(town.operator)
    assert f'value="{delivery.pk}"' not in client.get("/undelivered/").content.decode()
    page = client.post("/undelivered/again/", {"id": delivery.pk}, follow=True).content.decode()
    assert "Не тронуто: 1" in page
    before = delivery.key
    assert (fresh(delivery).due_at, delivery.key) == (None, before)


def test_made_up_ids_send_nothing(town: Town) -> None:
    delivery, client = stuck(town), signed_in(town.operator)
    for given in ([], ["x"], ["-1"], ["0"], ["99999999999999999999"], ["\x00"]):
        assert client.post("/undelivered/again/", {"id": given}).status_code == 302, given
    assert fresh(delivery).due_at is None


def test_many_take_few_queries_and_come_in_pages(town: Town) -> None:
    first = stuck(town)
    told = {"account": town.account, "epoch": first.epoch, "hold": H.TOKEN, "cause": C.TOKEN, "text": "Воду дали."}
    Delivery.objects.bulk_create(
        Delivery(
            answer=town.submitted() if number < 3 else first.answer,
            message=first.message if number < 3 else town.card().messages.get(),
            key=f"key-{number}",
            created_at=timezone.now(),
            **told,
        )
        for number in range(PAGE)
    )
    client = signed_in(town.operator)
    with at_most(10):
        page = client.get("/undelivered/")
    assert len(page.context["rows"]) == PAGE
    following = page.context["following"]
    assert shown(client, following) == [first.pk]
    assert client.get(f"/undelivered/{following}").context["following"] == ""


def test_the_card_says_the_cause_in_its_own_words() -> None:
    fate = fate_of("refused", "", "Сеть отказала: Комментарий удалён", False, "gone")
    assert (fate.tone, fate.title) == ("bad", "Автор удалил комментарий")
    assert "закрыть карточку" in fate.advice
    assert fate_of("queued", "person", "", False, "captcha").title == "Сеть просит подтвердить, что пишет человек"


def test_what_was_held_before_causes_were_noted_has_the_one_of_its_hold() -> None:
    causes = {"token": "token", "legal": "legal", "budget": "budget", "captcha": "captcha", "person": ""}
    assert {hold: cause_of("", "queued", hold) for hold in causes} == causes
    assert cause_of("", "unknown", "person") == "unknown"
