"""The figures for machines: JSON and CSV with the same names, which stay as long as SCHEMA and VERSION do.

docs/user/administrator.md says what each name means. A number that is kept back is null in JSON, nothing in CSV, and
named in `hidden`; a share of nothing is null as well and not named there.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from otklik.desk.public.facts import Facts
from otklik.desk.public.rows import ANSWERED, CARDS, ENDED, PROMISES, RATED, Row
from otklik.desk.statistics.export import safe

SCHEMA, VERSION = "otklik.public-figures", 1
TABLES = ("municipalities", "groups", "months")
COLUMNS = (
    *("code", "name", "cards", "answered", "median_seconds", "ended", "solved_percent", "explained_percent"),
    *("rated", "good_percent", "good_low", "good_high", "promises", "kept_percent", "hidden"),
)


def as_json(told: Facts, region: str, licence: str) -> str:
    """One object; keys stand in one order, so that the same figures are the same bytes."""
    tables = {name: [line(row) for row in getattr(told, name)] for name in TABLES}
    whole = {**heading(told, region, licence), "total": line(told.total), **tables}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def heading(told: Facts, region: str, licence: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "region": region,
        "time": told.at.isoformat(timespec="seconds"),
        "period": {"first": told.first.isoformat(), "last": told.last.isoformat()},
        "licence": licence or None,
        "least": told.least,
    }


def as_csv(told: Facts, region: str, licence: str) -> str:
    """One table for all: `table` says which one a line is of. Commas, dots and no mark at the beginning (RFC 4180):
    this is for programs. What holds for the whole file stands in each line."""
    top = heading(told, region, licence)
    period = top.pop("period")
    top |= {"first": period["first"], "last": period["last"], "licence": licence}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*top, "table", *COLUMNS])
    for name, found in (("total", [told.total]), *((name, getattr(told, name)) for name in TABLES)):
        for row in found:
            writer.writerow([*map(_cell, top.values()), name, *map(_cell, line(row).values())])
    return out.getvalue()


def line(row: Row) -> Mapping[str, Any]:
    """COLUMNS of one row, in their order."""
    one = row.told
    low, high = one.good.interval if one.good.n else (None, None)
    values = (
        *(row.code, row.name, _kept(row, CARDS, one.cards), _kept(row, ANSWERED, one.answered), one.median),
        *(_kept(row, ENDED, one.solved.n), one.solved.percent, one.explained.percent),
        *(_kept(row, RATED, one.good.n), one.good.percent, low, high),
        *(_kept(row, PROMISES, one.kept.n), one.kept.percent, sorted(row.hidden)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _kept(row: Row, name: str, value: int) -> int | None:
    return None if name in row.hidden else value


def _cell(value: Any) -> str:
    return safe(" ".join(value) if isinstance(value, list) else "" if value is None else value)
