"""«Что не так с правилами», and the warning that nobody takes what no rule fits."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.people.models import Agency
from otklik.routing.models import Rule, Suggestion
from tests.make.town import Town

pytestmark = pytest.mark.django_db

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


def test_the_page_costs_the_same_whatever_the_number_of_rules(
    town: Town, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        Rule.objects.create(agency=town.pumps, theme=town.pipe, since=f"2026-01-{day:02}")
        Rule.objects.create(agency=town.water, theme=town.pipe, since=f"2026-01-{day:02}")
    with django_assert_max_num_queries(14):
        assert len(admin.get(PAGE).context["collide"]) == 100
