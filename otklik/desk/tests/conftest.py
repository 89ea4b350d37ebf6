"""`town` has its people and no card yet, `admin` is the browser of its administrator."""

import pytest
from django.test import Client

from tests.make.people import signed_in
from tests.make.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def admin(town: Town) -> Client:
    return signed_in(town.admin)
