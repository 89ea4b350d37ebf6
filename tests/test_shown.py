import importlib

import pytest
from django.apps import apps

from otklik.incidents.cards import main_message
from otklik.incidents.gathering import split
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.region import Region, hear, listen, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SHOWN = ("shown_theme", "shown_place", "shown_agency")


def shown(card: Incident) -> tuple[int | None, ...]:
    return tuple(Incident.objects.values_list(*SHOWN).get(pk=card.pk))


def last_words(card: Incident) -> tuple[int | None, ...]:
    """The same three, by the machine's own rows."""
    verdict = Verdict.objects.filter(message=main_message(card)).latest("pk")
    return verdict.theme_id, verdict.place_id, Suggestion.objects.filter(incident=card).latest("pk").agency_id


def test_a_card_shows_what_the_machine_thinks_of_it_until_a_person_sets_it(town: Town, region: Region) -> None:
    number = hear(town)
    card = only_card()
    before = shown(card)
    assert before == last_words(card)
    assert all(before)
    second = split(card, main_message(card), region.operator, clock.now())
    settle()
    assert before == shown(second) == last_words(second)
    Incident.objects.update(guessed_theme=None, guessed_place=None, guessed_agency=None)
    assert shown(card) == (None, None, None)
    for app in ("triage.migrations.0002_guesses", "routing.migrations.0004_guesses"):
        importlib.import_module(f"otklik.{app}").fill(apps, None)
    assert shown(card) == shown(second) == before, "cards older than the columns, too"
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Спасибо!")
    listen()
    assert Verdict.objects.count() == 2
    assert shown(card) == last_words(card)
    assert shown(card) != before
    other = Theme.objects.exclude(pk=shown(card)[0] or 0).latest("pk")
    assign(card, Decision(region.agency, other, region.place), region.operator, clock.now())
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Во дворе опять темно")
    listen()
    assert shown(card) == (other.pk, region.place.pk, region.agency.pk), "what a person sets is shown from then on"
