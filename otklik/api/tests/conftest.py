"""`town` has its people and no card yet; nobody has asked anything."""

import pytest

from otklik.api.bearer import OFTEN
from tests.make.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    OFTEN.forget()
    return make_town()
