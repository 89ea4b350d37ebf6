"""The machine assigns alone only where that is switched on, says so, is taken back in one click, stops by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_shows, at_most, page_at, reread
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency
from otklik.routing import switches
from otklik.routing.agreement import agreement
from otklik.routing.assign import Decision, assign, give_back, take_off
from otklik.routing.models import Assignment, Automatic, Rule
from otklik.routing.suggest import suggest
from otklik.routing.switches import SwitchInput, too_many_wrong
from otklik.routing.theming import set_theme
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.town import Town


def switched_on(town: Town, theme_percent: int = 80, agency_percent: int = 80) -> Automatic:
    theme = town.pipe
    switch_input, now = SwitchInput(True, theme_percent, agency_percent), timezone.now()
    assert switches.switch(
        theme, switch_input, switches.seen(Automatic.objects.filter(theme=theme).first()), town.admin, now
    )
    return Automatic.objects.get(theme=theme)


def looked_at(card: Incident) -> Incident:
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(due_at=now)
    with book.turn():
        suggest([row for row in claim(Incident, now, timedelta(minutes=1), 50) if row.pk == card.pk], now)
    card.refresh_from_db()
    return card


@pytest.fixture(autouse=True)
def rule(town: Town) -> Rule:
    """In every place, and with a person."""
    Rule.objects.filter(pk=town.rule.pk).update(place=None, executor=town.executor)
    return town.rule


def test_nothing_is_assigned_alone_unless_switched_on_and_it_is_no_agreement_of_people(town: Town, rule: Rule) -> None:
    assert looked_at(town.card()).state == "new"
    switch = switched_on(town)
    card = looked_at(town.card())
    assert (card.state, card.agency, card.theme, card.place, card.executor, card.operator) == (
        *("assigned", town.water, town.pipe, town.city, town.executor, None),
    )
    assignment = Assignment.objects.get(incident=card)
    assert (assignment.automatic, assignment.rule, assignment.heeded, assignment.by) == (switch, rule, "taken", None)
    entry = Entry.objects.get(incident=card.pk, verb="incident.assign")
    assert (entry.actor, entry.data["theme_percent"], entry.data["agency_percent"]) == ("machine:routing", 82, 100)
    now = timezone.now()
    since = now - timedelta(days=1)
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 0
    set_theme(card, town.hole, town.operator, timezone.now())
    Verdict.objects.update(at=now - timedelta(hours=1))
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 1


@pytest.mark.parametrize("case", ["theme", "agency", "noise", "thanks", "taken", "retired", "closed"])
def test_what_is_in_doubt_stays_for_a_person(town: Town, case: str) -> None:
    switched_on(town, theme_percent=83 if case == "theme" else 80)
    if case == "agency":
        Rule.objects.create(agency=town.roads)
    if case == "retired":
        Theme.objects.filter(pk=town.pipe.pk).update(retired_on=timezone.localdate())
    if case == "closed":
        Agency.objects.filter(pk=town.water.pk).update(active=False)
    card = town.card(kind=case if case in ("noise", "thanks") else "complaint")
    if case == "taken":
        Incident.objects.filter(pk=card.pk).update(taken_by=town.operator, taken_at=timezone.now())
    assert looked_at(card).state == "new"
    assert not Assignment.objects.exists()


def test_another_theme_and_a_card_that_had_an_agency_stay_for_a_person_too(town: Town) -> None:
    now = timezone.now()
    switched_on(town)
    assert looked_at(town.card(theme=town.hole)).state == "new"
    card = assign(town.card(), Decision(town.roads, town.pipe, town.city), town.operator, now)
    assert looked_at(give_back(card, town.operator, now, "not_our_matter")).state == "new"
    assert not Assignment.objects.filter(automatic__isnull=False).exists()


def test_the_card_says_so_and_goes_back_in_one_click_and_stays_with_people(operator: Client, town: Town) -> None:
    switched_on(town)
    card, by_hand = looked_at(town.card()), town.assigned()
    page_at(operator, f"/incidents/{card.pk}/")
    with at_most(14):
        shown = page_at(operator, f"/incidents/{card.pk}/")
    assert_shows(shown, "назначено автоматически", "Тема узнана на 82 %, правила согласны на 100 %.")
    assert "назначено автоматически" in page_at(operator, "/queue/?tab=work")
    operator.post(f"/incidents/{card.pk}/taking-off/")
    assert (reread(card).state, card.agency, card.theme, card.assigned_at) == ("new", None, None, None)
    assert Assignment.objects.get(incident=card).overruled_at is not None
    assert looked_at(card).state == "new"
    for late in (card, by_hand):
        assert operator.post(f"/incidents/{late.pk}/taking-off/").status_code == 409
    assert reread(by_hand).state == "assigned"


def test_every_change_by_people_counts_as_a_mistake_but_the_same_agency_once_more(town: Town) -> None:
    now = timezone.now()
    switched_on(town)
    same, returned_card, reassigned, themed, taken_off = (looked_at(town.card()) for _ in range(5))
    give_back(returned_card, town.executor, now, "not_our_matter")
    assign(reassigned, Decision(town.roads, town.pipe, town.city), town.operator, now)
    set_theme(themed, town.hole, town.operator, now)
    take_off(taken_off, town.operator, now)
    assign(same, Decision(town.water, town.pipe, town.village), town.operator, now)
    set_theme(same, town.pipe, town.operator, now)
    wrong = Assignment.objects.filter(automatic__isnull=False, overruled_at=now)
    mistakes = (returned_card, reassigned, themed, taken_off)
    assert set(wrong.values_list("incident", flat=True)) == {card.pk for card in mistakes}
    assert Assignment.objects.filter(overruled_at__isnull=False).count() == 4


@pytest.mark.parametrize(
    ("n", "wrong", "stops"), [(4, 4, False), (5, 5, True), (24, 5, True), (25, 5, False), (50, 11, True), (0, 0, False)]
)
def test_it_stops_when_more_than_a_fifth_and_five_are_wrong(n: int, wrong: int, stops: bool) -> None:
    assert too_many_wrong(n, wrong) is stops


def test_an_administrator_switches_it_and_it_goes_off_by_itself_when_often_wrong(town: Town, admin: Client) -> None:
    address = f"/admin/classifier/{town.pipe.pk}/automatic/"
    fields = {"on": "on", "theme_percent": "90", "agency_percent": "70"}
    fields["seen"] = admin.get(address).context["form"]["seen"].value()
    for percent in ("", "49", "101", "-1", "9" * 40, "x"):
        assert admin.post(address, {**fields, "theme_percent": percent}).status_code == 422, percent
    assert not Automatic.objects.exists()
    assert admin.post(address, fields).status_code == 302
    assert (Automatic.objects.get().theme_percent, Automatic.objects.get().by) == (90, town.admin)
    assert admin.post(address, {**fields, "theme_percent": "95"}).status_code == 409, "somebody has written in between"
    assert Entry.objects.get(verb="automatic.switch").data["on"] is True
    assert admin.get("/admin/journal/").status_code == 200
    switch = switched_on(town)
    cards = [looked_at(town.card()) for _ in range(6)]
    for card in cards[:5]:
        take_off(card, town.operator, timezone.now())
    assert (reread(switch).on, switch.stopped_at is not None) == (False, True)
    entry = Entry.objects.get(verb="automatic.stop")
    assert (entry.actor, entry.data) == ("machine:routing", {"n": 6, "wrong": 5})
    assert looked_at(town.card()).state == "new"
    assert_shows(page_at(admin, "/admin/rules/automatic/"), "выключилось само", "исправили 5 из 6")
    assert "выключилось само" in page_at(admin, "/health/")
    switched_on(town)
    take_off(looked_at(town.card()), town.operator, timezone.now())
    assert Automatic.objects.get().on, "switched on anew, mistakes are counted anew"
    assert "Назначение без оператора выключилось само" not in page_at(admin, "/health/")
