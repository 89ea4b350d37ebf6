"""Rules that ask for a thing, a network, a time and name a person; what becomes of their suggestions; what is wrong
with them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, reread
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
from otklik.work.undo import last_of, take_back, undoable
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 6, 22, 12, 0, tzinfo=ZoneInfo(settings.TIME_ZONE))
ADDING, FAULTS = "/admin/rules/addition/", "/admin/rules/faults/"


def made(agency: Agency, theme: Theme | None = None, **asks: object) -> Rule:
    return Rule.objects.create(agency=agency, theme=theme, **asks)


def offered(card: Incident) -> Suggestion:
    """What the step says of the card, claimed as the loop claims it."""
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(due_at=now)
    with book.turn():
        suggest([row for row in claim(Incident, now, timedelta(minutes=1), 50) if row.pk == card.pk], now)
    return Suggestion.objects.select_related("agency").filter(incident=card).latest("pk")


def test_a_thing_named_in_the_text_turns_the_suggestion_and_is_told(town: Town) -> None:
    made(town.water, town.pipe)
    made(town.pumps, town.pipe, things="остановка, водонапорная башня")
    assert offered(town.card("Нет воды второй день", place=town.village)).agency == town.water
    turned = offered(town.card("Течёт из водонапорной башни", place=town.village))
    assert (turned.agency, turned.thing) == (town.pumps, "водонапорный башня")
    assert "«водонапорный башня»" in page_at(town.operator, f"/incidents/{turned.incident_id}/")


def test_the_time_of_the_message_counts_and_not_that_of_the_looking(town: Town) -> None:
    made(town.roads)
    rules = {hours: made(town.pumps, town.pipe, hours=hours) for hours in ("working", "outside")}
    for hours_later, hours in ((0, "working"), (9, "outside"), (5 * 24, "outside")):
        card = town.card(at=MONDAY_NOON + timedelta(hours=hours_later), place=town.village)
        assert offered(card).rule == rules[hours], hours_later


def test_a_rule_for_one_network_leaves_the_others_alone_and_one_of_a_closed_agency_does_not_fire(town: Town) -> None:
    fallback = made(town.roads)
    made(town.water, town.pipe)
    made(town.pumps, town.pipe, network="ok")
    card = town.card(place=town.village)
    assert offered(card).agency == town.water
    Incident.objects.filter(pk=card.pk).update(network="ok")
    assert offered(card).agency == town.pumps
    Agency.objects.exclude(pk=town.roads.pk).update(active=False)
    assert offered(card).rule == fallback


def test_after_not_ours_the_next_is_offered_and_nobody_twice(town: Town) -> None:
    made(town.pumps, town.pipe, place=town.village)
    made(town.water, town.pipe)
    made(town.roads)
    card, whose = town.card(place=town.village), []
    while (agency := offered(card).agency) is not None:
        whose.append(agency)
        held = assign(card, Decision(agency, town.pipe, town.village), town.operator, timezone.now())
        card = give_back(held, town.operator, timezone.now(), "not_our_matter")
    assert whose == [town.pumps, town.water, town.roads]
    assert card.state == "new"


def test_the_person_that_a_rule_names_has_the_card_at_once(town: Town) -> None:
    rule, client = made(town.water, town.pipe), signed_in(town.operator)
    for executor, gets in ((town.executor, town.executor), (town.other, None)):
        Rule.objects.filter(pk=rule.pk).update(executor=executor)
        card = town.card(place=town.village)
        suggestion = offered(card)
        verdict = suggestion.incident.messages.get().verdicts.latest("pk")
        client.post(f"/incidents/{card.pk}/acceptance/", {"seen": f"{verdict.pk}.{suggestion.pk}"})
        assert (reread(card).state, card.agency, card.executor) == ("assigned", town.water, gets)


def rule_form(town: Town, **changed: str) -> dict[str, str]:
    form = {"about": f"t{town.pipe.pk}", "place": "", "agency": str(town.water.pk)}
    return {**form, "since": "", "until": "", "note": "", "things": "", "network": "", "hours": "", **changed}


def test_a_rule_with_conditions_is_written_read_and_told_in_the_journal(town: Town, admin: Client) -> None:
    form = rule_form(town, things="Остановка", network="vk", hours="outside", executor=str(town.executor.pk))
    assert_answers(admin.post(ADDING, form), 200, "Остановка · ВКонтакте · вне рабочих часов → Водоканал")
    admin.post(ADDING, {**form, "sure": "1"})
    rule = Rule.objects.get()
    assert (rule.things, rule.network, rule.hours, rule.executor) == ("Остановка", "vk", "outside", town.executor)
    address = f"/admin/rules/{rule.pk}/"
    for page in ("/admin/rules/", address):
        assert "вне рабочих часов" in page_at(admin, page)
    save(admin, address, rule_form(town, things="школа"))
    assert Entry.objects.get(verb="rule.edit").data["before"]["network"] == "vk"
    assert_shows(page_at(admin, address), "ВКонтакте, вне рабочих часов → никаких", "Остановка → школа")


def test_two_rules_meet_only_where_they_share_a_thing(town: Town, admin: Client) -> None:
    for things in ("школа, остановка", "больница", "", "на остановках"):
        assert admin.post(ADDING, rule_form(town, things=things, sure="1")).status_code == 302, things
    assert admin.post(ADDING, rule_form(town, things="ОСТАНОВКИ", sure="1")).status_code == 422
    assert Rule.objects.count() == 4


def test_a_trial_tells_the_order_and_why_each_yields(town: Town, admin: Client) -> None:
    made(town.roads)
    made(town.water, town.pipe, network="ok")
    made(town.pumps, town.pipe, things="подъезд")
    trial, text = "/admin/rules/trial/", {"text": "Второй день нет холодной воды в подъезде"}
    page = assert_answers(admin.post(trial, {**text, "network": "ok", "hours": "outside"}), 200)
    assert page.index("→ Насосы") < page.index("→ Водоканал") < page.index("→ Дорожная служба")
    assert page.count("сработает") == 1
    assert_shows(page, "не спрашивает, что названо в тексте", "его тема шире")
    assert_answers(admin.post(trial, text), 200, hides=["→ Водоканал"])
    assert admin.post(trial, {**text, "network": "\x00"}).status_code == 422


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
    return made(town.water, town.pipe)


def test_a_rule_is_heeded_or_overruled_by_a_return_too_and_not_by_another_matter(town: Town, rule: Rule) -> None:
    decided(town, rule, town.water)
    decided(town, rule, town.roads)
    decided(town, rule, town.roads, theme=town.hole)
    decided(town, rule, town.roads, place=town.village)
    assert use_of(rule) == Use(fired=4, kept=1, overruled=1)
    assert sorted(Assignment.objects.values_list("heeded", flat=True)) == ["other", "other", "overruled", "taken"]
    now = timezone.now()
    give_back(decided(town, rule, town.water), town.executor, now, "not_our_matter")
    moved = decided(town, rule, town.water)
    with undoable([moved], "assign", town.operator):
        assign(moved, Decision(town.roads, town.pipe, town.city), town.operator, now)
    assert use_of(rule) == Use(fired=6, kept=1, overruled=3)
    take_back(last_of(town.operator, timezone.now()), town.operator, timezone.now())
    assert use_of(rule) == Use(fired=6, kept=2, overruled=2)


def test_a_rule_that_is_mostly_overruled_is_told_with_what_people_choose(town: Town, rule: Rule, admin: Client) -> None:
    for agency in [town.water] * 4 + [town.roads] * 4 + [town.pumps]:
        decided(town, rule, agency)
    assert admin.get(FAULTS).context["doubtful"] == []
    decided(town, rule, town.pumps)
    (fault,) = admin.get(FAULTS).context["doubtful"]
    assert (fault.rule, fault.use.kept, fault.use.overruled, fault.instead) == (rule, 4, 6, "Дорожная служба")
    for page in ("/admin/rules/", f"/admin/rules/{rule.pk}/"):
        assert_shows(page_at(admin, page), "верно 4, отменили 6", "чаще отменяют")
    assert chosen_instead([], timezone.now()) == {}


# «Что не так с правилами», and the warning that nobody takes what no rule fits.
def test_rules_that_collide_never_win_or_are_of_a_closed_agency_are_named(town: Town, admin: Client) -> None:
    made(town.water, town.pipe, note="старое")
    made(town.pumps, town.pipe)
    made(town.roads, group=town.hole.group)
    made(town.roads, town.hole)
    context = admin.get(FAULTS).context
    (collision,) = context["collide"]
    assert (collision.rule.agency, collision.others[0].agency) == (town.water, town.pumps)
    in_shadow = {(fault.rule.agency, fault.rule.group) for fault in context["shadow"]}
    assert in_shadow == {(town.water, None), (town.roads, town.hole.group)}
    assert "у каждой темы группы здесь есть своё правило" in page_at(admin, FAULTS)
    Rule.objects.exclude(agency=town.pumps).delete()
    Agency.objects.filter(pk=town.pumps.pk).update(active=False)
    context = admin.get(FAULTS).context
    assert (context["closed"], context["silent"]) == ([Rule.objects.get()], [])


def test_what_has_not_fired_is_found_by_what_was_suggested(town: Town, admin: Client) -> None:
    now = timezone.now()
    fired, old, never = (made(town.pumps, place=place) for place in (None, town.city, town.village))
    made(town.roads, since=timezone.localdate() - timedelta(days=3))
    for rule, days in ((fired, 1), (old, 200)):
        Suggestion.objects.create(incident=town.card(), agency=town.pumps, rule=rule, at=now - timedelta(days=days))
    assert admin.get(FAULTS).context["silent"] == [never, old]
    assert admin.get(f"{FAULTS}?days=365").context["silent"] == [never]
    for asked in ("0", "-1", "9" * 30, "x"):
        assert admin.get(FAULTS, {"days": asked}).context["days"] == 90


def test_without_a_rule_for_everything_else_three_pages_say_so(town: Town, admin: Client) -> None:
    asking = made(town.water, things="школа")

    def pages() -> list[bool]:
        addresses = (FAULTS, "/admin/rules/", "/health/")
        return ["Нет правила для всего остального" in page_at(admin, address) for address in addresses]

    assert pages() == [True] * 3
    Rule.objects.filter(pk=asking.pk).update(things="")
    assert pages() == [False] * 3
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    assert pages()[0]


def test_the_page_costs_the_same_whatever_the_number_of_rules(town: Town, admin: Client) -> None:
    for day in range(1, 29):
        for agency in (town.pumps, town.water):
            made(agency, town.pipe, since=f"2026-01-{day:02}")
    with at_most(14):
        assert len(admin.get(FAULTS).context["collide"]) == 100
