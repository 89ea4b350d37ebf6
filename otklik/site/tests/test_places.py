from pathlib import Path

import pytest

from otklik.places.models import Boundary, Place
from otklik.site.places import load
from otklik.triage.judge import forget, recognisers

LIST = (
    "level,name,kind,streets\nregion,Озёрный край,,\nmunicipality,Луговой район,,\nsettlement,Луговск,город,ул Ыйская\n"
)

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The list of a small region."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    return path


def test_a_list_of_another_region_is_understood_at_once(file: Path, capsys: Capture) -> None:
    forget()
    assert recognisers().places.find("в Луговске темно").place_id is None
    assert load(str(file)) == 0
    assert "Мест новых: 3" in capsys.readouterr().out
    guess = recognisers().places.find("в Луговске на Ыйской, 5 темно")
    assert guess.settlement_id == Place.objects.get(name="Луговск").pk
    assert (guess.street, guess.house) == ("улица Ыйская", "5")
    file.write_text(LIST.replace("Луговск,город", "Луговск,посёлок"), "utf-8")
    load(str(file))
    assert recognisers().places.find("г. Луговск").share < recognisers().places.find("пос. Луговск").share
    forget()


def test_a_wrong_or_absent_list_is_said_and_a_check_changes_nothing(file: Path, capsys: Capture) -> None:
    assert load(str(file), only_check=True) == 0
    assert capsys.readouterr().out == "Ошибок нет. Мест: 3, улиц: 1.\n"
    file.write_text(LIST + "".join(f"x,Село {number},,\n" for number in range(25)), "utf-8")
    assert load(str(file)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert "строка 5" in lines[0]
    assert lines[-1] == "…и ещё ошибок: 5. Ничего не загружено."
    assert load("/nowhere/list.csv") == 2
    assert "файл не читается" in capsys.readouterr().err
    assert not Place.objects.exists()


SQUARE = "[[40, 45], [41, 45], [41, 46], [40, 46], [40, 45]]"


def geojson(*names: str, more: str = "") -> str:
    one = '{"type": "Feature", "properties": {"name": "%s"}, "geometry": {"type": "Polygon", "coordinates": [%s]}}'
    features = ", ".join(one % (name, SQUARE) for name in names)
    return f'{{"type": "FeatureCollection", {more} "features": [{features}]}}'


def test_boundaries_are_known_by_their_content_and_told_with_whom_they_fit(file: Path, capsys: Capture) -> None:
    file.write_text(LIST + "municipality,Степной район,,\n", "utf-8")
    load(str(file))
    file = file.with_name("boundaries.txt")
    file.write_text(geojson("Луговой район", "Горный район"), "utf-8")
    capsys.readouterr()
    assert load(str(file), only_check=True) == 0
    assert "Ошибок нет. Границ: 1." in capsys.readouterr().out
    assert not Boundary.objects.exists()
    assert load(str(file), attribution="© Край") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Границ новых: 1, изменено: 0, прежних: 0, убрано: 0.",
        "В файле, но не в базе: Горный район.",
        "Муниципалитеты без границ, на карте их не будет: Степной район.",
        "Подпись под картой: © Край",
    ]
    load(str(file))
    stdout = capsys.readouterr().out
    assert "изменено: 1" in stdout
    assert "Подписи источника в файле нет" in stdout


def test_wrong_boundaries_are_told_and_change_nothing(file: Path, capsys: Capture) -> None:
    load(str(file))
    good, wrong = file.with_name("good.geojson"), file.with_name("wrong.geojson")
    good.write_text(geojson("Луговой район"), "utf-8")
    load(str(good))
    for text, words in (
        (geojson("Луговой район", "Луговой район"), "два объекта для одного муниципалитета"),
        (geojson("Горный район"), "ни одно название"),
        (geojson(*["Луговой район"] * 22).replace("45]]", "46]]"), "…и ещё ошибок: 2. Ничего не загружено."),
        ("level,name\n", "это не JSON"),
    ):
        wrong.write_text(text, "utf-8")
        assert load(str(wrong)) == 2
        assert words in capsys.readouterr().err
    assert Boundary.objects.get().polygons[0][0][0] == pytest.approx([40, 45], abs=0.001)
    assert load(str(file), attribution="©") == 2
    assert "список мест" in capsys.readouterr().err
