"""One sandbox process for the session; every test gets a fresh town in it. All that left it is checked at the end."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar

import httpx
import pytest

from tests.sandbox import telegram_town
from tests.sandbox.base_town import BaseTown
from tests.sandbox.browser import Browser
from tests.sandbox.max_town import MaxTown
from tests.sandbox.meta_town import MetaTown
from tests.sandbox.ok_town import OkTown
from tests.sandbox.process import Sandbox, running
from tests.sandbox.pushing import vk_receiver
from tests.sandbox.receiver import ConfirmingReceiver, Receiver, listening
from tests.sandbox.town import Town
from tests.sandbox.x_town import XTown

NETWORKS = ("vk", "ok", "max", "telegram", "meta", "x")
SCHEMAS: dict[str, Any] = {kind: import_module(f"tests.sandbox.{kind}_schema") for kind in NETWORKS}
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


@pytest.fixture(scope="module")
def madeup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The same with made-up networks beside the real ones."""
    with running(tmp_path_factory.mktemp("madeup"), "tests.sandbox.madeup") as process:
        yield process


def fresh(build: type[BaseTown]) -> Any:
    """A fixture that gives each test such a town of its own."""

    @pytest.fixture
    def town(sandbox: Sandbox) -> Iterator[BaseTown]:
        yield from judged(sandbox, build.kind, build)

    return town


town, ok_town, max_town = fresh(Town), fresh(OkTown), fresh(MaxTown)
telegram, meta_town, x = fresh(telegram_town.Town), fresh(MetaTown), fresh(XTown)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A webhook that no network knows yet."""
    with listening(Receiver()) as receiver:
        yield receiver


@pytest.fixture
def vk_hook(town: Town) -> Iterator[ConfirmingReceiver]:
    """The same with the code of the community."""
    with listening(vk_receiver(town)) as receiver:
        yield receiver


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with httpx.Client(base_url=sandbox.base, trust_env=False, follow_redirects=True, timeout=20) as client:
        yield Browser(client)
