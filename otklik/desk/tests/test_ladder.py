"""«Кому сообщать о просрочке»: one form for the whole ladder, and nothing in it that could not be climbed."""

from typing import cast

import pytest
from django.http import HttpResponse

from otklik.alerts.ladder import Rung, ladder, ladder_seen, set_ladder
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.scope import Refused
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/calendars/ladder/"
BEGINNING = [Rung(0, "curator"), Rung(120, "head")]


def post(town: Town, rungs: list[tuple[object, str]], seen: str = "") -> HttpResponse:
    told = {"seen": seen or ladder_seen(ladder())}
    for number, (minutes, role) in enumerate(rungs, start=1):
        told |= {f"minutes{number}": str(minutes), f"role{number}": role}
    return cast(HttpResponse, signed_in(town.admin).post(ADDRESS, told))


def test_it_begins_with_the_curator_at_once_and_the_head_after_two_hours(town: Town) -> None:
    assert ladder() == BEGINNING
    page = signed_in(town.admin).get("/admin/calendars/").content.decode()
    assert "через 2 ч" in page


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


@pytest.mark.parametrize(
    "rungs",
    [
        [(60, "curator"), (60, "head")],
        [(60, "curator"), (30, "head")],
        [("", "curator")],
        [(-1, "curator")],
        [(43201, "head")],
        [("9" * 4000, "head")],
        [(5, "administrator")],
        [("пять", "head")],
    ],
)
def test_what_cannot_be_climbed_is_told_beside_its_field(town: Town, rungs: list[tuple[object, str]]) -> None:
    page = post(town, rungs)
    assert page.status_code == 422
    assert "ad-error" in page.content.decode()
    assert ladder() == BEGINNING


def test_nobody_to_tell_is_a_choice_too(town: Town) -> None:
    assert post(town, []).status_code == 302
    assert ladder() == []
    assert signed_in(town.admin).get(ADDRESS).status_code == 200


def test_whoever_saves_second_sees_what_stands(town: Town) -> None:
    seen = ladder_seen(ladder())
    assert post(town, [(10, "curator")], seen).status_code == 302
    page = post(town, [(20, "head")], seen)
    assert page.status_code == 409
    assert "Сейчас записано: 10" in page.content.decode()
    assert ladder() == [Rung(10, "curator")]


def test_the_verb_itself_refuses_what_no_form_would_send(town: Town) -> None:
    bad = {
        "many": [Rung(one, "head") for one in range(6)],
        "minutes": [Rung(-1, "head")],
        "order": [Rung(5, "head"), Rung(5, "curator")],
        "role": [Rung(5, "operator")],
    }
    for code, rungs in bad.items():
        with pytest.raises(Refused) as refused:
            set_ladder(rungs, ladder_seen(BEGINNING), town.admin, clock.now())
        assert refused.value.code == code


def test_only_whoever_tunes_the_region_gets_here(town: Town) -> None:
    for user in (town.operator, town.executor, town.approver, town.auditor):
        assert signed_in(user).get(ADDRESS).status_code == 403
        assert signed_in(user).post(ADDRESS, {"seen": ladder_seen(BEGINNING)}).status_code == 403
    assert ladder() == BEGINNING
