"""How people write about each theme, and what decides between two that are easily confused.

Both are our own words, read from the data files beside this module: `examples/<group>.toml` holds for each theme of the
group invented messages, one a line; `differences/<group>.toml` holds for each theme a table of others, each with what
speaks for this theme and against that one. Pure, as the classifier is. A theme that a region adds itself has neither.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from otklik.themes.classifier import Classifier, ClassifierError, load, name_key

EXAMPLES = Path(__file__).with_name("examples")
DIFFERENCES = Path(__file__).with_name("differences")
EXAMPLE_LIMIT = 1000
"""Characters of one example; a comment in a network is seldom longer."""
DIFFERENCE_LIMIT = 90
"""Characters of one difference: it is read in one line, on the card."""


@cache
def examples() -> Mapping[str, tuple[str, ...]]:
    """Theme code → invented messages, in the order of the file; read once a process."""
    return MappingProxyType(read_examples(EXAMPLES, load()))


@cache
def differences() -> Mapping[tuple[str, str], str]:
    """(theme code, other code) → what decides for the theme against the other one; read once a process.

    Both orders need not be there: each says its own side.
    """
    return MappingProxyType(read_differences(DIFFERENCES, load()))


def read_examples(folder: Path, classifier: Classifier) -> dict[str, tuple[str, ...]]:
    """The examples of a folder. Raises ClassifierError on an unknown theme, and on an empty, overlong or repeated line
    (letters and digits count, as in names): a message belongs to one theme."""
    examples_by_code: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for code, value in _themes_of(folder, classifier):
        if not isinstance(value, str) or not value.strip():
            raise ClassifierError(f"{code}: the examples must be a text, one a line")
        examples_by_code[code] = tuple(value.strip("\n").split("\n"))
        for line in examples_by_code[code]:
            _check(line, EXAMPLE_LIMIT, code)
            if name_key(line) in seen:
                raise ClassifierError(f"{code}: an example stands in {seen[name_key(line)]} already: {line[:60]}")
            seen[name_key(line)] = code
    return examples_by_code


def read_differences(folder: Path, classifier: Classifier) -> dict[tuple[str, str], str]:
    """The differences of a folder. Raises ClassifierError on an unknown theme, one against itself, and on an empty or
    overlong sentence, or one that this theme has said against another already."""
    words_by_pair: dict[tuple[str, str], str] = {}
    for code, value in _themes_of(folder, classifier):
        if not isinstance(value, dict):
            raise ClassifierError(f"{code}: the differences must be a table")
        for other, words in value.items():
            if classifier.by_code(other) is None or other == code:
                raise ClassifierError(f"{code}: {other} is no other theme")
            if not isinstance(words, str):
                raise ClassifierError(f"{code}: what decides against {other} must be a text")
            _check(words, DIFFERENCE_LIMIT, code)
            words_by_pair[code, other] = words
        if len(set(value.values())) != len(value):
            raise ClassifierError(f"{code}: a repeated difference")
    return words_by_pair


def _themes_of(folder: Path, classifier: Classifier) -> Iterator[tuple[str, object]]:
    """Every theme named in the files of a folder, with what stands there; a file names themes of its group only."""
    groups = {group.code for group in classifier.groups}
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ClassifierError(f"no files in {folder}")
    for path in paths:
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:  # not TOML and not UTF-8 are both ValueError
            raise ClassifierError(f"{path.name}: {error}") from error
        if path.stem not in groups:
            raise ClassifierError(f"{path.name}: no such group")
        for code, value in raw.items():
            theme = classifier.by_code(code)
            if theme is None or theme.group != path.stem:
                raise ClassifierError(f"{path.name}: {code} is no theme of this group")
            yield code, value


def _check(line: str, limit: int, where: str) -> None:
    if not name_key(line) or line != line.strip():
        raise ClassifierError(f"{where}: an empty line, or spaces at an end: {line[:60]!r}")
    if len(line) > limit:
        raise ClassifierError(f"{where}: longer than {limit} characters: {line[:60]}")
