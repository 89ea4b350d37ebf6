import io
import json
import multiprocessing
import os
import signal
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from otklik.site import understand
from otklik.site.cli import main
from otklik.site.understand import LINE_LIMIT, Asked, _pool, _submit, judged, run, shared_out

WORDS = Asked(embeddings=False)
KEYS = {"id", "kind", "kind_p", "themes", "groups", "place", "urgency", "urgency_why", "pii", "why"}
HOLE = "Здравствуйте! В Тимашевске на Лесной, у 12-го дома, огромная яма на дороге, звоните 8 (918) 000-00-00"


def understood(lines: list[bytes], asked: Asked = WORDS, jobs: int = 1) -> tuple[int, list[dict[str, Any]]]:
    out = io.BytesIO()
    code = run(io.BytesIO(b"\n".join(lines)), out, asked, jobs)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def line(text: object, **more: object) -> bytes:
    return json.dumps({"id": 1, "text": text, **more}).encode()


def test_a_message_gets_a_verdict_whose_spans_stand_in_its_text() -> None:
    code, (verdict,) = understood([line(HOLE)])
    assert (code, set(verdict)) == (0, KEYS)
    assert (verdict["kind"], verdict["groups"][0]["group"]) == ("complaint", "Дороги")
    assert (len(verdict["themes"]), len(verdict["groups"])) == (5, 3)
    place = verdict["place"]
    assert (place["settlement"], place["street"], place["house"]) == ("Тимашёвск", "улица Лесная", "12")
    pieces = {one["part"]: HOLE[slice(*one["span"])] for one in place["spans"]}
    assert pieces == {"settlement": "Тимашевске", "street": "Лесной", "house": "12"}
    assert [(one["kind"], HOLE[slice(*one["span"])]) for one in verdict["pii"]] == [("phone", "8 (918) 000-00-00")]
    text = "Пахнет газом в подъезде, помогите!"
    _code, (verdict,) = understood([line(text)])
    assert verdict["urgency"] == 3
    assert all(text[slice(*one["span"])] == one["piece"] for one in verdict["urgency_why"])


def test_a_line_that_cannot_be_judged_or_is_too_long_is_an_error_and_the_run_goes_on() -> None:
    for content, error in (
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": NaN, "text": "a"}', "not JSON"),
        (b'{"id": [5], "text": "a"}', "the id is not a plain value"),
        (b'{"id": 5}', "no text"),
        (b'{"id": 5, "text": null}', "no text"),
        (b'{"id": 5, "text": ["a"]}', "no text"),
    ):
        code, (first, second) = understood([content, line("Яма")])
        assert code == 1
        assert error in first["error"]
        assert first["id"] in (None, 5)
        assert "error" not in second
    code, (first, second) = understood([line("я" * LINE_LIMIT), line("Яма")])
    assert (code, "error" in first, "error" in second) == (1, True, False)


HOSTILE = [
    *("", " ", "👍🔥😀", "\x00", "\ud800\udfff яма \udc00", "\u202eароги ямы\u202c дорога", "水がありません"),
    *("я\u200bм\u200bа на до\u200bроге", "кpacнaя ямa", "There is no water in our house since Monday"),
    *("нет воды " * 13_000, "ул. " * 30_000, "8 918 " * 20_000, "не " * 40_000, "а" * 120_000, "<br>" * 30_000),
    *("[club1|" * 17_000, "а\u0301" * 60_000),
    "\n\n".join(f"{number}. На улице Садовой яма, нет света, не вывозят мусор." for number in range(10)),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_gets_a_verdict_with_spans_within_it(text: str) -> None:
    code, (verdict,) = understood([json.dumps({"id": "x", "text": text}).encode()])
    assert code == 0
    assert set(verdict) == KEYS
    places = [one["span"] for one in (*verdict["pii"], *verdict["urgency_why"], *verdict["place"]["spans"])]
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_a_surrogate_is_escaped_nothing_else_taken_for_ours_and_a_hint_and_a_thread_say_what_a_text_does_not() -> None:
    text = b'{"id": "\\ud800", "text": "\\ud800 \\u043d\\u0435\\u0442 \\u0432\\u043e\\u0434\\u044b"}'
    code, (escaped, other) = understood([text, line("Яма", error="old", kind="noise", place=5)])
    assert (code, escaped["id"], set(other)) == (0, "\ud800", KEYS)
    _code, answers = understood([line("Нет воды"), line("Нет воды", municipality_hint="Абинский район")])
    assert [one["place"]["municipality"] for one in answers] == [None, "Абинский район"]
    thread = "Сегодня коммунальщики вывозят крупногабаритный мусор с контейнерных площадок"
    _code, (alone, under) = understood([line("А у нас когда?"), line("А у нас когда?", thread_text=thread)])
    assert alone["groups"] != under["groups"]
    assert under["groups"][0]["group"] == "Обращение с отходами"


def test_a_prior_changes_what_is_likely(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("code,share\nblago.yamy-dvor,0.999\ndorogi.yamy,0.001\n", "utf-8")
    shares = []
    for prior in ("uniform", str(path)):
        _code, (verdict,) = understood([line("Яма во дворе")], Asked(prior=prior, embeddings=False))
        shares.append(next(one["p"] for one in verdict["themes"] if one["theme"] == "Ямы во дворах"))
    assert shares[1] > shares[0]


def test_a_wrong_prior_and_a_wrong_model_are_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("код\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    for sentence, file in (("Нет такого файла", "/absent"), ("Так не получится", str(broken))):
        for words in (["--prior", file], ["--model", file], ["--jobs", "2", "--prior", file]):
            assert main(["understand", *words]) == 2
            stderr = capsys.readouterr().err
            assert (sentence in stderr, stderr.count("\n")) == (True, 1), words


class Killing(io.BytesIO):
    """A stream in whose middle somebody kills a process that judges."""

    killed = False

    def readline(self, size: int | None = -1, /) -> bytes:
        next_line = super().readline(size)
        children = multiprocessing.active_children()
        if not self.killed and children and self.tell() > len(self.getvalue()) // 2:
            self.killed = True
            os.kill(children[0].pid or 0, signal.SIGKILL)
        return next_line


@pytest.mark.whole
@pytest.mark.processes
def test_several_processes_answer_in_order_as_one_does_and_one_that_is_killed_costs_no_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(understand, "PIECE", 8)
    lines = [json.dumps({"id": number, "text": f"Яма у дома {number}"}).encode() for number in range(160)]
    lines[50] = b"{"
    out, source = io.BytesIO(), Killing(b"\n".join(lines))
    code = run(source, out, WORDS, jobs=2)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert source.killed
    assert [one["id"] for one in answers] == [*range(50), None, *range(51, 160)]
    assert (code, answers) == understood(lines)


@pytest.mark.processes
def test_a_broken_pool_takes_a_piece_as_lost_instead_of_ending_the_run() -> None:
    with _pool(WORDS, 1) as pool:
        assert not pool.submit(judged, [line("Яма")]).result()[0].failed
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
        assert isinstance(_submit(pool, [line("Яма")]).exception(timeout=30), BrokenProcessPool)
        assert isinstance(_submit(pool, [line("Яма")]).exception(timeout=30), BrokenProcessPool)


def test_processes_and_threads_together_take_no_more_than_the_cores() -> None:
    jobs, threads = shared_out(1)
    assert jobs == 1
    assert threads >= 1
    assert shared_out(10_000)[1] == 1
