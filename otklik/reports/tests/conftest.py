import pytest

from otklik.reports.tests.land import Land
from otklik.reports.tests.region import Region


@pytest.fixture
def land(db: None) -> Land:
    return Land()


@pytest.fixture
def region(db: None) -> Region:
    return Region()
