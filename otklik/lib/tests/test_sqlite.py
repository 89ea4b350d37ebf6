"""A distrusted schema must leave our own tables usable, on whatever SQLite is here."""

import sqlite3

import pytest

from otklik.lib.sqlite import may_distrust_schema


class Old:
    """As 3.40 answers: JSON_VALID is not for a distrusted schema."""

    def execute(self, words: str) -> None:
        if words.startswith("CREATE"):
            raise sqlite3.OperationalError("unsafe use of JSON_VALID()")

    def close(self) -> None: ...


def test_a_sqlite_that_refuses_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.lib.sqlite.sqlite3.connect", lambda _place: Old())
    assert not may_distrust_schema()


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 42), reason="older ones may refuse")
def test_a_new_one_does_not() -> None:
    assert may_distrust_schema()
