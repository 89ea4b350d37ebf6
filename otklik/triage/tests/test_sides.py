"""What is missing and what is not done are two sides of one theme, told by the words."""

import pytest

from otklik.lib.text import fold
from otklik.triage.sides import MISSING, UNDONE, apart, side
from otklik.triage.sketch import marks

SITES, OTHER = "othody.ploshchadki", "othody.prochee"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Контейнеры забрали, новых нет", MISSING),
        ("Поставьте бак, за водой ближе ходить", MISSING),
        ("Мусорку сломали, крышка валяется", MISSING),
        ("Третий день не вывозят мусор", UNDONE),
        ("Баки переполнены, вонь на весь двор", UNDONE),
        ("Мешки не забрали", UNDONE),
        ("Мусорная машина проехала мимо, мешки так и лежат", UNDONE),
        ("Про нашу улицу забыли", UNDONE),
        ("Баки вывезли и не вернули", ""),
        ("Контейнер увезли, а график висит", ""),
        ("Контейнерв как не было, так и нет", MISSING),
        ("По гарфику должны были вчера", UNDONE),
        ("Вывзят когда хотят", UNDONE),
        ("Безобразие", ""),
        ("", ""),
    ],
)
def test_a_text_is_on_one_side_on_the_other_or_on_none(text: str, wanted: str) -> None:
    assert side((SITES,), marks(fold(text))) == wanted


def test_only_themes_that_hold_both_have_sides() -> None:
    told = marks(fold("Мусор не вывозят"))
    assert side(("dorogi.yamy",), told) == ""
    assert side((), told) == ""
    assert side(("dorogi.yamy", OTHER), told) == UNDONE, "it may be about that instead"


def test_who_says_neither_is_apart_from_nobody() -> None:
    assert apart(MISSING, UNDONE)
    assert not any(apart(one, other) for one, other in ((MISSING, MISSING), ("", UNDONE), (MISSING, ""), ("", "")))
