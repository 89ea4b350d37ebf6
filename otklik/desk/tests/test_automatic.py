"""The machine assigns alone only where that is switched on, says so, is taken back in one click, stops by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.admin_data import Office
from otklik.desk.tests.clients import signed_in
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

pytestmark = pytest.mark.django_db


def switched_on(office: Office, theme_percent: int = 80, agency_percent: int = 80) -> Automatic:
    theme = office.region.pipe
    told, now = Told(True, theme_percent, agency_percent), timezone.now()
    assert switches.switch(theme, told, switches.seen(Automatic.objects.filter(theme=theme).first()), office.admin, now)
    return Automatic.objects.get(theme=theme)


def looked_at(card: Incident) -> Incident:
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(due_at=now)
    with book.turn():
        suggest([row for row in claim(Incident, now, timedelta(minutes=1), 50) if row.pk == card.pk], now)
    card.refresh_from_db()
    return card


@pytest.fixture
def rule(office: Office) -> Rule:
    return Rule.objects.create(agency=office.region.water, theme=office.region.pipe, executor=office.region.executor)


def test_nothing_is_assigned_alone_unless_an_administrator_switched_it_on(office: Office, rule: Rule) -> None:
    assert looked_at(office.region.card()).state == "new"
    switch = switched_on(office)
    card = looked_at(office.region.card())
    assert (card.state, card.agency, card.theme, card.place, card.executor, card.operator) == (
        *("assigned", office.region.water, office.region.pipe, office.region.city, office.region.executor, None),
    )
    given = Assignment.objects.get(incident=card)
    assert (given.automatic, given.rule, given.heeded, given.by) == (switch, rule, "taken", None)
    entry = Entry.objects.get(incident=card.pk, verb="incident.assign")
    assert (entry.actor, entry.data["theme_percent"], entry.data["agency_percent"]) == ("machine:routing", 82, 100)


@pytest.mark.parametrize(
    "case", ["theme", "agency", "noise", "thanks", "taken", "retired", "other theme", "closed", "had an agency"]
)
def test_what_is_in_doubt_stays_for_a_person(office: Office, rule: Rule, case: str) -> None:
    region, now = office.region, timezone.now()
    switched_on(office, theme_percent=83 if case == "theme" else 80)
    if case == "agency":
        Rule.objects.create(agency=region.roads)
    if case == "retired":
        Theme.objects.filter(pk=region.pipe.pk).update(retired_on=timezone.localdate())
    if case == "closed":
        Agency.objects.filter(pk=region.water.pk).update(active=False)
    kind = case if case in ("noise", "thanks") else "complaint"
    card = region.card(kind=kind, theme=region.hole if case == "other theme" else None)
    if case == "taken":
        Incident.objects.filter(pk=card.pk).update(taken_by=region.operator, taken_at=now)
    if case == "had an agency":
        card = give_back(
            assign(card, Decision(region.roads, region.pipe, region.city), region.operator, now),
            *(region.operator, now, "not_our_matter"),
        )
    assert looked_at(card).state == "new"
    assert not Assignment.objects.filter(automatic__isnull=False).exists()


def test_the_card_says_so_and_goes_back_in_one_click_and_stays_with_people(
    office: Office, rule: Rule, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    switched_on(office)
    card, client = looked_at(office.region.card()), signed_in(office.region.operator)
    client.get(f"/incidents/{card.pk}/")
    with django_assert_max_num_queries(14):
        shown = client.get(f"/incidents/{card.pk}/").content.decode()
    assert "назначено автоматически" in shown
    assert "Тема узнана на 82 %, правила согласны на 100 %." in shown
    assert "назначено автоматически" in client.get("/queue/?tab=work").content.decode()
    assert signed_in(office.region.executor).post(f"/incidents/{card.pk}/taking-off/").status_code == 403
    client.post(f"/incidents/{card.pk}/taking-off/")
    card.refresh_from_db()
    assert (card.state, card.agency, card.theme, card.assigned_at) == ("new", None, None, None)
    assert Assignment.objects.get(incident=card).overruled_at is not None
    assert looked_at(card).state == "new"
    assert client.post(f"/incidents/{card.pk}/taking-off/").status_code == 409


def test_what_a_person_assigned_is_not_taken_off(office: Office, rule: Rule) -> None:
    region, card = office.region, office.region.card()
    assign(card, Decision(region.water, region.pipe, region.city), region.operator, timezone.now())
    assert signed_in(region.operator).post(f"/incidents/{card.pk}/taking-off/").status_code == 409
    card.refresh_from_db()
    assert card.state == "assigned"


@pytest.mark.parametrize("how", ["given back", "reassigned", "another theme", "taken off"])
def test_every_change_by_people_counts_as_a_mistake(office: Office, rule: Rule, how: str) -> None:
    region, now = office.region, timezone.now()
    switched_on(office)
    card = looked_at(region.card())
    if how == "given back":
        give_back(card, region.executor, now, "not_our_matter")
    elif how == "reassigned":
        assign(card, Decision(region.roads, region.pipe, region.city), region.operator, now)
    elif how == "another theme":
        set_theme(card, region.hole, region.operator, now)
    else:
        take_off(card, region.operator, now)
    assert Assignment.objects.get(automatic__isnull=False).overruled_at == now


def test_the_same_agency_once_more_is_no_mistake(office: Office, rule: Rule) -> None:
    region, now = office.region, timezone.now()
    switched_on(office)
    card = looked_at(region.card())
    assign(card, Decision(region.water, region.pipe, region.village), region.operator, now)
    set_theme(card, region.pipe, region.operator, now)
    assert not Assignment.objects.filter(overruled_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("n", "wrong", "stops"), [(4, 4, False), (5, 5, True), (24, 5, True), (25, 5, False), (50, 11, True), (0, 0, False)]
)
def test_it_stops_when_more_than_a_fifth_and_five_are_wrong(n: int, wrong: int, stops: bool) -> None:
    assert too_many_wrong(n, wrong) is stops


def test_a_switch_that_is_wrong_too_often_goes_off_and_says_so(office: Office, rule: Rule, admin: Client) -> None:
    region = office.region
    switch = switched_on(office)
    cards = [looked_at(region.card()) for _ in range(6)]
    for card in cards[:5]:
        take_off(card, region.operator, timezone.now())
    switch.refresh_from_db()
    assert (switch.on, switch.stopped_at is not None) == (False, True)
    entry = Entry.objects.get(verb="automatic.stop")
    assert (entry.actor, entry.data) == ("machine:routing", {"n": 6, "wrong": 5})
    assert looked_at(region.card()).state == "new"
    page = admin.get("/admin/rules/automatic/").content.decode()
    assert "выключилось само" in page
    assert "исправили 5 из 6" in page
    assert "выключилось само" in admin.get("/health/").content.decode()
    switched_on(office)
    take_off(looked_at(region.card()), region.operator, timezone.now())
    assert Automatic.objects.get().on, "switched on anew, mistakes are counted anew"
    assert "Назначение без оператора выключилось само" not in admin.get("/health/").content.decode()


def test_what_the_machine_alone_decided_is_no_agreement_of_people(office: Office, rule: Rule) -> None:
    region, now = office.region, timezone.now()
    switched_on(office)
    card = looked_at(region.card())
    since = now - timedelta(days=1)
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 0
    set_theme(card, region.hole, region.operator, timezone.now())
    Verdict.objects.update(at=now - timedelta(hours=1))
    assert agreement(Incident.objects.all(), since, now + timedelta(days=1)).n == 1


def test_the_switch_is_written_by_an_administrator_of_the_region_alone(office: Office, admin: Client) -> None:
    address = f"/admin/classifier/{office.region.pipe.pk}/automatic/"
    for user in (office.water_admin, office.auditor, office.region.operator):
        assert signed_in(user).post(address, {"on": "on"}).status_code == 403
    seen = admin.get(address).context["form"]["seen"].value()
    told = {"on": "on", "theme_percent": "90", "agency_percent": "70", "seen": seen}
    assert admin.post(address, told).status_code == 302
    assert (Automatic.objects.get().theme_percent, Automatic.objects.get().by) == (90, office.admin)
    assert admin.post(address, {**told, "theme_percent": "95"}).status_code == 409, "somebody has written in between"
    assert Entry.objects.get(verb="automatic.switch").data["on"] is True
    assert admin.get("/admin/journal/").status_code == 200


@pytest.mark.parametrize("percent", ["", "49", "101", "-1", "9" * 40, "x"])
def test_figures_out_of_range_are_told_beside_the_field(office: Office, admin: Client, percent: str) -> None:
    address = f"/admin/classifier/{office.region.pipe.pk}/automatic/"
    answer = admin.post(address, {"on": "on", "theme_percent": percent, "agency_percent": "80", "seen": ""})
    assert answer.status_code == 422
    assert not Automatic.objects.exists()
