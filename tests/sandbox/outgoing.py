"""What has left the sandbox: the answers that it recorded and the events in its state file."""

import contextlib
import json
import pathlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from jsonschema.protocols import Validator

NETWORKS = pathlib.Path(__file__).parents[2] / ".." / "shared" / "networks"
"""The reference pack: published schemas and recorded payloads. Tests that need it are skipped where it is not."""
MISSING = "reference pack ../shared/networks not found"


def answers(record: pathlib.Path, network: str) -> Iterator[dict[str, Any]]:
    """Every recorded answer of the network: method, given, status, body and so on."""
    if record.exists():
        with record.open(encoding="utf-8") as lines:
            for answer in map(json.loads, lines):
                if answer["network"] == network:
                    yield answer


@contextlib.contextmanager
def database(state: pathlib.Path) -> Iterator[sqlite3.Connection]:
    """The state file, to be read."""
    with contextlib.closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as db:
        yield db


def rows(state: pathlib.Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    with database(state) as db:
        return db.execute(query, values).fetchall()


def problems(validator: Validator, thing: Any) -> list[str]:
    """What of a thing does not fit a schema, and where it stands."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(thing)
    ]
