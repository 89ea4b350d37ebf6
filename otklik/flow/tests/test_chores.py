"""Chores that only some workers know: what the command line registers must survive a worker that does not know it."""

from datetime import datetime, timedelta

import pytest

from otklik.flow import chores as module
from otklik.flow.chores import chore, chores, plant
from otklik.flow.models import Chore
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import claim

pytestmark = pytest.mark.django_db


def test_a_chore_that_a_worker_without_it_was_done_with_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(module.CHORES)
    monkeypatch.setattr(module, "CHORES", known)
    done: list[datetime] = []
    chore("sweep", timedelta(hours=1))(done.append)
    now = clock.now()
    plant(now)
    sweep = Chore.objects.filter(name="sweep")
    swept = known.pop("sweep")
    with book.turn():
        chores([one for one in claim(Chore, now, timedelta(minutes=1), 99) if one.name == "sweep"], now)
    assert (sweep.get().due_at, done) == (None, [])
    known["sweep"] = swept
    plant(now)
    assert sweep.get().due_at == now
    plant(now + timedelta(minutes=1))
    assert sweep.get().due_at == now
