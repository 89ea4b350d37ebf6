"""One sandbox process for the session; every test gets a fresh town in it. All that left it is checked at the end."""

from collections.abc import Iterator

import pytest

from tests.sandbox import (
    max_schema,
    meta_schema,
    ok_schema,
    telegram_schema,
    telegram_town,
    vk_schema,
    x_schema,
    x_town,
)
from tests.sandbox import max_town as max_builder
from tests.sandbox import meta_town as meta_builder
from tests.sandbox import ok_town as ok_builder
from tests.sandbox.max_town import MaxTown
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


@pytest.fixture
def max_town(sandbox: Sandbox) -> Iterator[MaxTown]:
    """A fresh town in MAX. What left the sandbox must fit the published schema."""
    sandbox.record.unlink(missing_ok=True)
    yield max_builder.build(sandbox)
    if max_schema.PRESENT:
        max_schema.check_answers(sandbox.record)
        max_schema.check_events(sandbox.state)


@pytest.fixture
def telegram(sandbox: Sandbox) -> Iterator[telegram_town.Town]:
    """A fresh town in Telegram. Every answer that left the sandbox must fit the published description."""
    sandbox.record.unlink(missing_ok=True)
    yield telegram_town.build(sandbox)
    if telegram_schema.PRESENT:
        telegram_schema.check_answers(sandbox.record)


@pytest.fixture
def x(sandbox: Sandbox) -> Iterator[x_town.XTown]:
    """A fresh town on X. What left the sandbox must fit the published OpenAPI."""
    sandbox.record.unlink(missing_ok=True)
    yield x_town.build(sandbox)
    if x_schema.PRESENT:
        x_schema.check_answers(sandbox.record)
        x_schema.check_events(sandbox.state)


@pytest.fixture
def meta_town(sandbox: Sandbox) -> Iterator[meta_builder.MetaTown]:
    """A fresh world of Facebook and Instagram. What left the sandbox must fit the published specification."""
    sandbox.record.unlink(missing_ok=True)
    yield meta_builder.build(sandbox)
    if meta_schema.PRESENT:
        meta_schema.check_answers(sandbox.record, sandbox.state)
        meta_schema.check_events(sandbox.state)
