"""Addresses that are their own key, by the list of addresses itself.

A parameter's name marks it: what a pattern calls `key`, `token` or `secret` opens something to whoever has it. A test
walks all patterns and asks of every other free parameter that it be known as harmless.
"""

import re
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver
from django.utils.regex_helper import normalize

NAMES = frozenset({"key", "token", "secret"})
_PARAMETER = re.compile(r"%\((\w+)\)s")
# Eleven letters are no key, but may be a folder of the same name in a traceback.
_VALUE = r"[\w.~%:+=-]{12,}"


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address as `hooks/%(network)s/%(key)s/`, whether it is written as a route or as a regular expression."""
    for pattern in patterns:
        for part, _ in normalize(pattern.pattern.regex.pattern):
            if isinstance(pattern, URLResolver):
                yield from routes(pattern.url_patterns, before + part)
            else:
                yield before + part


def is_key(route: str) -> bool:
    """Whether whoever knows such an address may come in by it."""
    return not NAMES.isdisjoint(_PARAMETER.findall(route))


def shapes(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """For each key in an address a regular expression whose first group is what stands before it."""
    expressions = set()
    for route in filter(is_key, routes(patterns)):
        before = _literal("/")
        for number, part in enumerate(_PARAMETER.split(route)):
            if number % 2 and part in NAMES:
                expressions.add(f"(?i)({before}){_VALUE}")
            before += r"[^/\s]+?" if number % 2 else _literal(part)
    return sorted(expressions)


def _literal(text: str) -> str:
    """An address within an address has its strokes quoted."""
    return re.escape(text).replace("/", "(?:/|%2F)")
