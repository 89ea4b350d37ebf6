"""What becomes of a rule's suggestions: heeded, overruled, or asked about another matter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.undo.keep import last_of, take_back, undoable
from otklik.incidents.models import Incident
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Rule, Suggestion
from otklik.routing.rule_use import Use, chosen_instead, uses
from otklik.themes.models import Theme
from tests.make.town import Town

pytestmark = pytest.mark.django_db


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
        shown = admin.get(page).content.decode()
        assert "верно 4, отменили 6" in shown
        assert "чаще отменяют" in shown
    assert chosen_instead([], timezone.now()) == {}
