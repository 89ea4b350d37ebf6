"""The texts themselves: `data/*.toml`, written by hand. Fragments are in the notation of `grammar.py`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load(name: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of one file by their names."""
    return {key: tuple(texts) for key, texts in read(name).items()}
