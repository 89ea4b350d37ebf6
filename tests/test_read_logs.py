"""What reads the logs of the suite finds what it is to find, and is there in every test."""

import logging

import pytest

from tests.read_logs import READER, entries, suspicions


@pytest.mark.parametrize(
    "line",
    [
        *("judge: row 7: ValueError: Во дворе темно", "judge: row 7: b'\\xd0\\xb2'", "call me: +7 918 123-45-67"),
        *("mail to anna.petrova@example.ru", "seen at https://vk.com/id12345"),
        *("GET /method/wall.get?access_token=abcd1234", "Authorization: Bearer abcdefgh1234"),
        "123456789:AAabcdefghijklmnopqrstuvwxyz012345",
    ],
)
def test_a_line_with_a_person_or_a_key_is_found(line: str) -> None:
    assert suspicions(line)


def test_an_ordinary_line_is_not_and_a_process_says_other_things_as_well() -> None:
    assert suspicions("2026-11-29 20:58:25,123 INFO otklik.flow.worker: worker host:89181 runs: fetch, judge") == []
    output = (
        "Готово: http://127.0.0.1:8000\n"
        "2026-11-29 20:58:25,123 ERROR otklik.flow.loop: judge: row 7\n"
        "Traceback (most recent call last):\n"
        '  File "x.py", line 1\n'
        "ValueError: Анна\n"
        "Войти: operator\n"
    )
    (entry,) = entries(output)
    assert entry.endswith("ValueError: Анна")
    assert entries("Готово\n") == []


def test_every_test_is_read() -> None:
    assert READER in logging.getLogger().handlers
    assert logging.getLogger("otklik.flow.worker").isEnabledFor(logging.INFO)
    READER.note("Анна Петрова")
    assert len(READER.take()) == 1
    logging.getLogger("otklik.lib").info("row %s: %s", 7, "Анна Петрова, token=CANARY1234, vk.com/id7")
    assert READER.take() == []
