"""When a place is read back: after an absence of ours, and when a text came that should have been pushed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from otklik.lib import clock
from otklik.networks.access import within_budget
from otklik.networks.models import Reconciliation, Token, spend
from otklik.networks.outage import notice, plant, read_at_once, was_away
from tests.make import inbox

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("gap", "pause", "away"),
    [(MINUTE, MINUTE, False), (11 * MINUTE, timedelta(0), True), (2 * HOUR, HOUR, False), (3 * HOUR, HOUR, True)],
)
def test_we_were_away_when_nobody_read_for_much_longer_than_the_pause(
    gap: timedelta, pause: timedelta, away: bool
) -> None:
    assert was_away(NOW - gap, NOW, pause) is away
    assert not was_away(None, NOW, pause)


@pytest.mark.django_db
def test_only_places_that_show_old_posts_are_read_back() -> None:
    for network in ("vk", "telegram", "x"):
        plant(inbox.source(inbox.account(network, "7")), NOW)
    assert list(Reconciliation.objects.values_list("source__network", "due_at")) == [("vk", NOW)]


@pytest.mark.django_db
def test_a_late_text_brings_a_deep_round_once_an_hour_and_an_absence_of_ours_at_once() -> None:
    source = inbox.source()
    plant(source, NOW)
    row = Reconciliation.objects.filter(source=source)
    row.update(due_at=NOW + HOUR, since=NOW - HOUR)
    notice(source.pk, NOW - 2 * HOUR, NOW)
    assert row.values_list("due_at", "missed_at").get() == (NOW + HOUR, None)
    notice(source.pk, NOW - 10 * MINUTE, NOW)
    assert row.values_list("due_at", "missed_at").get() == (NOW + 5 * MINUTE, NOW)
    row.update(due_at=NOW + HOUR, deep_at=NOW - MINUTE)
    notice(source.pk, NOW - 10 * MINUTE, NOW + MINUTE)
    assert row.values_list("due_at", "missed_at").get() == (NOW + HOUR, NOW + MINUTE)
    read_at_once(source, NOW + MINUTE)
    assert row.values_list("due_at", flat=True).get() == NOW + MINUTE


@pytest.mark.django_db
def test_a_token_has_so_many_calls_a_day_for_reading_back() -> None:
    token = Token.objects.get(account=inbox.account(tokens={"service": "s"}))
    today, tomorrow = date(2026, 12, 1), date(2026, 12, 2)
    assert [spend(token, today, 2) for _ in range(3)] == [True, True, False]
    assert [spend(token, tomorrow, 2) for _ in range(3)] == [True, True, False]
    assert not spend(token, date(2026, 12, 3), 0)


@pytest.mark.django_db
def test_reading_back_waits_while_quick_readings_wait_for_the_same_key_but_not_for_ever() -> None:
    account = inbox.account(tokens={"service": "s"})
    token = Token.objects.filter(account=account)
    token.update(per_second=2)
    slept: list[float] = []
    within_budget(account, slept.append).turn("service")
    assert slept == [1.5, 0]
    token.update(next_call_at=clock.now() + timedelta(seconds=15))
    slept.clear()
    within_budget(account, slept.append).turn("service")
    assert slept[:-1] == [1.5] * 11
    assert token.values_list("back_calls", flat=True).get() == 2
