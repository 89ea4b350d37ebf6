"""Rules that ask for a thing, a network, a time and name a person; and who is offered after «не наше»."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.forms import save
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Rule, Suggestion
from otklik.routing.suggest import suggest
from tests.make.town import Town

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 6, 22, 12, 0, tzinfo=ZoneInfo(settings.TIME_ZONE))


def offered(card: Incident) -> Suggestion:
    """What the step says of the card, claimed as the loop claims it."""
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(due_at=now)
    with book.turn():
        suggest([row for row in claim(Incident, now, timedelta(minutes=1), 50) if row.pk == card.pk], now)
    return Suggestion.objects.select_related("agency").filter(incident=card).latest("pk")


def test_a_thing_named_in_the_text_turns_the_suggestion_and_is_told(town: Town) -> None:
    Rule.objects.create(agency=town.water, theme=town.pipe)
    Rule.objects.create(agency=town.pumps, theme=town.pipe, things="остановка, водонапорная башня")
    assert offered(town.card("Нет воды второй день", place=town.village)).agency == town.water
    found = offered(town.card("Течёт из водонапорной башни", place=town.village))
    assert (found.agency, found.thing) == (town.pumps, "водонапорный башня")
    shown = Client()
    shown.force_login(town.operator)
    assert "«водонапорный башня»" in shown.get(f"/incidents/{found.incident_id}/").content.decode()


@pytest.mark.parametrize(
    ("later", "hours"), [(timedelta(), "working"), (timedelta(hours=9), "outside"), (timedelta(days=5), "outside")]
)
def test_the_time_of_the_message_counts_and_not_that_of_the_looking(town: Town, later: timedelta, hours: str) -> None:
    Rule.objects.create(agency=town.roads)
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe, hours=hours)
    Rule.objects.create(agency=town.water, theme=town.pipe, hours="working" if hours == "outside" else "outside")
    assert offered(town.card(at=MONDAY_NOON + later, place=town.village)).rule == rule


def test_a_rule_for_one_network_leaves_the_others_alone(town: Town) -> None:
    Rule.objects.create(agency=town.water, theme=town.pipe)
    Rule.objects.create(agency=town.pumps, theme=town.pipe, network="ok")
    card = town.card(place=town.village)
    assert offered(card).agency == town.water
    Incident.objects.filter(pk=card.pk).update(network="ok")
    assert offered(card).agency == town.pumps


def test_after_not_ours_the_next_is_offered_and_nobody_twice(town: Town) -> None:
    Rule.objects.create(agency=town.pumps, theme=town.pipe, place=town.village)
    Rule.objects.create(agency=town.water, theme=town.pipe)
    Rule.objects.create(agency=town.roads)
    card, whose = town.card(place=town.village), []
    while (agency := offered(card).agency) is not None:
        whose.append(agency)
        held = assign(card, Decision(agency, town.pipe, town.village), town.operator, timezone.now())
        card = give_back(held, town.operator, timezone.now(), "not_our_matter")
    assert whose == [town.pumps, town.water, town.roads]
    assert card.state == "new"


def test_rules_of_a_closed_agency_do_not_fire(town: Town) -> None:
    Rule.objects.create(agency=town.pumps, theme=town.pipe)
    fallback = Rule.objects.create(agency=town.roads)
    Agency.objects.filter(pk=town.pumps.pk).update(active=False)
    assert offered(town.card(place=town.village)).rule == fallback


def test_the_person_that_a_rule_names_has_the_card_at_once(town: Town) -> None:
    rule = Rule.objects.create(agency=town.water, theme=town.pipe, executor=town.executor)
    client = Client()
    client.force_login(town.operator)
    for executor, gets in ((town.executor, town.executor), (town.other, None)):
        Rule.objects.filter(pk=rule.pk).update(executor=executor)
        card = town.card(place=town.village)
        suggestion = offered(card)
        verdict = suggestion.incident.messages.get().verdicts.latest("pk")
        client.post(f"/incidents/{card.pk}/acceptance/", {"seen": f"{verdict.pk}.{suggestion.pk}"})
        card.refresh_from_db()
        assert (card.state, card.agency, card.executor) == ("assigned", town.water, gets)


def given(town: Town, **changed: str) -> dict[str, str]:
    told = {"about": f"t{town.pipe.pk}", "place": "", "agency": str(town.water.pk)}
    return {**told, "since": "", "until": "", "note": "", "things": "", "network": "", "hours": "", **changed}


def test_a_rule_with_conditions_is_written_read_and_told_in_the_journal(town: Town, admin: Client) -> None:
    told = given(town, things="Остановка", network="vk", hours="outside", executor=str(town.executor.pk))
    asked = admin.post("/admin/rules/addition/", told).content.decode()
    assert "Остановка · ВКонтакте · вне рабочих часов → Водоканал" in asked
    admin.post("/admin/rules/addition/", {**told, "sure": "1"})
    rule = Rule.objects.get()
    assert (rule.things, rule.network, rule.hours, rule.executor) == ("Остановка", "vk", "outside", town.executor)
    assert "вне рабочих часов" in admin.get("/admin/rules/").content.decode()
    assert "вне рабочих часов" in admin.get(f"/admin/rules/{rule.pk}/").content.decode()
    save(admin, f"/admin/rules/{rule.pk}/", given(town, things="школа"))
    assert Entry.objects.get(verb="rule.edit").data["before"]["network"] == "vk"
    shown = admin.get(f"/admin/rules/{rule.pk}/").content.decode()
    assert "ВКонтакте, вне рабочих часов → никаких" in shown
    assert "Остановка → школа" in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"things": "🙂, ---"}, "ни одного слова"),
        ({"things": "ы" * 300}, "не больше 200"),
        ({"network": "icq"}, "Такого в списке нет"),
        ({"hours": "ночью"}, "Такого в списке нет"),
        ({"executor": "999999"}, "Такого в списке нет"),
    ],
)
def test_conditions_that_mean_nothing_are_told_beside_the_field(
    town: Town, admin: Client, changed: dict[str, str], said: str
) -> None:
    answer = admin.post("/admin/rules/addition/", {**given(town, **changed), "sure": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_person_of_another_agency_is_refused(town: Town, admin: Client) -> None:
    answer = admin.post("/admin/rules/addition/", {**given(town, executor=str(town.other.pk)), "sure": "1"})
    assert answer.status_code == 422
    assert "не за это ведомство" in answer.content.decode()


def test_two_rules_meet_only_where_they_share_a_thing(town: Town, admin: Client) -> None:
    admin.post("/admin/rules/addition/", {**given(town, things="школа, остановка"), "sure": "1"})
    admin.post("/admin/rules/addition/", {**given(town, things="больница"), "sure": "1"})
    admin.post("/admin/rules/addition/", {**given(town), "sure": "1"})
    assert Rule.objects.count() == 3
    for things in ("на остановках", "ОСТАНОВКИ"):
        answer = admin.post("/admin/rules/addition/", {**given(town, things=things), "sure": "1"})
        assert answer.status_code == (422 if things == "ОСТАНОВКИ" else 302)


def test_a_trial_tells_the_order_and_why_each_yields(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.roads)
    Rule.objects.create(agency=town.water, theme=town.pipe, network="ok")
    Rule.objects.create(agency=town.pumps, theme=town.pipe, things="подъезд")
    text = {"text": "Второй день нет холодной воды в подъезде"}
    told = admin.post("/admin/rules/trial/", {**text, "network": "ok", "hours": "outside"}).content.decode()
    assert told.index("→ Насосы") < told.index("→ Водоканал") < told.index("→ Дорожная служба")
    assert told.count("сработает") == 1
    assert "не спрашивает, что названо в тексте" in told
    assert "его тема шире" in told
    assert "→ Водоканал" not in admin.post("/admin/rules/trial/", text).content.decode()
    assert admin.post("/admin/rules/trial/", {**text, "network": "\x00"}).status_code == 422
