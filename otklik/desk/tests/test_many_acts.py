"""What each act over many cards does to a card: assigning, another theme, tags, repeats."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import reread
from otklik.desk.tests.test_many import FRAGMENT, all_of, ask, do, states
from otklik.desk.tests.test_undo import picture_of
from otklik.incidents.models import Incident, State
from otklik.incidents.tagging import tag
from otklik.journal.models import Entry
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Deadline, Norm, Rule, Suggestion
from otklik.routing.noise import dismiss
from tests.make.people import signed_in
from tests.make.town import Town


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def test_assigning_as_suggested_gives_each_card_to_its_own(operator: Client, town: Town) -> None:
    water, roads = town.card(), town.card(theme=town.hole, agency=town.roads)
    bare, noise, nobody = town.card(suggested=False), town.card(kind="noise"), town.card()
    Suggestion.objects.filter(incident=nobody).update(agency=None)
    told = ask(operator, "assignment", [water, roads, bare, noise, nobody]).json()
    for words in ("тема не подсказана", "похоже, не инцидент", "ведомство не подсказано"):
        assert words in told["html"]
    assert "Нет холодной воды → Водоканал" in told["html"]
    assert do(operator, "assignment", told["cards"], told["batch"]).json()["done"] == [water.pk, roads.pk]
    water.refresh_from_db()
    roads.refresh_from_db()
    assert (water.agency, water.theme, water.place, water.street) == (
        town.water, town.pipe, town.city, "улица Мира"
    )  # fmt: skip
    assert (roads.agency, roads.theme) == (town.roads, town.hole)
    assert water.assignments.get().suggested


def test_one_theme_for_all_goes_where_the_rules_send_it_by_place(operator: Client, town: Town) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    Rule.objects.create(theme=town.hole, place=town.village, agency=town.water)
    city, village = town.card(), town.card(place=town.village)
    returned = town.card()
    assign(returned, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    give_back(returned, town.executor, timezone.now(), "not_our_matter")
    told = ask(operator, "assignment", [city, village, returned], theme=town.hole.pk).json()
    assert len(told["cards"]) == 2
    answer = do(operator, "assignment", told["cards"], told["batch"], theme=town.hole.pk).json()
    assert answer["done"] == [city.pk, village.pk]
    assert (reread(city).agency, reread(village).agency, city.theme) == (town.roads, town.water, town.hole)
    assert not city.assignments.get().suggested


def test_one_agency_for_all_passes_over_those_that_have_one(operator: Client, town: Town) -> None:
    new, taken = town.card(), town.assigned()
    limits = list(Deadline.objects.order_by("pk").values_list("starts_at", "limit_at"))
    told = ask(operator, "assignment", [new, taken], agency=town.roads.pk).json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(new.pk)]
    assert all_of(operator, "assignment", [taken], agency=town.roads.pk, again="1").json()["done"] == [taken.pk]
    assert (reread(taken).agency, taken.theme, taken.place) == (town.roads, town.pipe, town.city)
    assert list(Deadline.objects.order_by("pk").values_list("starts_at", "limit_at")) == limits
    again = ask(operator, "assignment", [taken], agency=town.roads.pk, again="1").json()
    assert again["cards"] == []
    assert "уже у этого ведомства" in again["html"]


def test_another_theme_moves_limits_and_never_starts(operator: Client, town: Town) -> None:
    Norm.objects.create(clock=Norm.Clock.FIRST_ANSWER, theme=town.hole, minutes=60)
    card, new = town.assigned(), town.card()
    before = picture_of(card)
    start, limit = Deadline.objects.filter(incident=card, clock="first_answer").values_list("starts_at", "limit_at")[0]
    assert "ещё не разобраны" in ask(operator, "theme", [card, new], theme=town.hole.pk).json()["html"]
    answer = all_of(operator, "theme", [card, new], theme=town.hole.pk)
    assert answer.json()["done"] == [card.pk]
    card.refresh_from_db()
    clock = Deadline.objects.get(incident=card, clock="first_answer")
    assert (card.theme, card.agency, card.state) == (town.hole, town.water, State.ASSIGNED)
    assert clock.starts_at == start
    assert clock.limit_at < limit
    entry = Entry.objects.get(incident=card.pk, verb="incident.theme")
    assert entry.data == {"theme": town.hole.pk, "was": town.pipe.pk}
    assert "Изменена тема" in operator.get(f"/incidents/{card.pk}/talk/").content.decode()
    operator.post("/undo/", headers=FRAGMENT)
    assert picture_of(card) == before


def test_a_tag_is_put_on_and_taken_off_and_both_can_be_undone(operator: Client, town: Town) -> None:
    cards = [town.card(), town.assigned()]
    tag(cards[0], "Снег", town.operator, timezone.now())
    told = ask(operator, "tag", cards, name="снег").json()
    assert "метка уже стоит" in told["html"]
    assert do(operator, "tag", told["cards"], told["batch"], name="снег").json()["done"] == [cards[1].pk]
    assert all_of(operator, "tag", cards, name="СНЕГ", off="1").json()["done"] == [card.pk for card in cards]
    assert not Incident.objects.filter(tags__isnull=False).exists()
    operator.post("/undo/", headers=FRAGMENT)
    assert Incident.objects.filter(tags__name="Снег").count() == 2
    assert ask(operator, "tag", cards, name="дождь", off="1").json()["field"] == "name"


def test_markup_in_a_tag_comes_out_escaped(operator: Client, town: Town) -> None:
    told = ask(operator, "tag", [town.card()], name="<script>alert(1)</script>").json()
    assert "<script>" not in told["html"]
    assert "&lt;script&gt;" in told["html"]


def test_repeats_come_together_on_the_oldest_card_and_come_apart_again(operator: Client, town: Town) -> None:
    hours = timezone.now() - timedelta(hours=5)
    into = town.card(at=hours)
    younger = [town.card(at=hours + timedelta(hours=1)), town.card(at=hours + timedelta(hours=2))]
    older, over = town.card(at=hours - timedelta(hours=1)), town.card()
    dismiss(over, "user:1", timezone.now(), "spam")
    everything = [into, *younger, older, over]
    before = [picture_of(card) for card in everything]
    told = ask(operator, "repeat", everything, number=f"№ {into.number}").json()
    assert len(told["cards"]) == 3
    assert "это она и есть" in told["html"]
    assert "отмечены «не инцидент»" in told["html"]
    assert f"написаны раньше № {into.number}" in told["html"]
    first = do(operator, "repeat", told["cards"][:2], told["batch"], number=into.number)
    second = do(operator, "repeat", told["cards"][2:], told["batch"], number=into.number)
    assert first.json()["done"] + second.json()["done"] == [younger[0].pk, younger[1].pk, older.pk]
    assert states(everything) == [State.DONE, State.DONE, State.DONE, State.NEW, State.NOISE]
    assert older.messages.count() == 4
    assert reread(older).started_at == hours - timedelta(hours=1)

    operator.post("/undo/", {"batch": told["batch"]}, headers=FRAGMENT)
    assert [picture_of(card) for card in everything] == before
    assert [card.messages.count() for card in everything] == [1] * 5


def test_a_card_gathered_already_stands_for_the_one_it_lives_on_in(operator: Client, town: Town) -> None:
    first, second, third = town.card(), town.card(), town.card()
    assert all_of(operator, "repeat", [second], number=first.number).status_code == 200
    assert all_of(operator, "repeat", [third], number=second.number).status_code == 200
    assert first.messages.count() == 3


def test_repeats_of_no_card_are_refused(operator: Client, town: Town) -> None:
    card = town.card()
    for number in ("", "x", "0", "-3", "99999999999999999999", "777777", "9" * 200_000):
        answer = ask(operator, "repeat", [card], number=number)
        assert (answer.status_code, answer.json()["field"]) == (422, "number"), number[:30]


def test_a_card_one_does_not_see_is_no_card_to_gather_into(client: Client, town: Town) -> None:
    own, foreign, over = town.assigned(), town.assigned(agency=town.roads), town.card()
    client.force_login(town.curator)
    answer = ask(client, "repeat", [own], number=foreign.number)
    assert (answer.status_code, answer.json()["field"]) == (422, "number")
    dismiss(over, "user:1", timezone.now(), "spam")
    client.force_login(town.operator)
    assert "уже закрыта" in ask(client, "repeat", [own], number=over.number).json()["words"]
