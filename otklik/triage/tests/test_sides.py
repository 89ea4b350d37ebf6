"""What is missing and what is not done are two sides of one theme, words by the words."""

import pytest

from otklik.lib.text import fold
from otklik.triage.sides import MISSING, UNDONE, apart, side
from otklik.triage.sketch import marks
from tests.phrases import phrases

SITES, OTHER = "othody.ploshchadki", "othody.prochee"


SAID = {
    MISSING: """
        Контейнеры забрали, новых нет | Поставьте бак, за водой ближе ходить | Мусорку сломали, крышка валяется
        Контейнерв как не было, так и нет
    """,
    UNDONE: """
        Третий день не вывозят мусор | Баки переполнены, вонь на весь двор | Мешки не забрали
        Мусорная машина проехала мимо, мешки так и лежат | Про нашу улицу забыли
        По гарфику должны были вчера | Вывзят когда хотят
    """,
    "": "Баки вывезли и не вернули | Контейнер увезли, а график висит | Безобразие",
}


@pytest.mark.parametrize("where", SAID)
def test_a_text_is_on_one_side_on_the_other_or_on_none(where: str) -> None:
    for text in phrases(SAID[where]):
        assert side((SITES,), marks(fold(text))) == where, text
    assert side((SITES,), marks(fold(""))) == ""


def test_only_themes_that_hold_both_have_sides() -> None:
    words = marks(fold("Мусор не вывозят"))
    assert side(("dorogi.yamy",), words) == ""
    assert side((), words) == ""
    assert side(("dorogi.yamy", OTHER), words) == UNDONE, "it may be about that instead"


def test_who_says_neither_is_apart_from_nobody() -> None:
    assert apart(MISSING, UNDONE)
    assert not any(apart(one, other) for one, other in ((MISSING, MISSING), ("", UNDONE), (MISSING, ""), ("", "")))
