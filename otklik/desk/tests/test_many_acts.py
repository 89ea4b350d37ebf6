"""What each act over many cards does to a card: assigning, another theme, tags, repeats."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_shows, page_at, reread, take_back
from otklik.desk.tests.test_many import all_of, ask, asked, do, states
from otklik.desk.tests.test_undo import picture_of
from otklik.incidents.models import Incident, State
from otklik.incidents.tagging import tag
from otklik.journal.models import Entry
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Deadline, Norm, Rule, Suggestion
from otklik.routing.noise import dismiss
from tests.make.people import signed_in
from tests.make.town import Town


def test_assigning_as_suggested_gives_each_card_to_its_own(operator: Client, town: Town) -> None:
    water, roads = town.card(), town.card(theme=town.hole, agency=town.roads)
    bare, noise, nobody = town.card(suggested=False), town.card(kind="noise"), town.card()
    Suggestion.objects.filter(incident=nobody).update(agency=None)
    body = ask(operator, "assignment", [water, roads, bare, noise, nobody]).json()
    held = ("тема не подсказана", "похоже, не инцидент", "ведомство не подсказано")
    assert_shows(body["html"], *held, "Нет холодной воды → Водоканал")
    seems = ask(operator, "assignment", [town.card(kind="thanks"), town.card(outside="Туле")]).json()["html"]
    assert_shows(seems, "похоже, благодарность: выберите", "похоже, не из региона: выберите", hides=["→ Водоканал"])
    assert do(operator, "assignment", body["cards"], body["batch"]).json()["done"] == [water.pk, roads.pk]
    expected = (town.water, town.pipe, town.city, "улица Мира")
    assert (reread(water).agency, water.theme, water.place, water.street) == expected
    assert (reread(roads).agency, roads.theme) == (town.roads, town.hole)
    assert water.assignments.get().suggested


def test_one_theme_for_all_goes_by_the_rules_and_one_agency_to_those_without(operator: Client, town: Town) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    Rule.objects.create(theme=town.hole, place=town.village, agency=town.water)
    city, village, returned = town.card(), town.card(place=town.village), town.card()
    assign(returned, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    give_back(returned, town.executor, timezone.now(), "not_our_matter")
    answer = all_of(operator, "assignment", [city, village, returned], theme=town.hole.pk).json()
    assert answer["done"] == [city.pk, village.pk]
    assert (reread(city).agency, reread(village).agency, city.theme) == (town.roads, town.water, town.hole)
    assert not city.assignments.get().suggested
    new, taken = town.card(), town.assigned()
    limits = list(Deadline.objects.order_by("pk").values_list("starts_at", "limit_at"))
    assert asked(operator, "assignment", [new, taken], agency=town.roads.pk)[0] == [new.pk]
    again = {"agency": town.roads.pk, "again": "1"}
    assert all_of(operator, "assignment", [taken], **again).json()["done"] == [taken.pk]
    assert (reread(taken).agency, taken.theme, taken.place) == (town.roads, town.pipe, town.city)
    assert list(Deadline.objects.order_by("pk").values_list("starts_at", "limit_at")) == limits
    can, page = asked(operator, "assignment", [taken], **again)
    assert (can, "уже у этого ведомства" in page) == ([], True)


def test_another_theme_moves_limits_and_never_starts(operator: Client, town: Town) -> None:
    Norm.objects.create(clock=Norm.Clock.FIRST_ANSWER, theme=town.hole, minutes=60)
    card, new = town.assigned(), town.card()
    before, was = picture_of(card), Deadline.objects.get(incident=card, clock="first_answer")
    assert "ещё не разобраны" in asked(operator, "theme", [card, new], theme=town.hole.pk)[1]
    assert all_of(operator, "theme", [card, new], theme=town.hole.pk).json()["done"] == [card.pk]
    assert (reread(card).theme, card.agency, card.state) == (town.hole, town.water, State.ASSIGNED)
    clock = Deadline.objects.get(incident=card, clock="first_answer")
    assert clock.starts_at == was.starts_at
    assert clock.limit_at < was.limit_at
    entry = Entry.objects.get(incident=card.pk, verb="incident.theme")
    assert entry.data == {"theme": town.hole.pk, "was": town.pipe.pk}
    assert "Изменена тема" in page_at(operator, f"/incidents/{card.pk}/talk/")
    take_back(operator)
    assert picture_of(card) == before


def test_a_tag_is_put_on_and_taken_off_and_both_can_be_undone(operator: Client, town: Town) -> None:
    cards = [town.card(), town.assigned()]
    tag(cards[0], "Снег", town.operator, timezone.now())
    body = ask(operator, "tag", cards, name="снег").json()
    assert "метка уже стоит" in body["html"]
    assert do(operator, "tag", body["cards"], body["batch"], name="снег").json()["done"] == [cards[1].pk]
    assert all_of(operator, "tag", cards, name="СНЕГ", off="1").json()["done"] == [card.pk for card in cards]
    assert not Incident.objects.filter(tags__isnull=False).exists()
    take_back(operator)
    assert Incident.objects.filter(tags__name="Снег").count() == 2
    assert ask(operator, "tag", cards, name="дождь", off="1").json()["field"] == "name"
    hostile = asked(operator, "tag", cards, name="<script>alert(1)</script>")[1]
    assert_shows(hostile, "&lt;script&gt;", hides=["<script>"])


def test_repeats_come_together_on_the_oldest_card_and_come_apart_again(operator: Client, town: Town) -> None:
    hours = timezone.now() - timedelta(hours=5)
    into = town.card(at=hours)
    younger = [town.card(at=hours + timedelta(hours=1)), town.card(at=hours + timedelta(hours=2))]
    older, over = town.card(at=hours - timedelta(hours=1)), town.card()
    dismiss(over, "user:1", timezone.now(), "spam")
    everything = [into, *younger, older, over]
    before = [picture_of(card) for card in everything]
    body = ask(operator, "repeat", everything, number=f"№ {into.number}").json()
    assert len(body["cards"]) == 3
    assert_shows(body["html"], "это она и есть", "отмечены «не инцидент»", f"написаны раньше № {into.number}")
    first = do(operator, "repeat", body["cards"][:2], body["batch"], number=into.number)
    second = do(operator, "repeat", body["cards"][2:], body["batch"], number=into.number)
    assert first.json()["done"] + second.json()["done"] == [younger[0].pk, younger[1].pk, older.pk]
    assert states(everything) == [State.DONE, State.DONE, State.DONE, State.NEW, State.NOISE]
    assert older.messages.count() == 4
    assert reread(older).started_at == hours - timedelta(hours=1)

    take_back(operator, batch=body["batch"])
    assert [picture_of(card) for card in everything] == before
    assert [card.messages.count() for card in everything] == [1] * 5


def test_a_gathered_card_stands_for_the_one_it_lives_on_in_and_none_unseen(operator: Client, town: Town) -> None:
    first, second, third = town.card(), town.card(), town.card()
    assert all_of(operator, "repeat", [second], number=first.number).status_code == 200
    assert all_of(operator, "repeat", [third], number=second.number).status_code == 200
    assert first.messages.count() == 3
    own, foreign, over = town.assigned(), town.assigned(agency=town.roads), town.card()
    curator = signed_in(town.curator)
    for number in ("", "x", "0", "-3", "99999999999999999999", "777777", "9" * 200_000, foreign.number):
        answer = ask(curator, "repeat", [own], number=number)
        assert (answer.status_code, answer.json()["field"]) == (422, "number"), str(number)[:30]
    dismiss(over, "user:1", timezone.now(), "spam")
    assert "уже закрыта" in ask(operator, "repeat", [own], number=over.number).json()["words"]
