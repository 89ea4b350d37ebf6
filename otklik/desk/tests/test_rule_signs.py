"""Rules that ask for a thing, a network, a time and name a person; what becomes of their suggestions; what is wrong
with them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.desk.undo.keep import last_of, take_back, undoable
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Rule, Suggestion
from otklik.routing.rule_use import Use, chosen_instead, uses
from otklik.routing.suggest import suggest
from otklik.themes.models import Theme
from tests.make.people import signed_in
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
    assert_answers(signed_in(town.operator).get(f"/incidents/{found.incident_id}/"), 200, "«водонапорный башня»")


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
    client = signed_in(town.operator)
    for executor, gets in ((town.executor, town.executor), (town.other, None)):
        Rule.objects.filter(pk=rule.pk).update(executor=executor)
        card = town.card(place=town.village)
        suggestion = offered(card)
        verdict = suggestion.incident.messages.get().verdicts.latest("pk")
        client.post(f"/incidents/{card.pk}/acceptance/", {"seen": f"{verdict.pk}.{suggestion.pk}"})
        assert (reread(card).state, card.agency, card.executor) == ("assigned", town.water, gets)


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
    assert_answers(
        admin.get(f"/admin/rules/{rule.pk}/"), 200, "ВКонтакте, вне рабочих часов → никаких", "Остановка → школа"
    )


def test_conditions_that_mean_nothing_are_told_beside_the_field(town: Town, admin: Client) -> None:
    for field, value, said in (
        ("things", "🙂, ---", "ни одного слова"),
        ("things", "ы" * 300, "не больше 200"),
        *((field, "999999", "Такого в списке нет") for field in ("network", "hours", "executor")),
        ("executor", str(town.other.pk), "не за это ведомство"),
    ):
        assert_answers(admin.post("/admin/rules/addition/", {**given(town, **{field: value}), "sure": "1"}), 422, said)
    assert not Rule.objects.exists()


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


# What becomes of a rule's suggestions: heeded, overruled, or asked about another matter.
def decided(town: Town, rule: Rule, agency: Agency, theme: Theme | None = None, place: Place | None = None) -> Incident:
    """A card for which the rule named its agency, and what a person made of it."""
    now = timezone.now()
    card = town.card()
    Suggestion.objects.create(incident=card, agency=rule.agency, rule=rule, share=1, at=now)
    return assign(card, Decision(agency, theme or town.pipe, place or town.city), town.operator, now)


def use_of(rule: Rule) -> Use:
    return uses([rule.pk], timezone.now() - timedelta(days=1))[rule.pk]


@pytest.fixture
def rule(town: Town) -> Rule:
    return Rule.objects.create(agency=town.water, theme=town.pipe)


def test_a_rule_is_heeded_overruled_or_was_asked_about_another_matter(town: Town, rule: Rule) -> None:
    decided(town, rule, town.water)
    decided(town, rule, town.roads)
    decided(town, rule, town.roads, theme=town.hole)
    decided(town, rule, town.roads, place=town.village)
    assert use_of(rule) == Use(fired=4, kept=1, overruled=1)
    assert sorted(Assignment.objects.values_list("heeded", flat=True)) == ["other", "other", "overruled", "taken"]


def test_what_comes_back_or_goes_on_to_another_overrules_too_and_undoing_that_does_not(town: Town, rule: Rule) -> None:
    now = timezone.now()
    give_back(decided(town, rule, town.water), town.executor, now, "not_our_matter")
    moved = decided(town, rule, town.water)
    with undoable([moved], "assign", town.operator):
        assign(moved, Decision(town.roads, town.pipe, town.city), town.operator, now)
    assert use_of(rule) == Use(fired=2, kept=0, overruled=2)
    take_back(last_of(town.operator, timezone.now()), town.operator, timezone.now())
    assert use_of(rule) == Use(fired=2, kept=1, overruled=1)


def test_a_rule_that_is_mostly_overruled_is_put_forward_with_what_people_choose(
    town: Town, rule: Rule, admin: Client
) -> None:
    for agency in [town.water] * 4 + [town.roads] * 4 + [town.pumps]:
        decided(town, rule, agency)
    assert admin.get("/admin/rules/faults/").context["doubtful"] == []
    decided(town, rule, town.pumps)
    (fault,) = admin.get("/admin/rules/faults/").context["doubtful"]
    assert (fault.rule, fault.use.kept, fault.use.overruled, fault.instead) == (rule, 4, 6, "Дорожная служба")
    for page in ("/admin/rules/", f"/admin/rules/{rule.pk}/"):
        assert_answers(admin.get(page), 200, "верно 4, отменили 6", "чаще отменяют")
    assert chosen_instead([], timezone.now()) == {}


# «Что не так с правилами», and the warning that nobody takes what no rule fits.
PAGE = "/admin/rules/faults/"
MISSING = "Нет правила для всего остального"


def test_rules_that_collide_or_never_win_are_named_with_what_beats_them(town: Town, admin: Client) -> None:
    Rule.objects.create(agency=town.water, theme=town.pipe, note="старое")
    Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Rule.objects.create(agency=town.roads, group=town.hole.group)
    Rule.objects.create(agency=town.roads, theme=town.hole)
    context = admin.get(PAGE).context
    (collision,) = context["collide"]
    assert (collision.rule.agency, collision.others[0].agency) == (town.water, town.pumps)
    assert {(fault.rule.agency, fault.rule.group) for fault in context["shadow"]} == {
        (town.water, None),
        (town.roads, town.hole.group),
    }
    assert "у каждой темы группы здесь есть своё правило" in admin.get(PAGE).content.decode()


def test_what_has_not_fired_is_found_by_what_was_suggested(town: Town, admin: Client) -> None:
    now = timezone.now()
    fired, old, never = (
        Rule.objects.create(agency=town.pumps, place=place) for place in (None, town.city, town.village)
    )
    Rule.objects.create(agency=town.roads, since=timezone.localdate() - timedelta(days=3))
    for rule, days in ((fired, 1), (old, 200)):
        at = now - timedelta(days=days)
        Suggestion.objects.create(incident=town.card(), agency=town.pumps, rule=rule, at=at)
    assert admin.get(PAGE).context["silent"] == [never, old]
    assert admin.get(f"{PAGE}?days=365").context["silent"] == [never]
    for asked in ("0", "-1", "9" * 30, "x"):
        assert admin.get(PAGE, {"days": asked}).context["days"] == 90


def test_rules_of_a_closed_agency_are_shown_apart(town: Town, admin: Client) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe)
    Agency.objects.filter(pk=town.pumps.pk).update(active=False)
    context = admin.get(PAGE).context
    assert (context["closed"], context["silent"]) == ([rule], [])


def test_without_a_rule_for_everything_else_three_pages_say_so(town: Town, admin: Client) -> None:
    asking = Rule.objects.create(agency=town.water, things="школа")
    for page in (PAGE, "/admin/rules/", "/health/"):
        assert MISSING in admin.get(page).content.decode()
    Rule.objects.filter(pk=asking.pk).update(things="")
    for page in (PAGE, "/admin/rules/", "/health/"):
        assert MISSING not in admin.get(page).content.decode()
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert MISSING in admin.get(PAGE).content.decode()


def test_the_page_costs_the_same_whatever_the_number_of_rules(town: Town, admin: Client) -> None:
    for day in range(1, 29):
        Rule.objects.create(agency=town.pumps, theme=town.pipe, since=f"2026-01-{day:02}")
        Rule.objects.create(agency=town.water, theme=town.pipe, since=f"2026-01-{day:02}")
    with at_most(14):
        assert len(admin.get(PAGE).context["collide"]) == 100
