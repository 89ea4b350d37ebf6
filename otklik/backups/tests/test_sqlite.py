import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from otklik.backups import sqlite
from otklik.backups.archive import Damaged
from otklik.backups.facts import differences


def database(path: Path, rows: int = 2000) -> Path:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, words TEXT)")
        opened.execute("CREATE TABLE two (id INTEGER PRIMARY KEY, words TEXT)")
        for table in ("one", "two"):
            opened.executemany(f"INSERT INTO {table} (words) VALUES (?)", [("слово " * 20,)] * rows)  # noqa: S608
        opened.commit()
    return path


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def test_a_copy_made_while_others_write_is_of_one_moment(tmp_path: Path) -> None:
    live, over = database(tmp_path / "live"), threading.Event()
    written: list[int] = []

    def write() -> None:
        with closing(sqlite3.connect(live, timeout=20)) as opened:
            while not over.is_set() or not written:
                with opened:
                    opened.execute("BEGIN IMMEDIATE")
                    opened.execute("INSERT INTO one (words) VALUES ('a')")
                    opened.execute("INSERT INTO two (words) VALUES ('b')")
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [sqlite.snapshot(live, tmp_path / f"copy{number}") for number in range(5)]
    finally:
        over.set()
        writer.join()
    assert all(copy_facts.rows["one"] == copy_facts.rows["two"] >= 2000 for copy_facts in copies)
    assert count(live, "one") == 2000 + len(written), "every write came through"


def test_a_damaged_database_is_not_passed_on_as_a_copy(tmp_path: Path) -> None:
    live = database(tmp_path / "live")
    body = bytearray(live.read_bytes())
    body[8192:16384] = b"\xff" * 8192
    live.write_bytes(body)
    with pytest.raises((Damaged, sqlite3.DatabaseError)):
        sqlite.snapshot(live, tmp_path / "copy")


def test_the_log_of_the_database_before_is_not_played_into_the_new_one(tmp_path: Path) -> None:
    live, fresh, kept = database(tmp_path / "live", 10), database(tmp_path / "fresh", 3), tmp_path / "kept"
    hand = sqlite3.connect(live)  # somebody was killed and left a log
    hand.execute("INSERT INTO one (words) VALUES ('in the log alone')")
    hand.commit()
    log = (tmp_path / "live-wal").read_bytes()
    hand.close()
    (tmp_path / "live-wal").write_bytes(log)
    sqlite.put_in_place(fresh, live, kept)
    assert not (tmp_path / "live-wal").exists()
    assert (count(live, "one"), count(kept, "one")) == (3, 11)


def test_a_row_that_was_lost_on_the_way_is_named(tmp_path: Path) -> None:
    current_facts = sqlite.examine(database(tmp_path / "live", 10))
    expected = current_facts.as_values()
    assert differences(expected, current_facts) == []
    expected["rows"] = {**expected["rows"], "one": 11, "three": 1}
    assert differences(expected, current_facts) == [
        "в таблице one строк 10, а было 11",
        "в таблице three строк 0, а было 1",
    ]
