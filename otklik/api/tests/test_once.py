import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from otklik.api import once
from otklik.api.tests.program import Program
from otklik.incidents.models import Incident, Note
from otklik.lib import clock
from otklik.people import programs
from otklik.people.models import ProgramRequest
from tests.make.town import Town

REPLAYED = "Idempotency-Replayed"


def test_one_key_does_the_same_once_and_no_other_thing(town: Town, card: Incident, program: Program) -> None:
    first = program.note(card, key="k")
    again = program.post(f"/cards/{card.pk}/notes", '{ "text" : "Звонили" }', "k")
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")
    assert Note.objects.count() == 1
    kept = ProgramRequest.objects.get()
    assert set(kept.answer) == {"card", "state", "version", "note"}
    assert "Звонили" not in repr(kept.__dict__)
    other = town.assigned()
    program.note(card, key="k")
    assert program.note(card, "Писали", "k").status_code == 422
    assert program.note(other, key="k").status_code == 422
    assert Program(town.operator).note(other, key="k").status_code == 200
    assert Note.objects.count() == 2


def test_without_a_key_or_while_the_same_is_being_done_nothing_is_done(card: Incident, program: Program) -> None:
    for key in ("", "с кириллицей", "x" * 101, "two words"):
        headers = {"Idempotency-Key": key.encode().decode("latin-1")}
        assert program.post(f"/cards/{card.pk}/notes", {"text": "Звонили"}, **headers).status_code == 422, key
    cache.add(f"api {program.token.pk} k", 1, once.PATIENCE)
    refused = program.note(card, key="k")
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "1")
    assert Note.objects.count() == 0


def test_a_refusal_is_not_kept(town: Town, card: Incident, program: Program) -> None:
    refused = program.post(f"/cards/{card.pk}/assignment", {"version": 0, "agency": town.roads.pk}, "k")
    assert refused.status_code == 409
    body = {"version": refused.json()["version"], "agency": town.roads.pk}
    assert program.post(f"/cards/{card.pk}/assignment", body, "k").status_code == 200


def test_change_and_result_are_one(card: Incident, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:

    def dies(*_: object) -> None:
        raise RuntimeError("the power is out")

    with monkeypatch.context() as broken:
        broken.setattr(once, "_keep", dies)
        assert program.note(card, key="k").status_code == 500
    assert Note.objects.count() == 0
    assert program.note(card, key="k").status_code == 200
    assert Note.objects.count() == 1


def test_it_is_kept_for_a_day_and_swept(card: Incident, program: Program) -> None:
    program.note(card, key="k")
    ProgramRequest.objects.update(at=clock.now() - timedelta(hours=23))
    programs.forget_requests(clock.now())
    assert program.note(card, key="k").headers[REPLAYED] == "true"
    ProgramRequest.objects.update(at=clock.now() - timedelta(hours=24))
    assert REPLAYED not in program.note(card, key="k").headers
    ProgramRequest.objects.update(at=clock.now() - timedelta(hours=24))
    programs.forget_requests(clock.now())
    assert not ProgramRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_under_one_key_make_one_change(card: Incident, program: Program) -> None:
    start = threading.Barrier(6)

    def ask(_: int) -> Any:
        try:
            start.wait()
            return program.note(card, key="k")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(ask, range(6)))
    assert Note.objects.count() == 1
    assert {one.status_code for one in responses} <= {200, 409}
    assert {one.json()["note"] for one in responses if one.status_code == 200} == {Note.objects.get().pk}
    assert program.note(card, key="k").headers[REPLAYED] == "true"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_on_what_they_read_one_succeeds(town: Town, card: Incident) -> None:
    programs_ = [Program(town.operator), Program(town.colleague), Program(town.admin)]
    start, version = threading.Barrier(3), card.revision

    def ask(program: Program) -> int:
        try:
            start.wait()
            body = {"version": version, "agency": town.roads.pk}
            return int(program.post(f"/cards/{card.pk}/assignment", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(ask, programs_)) == [200, 409, 409]
