from typing import Any

import pytest

from otklik.networks.telegram.poll import UPDATES
from sandbox.telegram import updates
from sandbox.telegram.errata import ERRATA
from sandbox.telegram.methods import METHODS
from sandbox.telegram.spec import OBJECTS, Param
from tests.sandbox import telegram_schema

pytestmark = telegram_schema.needed


def written(params: tuple[Param, ...]) -> dict[str, tuple[list[str], bool]]:
    return {param.name: (sorted(param.types), param.required) for param in params}


def published(fields: list[dict[str, Any]]) -> dict[str, tuple[list[str], bool]]:
    return {field["name"]: (sorted(field["types"]), field["required"]) for field in fields}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_takes_and_returns_exactly_what_is_published_in_both_descriptions(name: str) -> None:
    method, published_one = METHODS[name], telegram_schema.book()["methods"][METHODS[name].name]
    assert written(method.params) == published(published_one.get("fields", []))
    assert sorted(method.returns) == sorted(published_one["returns"])
    elsewhere = {each["name"] for each in telegram_schema.second_book()[name].get("annotations", [])}
    assert {param.name for param in method.params} <= elsewhere


def test_an_object_has_exactly_the_published_fields_and_every_kind_of_update_is_known() -> None:
    for kind, params in OBJECTS.items():
        assert written(params) == published(telegram_schema.book()["types"][kind]["fields"]), kind
    fields = {field["name"] for field in telegram_schema.book()["types"]["Update"]["fields"]}
    assert fields - {"update_id"} == set(updates.KINDS)
    assert set(updates.NOT_UNLESS_ASKED) <= set(updates.KINDS)
    assert {str(kind) for kind in UPDATES} <= fields


def test_every_erratum_says_why_and_leads_somewhere() -> None:
    for erratum in ERRATA:
        assert erratum.reason
        assert erratum.source
        owner = erratum.path.partition(".")[0]
        known = {*telegram_schema.book()["methods"], *telegram_schema.book()["types"], "*"}
        assert owner in known


MISFITS: list[tuple[str, Any]] = [
    ("User", {"id": 1, "is_bot": False}),
    ("User", {"id": "1", "is_bot": False, "first_name": "A"}),
    ("User", {"id": 1, "is_bot": False, "first_name": "A", "nick": "a"}),
    ("ChatMember", {"status": "member", "user": {}}),
    ("MessageOrigin", {"type": "user", "date": 1, "chat": {"id": -1, "type": "channel"}, "message_id": 1}),
    ("Array of Update", {}),
]


def test_the_judge_notices_what_does_not_fit() -> None:
    for kind, value in MISFITS:
        assert list(telegram_schema.problems(kind, value)), (kind, value)
