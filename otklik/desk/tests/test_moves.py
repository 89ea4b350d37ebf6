"""Moves from the queue: accept, not an incident, back again; by whom, from which state, and with which words."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Deadline, Rule, Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.town import Town

JSON = {"Accept": "application/json"}


def seen(card: Incident) -> str:
    verdict = Verdict.objects.filter(message__links__incident=card).latest("pk")
    return f"{verdict.pk}.{Suggestion.objects.filter(incident=card).latest('pk').pk}"


def accept(client: Client, card: Incident, what: str | None = None) -> tuple[int, dict[str, str]]:
    answer = client.post(
        f"/incidents/{card.pk}/acceptance/", {"seen": seen(card) if what is None else what}, headers=JSON
    )
    return answer.status_code, answer.json()


def test_accepting_assigns_exactly_what_was_suggested(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    status, told = accept(client, card)
    card.refresh_from_db()
    assert status == 200
    assert "Водоканал" in told["words"]
    assert (card.state, card.agency, card.theme, card.place) == (
        State.ASSIGNED, town.water, town.pipe, town.city
    )  # fmt: skip
    assert (card.kind, card.street, card.house, card.operator) == ("solvable", "улица Мира", "5", town.operator)
    assert Assignment.objects.get(incident=card).suggested


def test_a_second_acceptance_finds_that_somebody_was_faster(client: Client, town: Town) -> None:
    card = town.card()
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    client.force_login(town.operator)
    status, told = accept(client, card)
    card.refresh_from_db()
    assert status == 409
    assert "Назначен" in told["words"]
    assert card.agency == town.roads


def test_an_acceptance_of_an_older_suggestion_changes_nothing(client: Client, town: Town) -> None:
    card = town.card()
    old = seen(card)
    Suggestion.objects.create(incident=card, agency=town.roads, share=0.9, at=timezone.now())
    client.force_login(town.operator)
    for said in (old, "", "0.0", "x"):
        status, _ = accept(client, card, said)
        assert status == 409
    card.refresh_from_db()
    assert card.state == State.NEW


def test_without_a_suggested_agency_the_card_opens_at_that_field(client: Client, town: Town) -> None:
    card = town.card()
    Suggestion.objects.filter(incident=card).update(agency=None)
    client.force_login(town.operator)
    status, told = accept(client, card)
    assert (status, told["open"]) == (422, f"/incidents/{card.pk}/?focus=agency")


def test_an_agency_that_was_closed_cannot_be_accepted(client: Client, town: Town) -> None:
    card = town.card()
    town.water.active = False
    town.water.save()
    client.force_login(town.operator)
    assert accept(client, card)[0] == 422


def test_without_a_verdict_the_card_opens_at_the_theme(client: Client, town: Town) -> None:
    card = town.card(suggested=False)
    client.force_login(town.operator)
    status, told = accept(client, card, "0.0")
    assert (status, told["open"]) == (422, f"/incidents/{card.pk}/?focus=theme")


def test_what_looks_like_no_incident_is_not_assigned_by_accepting(client: Client, town: Town) -> None:
    card = town.card("С праздником!", kind="noise")
    client.force_login(town.operator)
    status, told = accept(client, card)
    card.refresh_from_db()
    assert (status, card.state, card.agency) == (422, State.NEW, None)
    assert told["open"] == f"/incidents/{card.pk}/?focus=theme"


def test_a_suggested_theme_that_was_retired_since_is_not_assigned(town: Town, client: Client) -> None:
    card = town.card()
    Theme.objects.update(retired_on=timezone.localdate())
    client.force_login(town.operator)
    answer = client.post(f"/incidents/{card.pk}/acceptance/", {"seen": seen(card)}, headers=JSON)
    card.refresh_from_db()
    assert (answer.status_code, card.state) == (422, State.NEW)
    assert "вывели" in answer.json()["words"]


def test_not_an_incident_names_the_reason_and_stops_the_clocks(client: Client, town: Town) -> None:
    card = town.card()
    started = card.started_at
    client.force_login(town.operator)
    answer = client.post(f"/incidents/{card.pk}/noise/", {"reason": "chatter"}, headers=JSON)
    card.refresh_from_db()
    assert answer.json()["undo"]
    assert (card.state, card.noise_reason) == (State.NOISE, "chatter")
    assert Entry.objects.filter(incident=card.pk, verb="incident.dismiss", reason="chatter").count() == 1
    assert not Deadline.objects.filter(incident=card, cancelled_at__isnull=True).exists()

    limits = set(Deadline.objects.values_list("limit_at", flat=True))
    assert client.post(f"/incidents/{card.pk}/restore/", headers=JSON).status_code == 200
    card.refresh_from_db()
    assert (card.state, card.noise_reason, card.started_at) == (State.NEW, "", started)
    assert set(Deadline.objects.filter(cancelled_at__isnull=True).values_list("limit_at", flat=True)) == limits


@pytest.mark.parametrize("reason", ["", "because", "SPAM", "spam' --"])
def test_an_unknown_reason_is_not_taken(client: Client, town: Town, reason: str) -> None:
    card = town.card()
    client.force_login(town.operator)
    assert client.post(f"/incidents/{card.pk}/noise/", {"reason": reason}, headers=JSON).status_code == 422
    card.refresh_from_db()
    assert card.state == State.NEW


@pytest.mark.parametrize("verb", ["acceptance", "noise", "restore"])
def test_moves_are_for_the_desk_and_for_cards_one_sees(client: Client, town: Town, verb: str) -> None:
    card = town.card()
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    address = f"/incidents/{card.pk}/{verb}/"
    assert client.post(address, {"reason": "spam"}).status_code == 302
    assert client.post(address, headers={"X-Fragment": "1"}).status_code == 401
    for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
        client.force_login(user)
        assert client.post(address, {"reason": "spam"}).status_code == status
    client.force_login(town.operator)
    assert client.get(address).status_code == 405
    assert client.post(f"/incidents/999999999/{verb}/").status_code == 404
    card.refresh_from_db()
    assert card.state == State.ASSIGNED


def test_a_plain_form_comes_back_to_where_it_was_and_nowhere_else(client: Client, town: Town) -> None:
    client.force_login(town.operator)
    for given, expected in (("/queue/?tab=work", "/queue/?tab=work"), ("https://evil.example/", "/queue/")):
        card = town.card()
        answer = client.post(f"/incidents/{card.pk}/noise/", {"reason": "spam", "next": given})
        assert answer.headers["Location"] == expected
    assert "не инцидент (спам или реклама)" in client.get("/queue/").content.decode()


def test_htmx_is_told_where_to_go(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    address = f"/incidents/{card.pk}/noise/"
    answer = client.post(address, {"reason": "spam", "next": "/queue/"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/queue/")


def test_a_forged_request_is_refused_with_plain_words(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.operator)
    card = town.card()
    assert client.post(f"/incidents/{card.pk}/noise/", {"reason": "spam"}).status_code == 403
    card.refresh_from_db()
    assert card.state == State.NEW


def matter(client: Client, card: Incident, **data: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/incidents/{card.pk}/matter/", {"seen": seen(card), **data}, headers=JSON)
    return answer.status_code, answer.json()


def test_another_theme_goes_to_the_agency_of_the_rules(client: Client, town: Town) -> None:
    card = town.card()
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    Rule.objects.create(group=town.hole.group, agency=town.water)
    client.force_login(town.operator)
    status, told = matter(client, card, choice=f"{town.hole.pk}.0")
    card.refresh_from_db()
    assert status == 200
    assert told["undo"]
    assert (card.state, card.theme, card.agency, card.place) == (
        State.ASSIGNED, town.hole, town.roads, town.city
    )  # fmt: skip
    assert (card.street, card.house) == ("улица Мира", "5")
    assert not Assignment.objects.get(incident=card).suggested


def test_the_machines_own_theme_and_agency_count_as_its_suggestion(client: Client, town: Town) -> None:
    card = town.card()
    Rule.objects.create(theme=town.pipe, agency=town.water)
    client.force_login(town.operator)
    assert matter(client, card, choice=f"{town.pipe.pk}.{town.water.pk}")[0] == 200
    assert Assignment.objects.get(incident=card).suggested


def test_without_a_rule_the_agency_is_asked_for_and_then_taken(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    status, told = matter(client, card, choice=f"{town.hole.pk}.0")
    assert (status, told["ask"], told["theme"]) == (422, "agency", town.hole.pk)
    assert matter(client, card, choice=f"{town.hole.pk}.0", agency=town.roads.pk)[0] == 200
    card.refresh_from_db()
    assert (card.theme, card.agency) == (town.hole, town.roads)


def test_an_agency_that_said_not_ours_is_not_named_again(client: Client, town: Town) -> None:
    card = town.card()
    Rule.objects.create(theme=town.pipe, agency=town.water)
    assigned = assign(card, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    give_back(assigned, town.executor, timezone.now(), "not_our_matter")
    client.force_login(town.operator)
    assert matter(client, card, choice=f"{town.pipe.pk}.0")[0] == 422
    assert guessed(client, card) == [(town.pipe, None), (town.hole, None)]


def test_a_rule_that_changed_under_the_page_changes_nothing(client: Client, town: Town) -> None:
    card = town.card()
    Rule.objects.create(theme=town.hole, agency=town.roads)
    client.force_login(town.operator)
    status, told = matter(client, card, choice=f"{town.hole.pk}.{town.water.pk}")
    assert status == 409
    assert "изменилась" in str(told["words"])
    status, _ = matter(client, card, choice=f"{town.hole.pk}.0", seen="0.0")
    assert status == 409
    card.refresh_from_db()
    assert card.state == State.NEW


@pytest.mark.parametrize("choice", ["", "x", "-1", "0.0", "999999999.0", "9" * 40, "٣.1", "1' OR 1=1"])
def test_a_theme_that_is_not_there_is_not_taken(client: Client, town: Town, choice: str) -> None:
    card = town.card()
    Rule.objects.create(agency=town.water)
    client.force_login(town.operator)
    assert matter(client, card, choice=choice)[0] == 422
    town.hole.retired_on = timezone.localdate()
    town.hole.save()
    assert matter(client, card, choice=f"{town.hole.pk}.0")[0] == 422
    town.water.active = False
    town.water.save()
    assert matter(client, card, choice=f"{town.pipe.pk}.0", agency=town.water.pk)[0] == 422
    assert matter(client, card, choice=f"{town.pipe.pk}.0")[0] == 422
    card.refresh_from_db()
    assert card.state == State.NEW


def test_a_second_choice_of_a_theme_finds_that_somebody_was_faster(client: Client, town: Town) -> None:
    card = town.card()
    Rule.objects.create(theme=town.hole, agency=town.roads)
    client.force_login(town.operator)
    assert matter(client, card, choice=f"{town.hole.pk}.0")[0] == 200
    assert matter(client, card, choice=f"{town.hole.pk}.0")[0] == 409
    assert Assignment.objects.filter(incident=card).count() == 1


def test_without_scripts_the_card_opens_where_the_agency_is_missing(client: Client, town: Town) -> None:
    card = town.card()
    client.force_login(town.operator)
    answer = client.post(f"/incidents/{card.pk}/matter/", {"seen": seen(card), "choice": f"{town.hole.pk}.0"})
    assert answer.headers["Location"] == f"/incidents/{card.pk}/?focus=agency"


def guessed(client: Client, card: Incident) -> list[tuple[Theme, Agency | None]]:
    page = client.get(f"/incidents/{card.pk}/guesses/", headers={"X-Fragment": "1"})
    return [(guess.theme, guess.agency) for guess in page.context["guesses"]]


def test_a_chosen_row_offers_the_best_themes_each_with_its_agency(
    client: Client, town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    card = town.card()
    old = Theme.objects.create(group=town.pipe.group, code="old", name="Старая", retired_on=timezone.localdate())
    more = [Theme.objects.create(group=town.pipe.group, code=f"t{n}", name=f"<b>Тема {n}</b>") for n in range(4)]
    told = [{"id": theme.pk, "share": 0.5} for theme in (town.pipe, old, town.hole, *more)]
    Verdict.objects.update(themes=[*told[:2], {"id": "x"}, {"id": True}, "мусор", None, *told[2:]])
    Suggestion.objects.update(agency=None)
    for _ in range(50):
        Rule.objects.create(theme=more[3], place=town.village, agency=town.water)
    Rule.objects.create(theme=town.pipe, agency=town.water)
    Rule.objects.create(group=town.hole.group, place=town.city, agency=town.roads)
    Rule.objects.create(theme=town.hole, place=town.village, agency=town.water)
    client.force_login(town.operator)
    with django_assert_max_num_queries(10):
        offered = guessed(client, card)
    assert offered == [(town.pipe, town.water), (town.hole, town.roads), (more[0], None)]
    page = client.get(f"/incidents/{card.pk}/guesses/").content.decode()
    assert "<b>" not in page
    assert f'value="{town.hole.pk}.{town.roads.pk}"' in page
    assert seen(card) in page


def test_a_card_without_a_verdict_offers_only_the_search(client: Client, town: Town) -> None:
    card = town.card(suggested=False)
    client.force_login(town.operator)
    assert guessed(client, card) == []
    Incident.objects.update(state=State.NOISE)
    assert client.get(f"/incidents/{card.pk}/guesses/").status_code == 204
