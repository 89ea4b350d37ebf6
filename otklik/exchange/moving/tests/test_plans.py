"""An import of years stays as quick as its first thousand rows: no query of a piece reads all that has come in."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.exchange.moving.tests import files
from otklik.exchange.moving.tests.house import brought, make_region, taken

GROW = ("moving_imported", "inbox_", "incidents_", "journal_", "answers_", "publishing_", "feedback_", "routing_ass")
pytestmark = pytest.mark.django_db


def test_no_query_of_a_piece_reads_a_whole_table_that_grows(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how PostgreSQL goes about it depends on what it knows of the rows; the indexes are the same")
    make_region()
    brought(tmp_path, files.row())
    path = files.sheet(tmp_path / "b.xlsx", files.row(TEXT="иначе"), files.row(ID=30000002, NUMBER=200002))
    with CaptureQueriesContext(connection) as seen:
        taken(path)
    asked = {one["sql"] for one in seen.captured_queries if one["sql"].startswith(("SELECT", "UPDATE", "DELETE"))}
    assert len(asked) > 10
    full_scans = []
    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            full_scans += [(step[3], sql[:200]) for step in cursor.fetchall() if _reads_all(step[3], sql)]
    assert full_scans == []


def _reads_all(step: str, sql: str) -> bool:
    """The last row by its id is a scan too, of one row."""
    if sql.endswith('"id" DESC LIMIT 1'):
        return False
    return step.startswith("SCAN ") and step.split()[1].startswith(GROW) and " USING " not in step
