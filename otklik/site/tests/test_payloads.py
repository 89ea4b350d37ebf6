"""`otklik networks parse` on files, standard input, and what is no payload at all."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otklik.site.payloads import parse

Parsed = tuple[int, list[dict[str, Any]], str]
PHOTO = {"type": "photo", "photo": {"sizes": [{"url": "https://vk.com/a.jpg", "width": 9, "height": 9}]}}
WRITTEN = {"id": 56, "from_id": 7, "owner_id": -12, "post_id": 34, "date": 1_760_000_000, "text": "Во дворе яма"}
COMMENT = {"type": "wall_reply_new", "group_id": 12, "event_id": "e1", "v": "5.199"}
COMMENT |= {"object": WRITTEN | {"attachments": [PHOTO]}}
GONE = {"type": "wall_reply_delete", "group_id": 12, "object": {"id": 56, "owner_id": -12, "post_id": 34}}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[bytes], Parsed]:
    """What the command says of standard input: its code, the lines, the errors."""

    def parsed(body: bytes) -> Parsed:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body)))
        code, output = parse("vk", []), capsys.readouterr()
        return code, [json.loads(line) for line in output.out.splitlines()], output.err

    return parsed


def test_a_message_is_one_line_with_all_that_is_known_of_it(parsed: Callable[[bytes], Parsed]) -> None:
    code, (line,), _errors = parsed(json.dumps(COMMENT).encode())
    assert code == 0
    assert line == {
        "network": "vk",
        "event": "post",
        "external_id": "wall-12_34?reply=56",
        "thread_id": "wall-12_34",
        "parent_id": "wall-12_34",
        "author": {"id": "id7", "name": ""},
        "text": "Во дворе яма",
        "published_at": "2025-10-09T08:53:20Z",
        "permalink": "https://vk.com/wall-12_34?reply=56",
        "attachments": [
            {"kind": "photo", "url": "https://vk.com/a.jpg", "preview": "https://vk.com/a.jpg", "title": ""}
        ],
        "geo": None,
        "place": "comment",
        "own": False,
    }


def test_many_files_are_told_apart_and_none_spoils_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"a.json": json.dumps(COMMENT), "b.json": "{", "c.json": json.dumps(GONE)}
    texts["d.json"] = '{"type": "new_thing"}'
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    assert parse("vk", [str(tmp_path / name) for name in texts]) == 2
    output = capsys.readouterr()
    lines = [json.loads(line) for line in output.out.splitlines()]
    assert [(Path(line["file"]).name, line["event"]) for line in lines] == [("a.json", "post"), ("c.json", "deletion")]
    assert f"{tmp_path / 'b.json'}: это не JSON" in output.err
    assert f"{tmp_path / 'd.json'}: сообщений не найдено" in output.err


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_refused_in_one_sentence(body: bytes, parsed: Callable[[bytes], Parsed]) -> None:
    assert parsed(body) == (2, [], "стандартный ввод: это не JSON\n")


def test_a_whole_answer_of_the_network_is_read_item_by_item(parsed: Callable[[bytes], Parsed]) -> None:
    answer = {"ts": "5", "updates": [COMMENT, GONE, {"type": "new_thing"}, 5]}
    code, lines, _errors = parsed(json.dumps(answer).encode())
    assert (code, [line["event"] for line in lines]) == (0, ["post", "deletion"])
