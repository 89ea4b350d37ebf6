"""«@Иванова М. П.» in a note: whom it calls, and where it stands. Pure: values in, values out."""

import re
from collections.abc import Collection, Iterable, Iterator

from otklik.people.models import User

MOST_CALLED = 20
MOST_SIGNS = 200
_SIGN = re.compile(r"(?<!\w)@")


def called(text: str, people: Iterable[User], chosen: Collection[int]) -> list[User]:
    """Those of `people` whose name stands in the text behind an «@», at most 20, in the order of the text.

    `chosen` are the ids that the writer picked from the list: they tell namesakes apart. Where none of the namesakes
    was picked all of them are called: better one too many than nobody.
    """
    namesakes: dict[str, list[User]] = {}
    for user in people:
        namesakes.setdefault(user.initials, []).append(user)
    users_by_id: dict[int, User] = {}
    for start, end in spans(text, namesakes):
        meant = namesakes[text[start + 1 : end]]
        picked = [user for user in meant if user.pk in chosen]
        users_by_id.update((user.pk, user) for user in picked or meant)
    return list(users_by_id.values())[:MOST_CALLED]


def spans(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where «@name» begins and ends; of two names that fit the longer one is meant («Иванова М.», «Иванова М. П.»)."""
    wanted = set(names)
    lengths = sorted({len(name) for name in wanted if name}, reverse=True)
    for number, sign in enumerate(_SIGN.finditer(text) if lengths else ()):
        if number == MOST_SIGNS:
            return
        for length in lengths:
            end = sign.end() + length
            if text[sign.end() : end] in wanted and not text[end : end + 1].isalnum():
                yield sign.start(), end
                break
