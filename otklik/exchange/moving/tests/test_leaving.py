from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.tests import files
from otklik.exchange.moving.tests.house import brought, out, taken, wipe
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.lib import clock
from otklik.places.models import Place
from tests.make import cards, inbox
from tests.tiers import fewer

pytestmark = pytest.mark.django_db


ODD_ROWS: list[dict[str, Any]] = [
    files.row(),
    files.row(LIFE=4.5987654321, FIRST_TOOK="12:30:37", IN_TIME="-", ID=2, NUMBER=2, POST_URL=None),
    files.row(ID=3, NUMBER=3, TEXT="без апострофа", NOTE="=1+1", HOUSE=143, TAGS="двор;снег", POST_URL="@кто"),
    files.row(ID=4, NUMBER=4, STEP="В работе", THEME="Нечто", REGION="Другая область", POST_URL="+7", KIND="?"),
    files.row(ID=5, NUMBER=5, FIRST_TEXT="'Передадим", POST_URL="https://t.me/lake/5?comment=7"),
    files.row(ID=6, NUMBER=6, CREATED_AT=46016.35, CLOSED_AT="2020-01-01 00:00:00", POST_URL="https://ok.ru/group/1/topic/2"),
    files.row(ID=7, NUMBER=7, AUTHOR_URL=None, REASON="4", TEXT="'  пробелы вокруг \n", POST_URL="-"),
    files.row(ID="8а", NUMBER="н-8", SURVEY=True, AUDIENCE="много", TEXT="'_x000D_ как есть", POST_URL="' "),
]  # fmt: skip


def test_no_cell_is_lost_on_the_way_there_and_back(region: Place, tmp_path: Path) -> None:
    path = files.sheet(tmp_path / "a.xlsx", *ODD_ROWS)
    done, _odd = taken(path)
    assert done.new == len(ODD_ROWS)
    first = out(tmp_path)
    wipe()
    taken(first)
    second = out(tmp_path, name="second.xlsx")
    original_rows = files.read_all(path)
    for one, two, three in zip(original_rows, files.read_all(first), files.read_all(second), strict=True):
        assert {name: two.get(name) for name in c.COLUMNS} == {name: one.get(name) for name in c.COLUMNS}
        assert files.alike(two, three)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
VALUE = st.one_of(
    st.none(), TEXT, st.integers(0, 10**9), st.floats(0, 50).map(lambda value: round(value, 8)), st.booleans()
)
ANY_ROW = st.fixed_dictionaries({}, optional={name: VALUE for name in c.COLUMNS if name not in c.NEEDED})


@settings(max_examples=fewer(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_ROW, TEXT)
def test_whatever_stands_in_a_row_comes_back(region: Place, tmp_path: Path, cells: dict[str, Any], text: str) -> None:
    wipe()
    row = {**cells, c.ID: 77, c.CREATED_AT: files.CREATED, c.TEXT: text}
    path = files.sheet(tmp_path / "any.xlsx", row)
    taken(path)
    (one,), (two,) = files.read_all(path), files.read_all(out(tmp_path))
    assert files.alike(one, two), [
        (name, one.get(name), two.get(name)) for name in c.COLUMNS if one.get(name) != two.get(name)
    ]


def test_a_card_that_went_on_here_leaves_as_it_stands_now(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(STEP="В работе", CLOSED_AT=None, OUTCOME=None, REASON=None, RATING_AT=None))
    card = Incident.objects.get()
    with book.turn():
        Incident.objects.filter(pk=card.pk).update(state="done", outcome="solved", closed_at=card.created_at)
        record(card, "close", at=clock.now(), actor="user:1")
    (cells,) = files.read_all(out(tmp_path))
    assert (cells[c.STEP], cells[c.OUTCOME], cells[c.CLOSED_AT]) == ("Готово", "Решено", files.CREATED)
    assert (cells[c.CABINET], cells[c.ID]) == ("Озёрная область", files.read_all(tmp_path / "a.xlsx")[0][c.ID])
    assert cells[c.AUDIENCE] == files.read_all(tmp_path / "a.xlsx")[0][c.AUDIENCE]


def test_without_the_right_nobody_is_named(region: Place, tmp_path: Path) -> None:
    brought(tmp_path, files.row(TEXT="'Ответьте [id7|Анна], мой телефон 8 918 123-45-67, vk.com/id501"))
    (cells,) = files.read_all(out(tmp_path, masked=True))
    assert c.AUTHOR_URL not in cells
    text = str(cells[c.TEXT])
    assert text.startswith("'Ответьте")
    assert not any(secret in text for secret in ("Анна", "918 123", "id501"))


def test_cards_of_our_own_leave_in_the_same_columns_and_come_back_as_themselves(region: Place, tmp_path: Path) -> None:
    at = datetime(2025, 12, 24, 17, 6, 2, 345678, tzinfo=UTC)
    card = cards.card(inbox.message("Темно во дворе", at=at, thread=inbox.thread(external_id="wall-1_2")), at=at)
    first = out(tmp_path)
    (cells,) = files.read_all(first)
    assert (cells[c.STEP], cells[c.CREATED_AT]) == ("Новый", "2025-12-24 20:06:02")
    done, odd = taken(first)
    assert (done.new, odd) == (0, ["ours_already"])
    wipe()
    assert not Incident.objects.filter(pk=card.pk).exists()
    taken(first)
    assert files.alike(cells, files.read_all(out(tmp_path, name="b.xlsx"))[0])
