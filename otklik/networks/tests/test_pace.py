from datetime import timedelta

import pytest

from otklik.networks.pace import pause

USUAL, MINUTE = timedelta(seconds=15), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("quiet", "seconds"), [(None, 15), (0 * MINUTE, 7.5), (14 * MINUTE, 7.5), (15 * MINUTE, 15), (9999 * MINUTE, 15)]
)
def test_a_place_from_which_news_came_lately_is_asked_twice_as_often(quiet: timedelta | None, seconds: float) -> None:
    assert pause(USUAL, quiet) == timedelta(seconds=seconds)
