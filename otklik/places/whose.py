"""Whose outline is it: finds the municipality that a file's names mean. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from otklik.lib.text import fold
from otklik.places.boundaries import Outline, WrongBoundaries

_COMMON = re.compile(
    r"\b(?:муниципальное образование|муниципальный|муниципального|городской|городского|округ|округа|район|района|"
    r"город-курорт|город-герой|город|города|г)\b"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A municipality of the database."""

    pk: int
    code: str
    name: str
    official: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Outlines by the municipality's id, the names that nobody bears, and who is left without an outline."""

    outlines: dict[int, Outline]
    unknown: list[str]
    without: list[str]


def match(outlines: Iterable[Outline], known: Sequence[Known]) -> Matched:
    """By code, official name, name, another name, and last without words as «городской округ»; what several
    municipalities are called means none of them.

    Raises WrongBoundaries when two outlines mean one municipality, or none means any.
    """
    ways = _ways(known)
    outlines_by_id: dict[int, Outline] = {}
    unknown, errors = [], []
    for outline in outlines:
        pk = next((pk for pk in (way(outline) for way in ways) if pk), 0)
        if not pk:
            unknown.append(outline.called)
        elif pk in outlines_by_id:
            errors.append(f"два объекта для одного муниципалитета: «{outlines_by_id[pk].called}» и «{outline.called}»")
        else:
            outlines_by_id[pk] = outline
    if errors:
        raise WrongBoundaries(*errors)
    if not outlines_by_id:
        raise WrongBoundaries("ни одно название из файла не подошло ни к одному муниципалитету в базе")
    return Matched(outlines_by_id, unknown, [one.name for one in known if one.pk not in outlines_by_id])


def _ways(known: Sequence[Known]) -> list[Callable[[Outline], int]]:
    codes = _book((one.code, one.pk) for one in known)
    officials = _book((fold(one.official), one.pk) for one in known)
    names = _book((fold(one.name), one.pk) for one in known)
    others = _book((fold(alias), one.pk) for one in known for alias in one.aliases)
    bare = _book((_bare(name), one.pk) for one in known for name in {one.name, one.official, *one.aliases})
    return [
        lambda outline: codes.get(outline.code, 0),
        lambda outline: officials.get(fold(outline.official), 0),
        lambda outline: names.get(fold(outline.name), 0),
        *(
            lambda outline, book=book: book.get(fold(outline.name), 0) or book.get(fold(outline.official), 0)
            for book in (officials, names, others)
        ),
        lambda outline: bare.get(_bare(outline.name), 0) or bare.get(_bare(outline.official), 0),
    ]


def _book(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Names that mean one municipality alone; "" is no name."""
    meant: defaultdict[str, set[int]] = defaultdict(set)
    for name, pk in pairs:
        meant[name].add(pk)
    return {name: next(iter(pks)) for name, pks in meant.items() if name and len(pks) == 1}


def _bare(name: str) -> str:
    return " ".join(_COMMON.sub(" ", fold(name)).split())
