"""«Кому сообщать о просрочке»: one form for the whole ladder, and nothing in it that could not be climbed."""

from typing import Any

import pytest

from otklik.alerts.ladder import Rung, ladder, ladder_seen, set_ladder
from otklik.desk.tests.pages import assert_answers
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.scope import Refused
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/calendars/ladder/"
BEGINNING = [Rung(0, "curator"), Rung(120, "head")]


def post(town: Town, rungs: list[tuple[object, str]], seen: str = "") -> Any:
    told = {"seen": seen or ladder_seen(ladder())}
    for number, (minutes, role) in enumerate(rungs, start=1):
        told |= {f"minutes{number}": str(minutes), f"role{number}": role}
    return signed_in(town.admin).post(ADDRESS, told)


def test_it_begins_with_the_curator_at_once_and_the_head_after_two_hours(town: Town) -> None:
    assert ladder() == BEGINNING
    assert_answers(signed_in(town.admin).get("/admin/calendars/"), 200, "через 2 ч")


def test_a_new_ladder_is_written_as_a_whole_and_told_by_the_journal(town: Town) -> None:
    assert post(town, [(30, "curator"), ("", ""), (90, "head"), (600, "head")]).status_code == 302
    assert ladder() == [Rung(30, "curator"), Rung(90, "head"), Rung(600, "head")]
    entry = Entry.objects.get(verb="ladder.edit")
    assert entry.data == {
        "rungs": [[30, "curator"], [90, "head"], [600, "head"]],
        "before": [[0, "curator"], [120, "head"]],
    }
    journal = signed_in(town.admin).get("/admin/journal/").content.decode()
    assert "куратор 0 ч, руководитель 2 ч → куратор 30 мин, руководитель 1 ч 30 мин, руководитель 10 ч" in journal


def test_what_is_sent_twice_is_written_once(town: Town) -> None:
    rungs: list[tuple[object, str]] = [(0, "curator"), (120, "head")]
    assert post(town, rungs).status_code == 302
    assert not Entry.objects.filter(verb="ladder.edit").exists()


def test_what_cannot_be_climbed_is_told_beside_its_field(town: Town) -> None:
    for minutes in (60, 30):
        assert_answers(post(town, [(60, "curator"), (minutes, "head")]), 422, "ad-error")
    for alone in ("", -1, 43201, "9" * 4000, "пять"):
        assert_answers(post(town, [(alone, "head")]), 422, "ad-error")
    assert_answers(post(town, [(5, "administrator")]), 422, "ad-error")
    assert ladder() == BEGINNING


def test_nobody_to_tell_is_a_choice_too(town: Town) -> None:
    assert post(town, []).status_code == 302
    assert ladder() == []
    assert signed_in(town.admin).get(ADDRESS).status_code == 200


def test_whoever_saves_second_sees_what_stands(town: Town) -> None:
    seen = ladder_seen(ladder())
    assert post(town, [(10, "curator")], seen).status_code == 302
    assert_answers(post(town, [(20, "head")], seen), 409, "Сейчас записано: 10")
    assert ladder() == [Rung(10, "curator")]


def test_the_verb_itself_refuses_what_no_form_would_send(town: Town) -> None:
    for code, rungs in (
        ("many", [Rung(one, "head") for one in range(6)]),
        ("minutes", [Rung(-1, "head")]),
        ("order", [Rung(5, "head"), Rung(5, "curator")]),
        ("role", [Rung(5, "operator")]),
    ):
        with pytest.raises(Refused) as refused:
            set_ladder(rungs, ladder_seen(BEGINNING), town.admin, clock.now())
        assert refused.value.code == code
