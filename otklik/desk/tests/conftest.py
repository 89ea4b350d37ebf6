"""`region` is a small region to fill with cards."""

import pytest

from otklik.desk.tests.queue_data import Region, make_region


@pytest.fixture
def region(db: None) -> Region:
    return make_region()
