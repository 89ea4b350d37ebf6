"""When the night's copy is begun: real children, of a command that ends at once."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.site import nightly

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Iterator[list[str]]:
    """The commands that were begun; none of them does anything, and the last one runs on."""
    commands: list[str] = []

    def command(*words: str) -> list[str]:
        commands.append(" ".join(words))
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    monkeypatch.setattr(nightly, "otklik_command", command)
    monkeypatch.setattr(nightly, "_copying", [])
    settings.BACKUPS = tmp_path
    settings.NIGHTLY_COPIES = 7
    yield commands
    for child in nightly._copying:
        child.kill()
        child.wait()


def hour(number: int) -> datetime:
    return timezone.localtime().replace(hour=number, minute=10).astimezone(UTC)


def test_a_copy_is_begun_at_two_and_not_beside_one_that_runs(begun: list[str]) -> None:
    for number in range(24):
        nightly.copy(hour(number))
        assert bool(begun) == (number >= 2)
    nightly.copy(hour(2) + timedelta(days=1))
    assert begun == ["backup --nightly"]


def test_a_machine_that_slept_makes_it_when_it_wakes(begun: list[str]) -> None:
    nightly.copy(hour(12))
    assert begun == [], "a new installation waits for its first night"
    run = Run.objects.create(kind="copy", at=hour(12) - timedelta(hours=25), ok=True)
    nightly.copy(hour(12))
    assert begun == []
    Run.objects.filter(pk=run.pk).update(at=hour(12) - timedelta(hours=27))
    nightly.copy(hour(12))
    assert begun == ["backup --nightly"]


def test_without_nightly_copies_only_one_by_hand_is_tried(begun: list[str], settings: Settings, tmp_path: Path) -> None:
    settings.NIGHTLY_COPIES = 0
    nightly.copy(hour(2))
    assert begun == []
    (tmp_path / "otklik-20260101T000000Z.tar").touch()
    nightly.copy(hour(2))
    assert begun == ["backup --nightly"]
