"""`town` has its people and no card yet; nobody has asked anything."""

import pytest

from otklik.api.bearer import OFTEN
from otklik.api.tests.program import Program
from otklik.incidents.models import Incident
from tests.make.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    OFTEN.forget()
    return make_town()


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


@pytest.fixture
def program(town: Town) -> Program:
    """An operator's."""
    return Program(town.operator)
