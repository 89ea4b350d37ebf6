import subprocess
from pathlib import Path

import pytest
from django.db import connection

from otklik.backups.postgres import leave_out_unknown

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has programs of its own for this"),
]
HEAD = """--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET timeout_of_a_later_version = 0;
SET client_encoding = 'UTF8';
SET another_of_its = on;

--
-- Name: kept; Type: TABLE
--

SET in_somebodys_text = 1;
"""


def test_what_a_newer_client_sets_and_this_server_does_not_know_is_left_out(tmp_path: Path) -> None:
    script = tmp_path / "all.sql"
    script.write_text(HEAD)
    leave_out_unknown(script)
    left = script.read_text()
    assert len(left) == len(HEAD)
    assert [line for line in left.splitlines() if line.startswith("SET ")] == [
        "SET statement_timeout = 0;",
        "SET client_encoding = 'UTF8';",
        "SET in_somebodys_text = 1;",
    ]
    script.write_text(left.partition("-- Name:")[0])
    name = str(connection.settings_dict["NAME"])
    command = ["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={script}", name]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
