from datetime import UTC, datetime, time, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from otklik.notify.alerts.kinds import ALWAYS, BOT, CHANNELS, DEFAULTS, DESK, MAIL, URGENT, channels
from otklik.notify.alerts.plan import NEVER, Quiet, leaves_at

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = datetime(2026, 2, 3, tzinfo=UTC)
NIGHT = Quiet(time(21), time(8))
GATHER = timedelta(minutes=5)


def some(number: int = 400) -> list[tuple[datetime, Quiet, timedelta]]:
    rng = Random(7)
    hours = [time(0), time(8), time(12, 30), time(21), time(23, 59)]
    moments = [DAY + timedelta(seconds=rng.randrange(10 * 86_400)) for _ in range(number)]
    return [
        (moment, Quiet(rng.choice(hours), rng.choice(hours)), timedelta(minutes=rng.choice([0, 5, 240])))
        for moment in moments
    ]


def test_a_letter_leaves_once_gathered_outside_of_quiet_hours_over_midnight_too_and_a_pressing_one_at_once() -> None:
    for now, quiet, gather in some():
        leaves = leaves_at(now, False, quiet, gather, MOSCOW)
        assert now + gather <= leaves <= now + gather + timedelta(days=1)
        assert not quiet.holds(leaves.astimezone(MOSCOW).time())
        if not quiet.holds((now + gather).astimezone(MOSCOW).time()):
            assert leaves == now + gather
        assert leaves_at(now, True, quiet, gather, MOSCOW) == now
    morning = dict.fromkeys(("20:55", "23:59", "00:01", "07:54"), "08:00")
    for local, after in {"20:54": "20:59", **morning, "08:10": "08:15"}.items():
        now = datetime.combine(DAY.date(), time.fromisoformat(local), MOSCOW)
        assert leaves_at(now, False, NIGHT, GATHER, MOSCOW).astimezone(MOSCOW).strftime("%H:%M") == after, local
    assert not any(NEVER.holds(time(hour)) for hour in range(24))


def test_everything_stands_in_the_desk_until_a_choice_which_does_not_hold_for_what_nobody_may_miss() -> None:
    assert all(DESK in ways for ways in DEFAULTS.values())
    for kind, ways in product(DEFAULTS, ([], [MAIL], [BOT, "pigeon"], list(CHANNELS))):
        chosen = channels(kind, {kind: ways})
        assert chosen == (DEFAULTS[kind] if kind in ALWAYS else frozenset(ways) & frozenset(CHANNELS)), (kind, ways)
    assert channels("nonsense", {}) == frozenset({DESK})
    assert channels(URGENT, {"nonsense": ["x"]}) == frozenset(CHANNELS)
