"""The recognisers follow what is done to the classifier while the process runs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.themes import keeping
from otklik.themes.keeping import Told
from otklik.themes.models import Theme
from otklik.triage import judge as module
from otklik.triage.judge import minds
from tests.make import places

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BY = "user:1"


@pytest.fixture
def theme(monkeypatch: pytest.MonkeyPatch) -> Theme:
    """The only theme of a small classifier, in a process that has recognised nothing yet."""
    monkeypatch.setattr(module, "_kept", [])
    return places.theme("Водоснабжение", keywords=["нет воды"])


def suggested(text: str) -> list[int]:
    return [guess.theme_id for guess in minds().themes.suggest(text)]


def words(keywords: Sequence[str], name: str = "Водоснабжение", severity: int = 2) -> Told:
    return Told(name, Theme.Kind.SOLVABLE, severity, False, tuple(keywords))


def test_edited_keywords_are_known_at_once(theme: Theme) -> None:
    assert suggested("Опять бювет закрыт") == []
    keeping.change(theme.pk, words(["бювет"]), keeping.seen(theme), BY, NOW)
    assert suggested("Опять бювет закрыт") == [theme.pk]
    theme.refresh_from_db()
    keeping.change(theme.pk, words(["бювет"], severity=5), keeping.seen(theme), BY, NOW)
    assert minds().known[theme.pk].severity == 5


def test_a_theme_is_suggested_until_the_day_it_is_retired_from(theme: Theme) -> None:
    today = timezone.localdate()
    assert suggested("нет воды") == [theme.pk]
    for last_day, ids in ((today + timedelta(days=1), [theme.pk]), (today, [])):
        theme.refresh_from_db()
        keeping.retire(theme.pk, last_day, keeping.end_seen(theme), today, BY, NOW)
        assert suggested("нет воды") == ids
    keeping.bring_back(theme.pk, BY, NOW)
    assert suggested("нет воды") == [theme.pk]


def test_the_day_that_was_ahead_comes_without_a_word_in_the_journal(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    keeping.retire(theme.pk, today + timedelta(days=1), keeping.end_seen(theme), today, BY, NOW)
    assert suggested("нет воды") == [theme.pk]
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))
    assert suggested("нет воды") == []


def test_a_new_theme_is_known_at_once(theme: Theme) -> None:
    assert suggested("Собаки во дворе") == []
    made = keeping.add(theme.group, "homes.dogs", words(["собаки"], name="Животные"), BY, NOW)
    assert suggested("Собаки во дворе") == [made.pk]


def test_nothing_is_built_anew_while_nothing_changes(
    theme: Theme, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = minds()
    with django_assert_num_queries(4):
        assert minds() is first
