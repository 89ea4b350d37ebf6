from pathlib import Path

import pytest

from otklik.exchange.lists.tests.house import House, make_house


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    return make_house(tmp_path)
