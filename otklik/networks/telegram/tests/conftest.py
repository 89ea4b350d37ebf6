"""The scripted server, and a check of every call that a test makes against the published description."""

from collections.abc import Iterator

import pytest

from otklik.networks.telegram.tests.reference import SPEC, book
from otklik.networks.telegram.tests.scripted import TOKEN, Script, serve


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()
    server = serve(played)
    yield played
    server.shutdown()
    server.server_close()
    for asked in played.asked:
        assert asked.path.split("/")[-2 if asked.name != "file" else 2] in (f"bot{TOKEN}", "photos")
    if SPEC.exists():
        _as_published(played)


def _as_published(played: Script) -> None:
    for asked in played.asked:
        if asked.name == "file" or asked.kind != "application/json":
            continue
        known = {field["name"]: field for field in book()["methods"][asked.name].get("fields", [])}
        assert set(asked.given) <= set(known), f"{asked.name} has no such parameter"
        missing = {name for name, each in known.items() if each["required"]} - set(asked.given)
        assert not missing, f"{asked.name} needs {missing}"
