"""The machine assigns alone only where that is switched on, says so, is taken back in one click, stops by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.pages import assert_shows, page_at, reread
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
from otklik.routing.switches import Told, too_many_wrong
from otklik.routing.theming import set_theme
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def switched_on(town: Town, theme_percent: int = 80, agency_percent: int = 80) -> Automatic:
    theme = town.pipe
    told, now = Told(True, theme_percent, agency_percent), timezone.now()
    assert switches.switch(theme, told, switches.seen(Automatic.objects.filter(theme=theme).first()), town.admin, now)
    return Automatic.objects.get(theme=theme)


def looked_at(card: Incident) -> Incident:
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(due_at=now)
    with book.turn():
        suggest([row for row in claim(Incident, now, timedelta(minutes=1), 50) if row.pk == card.pk], now)
    card.refresh_from_db()
    return card


@pytest.fixture
def rule(town: Town) -> Rule:
    """In every place, and with a person."""
    Rule.objects.filter(pk=town.rule.pk).update(place=None, executor=town.executor)
    return town.rule


def test_nothing_is_assigned_alone_unless_an_administrator_switched_it_on(town: Town, rule: Rule) -> None:
    assert looked_at(town.card()).state == "new"
    switch = switched_on(town)
    card = looked_at(town.card())
    assert (card.state, card.agency, card.theme, card.place, card.executor, card.operator) == (
        *("assigned", town.water, town.pipe, town.city, town.executor, None),
    )
    given = Assignment.objects.get(incident=card)
    assert (given.automatic, given.rule, given.heeded, given.by) == (switch, rule, "taken", None)
    entry = Entry.objects.get(incident=card.pk, verb="incident.assign")
    assert (entry.actor, entry.data["theme_percent"], entry.data["agency_percent"]) == ("machine:routing", 82, 100)


@pytest.mark.parametrize(
    "case", ["theme", "agency", "noise", "thanks", "taken", "retired", "other theme", "closed", "had an agency"]
)
def test_what_is_in_doubt_stays_for_a_person(town: Town, rule: Rule, case: str) -> None:
    now = timezone.now()
    switched_on(town, theme_percent=83 if case == "theme" else 80)
    if case == "agency":
        Rule.objects.create(agency=town.roads)
    if case == "retired":
        Theme.objects.filter(pk=town.pipe.pk).update(retired_on=timezone.localdate())
    if case == "closed":
        Agency.objects.filter(pk=town.water.pk).update(active=False)
    kind = case if case in ("noise", "thanks") else "complaint"
    card = town.card(kind=kind, theme=town.hole if case == "other theme" else None)
    if case == "taken":
        Incident.objects.filter(pk=card.pk).update(taken_by=town.operator, taken_at=now)
    if case == "had an agency":
        card = give_back(
            assign(card, Decision(town.roads, town.pipe, town.city), town.operator, now),
            *(town.operator, now, "not_our_matter"),
        )
    assert looked_at(card).state == "new"
    assert not Assignment.objects.filter(automatic__isnull=False).exists()


def test_the_card_says_so_and_goes_back_in_one_click_and_stays_with_people(
    town: Town, rule: Rule, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    switched_on(town)
    card, client = looked_at(town.card()), signed_in(town.operator)
    client.get(f"/incidents/{card.pk}/")
    with django_assert_max_num_queries(14):
        shown = page_at(client, f"/incidents/{card.pk}/")
    assert_shows(shown, "назначено автоматически", "Тема узнана на 82 %, правила согласны на 100 %.")
    assert "назначено автоматически" in page_at(client, "/queue/?tab=work")
    assert signed_in(town.executor).post(f"/incidents/{card.pk}/taking-off/").status_code == 403
    client.post(f"/incidents/{card.pk}/taking-off/")
    assert (reread(card).state, card.agency, card.theme, card.assigned_at) == ("new", None, None, None)
    assert Assignment.objects.get(incident=card).overruled_at is not None
    assert looked_at(card).state == "new"
    assert client.post(f"/incidents/{card.pk}/taking-off/").status_code == 409


def test_what_a_person_assigned_is_not_taken_off(town: Town, rule: Rule) -> None:
    card = town.card()
    assign(card, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    assert signed_in(town.operator).post(f"/incidents/{card.pk}/taking-off/").status_code == 409
    assert reread(card).state == "assigned"


@pytest.mark.parametrize("how", ["given back", "reassigned", "another theme", "taken off"])
def test_every_change_by_people_counts_as_a_mistake(town: Town, rule: Rule, how: str) -> None:
    now = timezone.now()
    switched_on(town)
    card = looked_at(town.card())
    if how == "given back":
        give_back(card, town.executor, now, "not_our_matter")
    elif how == "reassigned":
        assign(card, Decision(town.roads, town.pipe, town.city), town.operator, now)
    elif how == "another theme":
        set_theme(card, town.hole, town.operator, now)
    else:
        take_off(card, town.operator, now)
    assert Assignment.objects.get(automatic__isnull=False).overruled_at == now


def test_the_same_agency_once_more_is_no_mistake(town: Town, rule: Rule) -> None:
    now = timezone.now()
    switched_on(town)
    card = looked_at(town.card())
    assign(card, Decision(town.water, town.pipe, town.village), town.operator, now)
    set_theme(card, town.pipe, town.operator, now)
    assert not Assignment.objects.filter(overruled_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("n", "wrong", "stops"), [(4, 4, False), (5, 5, True), (24, 5, True), (25, 5, False), (50, 11, True), (0, 0, False)]
)
def test_it_stops_when_more_than_a_fifth_and_five_are_wrong(n: int, wrong: int, stops: bool) -> None:
    assert too_many_wrong(n, wrong) is stops


def test_a_switch_that_is_wrong_too_often_goes_off_and_says_so(town: Town, rule: Rule, admin: Client) -> None:
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


def test_what_the_machine_alone_decided_is_no_agreement_of_people(town: Town, rule: Rule) -> None:
    now = timezone.now()
    switched_on(town)
    card = looked_at(town.card())
    since = now - timedelta(days=1)
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 0
    set_theme(card, town.hole, town.operator, timezone.now())
    Verdict.objects.update(at=now - timedelta(hours=1))
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 1


def test_an_administrator_writes_the_switch_and_never_over_another(town: Town, admin: Client) -> None:
    address = f"/admin/classifier/{town.pipe.pk}/automatic/"
    seen = admin.get(address).context["form"]["seen"].value()
    told = {"on": "on", "theme_percent": "90", "agency_percent": "70", "seen": seen}
    assert admin.post(address, told).status_code == 302
    assert (Automatic.objects.get().theme_percent, Automatic.objects.get().by) == (90, town.admin)
    assert admin.post(address, {**told, "theme_percent": "95"}).status_code == 409, "somebody has written in between"
    assert Entry.objects.get(verb="automatic.switch").data["on"] is True
    assert admin.get("/admin/journal/").status_code == 200


@pytest.mark.parametrize("percent", ["", "49", "101", "-1", "9" * 40, "x"])
def test_figures_out_of_range_are_told_beside_the_field(town: Town, admin: Client, percent: str) -> None:
    address = f"/admin/classifier/{town.pipe.pk}/automatic/"
    answer = admin.post(address, {"on": "on", "theme_percent": percent, "agency_percent": "80", "seen": ""})
    assert answer.status_code == 422
    assert not Automatic.objects.exists()
