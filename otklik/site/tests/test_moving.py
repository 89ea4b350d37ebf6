import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.tests import files
from otklik.finding.index import index
from otklik.finding.search import search
from otklik.incidents.models import Findable, Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.site.cli import main
from tests.make import people

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = [files.row(), files.row(ID=2, NUMBER=2, TEXT="'Другое", POST_URL="=HYPERLINK(1)"), files.row(ID=None)]
    return files.sheet(tmp_path / "in.xlsx", *rows)


def test_an_import_says_what_became_of_rows_and_reports_odd_ones(export: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["import", "im", str(export), "--check"]) == 1
    assert "Было бы новых карточек: 2" in capsys.readouterr().out
    assert not Incident.objects.exists(), "only checked"
    assert main(["import", "im", str(export), "--report", str(tmp_path / "odd.csv")]) == 1
    stdout = capsys.readouterr().out
    assert "Строк: 3. Стало новых карточек: 2, изменено: 0, без перемен: 0, пропущено: 1." in stdout
    assert "1 × нет ID: строка пропущена" in stdout
    with (tmp_path / "odd.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert {(one["строка"], one["столбец"], one["что там"]) for one in rows} >= {
        ("3", c.POST_URL, "'=HYPERLINK(1)"),
        ("4", c.ID, ""),
    }


def test_what_cannot_be_done_is_said_and_the_exit_code_is_2(export: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "text.xlsx").write_text("a;b")
    for words, message in (
        ("import im {here}/none.xlsx", "none.xlsx: файл не читается"),
        ("import im {here}/text.xlsx", "не файл .xlsx"),
        ("import im {here}/in.xlsx --time-zone Москва", "Нет такого часового пояса"),
        ("export im --output {here}/o.xlsx --as никто", "Нет такого человека"),
        ("export im --output {here}/o.xlsx --from вчера", "Не похоже на день"),
        ("export im --output {here}/no/o.xlsx", "файл не пишется"),
    ):
        assert main(words.format(here=tmp_path).split()) == 2
        assert message in capsys.readouterr().err


def test_an_export_hides_authors_unless_the_person_may_see_them(export: Path, tmp_path: Path, capsys: Capture) -> None:
    main(["import", "im", str(export)])
    for role in ("operator", "head"):
        people.person(f"u-{role}", role)
    shown = {}
    for who in ("", "u-operator", "u-head"):
        path = tmp_path / f"out{who}.xlsx"
        assert main(["export", "im", "--output", str(path), *(["--as", who] if who else [])]) == 0
        shown[who] = {c.AUTHOR_URL in cells for cells in files.read_all(path)}
    assert shown == {"": {False}, "u-operator": {True}, "u-head": {False}}
    assert capsys.readouterr().out.count("личное в текстах скрыты") == 2
    payloads = Entry.objects.filter(verb="export.im").order_by("pk").values_list("data", flat=True)
    assert list(payloads) == [{"cards": 2, "masked": True}, {"cards": 2, "masked": False}, {"cards": 2, "masked": True}]


def test_a_card_that_came_in_has_its_page_and_is_found_by_its_former_number(export: Path, client: Client) -> None:
    main(["import", "im", str(export)])
    card = Incident.objects.order_by("pk").first()
    assert card is not None
    client.force_login(people.person(role="operator"))
    page = client.get(f"/incidents/{card.pk}/")
    assert page.status_code == 200
    for text in ("Здравствуйте! Вывезем завтра.", "Разъяснено", "Нет ответа от жителя"):
        assert text in page.content.decode()
    index(claim(Findable, clock.now() + timedelta(seconds=1), timedelta(minutes=1), 10), clock.now())
    assert search("200001", Incident.objects.all(), 5) == [card.pk]


def test_days_narrow_an_export_and_both_are_included(tmp_path: Path) -> None:
    rows = [files.row(ID=at, NUMBER=at, CREATED_AT=f"2025-12-{at} 23:59:59", POST_URL=None) for at in (23, 24, 25)]
    main(["import", "im", str(files.sheet(tmp_path / "in.xlsx", *rows))])
    out = tmp_path / "out.xlsx"
    assert main(["export", "im", "--output", str(out), "--from", "2025-12-24", "--to", "2025-12-24"]) == 0
    assert [str(cells[c.CREATED_AT])[:10] for cells in files.read_all(out)] == ["2025-12-24"]
