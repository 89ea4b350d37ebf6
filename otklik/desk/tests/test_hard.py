"""«Особо сложный»: a mark with a reason that moves no clock and hides in no figure."""

from typing import cast

import pytest
from django.http import HttpResponse
from django.utils.html import strip_tags

from otklik.desk.tests.pages import reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import User
from otklik.routing.models import Deadline
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
WHY = "Нужна экспертиза дамбы"


def mark(user: User, card: Incident, why: str = WHY) -> HttpResponse:
    return cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/hard/", {"why": why}, headers=FRAGMENT))


def unmark(user: User, card: Incident) -> HttpResponse:
    return cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/not-hard/", headers=FRAGMENT))


def verbs() -> list[str]:
    return list(Entry.objects.filter(verb__contains="hard").order_by("pk").values_list("verb", flat=True))


def test_an_operator_marks_a_card_and_everybody_reads_why(town: Town) -> None:
    card = town.assigned()
    clocks = list(Deadline.objects.order_by("pk").values_list("clock", "limit_at"))
    assert mark(town.operator, card).status_code == 200
    assert reread(card).hard_since is not None
    assert card.hard_why == WHY
    assert list(Deadline.objects.order_by("pk").values_list("clock", "limit_at")) == clocks
    entry = Entry.objects.get(verb="incident.mark_hard")
    assert WHY not in str(entry.data)
    assert WHY in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    assert "особо сложный" in signed_in(town.operator).get("/queue/?tab=work").content.decode()


def test_another_reason_leaves_the_day_and_the_mark_comes_off(town: Town) -> None:
    card = town.assigned()
    mark(town.operator, card)
    since = Incident.objects.get(pk=card.pk).hard_since
    assert mark(town.operator, card, "Ждём суд").status_code == 200
    assert (reread(card).hard_since, card.hard_why) == (since, "Ждём суд")
    assert unmark(town.operator, card).status_code == 200
    assert (reread(card).hard_since, card.hard_why) == (None, "")
    assert unmark(town.operator, card).status_code == 200
    assert verbs() == ["incident.mark_hard", "incident.mark_hard", "incident.unmark_hard"]


def test_it_takes_a_reason_and_who_decides_whose_card_it_is(town: Town) -> None:
    card = town.assigned()
    assert mark(town.operator, card, "  \n ").status_code == 422
    assert mark(town.executor, card).status_code == 403
    assert unmark(town.executor, card).status_code == 403
    assert mark(town.stranger, card).status_code == 404
    assert verbs() == []


def test_what_has_ended_keeps_its_mark(town: Town) -> None:
    card = town.assigned()
    mark(town.operator, card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    assert mark(town.operator, card, "Другое").status_code == 409
    assert unmark(town.operator, card).status_code == 409
    assert Incident.objects.get(pk=card.pk).hard_why == WHY


def test_a_long_reason_is_cut_to_what_the_table_holds(town: Town) -> None:
    card = town.assigned()
    assert mark(town.operator, card, "ю" * 5000).status_code == 200
    kept = Incident.objects.get(pk=card.pk).hard_why
    assert len(kept) == 500
    assert kept.startswith("ю" * 499)


def test_the_mark_is_taken_back_within_ten_seconds(town: Town) -> None:
    card = town.assigned()
    answer = mark(town.operator, card)
    key = answer.content.decode().split('data-undo="')[1].split('"')[0]
    signed_in(town.operator).post("/undo/", {"batch": key})
    assert Incident.objects.get(pk=card.pk).hard_since is None


def test_figures_hold_hard_cards_and_tell_them_apart(town: Town) -> None:
    hard, _easy = town.assigned(), town.assigned()
    client = signed_in(town.auditor)
    before = client.get("/statistics/")
    assert "Особо сложных" not in before.content.decode()
    mark(town.operator, hard)
    page = client.get("/statistics/")
    assert "Особо сложных: 1." in strip_tags(page.content.decode())
    assert [tile.value for tile in page.context["tiles"]] == [tile.value for tile in before.context["tiles"]]
    table = client.get("/statistics/export.csv").content.decode()
    assert "\r\nОсобо сложные;;1;" in table
    assert "\r\nБез особо сложных;;1;" in table
