"""The description is held against the interface from outside: schemathesis asks what it allows and what it forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from otklik.answers.models import Answer
from otklik.api.bearer import OFTEN
from otklik.api.interface import api, description
from otklik.api.routes import router
from otklik.api.tests.hanging import Hanging, hung_on
from otklik.api.tests.program import Program
from otklik.incidents.models import Incident
from otklik.site.wsgi import application
from tests.make.town import Town
from tests.tiers import fewer

EXAMPLES = fewer(10)
OPERATIONS = sorted(str(one.operation_id) for view in router.path_operations.values() for one in view.operations)
# What fits the description may still be refused by the house: 422 with the reason in words.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "422"]}}}
)


def closing(environ: Any, start: Any) -> list[bytes]:
    """The application as a server runs it, who closes what he was given: this client does not."""
    chunks = application(environ, start)
    try:
        return [b"".join(chunks)]
    finally:
        chunks.close()


@pytest.fixture
def schema() -> Iterator[Any]:
    """Loaded over the real application. The test's connection outlives its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with override_settings(API_A_MINUTE=100_000, ALLOWED_HOSTS=["localhost"]):
        OFTEN.forget()
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closing, config=CONFIG)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked_the_answer_is_as_described(town: Town, schema: Any, mode: GenerationMode) -> None:
    answer = town.submitted()
    hanging = hung_on(answer)
    program = Program(town.admin)
    for operation in OPERATIONS:
        statuses = asked(schema.find_operation_by_id(operation), mode, answer, hanging, program)
        assert not statuses & {429, 500, 503}, operation
        assert mode == GenerationMode.NEGATIVE or 401 not in statuses, operation


def asked(operation: Any, mode: GenerationMode, answer: Answer, hanging: Hanging, program: Program) -> set[int]:
    """What was answered to questions made by schemathesis, each answer held against the description; nothing stays."""
    headers, statuses = {"Authorization": f"Bearer {program.secret}"}, set[int]()

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode == GenerationMode.POSITIVE:
            aim(case, answer, hanging)
        with transaction.atomic():
            response = case.call(headers=headers)
            statuses.add(response.status_code)
            case.validate_response(response, headers=headers)
            transaction.set_rollback(True)

    ask()
    return statuses


def aim(case: Any, answer: Answer, hanging: Hanging) -> None:
    """Of all the ids there are nearly none is one of ours: half of the questions are about what is there, as it stands.
    A cursor is a word that fits the description and that only we can write."""
    card = Incident.objects.get(pk=answer.incident_id)
    there = {"card": card.pk, "answer": answer.pk, "message": answer.reply_to_id} | hanging._asdict()
    path = case.path_parameters or {}
    for name in path:
        path[name] = there[name] if path[name] % 2 else path[name]
    if isinstance(case.body, dict) and "version" in case.body:
        case.body["version"] = card.revision if "card" in path else answer.version
    (case.query or {}).pop("cursor", None)


def test_the_description_is_sound_and_open_to_whoever_builds_a_program_in_two_languages() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    for model in schema["components"]["schemas"].values():
        Draft202012Validator.check_schema(model)
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            assert operation["summary"]
            assert operation["security"][0]["Token"][0]
            errors = {code: one for code, one in operation["responses"].items() if code >= "400"}
            assert {"401", "403", "404", "422", "429", "500", "503"} <= set(errors)
            assert all(list(one["content"]) == ["application/problem+json"] for one in errors.values())
            headers = [one["name"] for one in operation["parameters"] if one["in"] == "header"]
            assert headers == (["Idempotency-Key"] if method == "post" else [])
    english = Client().get("/api/v1/openapi.json", headers={"Accept-Language": "en"}).json()
    assert schema["paths"]["/api/v1/cards"]["get"]["summary"].startswith("Карточки")
    assert english["paths"]["/api/v1/cards"]["get"]["summary"].startswith("Cards")
    assert schema["paths"].keys() == english["paths"].keys()
    described = {path.removeprefix("/api/v1") for path in description()["paths"]}
    assert (described, api.docs_url) == (set(router.path_operations), None)
