"""The sentence model with a memory, since measuring embeds the same texts again and again.

What it remembers stands in the machine's folder for temporary files, under hashes of the texts.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from otklik.triage.theme.embedding import Embedder, Nano, Vectors, shortened

MEMORY = Path(tempfile.gettempdir()) / "otklik-bench-vectors.npz"
PIECE = 256


class Remembering:
    """An embedder that asks another one only for texts it has not seen."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._known: dict[str, Vectors] = {}
        if MEMORY.exists():
            with np.load(MEMORY) as file:
                self._known = dict(zip(file["keys"].tolist(), file["vectors"], strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        keys = [self._key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        waiting = list(new.items())
        for start in range(0, len(waiting), PIECE):
            piece = waiting[start : start + PIECE]
            vectors = self._inner.embed([text for _, text in piece])
            self._known |= {key: vector for (key, _), vector in zip(piece, vectors, strict=True)}
        if len(waiting) >= PIECE:
            beside = MEMORY.with_suffix(".new.npz")
            np.savez(beside, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
            beside.replace(MEMORY)
        return np.array([self._known[key] for key in keys], np.float32).reshape(len(texts), -1)

    def _key(self, text: str) -> str:
        return hashlib.blake2b(f"{self.name} {shortened(text)}".encode(), digest_size=12).hexdigest()


def remembering(threads: int = 2) -> Remembering:
    """The sentence model of this machine. Raises EmbedderError where there is none."""
    return Remembering(Nano(threads))
