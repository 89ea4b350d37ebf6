"""Which version of the program this is."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def program() -> str:
    """As the package was installed, or as the checkout says of itself."""
    try:
        return version("otklik")
    except PackageNotFoundError:
        content = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        match = re.search(r'^version = "([^"]+)"', content, re.MULTILINE)
        return match[1] if match else "?"
