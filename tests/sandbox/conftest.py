"""One sandbox process for the session; every test gets a fresh town in it. All that left it is checked at the end."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

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
from tests.sandbox import town as vk_builder
from tests.sandbox.process import Sandbox, running

SCHEMAS: dict[str, Any] = {
    "vk": vk_schema,
    "ok": ok_schema,
    "max": max_schema,
    "telegram": telegram_schema,
    "meta": meta_schema,
    "x": x_schema,
}
Built = TypeVar("Built")


def judged(sandbox: Sandbox, kind: str, build: Callable[[Sandbox], Built]) -> Iterator[Built]:
    """A fresh town of this network. After the test all that left it must fit what the network has published."""
    sandbox.record.unlink(missing_ok=True)
    yield build(sandbox)
    if SCHEMAS[kind].PRESENT:
        SCHEMAS[kind].check_answers(sandbox.record)
        SCHEMAS[kind].check_events(sandbox.state)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A real sandbox process: `base`, `control(...)`, `vk(...)`, `stop()`."""
    with running(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def town(sandbox: Sandbox) -> Iterator[vk_builder.Town]:
    yield from judged(sandbox, "vk", vk_builder.build)


@pytest.fixture
def ok_town(sandbox: Sandbox) -> Iterator[ok_builder.OkTown]:
    yield from judged(sandbox, "ok", ok_builder.build)


@pytest.fixture
def max_town(sandbox: Sandbox) -> Iterator[max_builder.MaxTown]:
    yield from judged(sandbox, "max", max_builder.build)


@pytest.fixture
def telegram(sandbox: Sandbox) -> Iterator[telegram_town.Town]:
    yield from judged(sandbox, "telegram", telegram_town.build)


@pytest.fixture
def x(sandbox: Sandbox) -> Iterator[x_town.XTown]:
    yield from judged(sandbox, "x", x_town.build)


@pytest.fixture
def meta_town(sandbox: Sandbox) -> Iterator[meta_builder.MetaTown]:
    yield from judged(sandbox, "meta", meta_builder.build)
