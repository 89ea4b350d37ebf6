"""The federal classifier of themes, read from the data files beside this module.

The names are those of the official document; the descriptions, keywords, kinds and fast-track marks are ours.
One TOML file holds one group. Pure: no Django, no database; whoever stores themes copies them from here.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

# Goes up whenever a theme is added, renamed or dropped: incidents keep the version they were judged by.
VERSION = "2026-1"
DATA = Path(__file__).with_name("data")

Kind = Literal["solvable", "unsolvable", "informational"]
KINDS: tuple[Kind, ...] = get_args(Kind)

T = TypeVar("T")

_GROUP_KEYS = {"code", "name", "title", "subgroup"}
_SUBGROUP_KEYS = {"name", "theme"}
_THEME_KEYS = {"code", "name", "also", "severity", "kind", "fast_track", "description", "keywords"}


class ClassifierError(ValueError):
    """A data file is not what the loader expects. The message names the file or the theme."""


@dataclass(frozen=True, slots=True)
class ThemeData:
    """One theme. `code` is "<group>.<slug>", ASCII, stable between versions; `name` is the official spelling.

    `group` is the group's code, `subgroup` is only for showing and may be empty. `severity` is our own scale,
    1 (can wait) to 5 (danger to life). `kind` is the suggested kind of an incident. `fast_track` marks what
    cannot wait for the ordinary deadline. `keywords` are lower case without ё, one to three words each.
    `also` are other spellings of the same theme met in exports.
    """

    code: str
    name: str
    group: str
    subgroup: str
    severity: int
    kind: Kind
    fast_track: bool
    description: str
    keywords: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupData:
    """A group of themes in the order of its file; the last theme is the group's «… прочее», if it has one."""

    code: str
    name: str
    title: str
    themes: tuple[ThemeData, ...]


@dataclass(frozen=True)
class Classifier:
    """All groups, by name in alphabetical order, with look-ups by code and by any known spelling of a name."""

    version: str
    groups: tuple[GroupData, ...]
    themes: tuple[ThemeData, ...] = field(init=False)
    _codes: Mapping[str, ThemeData] = field(init=False, repr=False, compare=False)
    _names: Mapping[str, ThemeData] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Build the look-ups. Raises ClassifierError if a code or a spelling stands for two themes."""
        themes = tuple(theme for group in self.groups for theme in group.themes)
        spellings = ((name_key(name), theme) for theme in themes for name in (theme.name, *theme.also))
        object.__setattr__(self, "themes", themes)  # the way a frozen dataclass fills its own fields
        object.__setattr__(self, "_codes", _index((theme.code, theme) for theme in themes))
        object.__setattr__(self, "_names", _index(spellings))
        _index((group.code, group) for group in self.groups)
        _index((name_key(group.name), group) for group in self.groups)

    def by_code(self, code: str) -> ThemeData | None:
        """The theme with exactly this code, or None."""
        return self._codes.get(code)

    def by_name(self, name: str) -> ThemeData | None:
        """The theme so named, whatever the case, ё, punctuation and spaces, or None."""
        return self._names.get(name_key(name))


def name_key(name: str) -> str:
    """What two spellings of one name have in common: letters and digits, lower case, ё as е."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    return "".join(letter for letter in plain if letter.isalnum())


@cache
def load() -> Classifier:
    """The classifier shipped with the project; read once a process."""
    return read(DATA)


def read(folder: Path, version: str = VERSION) -> Classifier:
    """Read every *.toml of a folder. Raises ClassifierError on a broken, incomplete or contradictory file."""
    groups = [_group(path) for path in sorted(folder.glob("*.toml"))]
    if not groups:
        raise ClassifierError(f"no classifier files in {folder}")
    return Classifier(version, tuple(sorted(groups, key=lambda group: name_key(group.name))))


def _group(path: Path) -> GroupData:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # not TOML and not UTF-8 are both ValueError
        raise ClassifierError(f"{path.name}: {error}") from error
    _only(raw, _GROUP_KEYS, path.name)
    code = _text(raw, "code", path.name)
    themes: list[ThemeData] = []
    for subgroup in _tables(raw, "subgroup", path.name):
        _only(subgroup, _SUBGROUP_KEYS, path.name)
        shown = _text(subgroup, "name", path.name, empty=True)
        themes += [_theme(theme, code, shown) for theme in _tables(subgroup, "theme", path.name)]
    return GroupData(code, _text(raw, "name", path.name), _text(raw, "title", path.name), tuple(themes))


def _theme(raw: dict[str, Any], group: str, subgroup: str) -> ThemeData:
    code = _text(raw, "code", f"a theme of {group}")
    _only(raw, _THEME_KEYS, code)
    if not code.startswith(f"{group}."):
        raise ClassifierError(f"{code}: the code must start with {group}.")
    severity, kind, fast_track = raw.get("severity"), raw.get("kind"), raw.get("fast_track", False)
    if type(severity) is not int or not 1 <= severity <= 5:
        raise ClassifierError(f"{code}: severity must be 1 to 5")
    if kind not in KINDS:
        raise ClassifierError(f"{code}: kind must be one of {', '.join(KINDS)}")
    if type(fast_track) is not bool:
        raise ClassifierError(f"{code}: fast_track must be true or false")
    return ThemeData(
        code=code,
        name=_text(raw, "name", code),
        group=group,
        subgroup=subgroup,
        severity=severity,
        kind=cast(Kind, kind),
        fast_track=fast_track,
        description=_text(raw, "description", code),
        keywords=_keywords(_text(raw, "keywords", code), code),
        also=_spellings(raw.get("also", []), code),
    )


def _keywords(text: str, where: str) -> tuple[str, ...]:
    # One comma-separated text, not a TOML list: people who edit it are not programmers.
    words = tuple(" ".join(word.split()) for word in text.split(","))
    if "" in words or len(set(words)) != len(words):
        raise ClassifierError(f"{where}: an empty or repeated keyword")
    return words


def _spellings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name_key(name) for name in value):
        raise ClassifierError(f"{where}: also must be a list of names")
    return tuple(value)


def _text(raw: Mapping[str, Any], key: str, where: str, *, empty: bool = False) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not (empty or value.strip()):
        raise ClassifierError(f"{where}: {key} must be a text")
    return value


def _tables(raw: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    value = raw.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(table, dict) for table in value):
        raise ClassifierError(f"{where}: no [[{key}]]")
    return value


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    # A misspelt optional key would otherwise be dropped in silence.
    if unknown := sorted(set(raw) - known):
        raise ClassifierError(f"{where}: unknown {', '.join(unknown)}")


def _index(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    index: dict[str, T] = {}
    for key, item in pairs:
        if index.setdefault(key, item) is not item:
            raise ClassifierError(f"{key!r} stands for two things")
    return index
