from datetime import UTC, datetime, timedelta

from otklik.answers.moments import FAR, LATE, PAST, Later, against

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_stands_against_a_moment() -> None:
    for later, limit, told in (
        (None, NOW - DAY, ""),
        (Later(NOW + HOUR), None, ""),
        (Later(NOW + HOUR), NOW + DAY, ""),
        (Later(NOW), None, PAST),
        (Later(NOW - DAY, knowingly=True), None, PAST),
        (Later(NOW + 14 * DAY), None, ""),
        (Later(NOW + 14 * DAY + HOUR, knowingly=True), None, FAR),
        (Later(NOW + DAY), NOW + HOUR, LATE),
        (Later(NOW + DAY, knowingly=True), NOW + HOUR, ""),
        (Later(NOW + HOUR), NOW + HOUR, ""),
    ):
        assert against(later, NOW, limit) == told
