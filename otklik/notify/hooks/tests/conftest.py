from collections.abc import Iterator

import pytest

from otklik.lib import clock
from otklik.notify.alerts.tests.data import make_town
from otklik.notify.hooks.tests.data import Receiver, Region, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def region(db: None, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Region:
    made = Region(make_town(), receiver)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made
