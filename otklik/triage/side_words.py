"""The words that tell apart two things to fix which one theme holds; sides.py says which side a text is on. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Of themes that begin so. `thing` are dictionary forms of what may be missing, `brought` of what one does to it
    when it comes or goes; `work` of what may not be done, and `taken` says so where no thing is named."""

    themes: tuple[str, ...]
    thing: frozenset[str]
    brought: frozenset[str]
    work: frozenset[str]
    taken: frozenset[str]

    def words(self) -> frozenset[str]:
        """All of them."""
        return self.thing | self.brought | self.work | self.taken


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


PAIRS = (
    Pair(
        themes=("othody.",),
        thing=_words("бак бачок контейнер контейнерный площадка бункер мусорка мусорк урна"),
        brought=_words(
            "поставить ставить установить устанавливать вернуть возвращать увезти увозить убрать убирать пропасть "
            "исчезнуть украсть появиться оборудовать построить"
        ),
        work=_words(
            "вывозить вывезти вывоз вывозиться мусоровоз мусоровозка график расписание регоператор оператор "
            "переполнить полный переполненный заваленный"
        ),
        taken=_words("забрать забирать машина ехать приехать приезжать проехать доехать пропустить забыть забывать"),
    ),
)
