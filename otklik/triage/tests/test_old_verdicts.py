"""Verdicts of before the danger was told from the priority, and what the priority is made of."""

from importlib import import_module

import pytest
from django.apps import apps

from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make import inbox

pytestmark = pytest.mark.django_db


def test_old_urgencies_become_dangers_once() -> None:
    message = inbox.message()
    for urgency in (1, 2, 3, 4, 5):
        Verdict.objects.create(message=message, at=message.posted_at, kind="complaint", urgency=urgency)
    import_module("otklik.triage.migrations.0003_urgency").to_dangers(apps, None)
    assert list(Verdict.objects.order_by("pk").values_list("urgency", flat=True)) == [0, 0, 1, 2, 3]


def test_the_priority_of_a_card_comes_from_the_theme_and_the_danger() -> None:
    assert Verdict(urgency=0).priority == 2
    assert Verdict(urgency=3).priority == 5
    assert Verdict(urgency=1, theme=Theme(severity=4), theme_share=0.8).priority == 4
    assert Verdict(urgency=0, theme=Theme(severity=1, fast_track=True), theme_share=0.8).priority == 3


def test_a_guess_of_a_grave_theme_pushes_nothing_ahead() -> None:
    grave = Theme(severity=5, fast_track=True)
    assert Verdict(theme=grave, theme_share=0.1).priority == 2
    assert Verdict(theme=grave, theme_share=0.4).priority == 3
    assert Verdict(theme=grave, theme_share=0.9).priority == 5
    assert Verdict(theme=grave, theme_share=0.9, kind="thanks").priority == 2
    assert Verdict(theme=grave, theme_share=0.1, urgency=3).priority == 5, "danger needs no theme"
