"""The models of themes as files: what was learned, from what, and how good it is; pure.

A file is a NumPy archive of plain arrays with a description in JSON beside them. It holds no text and no vocabulary.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from otklik.triage.theme.features import BITS
from otklik.triage.theme.linear import Linear, joined

SHIPPED = Path(__file__).parent.parent / "artifacts" / "cold.npz"
FORMAT = 1


class ModelError(ValueError):
    """A file is not a model that this version can read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Near:
    """Vectors of invented messages in int8, sorted by theme: theme n has those from `starts[n]` to `starts[n+1]`."""

    vectors: NDArray[np.int8]
    starts: NDArray[np.int32]

    @cached_property
    def _rows(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The vectors, and for every theme the numbers of its own, filled up with one that lies far from everything."""
        vectors = self.vectors.astype(np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        sizes = np.diff(self.starts)
        rows = np.full((len(sizes), int(sizes.max())), len(vectors))
        for theme, (start, size) in enumerate(zip(self.starts, sizes, strict=False)):
            rows[theme, :size] = np.arange(start, start + size)
        return vectors, rows

    def nearness(self, vector: NDArray[np.float32], most: int) -> NDArray[np.float32]:
        """For every theme the mean cosine of its `most` nearest messages; of all it has, where it has fewer."""
        vectors, rows = self._rows
        alike = np.append(vectors @ vector, np.float32(np.nan))[rows]
        nearest = -np.sort(-alike, axis=1)[:, :most]  # NaN sorts last
        return np.asarray(np.nanmean(nearest, axis=1), np.float32)


@dataclass(frozen=True)
class Model:
    """`labels` are codes of themes, `groups` of groups: the classes of the parts, those named `group_…` of groups.

    `embedder` names the sentence model it was made with.

    `centre` is taken from a vector before it is used. `facts` says where it comes from: `rows`, `first` and `last` days
    of the data, `made_at`, `metrics`, and the numbers that the parts are put together with.
    """

    labels: tuple[str, ...]
    parts: Mapping[str, Linear]
    groups: tuple[str, ...] = ()
    embedder: str = ""
    centre: NDArray[np.float32] | None = None
    near: Near | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def words(self) -> Linear:
        """What the words say of the themes, and behind it what they say of the groups."""
        return joined(self.parts["words"], self.parts["group_words"])

    def calm(self, meant: bool) -> tuple[float, float]:
        """By what scores of themes and groups are divided to be honest shares; `meant`: with the sentence model."""
        themes, groups = self.facts["calm"]["with" if meant else "without"]
        return float(themes), float(groups)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new.npz")
        beside.write_bytes(self.packed())
        beside.replace(path)

    def packed(self) -> bytes:
        """What stands in the file."""
        arrays: dict[str, NDArray[Any]] = {}
        for name, part in self.parts.items():
            for kind in ("bias", "words", "scale", "rarity", "dense"):
                values = getattr(part, kind)
                if values is not None:
                    arrays[f"{name}.{kind}"] = values if values.dtype == np.int8 else values.astype(np.float16)
        if self.centre is not None:
            arrays["centre"] = self.centre.astype(np.float16)
        if self.near is not None:
            arrays |= {"near.vectors": self.near.vectors, "near.starts": self.near.starts}
        about = {
            "format": FORMAT,
            "bits": BITS,
            "labels": self.labels,
            "groups": self.groups,
            "embedder": self.embedder,
            "told": self.facts,
        }
        arrays["about"] = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
        file = BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()


def load(path: Path) -> Model:
    """Read a model. Raises ModelError for a file that is absent, broken, or of another format."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path.name}: not a model of themes ({type(error).__name__})") from None
    return unpacked(content, path.name)


def unpacked(content: bytes, name: str) -> Model:
    """The model of such a file's bytes; `name` is for the error. Raises ModelError."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop("about").tobytes())
        _check(about, name)
        centre, starts = arrays.pop("centre", None), arrays.pop("near.starts", None)
        vectors = arrays.pop("near.vectors", None)
        parts: dict[str, dict[str, NDArray[Any]]] = {}
        for key, values in arrays.items():
            part, _, kind = key.partition(".")
            parts.setdefault(part, {})[kind] = values if values.dtype == np.int8 else values.astype(np.float32)
        return Model(
            labels=tuple(about["labels"]),
            parts={part: Linear(**values) for part, values in parts.items()},
            groups=tuple(about["groups"]),
            embedder=about["embedder"],
            near=None if vectors is None or starts is None else Near(vectors, starts),
            centre=None if centre is None else centre.astype(np.float32),
            facts=about["told"],
        )
    except ModelError:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ModelError(f"{name}: not a model of themes ({type(error).__name__})") from None


def _check(about: Mapping[str, Any], name: str) -> None:
    if (about["format"], about["bits"]) != (FORMAT, BITS):
        raise ModelError(f"{name}: another format of model")


@cache
def shipped() -> Model:
    """The model that comes with the project; read once a process."""
    return load(SHIPPED)
