"""The texts of `../shared/data`, read for training and measuring: without masks, with their near-copies known.

No row of them stands in the project. Whoever asks for a set that is not there gets `Absent`, whose words say so.
"""

import csv
import json
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
TEXT_LIMIT = 3000
"""Characters of a text that count under the protocol of the data's README."""
ALIKE = 0.7

# Real messages have no such words, so a model must not learn them.
_MASK = re.compile(r"<(?:name|birth|phone|email|url|number)>|кв\. <n>|@user|\[club0\|[^\]]*\]|<br>")


class Absent(Exception):
    """A set is not there; the message is for showing."""


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV or JSON-lines file as they stand, all values as text. Raises Absent."""
    path = DATA / name
    if not path.exists():
        raise Absent(f"{path} is absent: the texts stand beside the project, in ../shared/data")
    with path.open(encoding="utf-8", newline="") as file:
        if name.endswith(".jsonl"):
            return [{key: str(value) for key, value in json.loads(line).items()} for line in file if line.strip()]
        return list(csv.DictReader(file))


def cleaned(text: str) -> str:
    """Without the masks of personal data, cut to TEXT_LIMIT characters."""
    return " ".join(_MASK.sub(" ", text).split())[:TEXT_LIMIT]


@cache
def labels() -> dict[str, dict[str, str]]:
    """Portal → its theme → the code of a theme or group of the classifier."""
    codes_by_portal: dict[str, dict[str, str]] = tomllib.loads(
        (Path(__file__).with_name("labels.toml")).read_text("utf-8")
    )
    return codes_by_portal


def copies(texts: Sequence[str]) -> np.ndarray:
    """For every text the number of its group of near-copies: letters 3–5 by tf-idf, cosine at least ALIKE, joined.

    The protocol of the data's README: lower case, every digit a 0.
    """
    folded = [re.sub(r"\d", "0", text.lower()) for text in texts]
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=1, dtype=np.float32)
    matrix: csr_matrix = letters.fit_transform(folded)
    above = list(range(len(texts)))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for start in range(0, len(texts), 256):
        near = (matrix[start : start + 256] @ matrix.T).tocoo()
        for row, column, alike in zip(near.row, near.col, near.data, strict=True):
            if alike >= ALIKE and column > start + row:
                above[top(int(column))] = top(start + int(row))
    return np.array([top(one) for one in range(len(texts))])
