from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.networks.base import Published, Speech
from otklik.networks.look import Reply, choose, same_text

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SPEECH = Speech("Свет дадут к шести", "n:1", "n:1", attempted_at=NOW)


def reply(number: int, words: str = SPEECH.text, said: datetime | None = NOW) -> Reply:
    return Reply(f"n:{number}", f"https://n.example/{number}", words, said)


def test_of_those_that_were_not_there_before_the_first_said_is_ours() -> None:
    assert choose([reply(3), reply(2), reply(1, "Другое")], SPEECH) == Published("n:2", "https://n.example/2")
    assert choose([reply(2)], replace(SPEECH, seen=frozenset({"n:2"}))) is None
    old = reply(2, said=NOW - timedelta(days=1, seconds=1))
    assert choose([old], SPEECH) is None
    assert choose([old], replace(SPEECH, seen=frozenset({"n:1"})))
    assert choose([reply(2, said=NOW - timedelta(days=1))], SPEECH)
    assert choose([reply(2, said=None)], SPEECH)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        *(("Свет  дадут\nк шести", "свет дадут к шести", True), ("«Вода» &amp; газ", "«Вода» & газ", True)),
        *(("Да", "Нет", False), ("👍", "👍", True), ("👍", "👎", False)),
    ],
)
def test_texts_are_the_same_to_a_reader(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same
