"""«Взять себе» in the queue: who may, what a colleague is told, and the next free card."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.queue.words import took
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import HOLD, take_up
from otklik.journal.models import Entry
from otklik.people.models import Grant, Role, User
from otklik.routing.assign import Decision, assign
from tests.make.town import Town

JSON = {"Accept": "application/json"}


@pytest.fixture
def colleague(town: Town) -> User:
    return town.colleague


def post(client: Client, address: str, **data: str) -> tuple[int, dict[str, object]]:
    answer = client.post(address, data, headers=JSON)
    return answer.status_code, answer.json()


def test_a_card_is_taken_shown_as_ones_own_and_let_go(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    status, told = post(client, f"/incidents/{card.pk}/taking/")
    assert status == 200
    assert told["undo"]
    page = client.get("/queue/").content.decode()
    assert "у вас" in page
    assert f"/incidents/{card.pk}/letting-go/" in page
    assert post(client, f"/incidents/{card.pk}/letting-go/")[0] == 200
    assert post(client, f"/incidents/{card.pk}/letting-go/")[0] == 409
    card.refresh_from_db()
    assert (card.taken_by, card.taken_at) == (None, None)


def test_taking_can_be_taken_back(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    _, told = post(client, f"/incidents/{card.pk}/taking/")
    assert post(client, "/undo/", batch=str(told["undo"]))[0] == 200
    card.refresh_from_db()
    assert card.taken_by is None


@pytest.mark.parametrize("verb", ["acceptance", "noise", "matter"])
def test_what_a_colleague_has_taken_is_judged_by_him_or_taken_away_outright(
    client: Client, town: Town, colleague: User, verb: str
) -> None:
    card = town.card()
    take_up(card, colleague, timezone.now())
    client.force_login(town.operator)
    row = client.get("/queue/").context["rows"][0]
    said = {"reason": "spam", "seen": row.seen, "choice": f"{town.pipe.pk}.0", "agency": str(town.water.pk)}
    status, told = post(client, f"/incidents/{card.pk}/{verb}/", **said)
    assert (status, told["held"]) == (409, True)
    assert "Котова М. П. взяла" in str(told["words"])
    card.refresh_from_db()
    assert (card.state, card.taken_by) == (State.NEW, colleague)

    assert post(client, f"/incidents/{card.pk}/taking/")[0] == 409
    assert post(client, f"/incidents/{card.pk}/taking/", from_another="1")[0] == 200
    entry = Entry.objects.filter(incident=card.pk).latest("pk")
    assert (entry.verb, entry.data) == ("incident.take_over", {"held_by": colleague.pk})
    assert post(client, f"/incidents/{card.pk}/{verb}/", **said)[0] == 200
    card.refresh_from_db()
    assert (card.taken_by, card.taken_at) == (None, None)


def test_a_hold_that_is_over_stands_in_nobodys_way(client: Client, town: Town, colleague: User) -> None:
    card = town.card()
    take_up(card, colleague, timezone.now() - HOLD - timedelta(minutes=1))
    client.force_login(town.operator)
    assert "взяла" not in client.get("/queue/").content.decode()
    assert post(client, f"/incidents/{card.pk}/noise/", reason="spam")[0] == 200


def test_the_next_free_card_comes_in_the_queues_order_with_its_row(client: Client, town: Town, colleague: User) -> None:
    now = timezone.now()
    late, urgent, early = town.card(at=now), town.card(priority=5, at=now), town.card(at=now - timedelta(hours=3))
    take_up(urgent, colleague, now)
    client.force_login(town.operator)
    status, told = post(client, "/queue/next/")
    row = told["row"]
    assert isinstance(row, dict)
    assert (status, row["id"]) == (200, early.pk)
    assert "у вас" in row["html"]
    assert post(client, "/undo/", batch=str(told["undo"]))[0] == 200
    assert post(client, "/queue/next/")[1]["row"]["id"] == early.pk  # type: ignore[index]
    assert post(client, "/queue/next/")[1]["row"]["id"] == late.pk  # type: ignore[index]
    status, told = post(client, "/queue/next/")
    assert status == 409
    assert "Свободных новых карточек нет" in str(told["words"])


def test_the_next_card_keeps_to_the_filters_and_to_ones_rights(client: Client, town: Town) -> None:
    town.card()
    hole = town.card("Яма", theme=town.hole, agency=town.roads)
    client.force_login(town.operator)
    _, told = post(client, "/queue/next/", group=str(town.hole.group_id), tab="done", start="9" * 31)
    assert told["row"]["id"] == hole.pk  # type: ignore[index]
    Incident.objects.update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    client.force_login(town.operator)
    assert post(client, "/queue/next/")[0] == 409


def test_an_auditor_who_judges_one_town_takes_nothing_from_another(client: Client, town: Town) -> None:
    town.card()
    Incident.objects.update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    Grant.objects.create(user=town.operator, role=Role.AUDITOR)
    card = Incident.objects.get()
    client.force_login(town.operator)
    assert client.get("/queue/").context["rows"]
    assert post(client, "/queue/next/")[0] == 409
    assert client.post(f"/incidents/{card.pk}/taking/").status_code == 403


def test_without_scripts_the_next_card_is_found_among_ones_own(client: Client, town: Town) -> None:
    card = town.card()
    town.card()
    client.force_login(town.operator)
    answer = client.post("/queue/next/", {"next": "/queue/?mine=1"})
    assert answer.headers["Location"] == "/queue/?mine=1"
    page = client.get("/queue/?mine=1")
    assert [row.card.pk for row in page.context["rows"]] == [card.pk]
    assert "теперь у вас" in page.content.decode()


@pytest.mark.parametrize("verb", ["taking", "letting-go", "guesses", "matter"])
def test_a_card_is_handled_by_the_desk_and_by_those_who_see_it(client: Client, town: Town, verb: str) -> None:
    card = town.card()
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    address = f"/incidents/{card.pk}/{verb}/"
    ask = client.get if verb == "guesses" else client.post
    assert ask(address).status_code == 302
    assert ask(address, headers={"X-Fragment": "1"}).status_code == 401
    for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
        client.force_login(user)
        assert ask(address).status_code == status
        assert (client.post if verb == "guesses" else client.get)(address).status_code == 405
    client.force_login(town.operator)
    assert ask(f"/incidents/999999999/{verb}/").status_code == 404


def test_the_next_card_is_for_the_desk_alone(client: Client, town: Town) -> None:
    town.card()
    assert client.post("/queue/next/").status_code == 302
    for user in (town.executor, town.stranger):
        client.force_login(user)
        assert client.post("/queue/next/").status_code == 403
    client.force_login(town.curator)
    assert post(client, "/queue/next/")[0] == 409
    assert client.get("/queue/next/").status_code == 405
    assert not Entry.objects.filter(verb="incident.take_up").exists()


def test_rows_of_taken_cards_cost_no_further_queries(
    client: Client, town: Town, colleague: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        take_up(town.card(), colleague if number % 2 else town.operator, timezone.now())
    client.force_login(town.operator)
    with django_assert_max_num_queries(10):
        assert client.get("/queue/").content.decode().count("Котова М. П. взяла") >= 6
    with django_assert_max_num_queries(10):
        client.get("/queue/?mine=1")


def test_the_verb_goes_by_the_patronymic_where_it_tells() -> None:
    people = {"Петровна": "взяла", "Петрович": "взял", "Ильич": "взял", "": "взял(а)", "Гасан кызы": "взяла"}
    for patronymic, verb in people.items():
        assert took(User(last_name="Ким", patronymic=patronymic)).split()[-1] == verb
    assert "&lt;b&gt;" not in took(User(last_name="<b>"))  # escaping is the template's, once
