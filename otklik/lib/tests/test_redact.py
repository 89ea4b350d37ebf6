"""What the redactor catches by shape and by heart."""

import io
import logging

import pytest

from otklik.lib.redact import MASK, RedactingFormatter, RedactingHandler, redact, remember


@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.example/method/users.get?access_token=CANARY1234&v=5.199",
        'body {"secret": "CANARY1234", "group_id": 7}',
        "Authorization: Bearer CANARY1234",
        "params: key=CANARY1234&ts=5",
        "postgresql://otklik:CANARY1234@db/otklik",
        "X-Sandbox-Token: CANARY1234",
    ],
)
def test_a_secret_is_taken_out_by_its_shape(text: str) -> None:
    assert "CANARY1234" not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize("path", ["/o/{}/", "/s/{}/", "https://otklik.example/o/{}/pictures/7/"])
def test_a_link_that_is_its_own_key_loses_the_key(path: str) -> None:
    line = "Not Found: " + path.format("CANARY_1234-abcdefgh")
    assert "CANARY" not in redact(line)
    assert redact(line).startswith("Not Found: ")
    shut = "Not Found: /s/short/ and /static/desk/shell.css"
    assert redact(shut) == shut


def test_a_remembered_secret_is_taken_out_wherever_it_stands() -> None:
    remember("напиши-мне-canary")
    assert redact("the network said: напиши-мне-canary is wrong") == f"the network said: {MASK} is wrong"


def test_ordinary_words_stay() -> None:
    text = "Сеть отказала: комментарии закрыты (код 213). Тема: ключ от подъезда."
    assert redact(text) == text


def test_a_long_text_is_cut() -> None:
    assert len(redact("а" * 5000)) == 2000


def test_a_traceback_is_redacted_with_its_line_and_one_that_cannot_be_written_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone, written = io.StringIO(), io.StringIO()
    gone.close()
    log = logging.Logger("otklik.lib.tests")  # stands alone: other tests' handlers have nothing to write to either
    for stream in (gone, written):
        log.addHandler(RedactingHandler(stream))
    log.handlers[1].setFormatter(RedactingFormatter("{message}", style="{"))
    try:
        int("token=CANARY1234")
    except ValueError:
        log.exception("failed with %s", "key=CANARY5678")
    lost = capsys.readouterr().err
    assert lost.startswith("a line of otklik.lib.tests is lost: ValueError('I/O operation on closed file")
    assert lost.count("\n") == 1
    assert "Traceback" in written.getvalue()
    assert "CANARY" not in lost + written.getvalue()


def test_what_is_left_can_be_stored_in_either_database() -> None:
    assert redact("half \ud800 and \x00 none") == "half ? and  none"
