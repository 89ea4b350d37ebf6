"""Which theme of a new version is which of those in force. Pure.

A theme that goes on stays the same row here, whatever it is called from then on: its rules, templates, figures and
what was learned of it go on with it. What is alike and not the same is for a person to say: nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from otklik.themes.classifier import name_key

ALIKE = 0.72
"""How much of two names must agree, of 0 to 1, that a person is asked; «Ямы во дворах» and «Ямы во дворе» do."""
ALIKE_ELSEWHERE = 0.86
"""The same between two groups, where names are alike by chance more often."""


@dataclass(frozen=True, slots=True)
class There:
    """A theme in force. `spellings` are other names that it is known by."""

    pk: int
    code: str
    name: str
    group: int
    group_name: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A theme of the new version. `was` are codes or names of those that it goes on from: None when nobody said,
    empty when it was said that there is none. `columns` is what else the file says of it, by the column of Theme."""

    number: int
    group: str
    name: str
    code: str = ""
    was: tuple[str, ...] | None = None
    columns: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """`theme` is None for a new one; `merged` end in it."""

    wanted: Wanted
    theme: There | None = None
    merged: tuple[There, ...] = ()


@dataclass(slots=True)
class Matched:
    """`pairs` in the order of the file; `dropped` go on in nothing; `unsure` are alike and wait for a person;
    `wrong` are (row, Russian sentence)."""

    pairs: list[Pair] = field(default_factory=list)
    dropped: list[There] = field(default_factory=list)
    unsure: list[tuple[Wanted, There]] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


class _Claims:
    """Whose each theme in force is: it goes on in one row alone."""

    def __init__(self, there: Iterable[There]) -> None:
        self.free = {one.pk: one for one in there}
        self.of: dict[int, list[There]] = defaultdict(list)
        self._by: dict[int, int] = {}

    def take(self, theme: There, row: int) -> int:
        """0, or the number of the row that has it already."""
        if theme.pk in self._by:
            return self._by[theme.pk]
        self._by[theme.pk] = row
        self.of[row].append(self.free.pop(theme.pk))
        return 0


def match(wanted: Sequence[Wanted], there: Sequence[There]) -> Matched:
    """What was said comes first, then codes, then names: in the same group, then anywhere if only one is called so."""
    matching, claims = Matched(), _Claims(there)
    _doubles(wanted, matching)
    _match_by_names(wanted, there, claims, matching)
    _by(wanted, claims, lambda one: one.code, lambda one: [one.code], there)
    _by(wanted, claims, lambda one: _within(one.group, one.name), _within_keys, there)
    _by(wanted, claims, lambda one: name_key(one.name), _keys, there)
    for one in _open(wanted, claims):
        like = _most_alike(one, claims.free.values())
        if like is not None:
            matching.unsure.append((one, like))
    matching.pairs = [_pair(one, claims.of[one.number]) for one in wanted]
    matching.dropped = sorted(claims.free.values(), key=lambda one: (one.group_name, one.name))
    return matching


def _doubles(wanted: Iterable[Wanted], matching: Matched) -> None:
    names: dict[tuple[str, str], int] = {}
    codes: dict[str, int] = {}
    for one in wanted:
        first = names.setdefault((name_key(one.group), name_key(one.name)), one.number)
        if first != one.number:
            matching.wrong.append((one.number, f"эта тема уже есть в строке {first}"))
        elif one.code and codes.setdefault(one.code, one.number) != one.number:
            matching.wrong.append((one.number, f"этот код уже есть в строке {codes[one.code]}"))


def _match_by_names(wanted: Iterable[Wanted], there: Sequence[There], claims: _Claims, matching: Matched) -> None:
    called = _index(there, lambda one: [one.code, *_keys(one)])
    for one in wanted:
        for name in one.was or ():
            known = {theme.pk: theme for theme in (*called.get(name, ()), *called.get(name_key(name), ()))}
            if len(known) != 1:
                many = f"прежних тем «{name}» несколько: назовите кодом" if known else f"прежней темы «{name}» нет"
                matching.wrong.append((one.number, many))
            elif taken := claims.take(next(iter(known.values())), one.number):
                matching.wrong.append((one.number, f"прежняя тема «{name}» уже названа в строке {taken}"))


def _by(
    wanted: Sequence[Wanted],
    claims: _Claims,
    asked: Callable[[Wanted], str],
    known: Callable[[There], list[str]],
    there: Sequence[There],
) -> None:
    """One way to know a theme; whoever is known by two keys alike is not known by it."""
    index = _index(there, known)
    for one in _open(wanted, claims):
        free = [theme for theme in index.get(asked(one), ()) if theme.pk in claims.free]
        if len(free) == 1:
            claims.take(free[0], one.number)


def _open(wanted: Iterable[Wanted], claims: _Claims) -> Iterator[Wanted]:
    """Rows of which nobody has said anything, and that have found nothing yet."""
    return (one for one in wanted if one.was is None and not claims.of[one.number])


def _pair(wanted: Wanted, themes: Sequence[There]) -> Pair:
    return Pair(wanted, themes[0], tuple(themes[1:])) if themes else Pair(wanted)


def _most_alike(wanted: Wanted, free: Iterable[There]) -> There | None:
    best: tuple[float, There] | None = None
    meter = SequenceMatcher(autojunk=False)
    meter.set_seq2(name_key(wanted.name))
    for one in free:
        limit = ALIKE if name_key(one.group_name) == name_key(wanted.group) else ALIKE_ELSEWHERE
        meter.set_seq1(name_key(one.name))
        if meter.real_quick_ratio() < limit:  # a name of any length may stand in a file
            continue
        if meter.quick_ratio() >= limit and (ratio := meter.ratio()) >= limit and (best is None or ratio > best[0]):
            best = (ratio, one)
    return best[1] if best else None


def _keys(one: There) -> list[str]:
    return list(dict.fromkeys(name_key(name) for name in (one.name, *one.spellings)))


def _within(group: str, name: str) -> str:
    return f"{name_key(group)}/{name_key(name)}"


def _within_keys(one: There) -> list[str]:
    return list(dict.fromkeys(_within(one.group_name, name) for name in (one.name, *one.spellings)))


def _index(there: Iterable[There], keys: Callable[[There], list[str]]) -> dict[str, list[There]]:
    index: dict[str, list[There]] = defaultdict(list)
    for one in there:
        for key in keys(one):
            index[key].append(one)
    return dict(index)
