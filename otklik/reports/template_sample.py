"""One of everything that a template may name, to try a new template with."""

from typing import Any

from otklik.reports.breakdowns import LINE

_ROW = ("name", *(column.key for column in LINE))
_PLAIN = ("title", "when", "region", "subtitle", "stamp", "nothing", "hard", "overdue", "open", "quickly")

SAMPLE: dict[str, Any] = {
    **dict.fromkeys(_PLAIN, "1"),
    "empty": False,
    "daily": False,
    "filters": [{"name": "1", "value": "1"}],
    "past_titles": ["1", "1", "1"],
    "figures": [{"title": "1", "value": "1", "under": "1", "explained": "1", "past": ["1", "1", "1"]}],
    "clocks": [{"title": "1", "count": "1"}],
    "worst": [dict.fromkeys(("name", "percent", "part", "n"), "1")],
    "matters": [dict.fromkeys(("theme", "place", "count", "before", "quote", "address", "card", "number"), "1")],
    "outcomes": [{"title": "1", "count": "1"}],
    "tables": [{"title": "1", "first_column": "1", "rows": [dict.fromkeys(_ROW, "1")]}],
    "reopenings": [dict.fromkeys(("name", "count", "share", "n", "in_time", "in_time_n"), "1")],
    "days": [dict.fromkeys(("day", "came", "median"), "1")],
    "notes": ["1"],
}
