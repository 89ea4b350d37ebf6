"""Moves from the queue: accept, not an incident, back again; from which state, and with which words."""

from typing import Any

from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import at_most, page_at, press_for_json, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.networks.models import Account
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Deadline, Rule, Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.town import Town


def seen(card: Incident) -> str:
    verdict = Verdict.objects.filter(message__links__incident=card).latest("pk")
    return f"{verdict.pk}.{Suggestion.objects.filter(incident=card).latest('pk').pk}"


def accept(client: Client, card: Incident, what: str | None = None) -> tuple[int, Any]:
    return press_for_json(client, f"/incidents/{card.pk}/acceptance/", seen=seen(card) if what is None else what)


def dismiss(client: Client, card: Incident, reason: str) -> tuple[int, Any]:
    return press_for_json(client, f"/incidents/{card.pk}/noise/", reason=reason)


def test_accepting_assigns_the_suggestion_and_too_late_nothing(operator: Client, town: Town, card: Incident) -> None:
    status, body = accept(operator, card)
    assert (status, "Водоканал" in body["words"]) == (200, True)
    expected = (State.ASSIGNED, town.water, town.pipe, town.city)
    assert (reread(card).state, card.agency, card.theme, card.place) == expected
    assert (card.kind, card.street, card.house, card.operator) == ("solvable", "улица Мира", "5", town.operator)
    assert Assignment.objects.get(incident=card).suggested
    card, older = town.card(), town.card()
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    status, body = accept(operator, card)
    assert (status, "Назначен" in body["words"]) == (409, True)
    assert reread(card).agency == town.roads
    old = seen(older)
    Suggestion.objects.create(incident=older, agency=town.roads, share=0.9, at=timezone.now())
    assert [accept(operator, older, stamp)[0] for stamp in (old, "", "0.0", "x")] == [409] * 4
    assert reread(older).state == State.NEW


def test_that_nobody_can_answer_is_said_with_the_press_that_assigns(operator: Client, card: Incident) -> None:
    Account.objects.update(active=False)
    status, words = accept(operator, card)
    assert (status, "Некому ответить в этой сети" in words["words"]) == (200, True)


def test_what_lacks_a_part_or_is_no_incident_is_not_accepted_and_opens_there(operator: Client, town: Town) -> None:
    nobody, bare = town.card(), town.card(suggested=False)
    noise, closed, retired = town.card("С праздником!", kind="noise"), town.card(), town.card()
    Suggestion.objects.filter(incident=nobody).update(agency=None)
    for card, what, part in ((nobody, None, "agency"), (bare, "0.0", "theme"), (noise, None, "theme")):
        status, body = accept(operator, card, what)
        assert (status, body["open"]) == (422, f"/incidents/{card.pk}/?focus={part}")
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert accept(operator, closed)[0] == 422
    Agency.objects.update(active=True)
    Theme.objects.update(retired_on=timezone.localdate())
    status, body = accept(operator, retired)
    assert (status, "вывели" in body["words"]) == (422, True)
    assert not Incident.objects.exclude(state=State.NEW, agency=None).exists()


def test_not_an_incident_wants_a_reason_and_stops_the_clocks(operator: Client, card: Incident, town: Town) -> None:
    for unknown in ("", "because", "SPAM", "spam' --"):
        assert dismiss(operator, card, unknown)[0] == 422, unknown
    started = card.started_at
    assert dismiss(operator, card, "chatter")[1]["undo"]
    assert (reread(card).state, card.noise_reason) == (State.NOISE, "chatter")
    assert Entry.objects.filter(incident=card.pk, verb="incident.dismiss", reason="chatter").count() == 1
    assert not Deadline.objects.filter(incident=card, cancelled_at__isnull=True).exists()

    limits = set(Deadline.objects.values_list("limit_at", flat=True))
    assert press_for_json(operator, f"/incidents/{card.pk}/restore/")[0] == 200
    assert (reread(card).state, card.noise_reason, card.started_at) == (State.NEW, "", started)
    assert set(Deadline.objects.filter(cancelled_at__isnull=True).values_list("limit_at", flat=True)) == limits
    for next_url, expected in (("/queue/?tab=work", "/queue/?tab=work"), ("https://evil.example/", "/queue/")):
        answer = operator.post(f"/incidents/{town.card().pk}/noise/", {"reason": "spam", "next": next_url})
        assert answer.headers["Location"] == expected
    assert "не инцидент (спам или реклама)" in page_at(operator, "/queue/")


def matter(client: Client, card: Incident, **data: object) -> tuple[int, Any]:
    return press_for_json(client, f"/incidents/{card.pk}/matter/", **{"seen": seen(card), **data})


def guessed(client: Client, card: Incident) -> list[tuple[Theme, Agency | None]]:
    page = client.get(f"/incidents/{card.pk}/guesses/", headers={"X-Fragment": "1"})
    return [(guess.theme, guess.agency) for guess in page.context["guesses"]]


def test_the_machines_own_is_its_suggestion_until_the_agency_said_not_ours(operator: Client, town: Town) -> None:
    Rule.objects.create(theme=town.pipe, agency=town.water)
    card, back = town.card(), town.card()
    assert matter(operator, card, choice=f"{town.pipe.pk}.{town.water.pk}")[0] == 200
    assert Assignment.objects.get(incident=card).suggested
    assigned = assign(back, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    give_back(assigned, town.executor, timezone.now(), "not_our_matter")
    assert matter(operator, back, choice=f"{town.pipe.pk}.0")[0] == 422
    assert guessed(operator, back) == [(town.pipe, None), (town.hole, None)]


def test_another_theme_goes_where_the_rules_say_or_asks_where(operator: Client, town: Town, card: Incident) -> None:
    choice = f"{town.hole.pk}.0"
    plain = operator.post(f"/incidents/{card.pk}/matter/", {"seen": seen(card), "choice": choice})
    assert plain.headers["Location"] == f"/incidents/{card.pk}/?focus=agency"
    status, body = matter(operator, card, choice=choice)
    assert (status, body["ask"], body["theme"]) == (422, "agency", town.hole.pk)
    assert matter(operator, card, choice=choice, agency=town.roads.pk)[0] == 200
    assert (reread(card).theme, card.agency) == (town.hole, town.roads)
    card = town.card()
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    Rule.objects.create(group=town.hole.group, agency=town.water)
    status, body = matter(operator, card, choice=f"{town.hole.pk}.0")
    assert (status, bool(body["undo"])) == (200, True)
    expected = (State.ASSIGNED, town.hole, town.roads, town.city)
    assert (reread(card).state, card.theme, card.agency, card.place) == expected
    assert (card.street, card.house) == ("улица Мира", "5")
    assert not Assignment.objects.get(incident=card).suggested
    assert matter(operator, card, choice=f"{town.hole.pk}.0")[0] == 409
    assert Assignment.objects.filter(incident=card).count() == 1


def test_what_changed_under_the_page_or_is_gone_changes_nothing(operator: Client, town: Town, card: Incident) -> None:
    Rule.objects.create(theme=town.hole, agency=town.roads)
    status, body = matter(operator, card, choice=f"{town.hole.pk}.{town.water.pk}")
    assert (status, "изменилась" in body["words"]) == (409, True)
    assert matter(operator, card, choice=f"{town.hole.pk}.0", seen="0.0")[0] == 409
    Rule.objects.create(agency=town.water)
    for choice in ("", "x", "-1", "0.0", "999999999.0", "9" * 40, "٣.1", "1' OR 1=1"):
        assert matter(operator, card, choice=choice)[0] == 422, choice
    Theme.objects.filter(pk=town.hole.pk).update(retired_on=timezone.localdate())
    assert matter(operator, card, choice=f"{town.hole.pk}.0")[0] == 422
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert matter(operator, card, choice=f"{town.pipe.pk}.0")[0] == 422
    status, body = matter(operator, card, choice=f"{town.pipe.pk}.0", agency=town.water.pk)
    assert (status, "Этого ведомства больше нет" in body["words"]) == (422, True)
    assert reread(card).state == State.NEW


def test_a_chosen_row_offers_the_best_themes_each_with_its_agency(operator: Client, town: Town, card: Incident) -> None:
    old = Theme.objects.create(group=town.pipe.group, code="old", name="Старая", retired_on=timezone.localdate())
    more = [Theme.objects.create(group=town.pipe.group, code=f"t{n}", name=f"<b>Тема {n}</b>") for n in range(4)]
    guesses = [{"id": theme.pk, "share": 0.5} for theme in (town.pipe, old, town.hole, *more)]
    Verdict.objects.update(themes=[*guesses[:2], {"id": "x"}, {"id": True}, "мусор", None, *guesses[2:]])
    Suggestion.objects.update(agency=None)
    Rule.objects.bulk_create(Rule(theme=more[3], place=town.village, agency=town.water) for _ in range(50))
    Rule.objects.create(theme=town.pipe, agency=town.water)
    Rule.objects.create(group=town.hole.group, place=town.city, agency=town.roads)
    Rule.objects.create(theme=town.hole, place=town.village, agency=town.water)
    with at_most(10):
        offered = guessed(operator, card)
    assert offered == [(town.pipe, town.water), (town.hole, town.roads), (more[0], None)]
    page = page_at(operator, f"/incidents/{card.pk}/guesses/")
    assert "<b>" not in page
    assert f'value="{town.hole.pk}.{town.roads.pk}"' in page
    assert seen(card) in page
    bare = town.card(suggested=False)
    assert guessed(operator, bare) == []
    Incident.objects.update(state=State.NOISE)
    assert operator.get(f"/incidents/{bare.pk}/guesses/").status_code == 204
