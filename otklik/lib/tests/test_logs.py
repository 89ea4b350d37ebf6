import io
import json
import logging
import threading
from urllib.parse import quote

import pytest

from otklik.lib import trail
from otklik.lib.logs import JsonFormatter, LineFormatter, clean, without_people
from otklik.lib.redact import MASK, RedactingFormatter, RedactingHandler, redact, remember


def record(message: str, *words: object, error: Exception | None = None) -> logging.LogRecord:
    caught = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("otklik.flow.loop", logging.ERROR, "f", 1, message, words, caught)
    made.created, made.msecs = 1_000_000_000, 0  # of a moment whose figures are looked for by no test
    return made


def raised(words: str) -> Exception:
    try:
        int(f"[{words}]")
    except ValueError as error:
        return error
    raise AssertionError(words)


ABOUT_PEOPLE = (
    *("Во дворе темно, не горит фонарь у дома 5!", "Анна", "+7 (918) 123-45-67", "89181234567", "[id77|Anna], look"),
    *("anna.petrova@example.ru", "https://vk.com/id123456", "https://t.me/anna_p", "m.vk.com/anna"),
    *(json.dumps("двор темен"), quote("двор темен"), repr("двор темен".encode())),
)


def test_what_a_citizen_wrote_is_left_out_what_is_ours_stays_and_how_much_went_is_told() -> None:
    for words in ABOUT_PEOPLE:
        for formatter in (LineFormatter(), JsonFormatter()):
            line = formatter.format(record("judge: row %s: %s", 7, f"ValueError: {words}", error=raised(words)))
            assert words.strip("!") not in line
            for part in ("Anna", "anna", "(918)", "918123", "id1234", "двор", "фонар", "u0434", "D0%B4", "xd0"):
                assert part not in line
            assert "judge: row 7" in line
            assert "in raised" in line, "where it happened stays"
    for line in (
        "worker host.example:812345 runs: fetch, take-in, judge",
        "send: row 89181234: OutcomeUnknown: 503",
        "GET https://api.vk.com/method/wall.get 200",
        "2026-11-29 20:58:25,123 ERROR django.request: Internal Server Error: /incidents/7/",
        "lease 8d1f2c3e-8918-4123-9567-89181234567a is lost",
    ):
        assert without_people(line) == line
    assert clean('Permanent: "Сеть отказала" (213)') == 'Permanent: "‹13 characters›" (213)'


def test_a_line_has_its_number_and_as_json_its_step_and_row() -> None:
    with trail.of_request("K7QM-2XWD"), trail.of_work("send", 7):
        line = JsonFormatter().format(record('token="CANARY1234" %s', "a\nb", error=raised("key=CANARY5678")))
    assert "\n" not in line
    entry = json.loads(line)
    columns = [entry[name] for name in ("level", "logger", "number", "step", "row")]
    assert columns == ["ERROR", "otklik.flow.loop", "K7QM-2XWD", "send", 7]
    assert entry["at"].endswith("+00:00")
    assert entry["message"] == f'token="{MASK}" a\nb'
    assert entry["trace"].startswith("Traceback")
    assert "CANARY" not in line
    outside = json.loads(JsonFormatter().format(record("x")))
    assert set(outside) == {"at", "level", "logger", "message"}
    with trail.of_request("K7QM-2XWD"):
        first, *rest = LineFormatter().format(record("it failed", error=raised("no"))).splitlines()
    assert first.endswith("ERROR otklik.flow.loop: it failed [K7QM-2XWD]")
    assert rest[-1].startswith("ValueError: ")


def test_numbers_can_be_read_out_do_not_meet_and_a_thread_knows_its_own_only() -> None:
    many = {trail.fresh() for _ in range(2000)}
    assert len(many) == 2000
    assert all(len(one) == 9 and one[4] == "-" and not set(one) & set("01ILOU") for one in many)
    seen: list[str] = []
    with trail.of_request("K7QM-2XWD"):
        other = threading.Thread(target=lambda: seen.append(trail.number()))
        other.start()
        other.join()
        assert trail.number() == "K7QM-2XWD"
    assert (seen, trail.number()) == ([""], "")


def test_a_secret_is_taken_out_by_its_shape_or_as_remembered_and_ordinary_words_stay() -> None:
    for text in (
        "GET https://api.example/method/users.get?access_token=CANARY1234&v=5.199",
        'body {"secret": "CANARY1234", "group_id": 7}',
        "Authorization: Bearer CANARY1234",
        "params: key=CANARY1234&ts=5",
        "postgresql://otklik:CANARY1234@db/otklik",
        "X-Sandbox-Token: CANARY1234",
    ):
        assert ("CANARY1234" in redact(text), MASK in redact(text)) == (False, True), text
    remember("напиши-мне-canary")
    assert redact("the network said: напиши-мне-canary is wrong") == f"the network said: {MASK} is wrong"
    for text in (
        "Сеть отказала: комментарии закрыты (код 213). Тема: ключ от подъезда.",
        "Not Found: /s/short/ and /static/desk/shell.css",
    ):
        assert redact(text) == text
    assert len(redact("а" * 5000)) == 2000
    assert redact("half \ud800 and \x00 none") == "half ? and  none"


def test_a_traceback_is_redacted_and_a_line_that_is_lost_says_so(capsys: pytest.CaptureFixture[str]) -> None:
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
