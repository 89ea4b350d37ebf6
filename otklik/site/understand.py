"""`otklik understand`: a verdict on every message of a stream, without a database.

Reads one JSON object a line and writes one a line in the same order. A line that cannot be judged gives its `id` and
an `error`, and the run goes on. With `jobs` the pieces are judged by processes of their own; they are spawned, since
the sentence model hangs in a process that was forked after its first use.
"""

import json
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from otklik.triage.alone import Alone, alone, checked

PIECE = 32
"""Lines that are judged in one go."""
LINE_LIMIT = 8 * 1024 * 1024
_TOO_LONG = "the line is over 8 MB"


class Answer(NamedTuple):
    """A line as it is written, and whether it says that its message could not be judged."""

    line: bytes
    failed: bool


class Message(NamedTuple):
    """What a line says; it may say anything beside what we know of."""

    fields: dict[str, Any]


class Wrong(NamedTuple):
    """What is answered to a line that is no message."""

    error: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """How to understand: `prior` is "uniform" or a file, `embeddings` whether a sentence model may be used."""

    prior: str = "uniform"
    model: str = ""
    embeddings: bool = True
    threads: int = 1


_recognisers: dict[Asked, Alone] = {}


def run(source: BinaryIO, target: BinaryIO, asked: Asked, jobs: int = 1) -> int:
    """Judge every line of the source; 1 if a line could not be judged, else 0. Raises what a wrong prior raises."""
    failed = done = 0
    began = time.monotonic()
    pieces = _pieces(_lines(source))
    judged = _here(pieces, asked) if jobs == 1 else _spread(pieces, asked, jobs)
    for piece in judged:
        for answer in piece:
            target.write(answer.line)
            failed += answer.failed
        target.flush()
        done += len(piece)
        _progress(done, failed, began)
    if sys.stderr.isatty() and done:
        sys.stderr.write("\n")
    if failed:
        sys.stderr.write(f"Не разобрано строк: {failed} из {done}\n")
    return 1 if failed else 0


def encoded(answer: dict[str, Any]) -> bytes:
    """One line of UTF-8. A lone surrogate, which UTF-8 does not have, is written as JSON escapes it."""
    return (json.dumps(answer, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _lines(source: BinaryIO) -> Iterator[bytes | None]:
    """Line by line without the empty ones; None for one that is too long, of which the rest is passed over."""
    while line := source.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := source.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _pieces(lines: Iterable[bytes | None]) -> Iterator[list[bytes | None]]:
    iterator = iter(lines)
    while piece := list(islice(iterator, PIECE)):
        yield piece


def _here(pieces: Iterable[list[bytes | None]], asked: Asked) -> Iterator[list[Answer]]:
    _start(asked)
    for piece in pieces:
        yield judged(piece)


def _spread(pieces: Iterator[list[bytes | None]], asked: Asked, jobs: int) -> Iterator[list[Answer]]:
    """The same by several processes, in order. A process that dies takes no line with it but the one it died of."""
    checked(asked.prior, asked.model)
    pool = _pool(asked, jobs)
    waiting: deque[tuple[list[bytes | None], Future[list[Answer]]]] = deque()
    try:
        for piece in pieces:
            waiting.append((piece, _submit(pool, piece)))
            if len(waiting) < jobs * 4:
                continue
            answers, pool = _taken(waiting, pool, asked, jobs)
            yield answers
        while waiting:
            answers, pool = _taken(waiting, pool, asked, jobs)
            yield answers
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(
    waiting: deque[tuple[list[bytes | None], Future[list[Answer]]]],
    pool: ProcessPoolExecutor,
    asked: Asked,
    jobs: int,
) -> tuple[list[Answer], ProcessPoolExecutor]:
    piece, future = waiting.popleft()
    try:
        return future.result(), pool
    except BrokenProcessPool:
        pool.shutdown(cancel_futures=True)
    answers = _one_by_one(piece, asked)
    pool = _pool(asked, jobs)
    for number, (later, _dead) in enumerate(waiting):
        waiting[number] = (later, _submit(pool, later))
    return answers, pool


def _submit(pool: ProcessPoolExecutor, piece: list[bytes | None]) -> Future[list[Answer]]:
    """A pool that broke meanwhile takes nothing any more: whoever waits for this piece hears of it as of the others."""
    try:
        return pool.submit(judged, piece)
    except BrokenProcessPool as broken:
        lost: Future[list[Answer]] = Future()
        lost.set_exception(broken)
        return lost


def _one_by_one(piece: list[bytes | None], asked: Asked) -> list[Answer]:
    """A process died of one of these lines, or was killed: which one it was shows when each is judged alone."""
    answers: list[Answer] = []
    pool = _pool(asked, 1)
    for line in piece:
        try:
            answers += pool.submit(judged, [line]).result()
        except BrokenProcessPool:
            pool.shutdown(cancel_futures=True)
            pool = _pool(asked, 1)
            answers.append(_answer({"id": _id_of(line), "error": "the process died while it judged this line"}))
    pool.shutdown()
    return answers


def _pool(asked: Asked, jobs: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_start, initargs=(asked,))


def _start(asked: Asked) -> None:
    """Build what this process judges by; what it was asked for last is kept."""
    if asked not in _recognisers:
        _recognisers.clear()
        _recognisers[asked] = alone(
            prior=asked.prior, model=asked.model, embeddings=asked.embeddings, threads=asked.threads
        )


def _mind() -> Alone:
    return next(iter(_recognisers.values()))


def judged(lines: Sequence[bytes | None]) -> list[Answer]:
    """One answer a line. Runs in whatever process `_start` has run in, which writes the lines, too."""
    read = [_read(line) for line in lines]
    good = [one for one in read if isinstance(one, Message)]
    try:
        verdicts = iter(_mind().verdicts([one.fields for one in good]))
        return [_answer(one.error if isinstance(one, Wrong) else next(verdicts)) for one in read]
    except Exception:
        return [_answer(one.error if isinstance(one, Wrong) else _single(one.fields)) for one in read]


def _answer(payload: dict[str, Any]) -> Answer:
    return Answer(encoded(payload), "error" in payload)


def _single(one: dict[str, Any]) -> dict[str, Any]:
    """A fault of our own in one text must not cost the batch."""
    try:
        return _mind().verdicts([one])[0]
    except Exception as fault:
        return {"id": one.get("id"), "error": f"our own fault: {type(fault).__name__}"}


def _read(line: bytes | None) -> Message | Wrong:
    if line is None:
        return _wrong(None, _TOO_LONG)
    try:
        payload = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError) as fault:
        return _wrong(None, f"not JSON: {type(fault).__name__}")
    if not isinstance(payload, dict):
        return _wrong(None, "not a JSON object")
    if isinstance(payload.get("id"), dict | list):
        return _wrong(None, "the id is not a plain value")
    if not isinstance(payload.get("text"), str):
        return _wrong(payload.get("id"), "no text")
    return Message(payload)


def _wrong(number: Any, error: str) -> Wrong:
    return Wrong({"id": number, "error": error})


def _refused(name: str) -> None:
    """NaN and Infinity are not JSON, and would not be when they are written again."""
    raise ValueError(name)


def _id_of(line: bytes | None) -> Any:
    read = _read(line)
    return read.error["id"] if isinstance(read, Wrong) else read.fields.get("id")


def _progress(done: int, failed: int, began: float) -> None:
    if sys.stderr.isatty():
        speed = done / max(time.monotonic() - began, 0.001)
        sys.stderr.write(f"\rСообщений: {done}, с ошибкой: {failed}, в секунду: {speed:.0f} ")
        sys.stderr.flush()


def shared_out(asked: int) -> tuple[int, int]:
    """Processes and threads for each, so that together they take no more than the cores there are."""
    cores = os.cpu_count() or 1
    jobs = max(1, asked)
    return jobs, max(1, cores // jobs)
