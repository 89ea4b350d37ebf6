"""«Кому сообщать о просрочке»: one form for the whole ladder, and nothing in it that could not be climbed."""

from typing import Any

import pytest
from django.test import Client

from otklik.desk.tests.pages import assert_answers, page_at
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.notify.alerts.ladder import Rung, ladder, ladder_seen, set_ladder
from tests.make.town import Town

ADDRESS = "/admin/calendars/ladder/"
BEGINNING = [Rung(0, "curator"), Rung(120, "head")]


def post(admin: Client, *rungs: tuple[object, str], seen: str = "") -> Any:
    fields = {"seen": seen or ladder_seen(ladder())}
    for number, (minutes, role) in enumerate(rungs, start=1):
        fields |= {f"minutes{number}": str(minutes), f"role{number}": role}
    return admin.post(ADDRESS, fields)


def test_a_ladder_begins_with_the_curator_and_is_written_as_a_whole_once(town: Town, admin: Client) -> None:
    assert ladder() == BEGINNING
    assert "через 2 ч" in page_at(admin, "/admin/calendars/")
    assert post(admin, (0, "curator"), (120, "head")).status_code == 302
    assert not Entry.objects.filter(verb="ladder.edit").exists(), "that is what stands there"
    assert post(admin, (30, "curator"), ("", ""), (90, "head"), (600, "head")).status_code == 302
    assert ladder() == [Rung(30, "curator"), Rung(90, "head"), Rung(600, "head")]
    assert Entry.objects.get(verb="ladder.edit").data == {
        "rungs": [[30, "curator"], [90, "head"], [600, "head"]],
        "before": [[0, "curator"], [120, "head"]],
    }
    words = "куратор 0 ч, руководитель 2 ч → куратор 30 мин, руководитель 1 ч 30 мин, руководитель 10 ч"
    assert words in page_at(admin, "/admin/journal/")
    assert post(admin).status_code == 302, "nobody to tell is a choice too"
    assert ladder() == []
    assert page_at(admin, ADDRESS)


def test_what_cannot_be_climbed_is_told_at_its_field_and_to_the_second_what_stands(town: Town, admin: Client) -> None:
    wrong: tuple[tuple[tuple[object, str], ...], ...] = (
        *(((60, "curator"), (minutes, "head")) for minutes in (60, 30)),
        *(((alone, "head"),) for alone in ("", -1, 43201, "9" * 4000, "пять")),
        ((5, "administrator"),),
    )
    for rungs in wrong:
        assert_answers(post(admin, *rungs), 422, "ad-error")
    for code, written in (
        ("many", [Rung(one, "head") for one in range(6)]),
        ("minutes", [Rung(-1, "head")]),
        ("order", [Rung(5, "head"), Rung(5, "curator")]),
        ("role", [Rung(5, "operator")]),
    ):
        with pytest.raises(Refused) as refused:
            set_ladder(written, ladder_seen(BEGINNING), town.admin, clock.now())
        assert refused.value.code == code
    assert ladder() == BEGINNING
    seen = ladder_seen(ladder())
    assert post(admin, (10, "curator"), seen=seen).status_code == 302
    assert_answers(post(admin, (20, "head"), seen=seen), 409, "Сейчас записано: 10")
    assert ladder() == [Rung(10, "curator")]
