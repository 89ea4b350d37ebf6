"""The scripted server, and a check of every call that a test makes against the published schema."""

from collections.abc import Iterator

import pytest

from otklik.networks.vk.tests.reference import SCHEMA, methods
from otklik.networks.vk.tests.scripted import TOKENS, Script, serve

COMMON = {"v", "lang"}
ERRATA = {"wall.get": {"owner_id"}}  # the schema lists only `domain`, every client sends `owner_id`
KINDS = {TOKENS["community"]: "group", TOKENS["service"]: "service", TOKENS["user"]: "user"}


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()
    server = serve(played)
    yield played
    server.shutdown()
    server.server_close()
    if SCHEMA.exists():
        _as_published(played)


def _as_published(played: Script) -> None:
    for asked in played.asked:
        if asked.name in ("poll", "upload"):
            continue
        method = methods()[asked.name]
        known = {parameter["name"]: parameter for parameter in method.get("parameters", ())}
        unknown = set(asked.form) - set(known) - COMMON - ERRATA.get(asked.name, set())
        assert not unknown, f"{asked.name} has no parameter {unknown}"
        missing = {name for name, each in known.items() if each.get("required")} - set(asked.form)
        assert not missing, f"{asked.name} needs {missing}"
        assert KINDS[asked.token] in method["access_token_type"], f"{asked.name} with a {KINDS[asked.token]} token"
