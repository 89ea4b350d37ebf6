"""Two things to fix that one theme holds: what is not there, and what is there and not done. Pure.

A theme of a classifier is as wide as its region wants it. «Баки увезли» and «мусор не вывозят» are one theme of one
street, and still one of them is mended by putting bins there and the other by sending a lorry. They are told apart by
words; a text that says both, or neither, is on no side and may go with either.
"""

from dataclasses import dataclass
from functools import lru_cache

from otklik.triage.sketch import mark, unpacked

MISSING, UNDONE = "missing", "undone"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Of themes that begin so. `thing` are dictionary forms of what may be missing, `brought` of what one does to it
    when it comes or goes; `work` of what may not be done, and `taken` says so where no thing is named."""

    themes: tuple[str, ...]
    thing: frozenset[int]
    brought: frozenset[int]
    work: frozenset[int]
    taken: frozenset[int]


def _marks(words: str) -> frozenset[int]:
    return frozenset(mark(word) for word in words.split())


_PAIRS = (
    _Pair(
        themes=("othody.",),
        thing=_marks("бак бачок контейнер контейнерный площадка бункер мусорка мусорк урна"),
        brought=_marks(
            "поставить ставить установить устанавливать вернуть возвращать увезти увозить убрать убирать пропасть "
            "исчезнуть украсть появиться оборудовать построить"
        ),
        work=_marks(
            "вывозить вывезти вывоз вывозиться мусоровоз мусоровозка график расписание регоператор оператор "
            "переполнить полный переполненный заваленный"
        ),
        taken=_marks("забрать забирать машина ехать приехать приезжать проехать доехать пропустить забыть забывать"),
    ),
)


@lru_cache(maxsize=4096)
def side(themes: tuple[str, ...], marks: bytes) -> str:
    """MISSING or UNDONE, by the codes of the themes that a text may be about and what is kept of it (sketch.marks); ""
    where it says neither or both, or none of the themes has sides."""
    pair = next((one for one in _PAIRS if any(theme.startswith(one.themes) for theme in themes)), None)
    if pair is None:
        return ""
    said = unpacked(marks)
    thing = bool(said & pair.thing)
    undone = bool(said & pair.work) or (bool(said & pair.taken) and not thing)
    missing = thing and (not undone or bool(said & pair.brought))
    if missing == undone:
        return ""
    return MISSING if missing else UNDONE


def apart(one: str, other: str) -> bool:
    """Whether two sides are different ones."""
    return bool(one and other and one != other)
