from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.themes import keeping
from otklik.themes.keeping import ThemeInput
from otklik.themes.models import Theme
from otklik.triage import judge as module
from otklik.triage.judge import recognisers
from otklik.triage.models import Verdict
from tests.make import inbox, places

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BY = "user:1"


@pytest.fixture
def theme(monkeypatch: pytest.MonkeyPatch) -> Theme:
    """The only theme of a small classifier, in a process that has recognised nothing yet."""
    monkeypatch.setattr(module, "_kept", [])
    return places.theme("Водоснабжение", keywords=["нет воды"])


def suggested(text: str) -> list[int]:
    return [guess.theme_id for guess in recognisers().themes.suggest(text)]


def outside_of(text: str) -> str:
    (verdict,) = module.think([inbox.message(text)], NOW).values()
    return verdict.outside


def words(keywords: Sequence[str], name: str = "Водоснабжение", severity: int = 2) -> ThemeInput:
    return ThemeInput(name, Theme.Kind.SOLVABLE, severity, False, tuple(keywords))


def test_a_place_elsewhere_is_told_unless_one_of_ours_is_named(theme: Theme) -> None:
    places.place("Ёлкино")
    for text, outside in (("В Воронеже нет воды", "Воронеже"), ("Ёлкино: у нас не чисто, как в Туле", "")):
        assert outside_of(text) == outside, text
    assert outside_of("В Ёлкино нет воды, а в Воронеже есть") == ""


def test_what_is_edited_and_added_is_known_at_once(theme: Theme) -> None:
    assert suggested("Опять бювет закрыт") == suggested("Собаки во дворе") == []
    keeping.change(theme.pk, words(["бювет"]), keeping.seen(theme), BY, NOW)
    assert suggested("Опять бювет закрыт") == [theme.pk]
    theme.refresh_from_db()
    keeping.change(theme.pk, words(["бювет"], severity=5), keeping.seen(theme), BY, NOW)
    assert recognisers().known[theme.pk].severity == 5
    made = keeping.add(theme.group, "homes.dogs", words(["собаки"], name="Животные"), BY, NOW)
    assert suggested("Собаки во дворе") == [made.pk]


def test_a_theme_is_suggested_until_the_day_it_is_retired_from(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    assert suggested("нет воды") == [theme.pk]
    for last_day, ids in ((today + timedelta(days=1), [theme.pk]), (today, [])):
        theme.refresh_from_db()
        keeping.retire(theme.pk, last_day, keeping.end_seen(theme), today, BY, NOW)
        assert suggested("нет воды") == ids
    keeping.bring_back(theme.pk, BY, NOW)
    assert suggested("нет воды") == [theme.pk]
    theme.refresh_from_db()
    keeping.retire(theme.pk, today + timedelta(days=1), keeping.end_seen(theme), today, BY, NOW)
    assert suggested("нет воды") == [theme.pk]
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))  # it comes without an entry
    assert suggested("нет воды") == []


def test_nothing_is_built_while_all_stays(theme: Theme, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = recognisers()
    with django_assert_num_queries(4):
        assert recognisers() is first


def test_old_urgencies_become_dangers_once() -> None:
    message = inbox.message()
    for urgency in (1, 2, 3, 4, 5):
        Verdict.objects.create(message=message, at=message.posted_at, kind="complaint", urgency=urgency)
    import_module("otklik.triage.migrations.0003_urgency").to_dangers(apps, None)
    assert list(Verdict.objects.order_by("pk").values_list("urgency", flat=True)) == [0, 0, 1, 2, 3]


def test_the_priority_of_a_card_comes_from_the_theme_and_the_danger_and_a_guess_pushes_nothing_ahead() -> None:
    grave = Theme(severity=5, fast_track=True)
    assert Verdict(urgency=0).priority == 2
    assert Verdict(urgency=3).priority == 5
    assert Verdict(urgency=1, theme=Theme(severity=4), theme_share=0.8).priority == 4
    assert Verdict(urgency=0, theme=Theme(severity=1, fast_track=True), theme_share=0.8).priority == 3
    assert Verdict(theme=grave, theme_share=0.1).priority == 2
    assert Verdict(theme=grave, theme_share=0.4).priority == 3
    assert Verdict(theme=grave, theme_share=0.9).priority == 5
    assert Verdict(theme=grave, theme_share=0.9, kind="thanks").priority == 2
    assert Verdict(theme=grave, theme_share=0.1, urgency=3).priority == 5, "danger needs no theme"
