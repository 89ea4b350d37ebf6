"""Moves from the queue: accept, not an incident, back again; by whom, from which state, and with which words."""

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import at_most, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Deadline, Rule, Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.people import signed_in
from tests.make.town import Town

JSON = {"Accept": "application/json"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def seen(card: Incident) -> str:
    verdict = Verdict.objects.filter(message__links__incident=card).latest("pk")
    return f"{verdict.pk}.{Suggestion.objects.filter(incident=card).latest('pk').pk}"


def accept(client: Client, card: Incident, what: str | None = None) -> tuple[int, dict[str, str]]:
    given = {"seen": seen(card) if what is None else what}
    answer = client.post(f"/incidents/{card.pk}/acceptance/", given, headers=JSON)
    return answer.status_code, answer.json()


def test_accepting_assigns_exactly_what_was_suggested(operator: Client, town: Town, card: Incident) -> None:
    status, told = accept(operator, card)
    assert (status, "Водоканал" in told["words"]) == (200, True)
    given = (State.ASSIGNED, town.water, town.pipe, town.city)
    assert (reread(card).state, card.agency, card.theme, card.place) == given
    assert (card.kind, card.street, card.house, card.operator) == ("solvable", "улица Мира", "5", town.operator)
    assert Assignment.objects.get(incident=card).suggested


def test_a_second_acceptance_finds_that_somebody_was_faster(operator: Client, town: Town, card: Incident) -> None:
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    status, told = accept(operator, card)
    assert (status, "Назначен" in told["words"]) == (409, True)
    assert reread(card).agency == town.roads


def test_an_acceptance_of_an_older_suggestion_changes_nothing(operator: Client, town: Town, card: Incident) -> None:
    old = seen(card)
    Suggestion.objects.create(incident=card, agency=town.roads, share=0.9, at=timezone.now())
    assert [accept(operator, card, said)[0] for said in (old, "", "0.0", "x")] == [409] * 4
    assert reread(card).state == State.NEW


def test_without_a_suggested_agency_the_card_opens_at_that_field(operator: Client, card: Incident) -> None:
    Suggestion.objects.filter(incident=card).update(agency=None)
    status, told = accept(operator, card)
    assert (status, told["open"]) == (422, f"/incidents/{card.pk}/?focus=agency")


def test_an_agency_that_was_closed_cannot_be_accepted(operator: Client, town: Town, card: Incident) -> None:
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert accept(operator, card)[0] == 422


def test_without_a_verdict_the_card_opens_at_the_theme(operator: Client, town: Town) -> None:
    card = town.card(suggested=False)
    status, told = accept(operator, card, "0.0")
    assert (status, told["open"]) == (422, f"/incidents/{card.pk}/?focus=theme")


def test_what_looks_like_no_incident_is_not_assigned_by_accepting(operator: Client, town: Town) -> None:
    card = town.card("С праздником!", kind="noise")
    status, told = accept(operator, card)
    assert (status, reread(card).state, card.agency) == (422, State.NEW, None)
    assert told["open"] == f"/incidents/{card.pk}/?focus=theme"


def test_a_suggested_theme_that_was_retired_since_is_not_assigned(card: Incident, operator: Client) -> None:
    Theme.objects.update(retired_on=timezone.localdate())
    answer = operator.post(f"/incidents/{card.pk}/acceptance/", {"seen": seen(card)}, headers=JSON)
    assert (answer.status_code, reread(card).state) == (422, State.NEW)
    assert "вывели" in answer.json()["words"]


def test_not_an_incident_names_the_reason_and_stops_the_clocks(operator: Client, card: Incident) -> None:
    started = card.started_at
    answer = operator.post(f"/incidents/{card.pk}/noise/", {"reason": "chatter"}, headers=JSON)
    card.refresh_from_db()
    assert answer.json()["undo"]
    assert (card.state, card.noise_reason) == (State.NOISE, "chatter")
    assert Entry.objects.filter(incident=card.pk, verb="incident.dismiss", reason="chatter").count() == 1
    assert not Deadline.objects.filter(incident=card, cancelled_at__isnull=True).exists()

    limits = set(Deadline.objects.values_list("limit_at", flat=True))
    assert operator.post(f"/incidents/{card.pk}/restore/", headers=JSON).status_code == 200
    assert (reread(card).state, card.noise_reason, card.started_at) == (State.NEW, "", started)
    assert set(Deadline.objects.filter(cancelled_at__isnull=True).values_list("limit_at", flat=True)) == limits


def test_an_unknown_reason_is_not_taken(operator: Client, card: Incident) -> None:
    for reason in ("", "because", "SPAM", "spam' --"):
        answer = operator.post(f"/incidents/{card.pk}/noise/", {"reason": reason}, headers=JSON)
        assert answer.status_code == 422, reason
    assert reread(card).state == State.NEW


def test_moves_are_for_the_desk_and_for_cards_one_sees(town: Town) -> None:
    card = town.assigned(agency=town.roads)
    for verb in ("acceptance", "noise", "restore"):
        for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
            answer = signed_in(user).post(f"/incidents/{card.pk}/{verb}/", {"reason": "spam"})
            assert answer.status_code == status, (verb, user.username)
        assert signed_in(town.operator).get(f"/incidents/{card.pk}/{verb}/").status_code == 405, verb
    assert reread(card).state == State.ASSIGNED


def test_a_plain_form_comes_back_to_where_it_was_and_nowhere_else(operator: Client, town: Town) -> None:
    for given, expected in (("/queue/?tab=work", "/queue/?tab=work"), ("https://evil.example/", "/queue/")):
        card = town.card()
        answer = operator.post(f"/incidents/{card.pk}/noise/", {"reason": "spam", "next": given})
        assert answer.headers["Location"] == expected
    assert "не инцидент (спам или реклама)" in operator.get("/queue/").content.decode()


def test_htmx_is_told_where_to_go(operator: Client, card: Incident) -> None:
    address = f"/incidents/{card.pk}/noise/"
    answer = operator.post(address, {"reason": "spam", "next": "/queue/"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/queue/")


def matter(client: Client, card: Incident, **data: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/incidents/{card.pk}/matter/", {"seen": seen(card), **data}, headers=JSON)
    return answer.status_code, answer.json()


def test_another_theme_goes_to_the_agency_of_the_rules(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    Rule.objects.create(group=town.hole.group, agency=town.water)
    status, told = matter(operator, card, choice=f"{town.hole.pk}.0")
    assert (status, bool(told["undo"])) == (200, True)
    given = (State.ASSIGNED, town.hole, town.roads, town.city)
    assert (reread(card).state, card.theme, card.agency, card.place) == given
    assert (card.street, card.house) == ("улица Мира", "5")
    assert not Assignment.objects.get(incident=card).suggested


def test_the_machines_own_theme_and_agency_are_its_suggestion(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.pipe, agency=town.water)
    assert matter(operator, card, choice=f"{town.pipe.pk}.{town.water.pk}")[0] == 200
    assert Assignment.objects.get(incident=card).suggested


def test_without_a_rule_the_agency_is_asked_for_and_then_taken(operator: Client, town: Town, card: Incident) -> None:
    status, told = matter(operator, card, choice=f"{town.hole.pk}.0")
    assert (status, told["ask"], told["theme"]) == (422, "agency", town.hole.pk)
    assert matter(operator, card, choice=f"{town.hole.pk}.0", agency=town.roads.pk)[0] == 200
    assert (reread(card).theme, card.agency) == (town.hole, town.roads)


def test_an_agency_that_said_not_ours_is_not_named_again(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.pipe, agency=town.water)
    assigned = assign(card, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    give_back(assigned, town.executor, timezone.now(), "not_our_matter")
    assert matter(operator, card, choice=f"{town.pipe.pk}.0")[0] == 422
    assert guessed(operator, card) == [(town.pipe, None), (town.hole, None)]


def test_a_rule_that_changed_under_the_page_changes_nothing(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.hole, agency=town.roads)
    status, told = matter(operator, card, choice=f"{town.hole.pk}.{town.water.pk}")
    assert status == 409
    assert "изменилась" in str(told["words"])
    status, _ = matter(operator, card, choice=f"{town.hole.pk}.0", seen="0.0")
    assert status == 409
    assert reread(card).state == State.NEW


def test_a_theme_that_is_not_there_is_not_taken(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(agency=town.water)
    for choice in ("", "x", "-1", "0.0", "999999999.0", "9" * 40, "٣.1", "1' OR 1=1"):
        assert matter(operator, card, choice=choice)[0] == 422, choice
    Theme.objects.filter(pk=town.hole.pk).update(retired_on=timezone.localdate())
    assert matter(operator, card, choice=f"{town.hole.pk}.0")[0] == 422
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert matter(operator, card, choice=f"{town.pipe.pk}.0", agency=town.water.pk)[0] == 422
    assert matter(operator, card, choice=f"{town.pipe.pk}.0")[0] == 422
    assert reread(card).state == State.NEW


def test_a_second_choice_of_a_theme_finds_somebody_was_faster(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.hole, agency=town.roads)
    assert matter(operator, card, choice=f"{town.hole.pk}.0")[0] == 200
    assert matter(operator, card, choice=f"{town.hole.pk}.0")[0] == 409
    assert Assignment.objects.filter(incident=card).count() == 1


def test_without_scripts_the_card_opens_at_the_missing_agency(operator: Client, town: Town, card: Incident) -> None:
    answer = operator.post(f"/incidents/{card.pk}/matter/", {"seen": seen(card), "choice": f"{town.hole.pk}.0"})
    assert answer.headers["Location"] == f"/incidents/{card.pk}/?focus=agency"


def guessed(client: Client, card: Incident) -> list[tuple[Theme, Agency | None]]:
    page = client.get(f"/incidents/{card.pk}/guesses/", headers={"X-Fragment": "1"})
    return [(guess.theme, guess.agency) for guess in page.context["guesses"]]


def test_a_chosen_row_offers_the_best_themes_each_with_its_agency(operator: Client, town: Town, card: Incident) -> None:
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
    with at_most(10):
        offered = guessed(operator, card)
    assert offered == [(town.pipe, town.water), (town.hole, town.roads), (more[0], None)]
    page = operator.get(f"/incidents/{card.pk}/guesses/").content.decode()
    assert "<b>" not in page
    assert f'value="{town.hole.pk}.{town.roads.pk}"' in page
    assert seen(card) in page


def test_a_card_without_a_verdict_offers_only_the_search(operator: Client, town: Town) -> None:
    card = town.card(suggested=False)
    assert guessed(operator, card) == []
    Incident.objects.update(state=State.NOISE)
    assert operator.get(f"/incidents/{card.pk}/guesses/").status_code == 204
