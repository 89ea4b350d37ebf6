import json
from datetime import datetime

import pytest
from django.conf import settings

from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import move, record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.seals import proof_of
from otklik.notify.hooks import keeping, kinds
from otklik.notify.hooks.line import uid_of
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tests.data import Region
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def event_kinds(subscription: Subscription | None = None) -> list[str]:
    """The events that wait or were said, in the order of the line."""
    calls = Call.objects.filter(subscription=subscription) if subscription else Call.objects.all()
    return list(calls.order_by("pk").values_list("kind", flat=True))


def walk(region: Region, agency: Agency) -> Incident:
    """A card from its opening to its end and back again."""
    town = region.town
    card = assign(town.card(), Decision(agency, town.theme, town.place), town.operator, region.now)
    card = move(card, "take", at=region.now, actor=f"user:{town.executor.pk}")
    card = move(card, "submit", at=region.now, actor=f"user:{town.executor.pk}")
    card = move(card, "agree", at=region.now, actor=f"user:{town.approver.pk}")
    card = move(card, "approve", at=region.now, actor=f"user:{town.approver.pk}")
    card = move(card, "answered", at=region.now, actor="machine:publishing")
    with book.turn():
        record(card, "rated", at=region.now, actor="machine:survey")
        record(card, "note", at=region.now, actor=f"user:{town.operator.pk}")
    card = move(card, "close", at=region.now, actor=f"user:{town.operator.pk}", outcome="solved")
    return move(card, "reopen", at=region.now, actor=f"user:{town.operator.pk}")


def test_the_life_of_a_card_is_told_in_its_order(region: Region) -> None:
    everything = region.subscribe()
    states = region.subscribe(kinds.STATE, path="/states")
    card = walk(region, region.town.water)
    region.listens()
    moves = [kinds.STATE] * 3
    ends = [kinds.PUBLISHED, kinds.RATED, kinds.CLOSED, kinds.REOPENED]
    assert event_kinds(everything) == [kinds.NEW, kinds.ASSIGNED, *moves, *ends]
    assert event_kinds(states) == [kinds.STATE] * 7
    seen = [json.loads(body)["data"]["state"] for body in states.calls.order_by("pk").values_list("body", flat=True)]
    assert seen == ["assigned", "in_work", "approval", "publishing", "rating", "done", "in_work"]
    assert card.state == State.IN_WORK


def test_what_is_said_of_a_card(region: Region) -> None:
    here = region.subscribe(kinds.ASSIGNED)
    card = region.town.assigned()
    region.town.clock(card, 60)
    region.listens()
    call = Call.objects.get()
    entry = Entry.objects.get(pk=call.entry)
    assert call.uid == uid_of(here, proof_of(entry))
    assert json.loads(call.body) == {
        "id": str(call.uid),
        "type": "card.assigned",
        "timestamp": "2026-02-03T12:00:00+03:00",
        "data": {
            "number": card.number,
            "state": "assigned",
            "theme": {"code": "water", "name": "Нет холодной воды"},
            "agency": {"code": "water", "name": "Водоканал"},
            "place": "gorod",
            "deadline": "2026-02-03T13:00:00+03:00",
            "outcome": None,
            "url": f"{settings.ADDRESS}/incidents/{card.pk}/",
        },
    }
    assert datetime.fromisoformat(json.loads(call.body)["timestamp"]) == entry.at


def test_not_a_word_about_people_leaves(region: Region) -> None:
    """Every column of the card, and of what hangs on it, that may hold one."""
    region.subscribe()
    mark = "Ждана крякозябр 8 (918) 555-01-42 vk.com/id912345678"
    town = region.town
    card = town.assigned()
    Author.objects.update(name=mark, url="https://vk.com/id912345678", external_id="912345678")
    Message.objects.update(text=mark, url="https://vk.com/id912345678")
    own = {"street": mark, "house": mark[:30], "place_object": mark, "hard_why": mark}
    Incident.objects.filter(pk=card.pk).update(**own)
    card.refresh_from_db()
    with book.turn():
        record(card, "rated", at=town.now, actor="machine:survey", words=mark, data={"mark": 1})
    move(card, "give_back", at=town.now, actor=f"user:{town.executor.pk}", reason="not_ours", words=mark)
    region.works()
    assert len(region.receiver.heard) == 4
    sent = " ".join(one.body.decode() + str(one.headers) for one in region.receiver.heard)
    people = ("Ждана", "крякозябр", "555-01", "vk.com", "912345678", "Анна", "Жилина")
    assert not [word for word in people if word in sent]


def test_an_agency_s_program_hears_of_its_own_cards_and_those_below_alone(region: Region) -> None:
    town = region.town
    city = region.subscribe(agency=town.city, path="/city")
    water = region.subscribe(agency=town.water, path="/water")
    roads = region.subscribe(agency=Agency.objects.get(code="roads"), path="/roads")
    assign(town.card(), Decision(town.water, town.theme, town.place), town.operator, region.now)
    assign(town.card(), Decision(town.city, town.theme, town.place), town.operator, region.now)
    town.card()
    region.listens()
    # What is read together is judged by whose the card is by then: its opening is the agency's, too.
    assert event_kinds(city) == [kinds.NEW, kinds.ASSIGNED] * 2
    assert event_kinds(water) == [kinds.NEW, kinds.ASSIGNED]
    assert event_kinds(roads) == []


def test_what_was_before_the_subscription_and_the_journal_s_other_entries_make_no_call(region: Region) -> None:
    region.town.card()
    region.subscribe()
    with book.turn():
        book.write(at=region.now, actor="user:1", verb="source.on", subject="source:1")
    region.listens()
    assert event_kinds() == []
    assert Subscription.objects.get().entry == Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    region.town.card()
    region.works()
    assert event_kinds() == [kinds.NEW]


def test_more_than_one_piece_is_read_on_at_once(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.notify.hooks.listen.MOST", 2)
    region.subscribe(kinds.NEW)
    cards = [region.town.card() for _number in range(5)]
    region.listens()
    assert list(Call.objects.order_by("pk").values_list("number", flat=True)) == [card.number for card in cards]


def test_a_place_that_a_copy_brought_back_tells_the_same_event_by_the_same_id(region: Region) -> None:
    here = region.subscribe(kinds.NEW)
    cursor = here.entry
    region.town.card()
    region.works()
    (first,) = region.receiver.heard
    Call.objects.all().delete()
    Subscription.objects.update(entry=cursor)
    region.works()
    second = region.receiver.heard[1]
    assert (second.uid, second.body) == (first.uid, first.body)
    # Where the call itself is still there, it is not made anew.
    Subscription.objects.update(entry=cursor)
    region.works()
    assert len(region.receiver.heard) == 2


def test_an_event_that_took_the_number_of_a_lost_one_has_another_id(region: Region) -> None:
    here = region.subscribe()
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    assert uid_of(here, proof_of(entry)) != uid_of(here, proof_of(Entry(pk=entry.pk, at=region.now)))
    assert uid_of(here, proof_of(entry)) != uid_of(region.subscribe(path="/other"), proof_of(entry))


def test_switched_off_it_hears_nothing_and_goes_on_where_it_was(region: Region) -> None:
    here = region.subscribe(kinds.NEW)
    keeping.switch_off(here, region.town.admin, region.now)
    region.town.card()
    region.works(days=2)
    assert region.receiver.heard == []
    kept = region.town.card()
    region.works(days=2)  # the first is older than a call is tried for
    keeping.switch_on(here, region.town.admin, region.now)
    region.works()
    assert region.tries() == [f"card.new {kept.number}"]
