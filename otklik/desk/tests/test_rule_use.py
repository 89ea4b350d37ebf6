"""What becomes of a rule's suggestions: heeded, overruled, or asked about another matter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.admin_data import Office
from otklik.desk.undo.keep import last_of, take_back, undoable
from otklik.incidents.models import Incident
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Rule, Suggestion
from otklik.routing.rule_use import Use, chosen_instead, uses
from otklik.themes.models import Theme

pytestmark = pytest.mark.django_db


def decided(
    office: Office, rule: Rule, agency: Agency, theme: Theme | None = None, place: Place | None = None
) -> Incident:
    """A card for which the rule named its agency, and what a person made of it."""
    region, now = office.region, timezone.now()
    card = region.card()
    Suggestion.objects.create(incident=card, agency=rule.agency, rule=rule, share=1, at=now)
    return assign(card, Decision(agency, theme or region.pipe, place or region.city), region.operator, now)


def use_of(rule: Rule) -> Use:
    return uses([rule.pk], timezone.now() - timedelta(days=1))[rule.pk]


@pytest.fixture
def rule(office: Office) -> Rule:
    return Rule.objects.create(agency=office.region.water, theme=office.region.pipe)


def test_a_rule_is_heeded_overruled_or_was_asked_about_another_matter(office: Office, rule: Rule) -> None:
    region = office.region
    decided(office, rule, region.water)
    decided(office, rule, region.roads)
    decided(office, rule, region.roads, theme=region.hole)
    decided(office, rule, region.roads, place=region.village)
    assert use_of(rule) == Use(fired=4, kept=1, overruled=1)
    assert sorted(Assignment.objects.values_list("heeded", flat=True)) == ["other", "other", "overruled", "taken"]


def test_what_comes_back_or_goes_on_to_another_overrules_too_and_undoing_that_does_not(
    office: Office, rule: Rule
) -> None:
    region, now = office.region, timezone.now()
    give_back(decided(office, rule, region.water), region.executor, now, "not_our_matter")
    moved = decided(office, rule, region.water)
    with undoable([moved], "assign", region.operator):
        assign(moved, Decision(region.roads, region.pipe, region.city), region.operator, now)
    assert use_of(rule) == Use(fired=2, kept=0, overruled=2)
    take_back(last_of(region.operator, timezone.now()), region.operator, timezone.now())
    assert use_of(rule) == Use(fired=2, kept=1, overruled=1)


def test_a_rule_that_is_mostly_overruled_is_put_forward_with_what_people_choose(
    office: Office, rule: Rule, admin: Client
) -> None:
    region = office.region
    for agency in [region.water] * 4 + [region.roads] * 4 + [office.pumps]:
        decided(office, rule, agency)
    assert admin.get("/admin/rules/faults/").context["doubtful"] == []
    decided(office, rule, office.pumps)
    (fault,) = admin.get("/admin/rules/faults/").context["doubtful"]
    assert (fault.rule, fault.use.kept, fault.use.overruled, fault.instead) == (rule, 4, 6, "Дорожная служба")
    for page in ("/admin/rules/", f"/admin/rules/{rule.pk}/"):
        shown = admin.get(page).content.decode()
        assert "верно 4, отменили 6" in shown
        assert "чаще отменяют" in shown
    assert chosen_instead([], timezone.now()) == {}
