"""«Взять себе» in the queue: who may, what a colleague is told, and the next free card."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.queue.words import took
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import HOLD, take_up
from otklik.journal.models import Entry
from otklik.people.models import Grant, Role, User
from tests.make.people import grant, signed_in
from tests.make.town import Town

JSON = {"Accept": "application/json"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def post(client: Client, address: str, **data: str) -> tuple[int, dict[str, object]]:
    answer = client.post(address, data, headers=JSON)
    return answer.status_code, answer.json()


def test_a_card_is_taken_shown_as_ones_own_and_let_go(operator: Client, card: Incident) -> None:
    status, told = post(operator, f"/incidents/{card.pk}/taking/")
    assert status == 200
    assert told["undo"]
    assert_answers(operator.get("/queue/"), 200, "у вас", f"/incidents/{card.pk}/letting-go/")
    assert post(operator, f"/incidents/{card.pk}/letting-go/")[0] == 200
    assert post(operator, f"/incidents/{card.pk}/letting-go/")[0] == 409
    assert (reread(card).taken_by, card.taken_at) == (None, None)


def test_taking_can_be_taken_back(operator: Client, card: Incident) -> None:
    _, told = post(operator, f"/incidents/{card.pk}/taking/")
    assert post(operator, "/undo/", batch=str(told["undo"]))[0] == 200
    assert reread(card).taken_by is None


@pytest.mark.parametrize("verb", ["acceptance", "noise", "matter"])
def test_what_a_colleague_has_taken_is_judged_by_him_or_taken_away_outright(
    operator: Client, town: Town, card: Incident, verb: str
) -> None:
    take_up(card, town.colleague, timezone.now())
    row = operator.get("/queue/").context["rows"][0]
    said = {"reason": "spam", "seen": row.seen, "choice": f"{town.pipe.pk}.0", "agency": str(town.water.pk)}
    status, told = post(operator, f"/incidents/{card.pk}/{verb}/", **said)
    assert (status, told["held"]) == (409, True)
    assert "Котова М. П. взяла" in str(told["words"])
    assert (reread(card).state, card.taken_by) == (State.NEW, town.colleague)

    assert post(operator, f"/incidents/{card.pk}/taking/")[0] == 409
    assert post(operator, f"/incidents/{card.pk}/taking/", from_another="1")[0] == 200
    entry = Entry.objects.filter(incident=card.pk).latest("pk")
    assert (entry.verb, entry.data) == ("incident.take_over", {"held_by": town.colleague.pk})
    assert post(operator, f"/incidents/{card.pk}/{verb}/", **said)[0] == 200
    assert (reread(card).taken_by, card.taken_at) == (None, None)


def test_a_hold_that_is_over_stands_in_nobodys_way(operator: Client, town: Town, card: Incident) -> None:
    take_up(card, town.colleague, timezone.now() - HOLD - timedelta(minutes=1))
    assert "взяла" not in operator.get("/queue/").content.decode()
    assert post(operator, f"/incidents/{card.pk}/noise/", reason="spam")[0] == 200


def test_the_next_free_card_comes_in_the_queues_order_with_its_row(operator: Client, town: Town) -> None:
    now = timezone.now()
    late, urgent, early = town.card(at=now), town.card(priority=5, at=now), town.card(at=now - timedelta(hours=3))
    take_up(urgent, town.colleague, now)
    status, told = post(operator, "/queue/next/")
    row = told["row"]
    assert isinstance(row, dict)
    assert (status, row["id"]) == (200, early.pk)
    assert "у вас" in row["html"]
    assert post(operator, "/undo/", batch=str(told["undo"]))[0] == 200
    assert post(operator, "/queue/next/")[1]["row"]["id"] == early.pk  # type: ignore[index]
    assert post(operator, "/queue/next/")[1]["row"]["id"] == late.pk  # type: ignore[index]
    status, told = post(operator, "/queue/next/")
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


def test_an_auditor_who_judges_one_town_takes_nothing_from_another(operator: Client, town: Town) -> None:
    town.card()
    Incident.objects.update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    grant(town.operator, Role.AUDITOR)
    card = Incident.objects.get()
    assert operator.get("/queue/").context["rows"]
    assert post(operator, "/queue/next/")[0] == 409
    assert operator.post(f"/incidents/{card.pk}/taking/").status_code == 403


def test_without_scripts_the_next_card_is_found_among_ones_own(operator: Client, town: Town, card: Incident) -> None:
    town.card()
    answer = operator.post("/queue/next/", {"next": "/queue/?mine=1"})
    assert answer.headers["Location"] == "/queue/?mine=1"
    page = operator.get("/queue/?mine=1")
    assert [row.card.pk for row in page.context["rows"]] == [card.pk]
    assert "теперь у вас" in page.content.decode()


def test_a_card_is_handled_by_the_desk_and_by_those_who_see_it(town: Town) -> None:
    card = town.assigned(agency=town.roads)
    for verb in ("taking", "letting-go", "guesses", "matter"):
        for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
            client = signed_in(user)
            ask, other = (client.get, client.post) if verb == "guesses" else (client.post, client.get)
            assert ask(f"/incidents/{card.pk}/{verb}/").status_code == status, (verb, user.username)
            assert other(f"/incidents/{card.pk}/{verb}/").status_code == 405


def test_where_nobody_of_ones_own_waits_there_is_no_next_card(town: Town) -> None:
    town.card()
    assert post(signed_in(town.curator), "/queue/next/")[0] == 409
    assert not Entry.objects.filter(verb="incident.take_up").exists()


def test_rows_of_taken_cards_cost_no_further_queries(operator: Client, town: Town) -> None:
    for number in range(12):
        take_up(town.card(), town.colleague if number % 2 else town.operator, timezone.now())
    with at_most(10):
        assert operator.get("/queue/").content.decode().count("Котова М. П. взяла") >= 6
    with at_most(10):
        operator.get("/queue/?mine=1")


def test_the_verb_goes_by_the_patronymic_where_it_tells() -> None:
    people = {"Петровна": "взяла", "Петрович": "взял", "Ильич": "взял", "": "взял(а)", "Гасан кызы": "взяла"}
    for patronymic, verb in people.items():
        assert took(User(last_name="Ким", patronymic=patronymic)).split()[-1] == verb
    assert "&lt;b&gt;" not in took(User(last_name="<b>"))  # escaping is the template's, once
