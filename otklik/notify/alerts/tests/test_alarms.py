from datetime import timedelta

import pytest

from otklik.journal import seals
from otklik.notify.alerts.alarms import ring_for_seals
from otklik.notify.alerts.models import Alert
from otklik.notify.alerts.tests.data import Town
from otklik.notify.alerts.words import text_of

pytestmark = pytest.mark.django_db


def rung(town: Town, minutes: float) -> list[Alert]:
    """Who is rung in the end, when nobody has sealed for so long."""
    town.now += timedelta(minutes=minutes)
    ring_for_seals(town.now)
    return list(Alert.objects.filter(kind="system").order_by("pk"))


def test_a_journal_that_nobody_seals_rings_the_administrators_once_and_again_when_it_stops_anew(town: Town) -> None:
    town.card()
    town.assigned()
    assert rung(town, 4) == [], "it may be at it"
    (alert,) = rung(town, 2)
    assert alert.user == town.admin
    assert {letter.channel for letter in town.letters(town.admin)} == {"mail"}
    alert_text = text_of([alert], "https://otklik.example")
    assert alert_text.subject == "Отклик: Журнал без печати: никто не ставит печати на записи"
    assert "https://otklik.example/health/" in alert_text.body
    assert rung(town, 60) == [alert], "it is the same one still"
    seals.seal_all(town.now)
    assert rung(town, 60) == [alert]
    town.assigned()
    assert len(rung(town, 6)) == 2
    assert text_of(rung(town, 0), "").body.startswith("Журнал без печати: никто не ставит печати на записи: 2")
