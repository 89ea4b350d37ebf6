"""How often each theme is written about, as a file says; pure."""

import csv
import io
import math
from pathlib import Path

from otklik.themes.classifier import Classifier

UNIFORM = "uniform"
_THEME = ("code", "theme")
_SHARE = ("share", "sample_share", "count", "sample_count")


class PriorError(ValueError):
    """The file cannot be used; the message names the line."""


def load(asked: str, classifier: Classifier) -> dict[str, float] | None:
    """Theme code → share, summing to 1; None for "uniform", under which every theme is as likely as another.

    `asked` is that word or a CSV file in UTF-8 with a header: a column `code` or `theme` (a theme's name in any known
    spelling) and one of `share`, `sample_share`, `count`, `sample_count`. Raises PriorError.
    """
    if asked == UNIFORM:
        return None
    try:
        text = Path(asked).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise PriorError(f"{asked}: {type(error).__name__}") from None
    rows = csv.DictReader(io.StringIO(text))
    names = rows.fieldnames or []
    theme = next((name for name in _THEME if name in names), "")
    share = next((name for name in _SHARE if name in names), "")
    if not theme or not share:
        raise PriorError(f"{asked}: the header needs one of {', '.join(_THEME)} and one of {', '.join(_SHARE)}")
    share_by_theme: dict[str, float] = {}
    for row in rows:
        where = f"{asked}, line {rows.line_num}"
        known = classifier.by_code(row[theme] or "") or classifier.by_name(row[theme] or "")
        if known is None:
            raise PriorError(f"{where}: no such theme")
        try:
            value = float(row[share] or "")
        except ValueError:
            raise PriorError(f"{where}: not a number") from None
        if not math.isfinite(value) or value < 0:
            raise PriorError(f"{where}: not a share")
        share_by_theme[known.code] = share_by_theme.get(known.code, 0.0) + value
    total = sum(share_by_theme.values())
    if total <= 0:
        raise PriorError(f"{asked}: no theme has a share")
    return {code: value / total for code, value in share_by_theme.items()}
