"""The card that somebody asks for by its id."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from django.db import connection

from otklik.answers.steps import steps_for
from otklik.incidents.models import Incident
from otklik.journal import looks
from otklik.lib import clock
from otklik.lib.days import day_of
from otklik.lib.kept import LONG_AGO, STAND_IN, KeptRows, keep_rows, stand_ins, whole_day
from otklik.people.access import opened, rows_within
from otklik.people.models import User

_CARD, _USER = stand_ins(2)


def visible_card(by: User, pk: int) -> Incident | None:
    """The card, if this user may see it; that it was shown to him is written down (journal/looks.py). One query.

    Its `policy_steps` is how many people would agree to what he writes on it, None for the usual way.
    """
    paths = list(chain(*opened(by)))
    if not paths:
        return None
    of_today = {_CARD: pk, _USER: by.pk, whole_day(day_of(LONG_AGO)): whole_day(day_of(clock.now()))}
    within = {f"{_path(place)}%": f"{path}%" for place, path in enumerate(paths)}
    cards: Iterable[Incident] = _card(tuple(map(bool, paths)), connection.vendor).ask(of_today | within)
    card = next(iter(cards), None)
    if card is not None:
        looks.show([pk])
    return card


def _path(place: int) -> str:
    """It stands for a path in a kept question."""
    return f"/{STAND_IN - place}/"


@lru_cache(32)
def _card(limited: tuple[bool, ...], vendor: str) -> KeptRows[Incident]:
    """For whoever has so many grants: of each whether it is of an agency, and of a territory, in turn."""
    paths = [_path(place) if path else "" for place, path in enumerate(limited)]
    cards = Incident.objects.filter(rows_within(zip(paths[::2], paths[1::2], strict=True)), pk=_CARD)
    cards = cards.select_related("theme__group", "place__parent", "agency__parent", "operator")
    return keep_rows(cards.annotate(policy_steps=steps_for(User(pk=_USER), LONG_AGO)))
