import pytest

from otklik.notify.alerts.tests.data import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()
