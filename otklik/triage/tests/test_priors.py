"""How often a theme is written about, told by a file."""

from pathlib import Path

import pytest

from otklik.themes import classifier
from otklik.triage.theme import priors


def test_uniform_is_no_prior() -> None:
    assert priors.load("uniform", classifier.load()) is None


def test_themes_are_named_by_code_or_by_any_spelling_and_shares_sum_to_one(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("theme,count\nЯМЫ ВО ДВОРАХ,3\ndorogi.yamy,1\n", "utf-8")
    assert priors.load(str(path), classifier.load()) == {"blago.yamy-dvor": 0.75, "dorogi.yamy": 0.25}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("theme\nЯмы во дворах\n", "header"),
        ("theme,share\nНет такой темы,1\n", "line 2: no such theme"),
        ("code,share\nblago.yamy-dvor,много\n", "line 2: not a number"),
        ("code,share\nblago.yamy-dvor,-1\n", "line 2: not a share"),
        ("code,share\nblago.yamy-dvor,nan\n", "line 2: not a share"),
        ("code,share\nblago.yamy-dvor,0\n", "no theme has a share"),
        ("code,share\nblago.yamy-dvor\n", "line 2: not a number"),
    ],
)
def test_a_wrong_file_is_a_clear_error(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(priors.PriorError, match=words):
        priors.load(str(path), classifier.load())


def test_an_absent_and_a_binary_file_are_clear_errors(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("absent", "binary"):
        with pytest.raises(priors.PriorError, match=name):
            priors.load(str(tmp_path / name), classifier.load())
