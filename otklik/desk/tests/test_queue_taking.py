"""«Взять себе» in the queue: who may, what a colleague is told, and the next free card."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_answers, at_most, page_at, press_for_json, reread, take_back
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import HOLD, take_up
from otklik.journal.models import Entry
from otklik.people.models import Grant, Role, User
from otklik.work.words import took
from tests.make.people import grant
from tests.make.town import Town


def test_a_card_is_taken_let_go_and_taken_back_and_a_hold_ends(operator: Client, card: Incident, town: Town) -> None:
    status, body = press_for_json(operator, f"/incidents/{card.pk}/taking/")
    assert status == 200
    assert_answers(operator.get("/queue/"), 200, "у вас", f"/incidents/{card.pk}/letting-go/")
    assert take_back(operator, batch=body["undo"]) == 200
    assert reread(card).taken_by is None
    press_for_json(operator, f"/incidents/{card.pk}/taking/")
    assert [press_for_json(operator, f"/incidents/{card.pk}/letting-go/")[0] for _ in range(2)] == [200, 409]
    assert (reread(card).taken_by, card.taken_at) == (None, None)
    take_up(card, town.colleague, timezone.now() - HOLD - timedelta(minutes=1))
    assert "взяла" not in page_at(operator, "/queue/")
    assert press_for_json(operator, f"/incidents/{card.pk}/noise/", reason="spam")[0] == 200


def test_what_a_colleague_has_taken_is_judged_by_him_or_taken_away_outright(operator: Client, town: Town) -> None:
    for verb in ("acceptance", "noise", "matter"):
        card = town.card()
        take_up(card, town.colleague, timezone.now())
        row = operator.get("/queue/").context["rows"][0]
        form = {"reason": "spam", "seen": row.seen, "choice": f"{town.pipe.pk}.0", "agency": town.water.pk}
        status, body = press_for_json(operator, f"/incidents/{card.pk}/{verb}/", **form)
        assert (status, body["held"], "Котова М. П. взяла" in body["words"]) == (409, True, True)
        assert (reread(card).state, card.taken_by) == (State.NEW, town.colleague)

        assert press_for_json(operator, f"/incidents/{card.pk}/taking/")[0] == 409
        assert press_for_json(operator, f"/incidents/{card.pk}/taking/", from_another="1")[0] == 200
        entry = Entry.objects.filter(incident=card.pk).latest("pk")
        assert (entry.verb, entry.data) == ("incident.take_over", {"held_by": town.colleague.pk})
        assert press_for_json(operator, f"/incidents/{card.pk}/{verb}/", **form)[0] == 200
        assert (reread(card).taken_by, card.taken_at) == (None, None)


def test_the_next_free_card_comes_in_the_queues_order_with_its_row(operator: Client, town: Town) -> None:
    now = timezone.now()
    late, urgent, early = town.card(at=now), town.card(priority=5, at=now), town.card(at=now - timedelta(hours=3))
    take_up(urgent, town.colleague, now)
    status, body = press_for_json(operator, "/queue/next/")
    assert (status, body["row"]["id"], "у вас" in body["row"]["html"]) == (200, early.pk, True)
    assert take_back(operator, batch=body["undo"]) == 200
    assert [press_for_json(operator, "/queue/next/")[1]["row"]["id"] for _ in range(2)] == [early.pk, late.pk]
    status, body = press_for_json(operator, "/queue/next/")
    assert (status, "Свободных новых карточек нет" in body["words"]) == (409, True)


def test_the_next_card_keeps_to_the_filters_and_to_ones_rights(operator: Client, town: Town, card: Incident) -> None:
    hole = town.card("Яма", theme=town.hole, agency=town.roads)
    assert press_for_json(town.curator, "/queue/next/")[0] == 409
    assert not Entry.objects.filter(verb="incident.take_up").exists()
    _, body = press_for_json(operator, "/queue/next/", group=town.hole.group_id, tab="done", start="9" * 31)
    assert body["row"]["id"] == hole.pk
    Incident.objects.update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    assert press_for_json(operator, "/queue/next/")[0] == 409
    grant(town.operator, Role.AUDITOR)
    assert operator.get("/queue/").context["rows"]
    assert press_for_json(operator, "/queue/next/")[0] == 409
    assert operator.post(f"/incidents/{card.pk}/taking/").status_code == 403


def test_without_scripts_the_next_card_is_found_among_ones_own(operator: Client, town: Town, card: Incident) -> None:
    town.card()
    assert operator.post("/queue/next/", {"next": "/queue/?mine=1"}).headers["Location"] == "/queue/?mine=1"
    page = operator.get("/queue/?mine=1")
    assert [row.card.pk for row in page.context["rows"]] == [card.pk]
    assert_answers(page, 200, "теперь у вас")


def test_rows_of_taken_cards_cost_nothing_and_say_who_took_them_by_the_patronymic(operator: Client, town: Town) -> None:
    for number in range(12):
        take_up(town.card(), town.colleague if number % 2 else town.operator, timezone.now())
    with at_most(10):
        assert page_at(operator, "/queue/").count("Котова М. П. взяла") >= 6
    with at_most(10):
        operator.get("/queue/?mine=1")
    people = {"Петровна": "взяла", "Петрович": "взял", "Ильич": "взял", "": "взял(а)", "Гасан кызы": "взяла"}
    for patronymic, verb in people.items():
        assert took(User(last_name="Ким", patronymic=patronymic)).split()[-1] == verb
    assert "&lt;b&gt;" not in took(User(last_name="<b>"))  # escaping is the template's, once
