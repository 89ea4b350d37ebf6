"""Words of a file are Russian whatever language a page is in: choices by their Russian titles."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import override


def in_russian(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The codes by their titles, in the order of the choices."""
    with override("ru"):
        return {str(title): code for code, title in choices}
