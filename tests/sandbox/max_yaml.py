"""The little of YAML that MAX's published schema is written in, so that no library is needed to read one file.

Mappings and lists by indentation, plain and quoted scalars, flow lists of scalars, block texts. Nothing else: an
unexpected line is a ValueError.
"""

import re
from typing import Any

_KEY = re.compile(r"(?:'([^']*)'|\"([^\"]*)\"|([^\s'\"\-\[{#][^:]*|-?[^\s'\"\-\[{#][^:]*?)):(?:\s+(.*))?")
_NUMBER = re.compile(r"-?[0-9]+")
Line = tuple[int, str]


def load(text: str) -> Any:
    """The value in this text."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    value, rest = _block(lines, 0, 0)
    if any(content and not content.startswith("#") for _, content in lines[rest:]):
        raise ValueError(f"line {rest + 1} was not understood")
    return value


def _skip(lines: list[Line], at: int) -> int:
    while at < len(lines) and (not lines[at][1] or lines[at][1].startswith("#")):
        at += 1
    return at


def _block(lines: list[Line], at: int, least: int) -> tuple[Any, int]:
    """The value that begins at this line, indented by at least so much."""
    at = _skip(lines, at)
    if at >= len(lines) or lines[at][0] < least:
        return None, at
    indent = lines[at][0]
    return _items(lines, at, indent) if lines[at][1].startswith("- ") else _entries(lines, at, indent)


def _items(lines: list[Line], at: int, indent: int) -> tuple[list[Any], int]:
    found = []
    while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- "):
        inside = lines[at][1][2:].lstrip()
        if _KEY.fullmatch(inside):
            # What stands behind the dash is the first line of a mapping of its own.
            offset = indent + len(lines[at][1]) - len(inside)
            lines[at] = (offset, inside)
            value, at = _entries(lines, at, offset)
        else:
            value, at = _scalar(inside), at + 1
        found.append(value)
        at = _skip(lines, at)
    return found, at


def _entries(lines: list[Line], at: int, indent: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    while at < len(lines) and lines[at][0] == indent and not lines[at][1].startswith("- "):
        key = _KEY.fullmatch(lines[at][1])
        if key is None:
            raise ValueError(f"line {at + 1}: {lines[at][1]}")
        plain = key[3]
        name = _scalar(plain) if plain is not None else key[1] or key[2] or ""
        found[name], at = _value(lines, at + 1, indent, (key[4] or "").strip())
        at = _skip(lines, at)
    return found, at


def _value(lines: list[Line], at: int, indent: int, told: str) -> tuple[Any, int]:
    if re.fullmatch(r"[|>][-+]?", told):
        return _text(lines, at, indent)
    if told and not told.startswith("#"):
        while at < len(lines) and lines[at][1] and lines[at][0] > indent:  # a plain text that goes on
            told, at = f"{told} {lines[at][1]}", at + 1
        return _scalar(told), at
    following = _skip(lines, at)
    is_list = following < len(lines) and lines[following][1].startswith("- ")
    return _block(lines, at, indent if is_list else indent + 1)


def _text(lines: list[Line], at: int, indent: int) -> tuple[str, int]:
    said = []
    while at < len(lines) and (not lines[at][1] or lines[at][0] > indent):
        said.append(lines[at][1])
        at += 1
    return "\n".join(said).strip(), at


def _scalar(told: str) -> Any:
    words: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None}
    if told in words:
        return words[told]
    if _NUMBER.fullmatch(told):
        return int(told)
    if told.startswith("[") and told.endswith("]"):
        inside = told[1:-1].strip()
        return [_scalar(item.strip()) for item in inside.split(",")] if inside else []
    if len(told) > 1 and told[0] == told[-1] == '"':
        return told[1:-1].replace("\\\\", "\\")
    if len(told) > 1 and told[0] == told[-1] == "'":
        return told[1:-1].replace("''", "'")
    return told
