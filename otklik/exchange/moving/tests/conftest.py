import pytest

from otklik.exchange.moving.tests.house import make_region
from otklik.places.models import Place


@pytest.fixture
def region(db: None) -> Place:
    return make_region()
