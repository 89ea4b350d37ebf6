"""The register of a card's fields tells the truth: a column that is changed shows where its line says, only there."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import DateTimeField, Field, ForeignKey
from django.test import Client

from otklik.api import rows as api
from otklik.exchange.moving import leaving
from otklik.finding.card_texts import texts_of
from otklik.incidents.fields import FIELDS, Goes
from otklik.incidents.models import Incident, NoiseReason, Problem, State
from otklik.lib import clock
from otklik.lib.due import Due
from otklik.reports.gather import columns_of
from tests.make import cards
from tests.make.people import signed_in
from tests.make.town import Town, make_town

OF_A_STEP = {field.name for field in Due._meta.get_fields()}
MADE_UP = {"noise_reason": NoiseReason.SPAM, "network": "ok", "state": State.CLARIFYING, "priority": 5}
VARIES = re.compile(r'\b[A-Za-z0-9]{64}\b|nonce="[^"]+"')

Look = Callable[[int], object]


def named() -> Iterator["Field[Any, Any]"]:
    """Columns of a card that neither a step nor the database writes for itself."""
    for field in Incident._meta.concrete_fields:
        if field.name not in OF_A_STEP and not field.primary_key and not field.generated:
            yield field


def test_every_column_of_a_card_has_a_line() -> None:
    assert {field.name for field in named()} == set(FIELDS)


def others(town: Town) -> Callable[["Field[Any, Any]", Incident], Any]:
    """Makes a value that a card does not have in a column."""
    rows = {
        "Theme": town.hole,
        "Place": town.village,
        "Agency": town.roads,
        "User": town.colleague,
        "Incident": cards.card(),
        "Problem": Problem.objects.create(number=7, title="Прорыв", opened_at=clock.now()),
    }

    def other(field: "Field[Any, Any]", card: Incident) -> Any:
        now = getattr(card, field.attname)
        if isinstance(field, ForeignKey):
            return rows[field.related_model.__name__].pk
        if isinstance(field, DateTimeField):
            return (now or clock.now()) - timedelta(days=3)
        if field.name in MADE_UP:
            return MADE_UP[field.name]
        if field.choices:
            return next(value for value, _label in field.flatchoices if value not in ("", now))
        return "Зюзюкинская" if isinstance(now, str) else (now or 0) + 100

    return other


def looks(client: Client) -> dict[Goes, Look]:
    """How to see what stands at each place, of one card."""

    def page(address: str) -> str:
        return VARIES.sub("", client.get(address).content.decode())

    def exported(pk: int) -> object:
        return list(leaving.rows(Incident.objects.filter(pk=pk), masked=False))

    def figures(pk: int) -> object:
        return {name: list(column) for name, column in columns_of(Incident.objects.filter(pk=pk)).items()}

    return {
        Goes.PAGE: lambda pk: page(f"/incidents/{pk}/"),
        Goes.API: lambda pk: api.card(api.with_limits(Incident.objects.filter(pk=pk)).get()).model_dump(),
        Goes.SEARCH: lambda pk: texts_of([pk])[pk].whole(),
        Goes.EXPORT: exported,
        Goes.FIGURES: figures,
    }


@pytest.mark.django_db
def test_a_card_that_differs_in_one_column_differs_where_the_line_of_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    town = make_town()
    client = signed_in(town.admin)
    those, places, other = [town.card(), town.assigned(), town.published()], looks(client), others(town)
    wrong: dict[str, tuple[str, str]] = {}
    before = {card.pk: {goes: look(card.pk) for goes, look in places.items()} for card in those}
    for field in named():
        shown: set[Goes] = set()
        for card in those:
            kept = getattr(card, field.attname)
            Incident.objects.filter(pk=card.pk).update(**{field.attname: other(field, card)})
            for goes, look in places.items():
                if goes not in shown and look(card.pk) != before[card.pk][goes]:
                    shown.add(goes)
            Incident.objects.filter(pk=card.pk).update(**{field.attname: kept})
        line = FIELDS[field.name].goes
        promised = {goes for goes in places if goes in line or (goes == Goes.PAGE and Goes.FACTS in line)}
        if shown != promised:
            wrong[field.name] = (f"also {shown - promised}", f"not {promised - shown}")
    assert not wrong, "\n".join(f"{name}: {also}, {lacks}" for name, (also, lacks) in wrong.items())
