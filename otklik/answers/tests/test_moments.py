"""A moment for an approved answer: ahead, within two weeks, and after the card's clock only knowingly."""

from datetime import UTC, datetime, timedelta

import pytest

from otklik.answers.moments import FAR, LATE, PAST, Later, against

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("later", "limit", "told"),
    [
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
    ],
)
def test_what_stands_against_a_moment(later: Later | None, limit: datetime | None, told: str) -> None:
    assert against(later, NOW, limit) == told
