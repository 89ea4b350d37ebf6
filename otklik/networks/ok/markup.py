"""The network's marks inside texts: `{group:123}Name{group}` and the like. Pure, linear in the length of the text."""

import re

_OPENING = re.compile(r"\{([a-z_]{2,30}):[A-Za-z0-9:_.-]{1,80}\}")


def plain(text: str) -> str:
    """The text without the network's marks; braces that people wrote themselves stay."""
    if "{" not in text:
        return text
    names = {match[1] for match in _OPENING.finditer(text)}
    shown = _OPENING.sub("", text)
    for name in sorted(names)[:20]:
        shown = shown.replace(f"{{{name}}}", "")
    return shown
