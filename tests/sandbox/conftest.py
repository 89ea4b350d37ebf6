"""One sandbox process for the session; every test gets a fresh town in it. All that left it is checked at the end."""

from collections.abc import Iterator

import pytest

from tests.sandbox import ok_schema, vk_schema
from tests.sandbox import ok_town as ok_builder
from tests.sandbox.ok_town import OkTown
from tests.sandbox.process import Sandbox, running
from tests.sandbox.town import Town, build


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A real sandbox process: `base`, `control(...)`, `vk(...)`, `stop()`."""
    with running(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def town(sandbox: Sandbox) -> Iterator[Town]:
    """A fresh town. After the test every answer and event that left the sandbox must fit the published schema."""
    sandbox.record.unlink(missing_ok=True)
    yield build(sandbox)
    if vk_schema.PRESENT:
        vk_schema.check_answers(sandbox.record)
        vk_schema.check_events(sandbox.state)


@pytest.fixture
def ok_town(sandbox: Sandbox) -> Iterator[OkTown]:
    """A fresh town in Odnoklassniki. What left the sandbox must fit the network's pages and recorded answers."""
    sandbox.record.unlink(missing_ok=True)
    yield ok_builder.build(sandbox)
    if ok_schema.PRESENT:
        ok_schema.check_answers(sandbox.record)
        ok_schema.check_pushes(sandbox.state)
