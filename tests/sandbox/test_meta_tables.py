from typing import Any

import pytest

from sandbox.meta.api import EDGES
from sandbox.meta.edges_hooks import INSTAGRAM_FIELDS, PAGE_FIELDS
from sandbox.meta.errata import ERRATA
from sandbox.meta.errors import MESSAGES, GraphError, error_object
from sandbox.meta.spec import DEFAULTS, FIELDS
from tests.sandbox import meta_schema

pytestmark = meta_schema.needed
KINDS = {name: name for name in ("string", "bool", "int", "datetime")}
KINDS |= {"unsigned int": "unsigned", "Object": "object", "list<string>": "strings", "list<Object>": "strings"}
INSTAGRAM_LOGIN = {"conversations", "messages", "subscribed_apps"}


def kind_of(kind: str) -> str:
    """The published type in the words of our tables."""
    if kind.startswith("list<") and kind not in KINDS:
        return "enums"
    return KINDS.get(kind, "enum")


def name_of(key: tuple[str, str, str]) -> str:
    return f"{key[0]} {key[1]}/{key[2]}"


@pytest.mark.parametrize("key", EDGES, ids=name_of)
def test_an_operation_takes_and_lists_exactly_what_is_published_or_has_an_erratum(key: tuple[str, str, str]) -> None:
    edge, theirs = EDGES[key], meta_schema.operation(*key)
    if theirs is None:
        assert name_of(key) in meta_schema.EXTRA
        return
    published = {param["name"]: (kind_of(param["type"]), bool(param.get("required"))) for param in theirs["params"]}
    known = {param.name: (param.kind, param.required) for param in edge.params}
    if edge.partial:
        published = {name: each for name, each in published.items() if name in known}
    assert known == published
    kinds = {param["name"]: param["type"] for param in theirs["params"]}
    for param in edge.params:
        if param.choices:
            kind = kinds[param.name].removeprefix("list<").removesuffix(">")
            assert set(param.choices) <= set(meta_schema.enums()[kind]), param.name
    if edge.verb == "GET":
        assert edge.answers == theirs["return"]


SKIPPED: dict[str, set[str]] = {
    "Comment": {"admin_creator", "application", "live_broadcast_timestamp"},
    "IGComment": set(),
    "IGUser": {
        *("business_discovery", "has_profile_pic", "legacy_instagram_user_id", "owner_business"),
        *("shopping_product_tag_eligibility", "shopping_review_status"),
    },
    "UnifiedThread": {"linked_group", "wallpaper"},
}


def test_a_node_has_only_published_fields_and_of_what_the_connectors_read_all_but_these() -> None:
    for node, fields in FIELDS.items():
        published = meta_schema.fields(node)
        assert {name: published.get(name) for name in fields} == dict(fields), node
        assert set(DEFAULTS[node]) <= set(fields), node
    for node, skipped in SKIPPED.items():
        assert set(meta_schema.fields(node)) - set(FIELDS[node]) == skipped, node


def test_subscriptions_the_variant_of_instagrams_own_login_and_errors_are_the_published_ones() -> None:
    assert set(PAGE_FIELDS) <= set(meta_schema.enums()["pagesubscribed_apps_subscribed_fields_enum_param"])
    assert set(INSTAGRAM_FIELDS) <= set(meta_schema.enums()["iggraphusersubscribed_apps_subscribed_fields_enum_param"])
    for verb, node, edge in EDGES:
        if node == "IGUser" and edge in INSTAGRAM_LOGIN:
            assert meta_schema.operation(verb, "IGUserForIGOnlyAPI", edge) is not None
    for error in map(GraphError, MESSAGES):
        meta_schema.check_error(error.status, error_object(error, "A1"))


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: erratum.path)
def test_an_erratum_has_a_reason_and_contradicts_the_specification(erratum: Any) -> None:
    assert erratum.reason
    assert erratum.source
    verb, _, rest = erratum.path.partition(" ")
    if not rest:
        assert meta_schema.spec(erratum.path) is None
        return
    node, _, edge = rest.partition("/")
    published = meta_schema.operation(verb, node, edge)
    assert (published is None) == (erratum.change == "extra")
    if published is not None:
        assert published["return"] not in ("", None)
