"""The commands of the guide, in its order: what the newcomer types is read there, so a guide that is wrong breaks the
run. Pure."""

import re

SECTION = "## Пробный регион"


def commands(guide: str) -> list[str]:
    """The lines of the code blocks of that section. Raises ValueError when there is no such section."""
    match = re.search(rf"(?ms)^{re.escape(SECTION)}$(.*?)(?=^## )", guide)
    if match is None:
        raise ValueError(f"no section {SECTION}")
    return [line.strip() for line in re.findall(r"(?m)^    (\S.*)$", match[1])]
