import re
from pathlib import Path

import pytest

from otklik.places.gazetteer import StreetData
from otklik.places.listing import Listed, Wrong, WrongList, read

CSV = """level,code,name,parent,kind,official,aliases,lat,lon,population,streets
region,,Озёрный край,,,,Озёрье|Край озёр,,,,ул Мира|ул Ленина
municipality,,Луговой район,,,Луговой муниципальный район,,,,,
settlement,,Луговск,,город,,Лугач,55.5,"40,25",12000,ул Береговая|пер. Тихий|пр-т Победы
settlement,,Ясное,Луговой район,село,,,,,,
municipality,zaretsk,Зарецк,,,,,,,,
settlement,,Зарецк,,город,,,,,300,
settlement,yasnoe-2,Ясное,zaretsk,село,,,,,,
"""
TOML = """
place = [
  {level = "region", name = "Озёрный край", aliases = ["Озёрье", "Край озёр"], streets = ["ул Мира", "ул Ленина"]},
  {level = "municipality", name = "Луговой район", official = "Луговой муниципальный район"},
  {level = "settlement", name = "Луговск", kind = "город", lat = 55.5, lon = 40.25, population = 12000, streets = [
    "ул Береговая", "пер. Тихий", "пр-т Победы"], aliases = ["Лугач"]},
  {level = "settlement", name = "Ясное", parent = "lugovoy", kind = "село"},
  {level = "municipality", code = "zaretsk", name = "Зарецк"},
  {level = "settlement", name = "Зарецк", kind = "город", population = 300},
  {level = "settlement", code = "yasnoe-2", name = "Ясное", kind = "село"},
]
"""


def csv(text: str) -> Listed:
    return read(text.encode(), "list.csv")


def wrong(text: str, name: str = "list.csv") -> list[Wrong]:
    with pytest.raises(WrongList) as caught:
        read(text.encode("utf-8", "surrogatepass"), name)
    return caught.value.errors


def test_a_list_says_places_and_streets_and_what_it_leaves_out_is_made() -> None:
    listed = csv(CSV)
    assert [(one.code, one.level, one.kind, one.parent) for one in listed.places] == [
        ("ozernyy", "region", "край", None),
        ("lugovoy", "municipality", "район", "ozernyy"),
        ("lugovoy-lugovsk", "settlement", "город", "lugovoy"),
        ("lugovoy-yasnoe", "settlement", "село", "lugovoy"),
        ("zaretsk", "municipality", "городской округ", "ozernyy"),
        ("zaretsk-zaretsk", "settlement", "город", "zaretsk"),
        ("yasnoe-2", "settlement", "село", "zaretsk"),
    ]
    town = listed.places[2]
    assert (town.lat, town.lon, town.population, town.aliases) == (55.5, 40.25, 12000, ("Лугач",))
    region = (StreetData("Мира", "улица", None), StreetData("Ленина", "улица", None))
    in_town = (("Береговая", "улица"), ("Тихий", "переулок"), ("Победы", "проспект"))
    assert listed.streets == (*region, *(StreetData(name, kind, "lugovoy-lugovsk") for name, kind in in_town))

    assert listed.with_streets == {"ozernyy", "lugovoy-lugovsk"}


def test_csv_and_toml_say_the_same_and_all_wrong_rows_are_told_at_once_by_their_lines() -> None:
    assert read(TOML.encode(), "list.TOML") == csv(CSV)
    assert csv("\ufeffLevel;Name;lat;lon\r\nregion;Край;45,5;38\r\n").places[0].lat == 45.5
    text = 'level,name,official\nregion,Край,"два\nслова"\nx,А,\nmunicipality,Б район,\ny,В,\n'
    assert [error.line for error in wrong(text)] == [4, 6]


WRONG_ROWS = [
    ("town,,Село,,,,,,,,", "level: нужно одно из"),
    ("settlement,,,,,,,,,,", "name: нужно название"),
    ("settlement,,!!!,,,,,,,,", "name: нужно название"),
    ("settlement,Село,Село,,,,,,,,", "code: нужны латинские"),
    ("settlement,zaretsk,Село,,,,,,,,", "код zaretsk уже есть выше"),
    ("settlement,,Зарецк,,,,,,,,", "код zaretsk-zaretsk уже есть выше"),
    ("settlement,,Село,Нигде,,,,,,,", "«Нигде» выше не найден"),
    ("settlement,,Село,Ясное,,,,,,,", "«Ясное» выше не найден"),
    ("settlement,,Село,,,,,95,40,,", "lat: нужно число от -90 до 90"),
    ("settlement,,Село,,,,,nan,40,,", "lat: нужно число"),
    ("settlement,,Село,,,,,55,,,", "lat и lon: нужны оба"),
    ("settlement,,Село,,,,,,,много,", "population: нужно число"),
    ("settlement,,Село,,,,,,,,Ленина", "начинается не с вида улицы"),
    ("municipality,,Новый район,,,,,,,,ул Мира", "streets: улицы бывают у населённого пункта"),
    ("region,other,Другой край,,,,,,,,", "второй регион"),
    ("settlement,,Село,,,,,,,,,,,", "значений больше, чем столбцов"),
    ("settlement,,Се\x00ло,,,,,,,,", "name: слишком длинно или есть непечатаемые знаки"),
    (f"settlement,,{'Село' * 50},,,,,,,,", "name: слишком длинно"),
    ("settlement,,Село,,,,Имя|Др\x07угое,,,,", "aliases: нужен список слов"),
]
NO_LISTS = [
    ("", "a.csv", 1, "нет столбца «level»"),
    ("level,name\n", "a.csv", 0, "нет строки региона"),
    ("level,name,color\n", "a.csv", 1, "незнакомый столбец «color»"),
    ("level,name,name\n", "a.csv", 1, "столбец назван дважды"),
    ("level,name\nregion,\ud800\n", "a.csv", 2, "текст не в UTF-8"),
    ("level,name\nregion," + "а" * 200_000, "a.csv", 2, "строку нельзя прочесть как CSV"),
    ("level,name\nsettlement,Село\n", "a.csv", 2, "выше нет строки, в которой level = municipality"),
    ("[[place]]\nlevel = ", "a.toml", 2, "это не TOML"),
    ("place = 5", "a.toml", 0, "нужны таблицы [[place]]"),
    ("[[place]]\nlevel='region'\nname='Край'\n[[place]]\nzip=1", "a.toml", 4, "незнакомое поле «zip»"),
    ("[[place]]\nlevel='region'\nname=5", "a.toml", 1, "name: здесь нужны слова"),
    ("[[place]]\nlevel='region'\nname='Край'\naliases=[1]", "a.toml", 1, "aliases: нужен список слов"),
    ("[[place]]\nlevel='region'\nname='Край'\npopulation=true", "a.toml", 1, "population: нужно число"),
    (f"[[place]]\nlevel='region'\nname='Край'\npopulation=1{'0' * 400}", "a.toml", 1, "population: нужно число"),
    ("a=" + "[" * 5000, "a.toml", 0, "это не TOML"),
]


@pytest.mark.parametrize(
    ("text", "name", "line", "sentence"),
    [*((f"{CSV}{row}\n", "a.csv", len(CSV.splitlines()) + 1, sentence) for row, sentence in WRONG_ROWS), *NO_LISTS],
)
def test_a_wrong_row_and_a_file_that_is_no_list_are_told_where(text: str, name: str, line: int, sentence: str) -> None:
    errors = wrong(text, name)
    assert (errors[0].line, sentence in errors[0].sentence) == (line, True), errors


def test_the_example_in_the_user_guide_is_a_list() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "user" / "administrator.md").read_text(encoding="utf-8")
    example = re.search(r"(?m)^(?: {4}\S.*\n)*? {4}level,.*\n(?: {4}\S.*\n)+", guide)
    assert example
    listed = csv(re.sub(r"(?m)^ {4}", "", example.group()))
    assert (len(listed.places), len(listed.streets)) == (4, 5)
