from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone

from otklik.api import acts, reading
from otklik.api.bearer import MOST_BYTES
from otklik.api.tests.program import ALL, Program
from otklik.incidents.models import Incident, Note
from otklik.lib import clock
from otklik.people import programs
from otklik.people.models import ProgramToken, Role, Substitution, User
from tests.make.town import Town


def problem(response: Any, status: int) -> dict[str, Any]:
    """The body, after a look at its form."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["number"] == response.headers["X-Request-Id"]
    assert body["title"]
    assert body["detail"]
    assert response.headers["Cache-Control"] == "no-store"
    return body


CARD_VERBS = ("assignment", "theme", "return", "extension", "extension/decision", "notes", "dismissal", "closure",
              "closure-unanswered")  # fmt: skip


class TestWhoAsks:
    def test_nobody_without_a_token_nor_whoever_has_signed_in(self, town: Town) -> None:
        stranger, client = Client(), Client(enforce_csrf_checks=True)
        client.force_login(town.operator)
        refused = [stranger.get("/api/v1/cards"), client.get("/api/v1/cards")]
        for header in ("Bearer", "Bearer otk_", "Basic b3RrOm90aw==", f"Bearer otk_{'x' * 43}", "Bearer ж"):
            headers = {"Authorization": header.encode().decode("latin-1")}
            refused.append(stranger.get("/api/v1/cards", headers=headers))
        for one in refused:
            problem(one, 401)
            assert one.headers["WWW-Authenticate"].startswith("Bearer")
            assert not one.cookies
        assert client.get("/queue/").status_code == 200, "the session is as good as it was"

    def test_a_token_needs_no_csrf_and_makes_no_session(self, card: Incident, program: Program) -> None:
        program.client = Client(enforce_csrf_checks=True)
        answer = program.note(card)
        assert (answer.status_code, dict(answer.cookies)) == (200, {})

    def test_not_a_token_that_is_revoked_over_or_of_somebody_blocked(self, town: Town, program: Program) -> None:
        assert program.get("/cards").status_code == 200
        User.objects.filter(pk=town.operator.pk).update(is_active=False)
        problem(program.get("/cards"), 401)
        User.objects.filter(pk=town.operator.pk).update(is_active=True)
        ProgramToken.objects.update(until=timezone.localdate() - timedelta(days=1))
        problem(program.get("/cards"), 401)
        ProgramToken.objects.update(until=timezone.localdate())
        assert program.get("/cards").status_code == 200
        programs.revoke(program.token, town.admin, clock.now())
        problem(program.get("/cards"), 401)

    def test_a_right_that_was_lent_to_the_owner_is_not_lent_on(self, town: Town) -> None:
        card, now = town.assigned(), clock.now()
        program = Program(town.stranger)
        Substitution.objects.create(
            absent=town.executor,
            deputy=town.stranger,
            since=now,
            until=now + timedelta(1),
            by=town.admin,
            made_at=now,
            agreed_at=now,
        )
        problem(program.get(f"/cards/{card.pk}"), 404)

    def test_a_scope_opens_its_own_and_nothing_else(self, town: Town) -> None:
        answer = town.submitted()
        card, of_card, of_answer = answer.incident_id, CARD_VERBS, ("submission", "withdrawal", "publication")
        get = {
            "cards:read": ["/cards", f"/cards/{card}"],
            "messages:read": ["/messages", f"/messages/{answer.reply_to_id}"],
            "answers:read": ["/answers", f"/answers/{answer.pk}"],
        }
        post = {
            "cards:write": [f"/cards/{card}/{verb}" for verb in of_card],
            "messages:write": ["/messages"],
            "answers:write": [f"/cards/{card}/answers", *(f"/answers/{answer.pk}/{verb}" for verb in of_answer)],
            "answers:approve": [f"/answers/{answer.pk}/{verb}" for verb in ("approval", "return")],
        }
        assert {*get, *post} == set(ALL)
        for scope in ALL:
            program = Program(town.admin, scope)
            asked = [(name, path, program.get(path)) for name in get for path in get[name]]
            asked += [(name, path, program.post(path, {"version": 0})) for name in post for path in post[name]]
            for name, path, response in asked:
                assert (response.status_code == 403) == (name != scope), (scope, path, response.status_code)


def test_a_token_is_marked_used_once_an_hour_and_its_secret_is_kept_nowhere(program: Program) -> None:
    program.get("/cards")
    row = ProgramToken.objects.get()
    program.get("/cards")
    assert (row.used_at is not None, ProgramToken.objects.get().used_at) == (True, row.used_at)
    assert program.secret not in repr(row.__dict__)
    assert len(program.secret) >= 4 + 43
    assert program.secret.startswith(row.shown)


@override_settings(API_A_MINUTE=3)
def test_whoever_asks_too_often_is_told_when_to_come_again(town: Town) -> None:
    program, other = Program(town.operator), Program(town.operator)
    assert [program.get("/cards").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = program.get("/cards")
    problem(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.get("/cards").status_code == 200


class TestEveryErrorIsAProblem:
    def test_of_an_address_or_a_method(self, program: Program) -> None:
        for path in ("/", "/nothing", "/cards/", "/cards/1/2/3", "/openapi.json/x"):
            problem(program.get(path), 404)
        problem(program.get("/cards/x"), 422)
        problem(program.get("/cards?limit=%00"), 400)
        problem(program.client.get("/api/v1/cards", headers={"Host": "evil.example"}), 400)
        for method in ("put", "patch", "delete", "options", "trace"):
            refused = getattr(program.client, method)("/api/v1/cards", headers={"Authorization": "x"})
            problem(refused, 405)
            assert refused.headers["Allow"] == "GET"
        problem(program.client.post("/api/v1/openapi.json"), 405)

    def test_of_a_body(self, card: Incident, program: Program) -> None:
        bodies: dict[int, tuple[str | bytes, ...]] = {
            415: ("",),
            400: (
                *("{", "[]", "null", '{"text": NaN}', '{"text": "а", "text": "б"}', b'{"text": "\xff"}'),
                '{"text": ' + "[" * 100_000 + "]" * 100_000 + "}",
                '{"text": ' + '{"a":' * 30 + "1" + "}" * 31,
                '{"text": ' + "9" * 5000 + "}",
            ),
            422: (
                *('{"text": "\\ud800"}', '{"text": null}', '{"text": true}', '{"text": "   "}'),
                '{"text": "а", "нет такого": 1}',
                '{"text": "' + "а" * 5001 + '"}',
            ),
            413: ('{"text": "' + "а" * MOST_BYTES + '"}',),
        }
        for status, sent in bodies.items():
            for body in sent:
                problem(program.post(f"/cards/{card.pk}/notes", body), status)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            problem(program.raw("/messages", b"x=1", content_type=kind), 415)
        refused = program.post(f"/cards/{card.pk}/notes", {"text": {"тайна": "слово"}})
        assert "слово" not in refused.content.decode(), "it says nothing of what was sent"
        assert refused.json()["errors"] == [{"at": ["body", "body", "text"], "code": "string_type"}]
        assert Note.objects.count() == 0

    def test_of_our_own(
        self, town: Town, program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:

        def broken(*_: object) -> None:
            raise RuntimeError("broken")

        def away(*_: object, **__: object) -> None:
            raise OperationalError("the database is away")

        monkeypatch.setattr(reading, "_narrowed", broken)
        body = problem(program.get("/cards"), 500)
        assert body["number"]
        assert program.secret not in caplog.text
        monkeypatch.setattr(acts, "perform", away)
        card = town.assigned()
        refused = program.note(card)
        problem(refused, 503)
        assert refused.headers["Retry-After"]

    def test_in_the_language_that_is_asked_for(self, program: Program) -> None:
        russian = program.get("/nothing")
        english = program.get("/nothing", {}, **{"Accept-Language": "en-GB, ru;q=0.5"})

        assert (russian.json()["title"], russian.headers["Content-Language"]) == ("Такого нет", "ru")
        assert (english.json()["title"], english.headers["Content-Language"]) == ("There is no such thing", "en")
        assert program.get("/nothing", {}, **{"Accept-Language": "de"}).headers["Content-Language"] == "ru"


def test_a_role_that_sees_everything_still_decides_nothing(town: Town) -> None:
    assert town.auditor.grants.get().role == Role.AUDITOR
    card = town.assigned()
    program = Program(town.auditor)
    assert program.get(f"/cards/{card.pk}").status_code == 200
    problem(program.post(f"/cards/{card.pk}/theme", {"version": card.revision, "theme": town.hole.pk}), 403)
