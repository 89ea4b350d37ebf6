from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from otklik.demo.agencies import DATA, AgencyPlan, BadPlan, genitive, key, load, unknown_names
from otklik.places import gazetteer
from otklik.routing.match import KnownRule, Match, Router
from otklik.themes import classifier

REAL = [(place.code, place.name, place.official) for place in gazetteer.load().places if place.level == "municipality"]
THEMES = [(group.name, theme.name) for group in classifier.load().groups for theme in group.themes]
TWO = [("north", "Северный район", "Северный муниципальный район"), ("port", "Порт", "Городской округ город Порт")]

AGENCIES = """
agency = [
    { code = "roads", kind = "ministry", short_name = "Дороги", name = "Министерство дорог" },
    { code = "water", kind = "utility", territory = "Порт", short_name = "Вода", name = "Водоканал" },
    { code = "yard", kind = "municipal", parent = "administration", territory = "порт", short_name = "Двор", name = "Отдел дворов" },
]
[administration]
code = "adm-{code}"
name = "Администрация {official}"
short_name = "Администрация {name}"
genitive = { "Порт" = "Порта" }
"""  # noqa: E501
BROOM = '{ code = "broom", kind = "company", parent = "yard", short_name = "Мётлы", name = "Третий уровень" },'
RULES = """
[classes]
"все" = ["Северный район", "Порт"]
[[rule]]
group = "Дороги"
agency = "administration"
otherwise = "roads"
"""

Planned = Callable[..., AgencyPlan]


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    def plan(agencies: str = AGENCIES, rules: str = RULES) -> AgencyPlan:
        (tmp_path / "agencies.toml").write_text(agencies, encoding="utf-8")
        (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
        return load(TWO, tmp_path)

    return plan


def route(plan: AgencyPlan, group: str, theme: str, place: str | None) -> tuple[str, list[str]]:
    """Agency and alternatives, as the router says them."""
    agencies = [agency.code for agency in plan.agencies]
    groups = sorted({key(group) for group, _ in THEMES})
    themes = [(key(group), key(theme)) for group, theme in THEMES]
    codes = [code for code, _, _ in REAL]
    known = [
        KnownRule(
            number,
            themes.index((key(rule.group), key(rule.theme))) if rule.group and rule.theme else None,
            groups.index(key(rule.group)) if rule.group else None,
            f"/1/{codes.index(rule.place)}/" if rule.place else "",
            agencies.index(rule.agency),
        )
        for number, rule in enumerate(plan.rules)
    ]
    path = f"/1/{codes.index(place)}/7777/" if place else ""
    asked = (themes.index((key(group), key(theme))), groups.index(key(group)), path)
    found = Router(known).match(*asked, date(2026, 7, 1))
    assert isinstance(found, Match), "every matter of the classifier has an agency, or at least an alternative"
    return agencies[found.agency_id], [agencies[other.agency_id] for other in found.others]


def test_every_municipality_has_its_administration_and_parents_come_first() -> None:
    plan = load(REAL)
    assert {one.territory for one in plan.agencies if one.kind == "administration"} == {code for code, _, _ in REAL}
    seen: set[str | None] = {None}
    for agency in plan.agencies:
        assert agency.parent in seen
        seen.add(agency.code)
    assert len(seen) - 1 == len(plan.agencies)


def test_names_are_unique_and_fit_the_tables() -> None:
    plan = load(REAL)
    for names in ([one.name for one in plan.agencies], [one.short_name for one in plan.agencies]):
        assert len(set(names)) == len(names)
    assert all("{" not in agency.name + agency.short_name for agency in plan.agencies)


@pytest.mark.parametrize("city", ["krasnodar", "sochi", "novorossiysk", "armavir", "anapa", "gelendzhik"])
def test_the_large_towns_have_executors_and_utilities_of_their_own(city: str) -> None:
    own = [agency for agency in load(REAL).agencies if agency.territory == city]
    assert {"administration", "municipal", "utility"} <= {agency.kind for agency in own}
    assert all(agency.parent == f"adm-{city}" for agency in own if agency.kind == "municipal")


def test_the_rules_cover_every_group_of_the_classifier_and_name_no_other_theme() -> None:
    plan = load(REAL)
    assert unknown_names(plan, THEMES) == []
    assert {key(rule.group) for rule in plan.rules if rule.group and not rule.theme} == {
        key(group) for group, _ in THEMES
    }


def test_every_theme_has_an_agency_in_every_kind_of_place() -> None:
    plan = load(REAL)
    covered = {(rule.group and key(rule.group), rule.place) for rule in plan.rules if rule.theme is None}
    for group, _ in THEMES:
        for code, _, _ in REAL:
            assert {(key(group), code), (key(group), None)} & covered, (group, code)


@pytest.mark.parametrize(
    ("group", "theme", "place", "agency"),
    [
        ("Благоустройство", "Ямы во дворах", "tihoretskiy", "adm-tihoretskiy"),
        ("Благоустройство", "Ямы во дворах", "krasnodar", "krasnodar-gorhoz"),
        ("Благоустройство", "Ямы во дворах", None, "mintek"),
        ("Дороги", "Строительство дорог и мостов", "sochi", "mintrans"),
        ("Дороги", "Установка и содержание дорожных знаков", "eyskiy", "adm-eyskiy"),
        ("ЖКХ", "Отсутствие холодной и/или горячей воды", "anapa", "anapa-voda"),
        ("ЖКХ", "Отсутствие холодной и/или горячей воды", "eyskiy", "vodokompleks-eysk"),
        ("ЖКХ", "Отсутствие холодной и/или горячей воды", "abinskiy", "adm-abinskiy"),
        ("ЖКХ", "Неисправность или отключение лифтов", "sochi", "gzhi"),
        ("Энергетика", "Отключение электричества, аварии на подстанциях, ЛЭП", "krymskiy", "rosseti-yugozapad"),
        ("Энергетика", "Отключение электричества, аварии на подстанциях, ЛЭП", "abinskiy", "rosseti"),
        ("Обращение с отходами", "Вывоз крупногабаритного мусора", "sochi", "tko"),
        ("Здравоохранение", "Скорая помощь", "armavir", "skoraya"),
        ("Образование", "Образовательные программы", "krasnodar", "minobr"),
        ("Экология", "Загрязнение водных объектов и нарушения водоохранных зон", "gelendzhik", "rprn"),
        ("Экология", "Загрязнение водных объектов и нарушения водоохранных зон", "abinskiy", "minprirody"),
    ],
)
def test_a_matter_goes_to_the_body_that_deals_with_it(group: str, theme: str, place: str | None, agency: str) -> None:
    assert route(load(REAL), group, theme, place)[0] == agency


def test_a_local_matter_has_the_ministry_as_the_alternative() -> None:
    agency, others = route(load(REAL), "Дороги", "Установка и содержание дорожных знаков", "eyskiy")
    assert (agency, others) == ("adm-eyskiy", ["mintrans", "cur"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Абинский муниципальный район", "Абинского муниципального района"),
        ("Каневской район", "Каневского района"),
        ("Приморско-Ахтарский муниципальный округ", "Приморско-Ахтарского муниципального округа"),
        ("Муниципальный округ город-курорт Анапа", "муниципального округа город-курорт Анапа"),
        ("Муниципальный округ город Горячий Ключ", "муниципального округа город Горячий Ключ"),
        ("Сочи", "Сочи"),
        ("", ""),
    ],
)
def test_a_municipality_is_named_in_the_genitive(name: str, expected: str) -> None:
    assert genitive(name) == expected


def test_names_meet_whatever_their_case_yo_and_punctuation() -> None:
    assert key("Молодёжная  политика.") == key("МОЛОДЕЖНАЯ ПОЛИТИКА")
    assert key("Вода (в т.ч. горячая)") != key("Вода")


def test_a_place_named_alone_beats_its_class_and_a_class_beats_everywhere(planned: Planned) -> None:
    rules = RULES + '[[rule]]\ngroup = "дороги"\nby_place = { "Порт" = "yard", "ВСЕ" = "roads" }\n'
    chosen = {rule.place: rule.agency for rule in planned(rules=rules).rules}
    assert chosen == {"north": "roads", "port": "yard", None: "roads"}


def test_unknown_themes_and_groups_are_told(planned: Planned) -> None:
    plan = planned(rules=RULES.replace('"Дороги"', '"Дороги"\nthemes = ["Ямы", "Знаки"]'))
    assert unknown_names(plan, [("дороги", "ЯМЫ!")]) == ["Дороги: Знаки"]
    assert unknown_names(plan, [("ЖКХ", "Ямы")]) == ["Дороги"]


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('code = "water"', 'code = "roads"'),
        ('code = "water"', 'code = "adm-port"'),
        ('code = "water"', 'code = "administration"'),
        ('code = "water"', 'code = "Вода"'),
        ('code = "water"', 'code = ""'),
        ('code = "water"', "code = 5"),
        ('kind = "utility"', 'kind = "friend"'),
        ('kind = "utility",', 'kind = "utility", colour = "red",'),
        ('kind = "utility",', ""),
        ('territory = "Порт"', 'territory = "Атлантида"'),
        ('territory = "Порт"', "territory = [1]"),
        ('territory = "порт",', ""),
        ('parent = "administration"', 'parent = "nobody"'),
        ('kind = "utility",', 'kind = "utility", parent = "yard",'),
        ('name = "Водоканал"', f'name = "{"о" * 251}"'),
        ('"Отдел дворов" },', f'"Отдел дворов" }},\n{BROOM}'),
        ("adm-{code}", "adm-{kode}"),
        ("adm-{code}", "adm-{"),
        ("agency = [", "other = ["),
    ],
)
def test_a_contradiction_among_agencies_is_refused(planned: Planned, found: str, put: str) -> None:
    assert found in AGENCIES
    with pytest.raises(BadPlan):
        planned(agencies=AGENCIES.replace(found, put, 1))


@pytest.mark.parametrize(
    "rule",
    [
        'group = "Дороги"\nagency = "roads"',  # what «otherwise» has said already
        'group = "ДОРОГИ"\nagency = "administration"',
        'group = "ЖКХ"\nagency = "nobody"',
        'group = "ЖКХ"\nagency = 7',
        'group = "ЖКХ"\nagency = "water"',  # works in one town, not everywhere
        'group = "ЖКХ"\nagency = "water"\nwhere = ["Северный район"]',
        'group = "ЖКХ"\nagency = "roads"\nwhere = ["Атлантида"]',
        'group = "ЖКХ"\nagency = "roads"\nwhere = "Порт"',
        'group = "ЖКХ"\nagency = "roads"\nby_place = { "Порт" = "water" }',
        'group = "ЖКХ"',
        'group = "ЖКХ"\nby_place = []',
        'group = "ЖКХ"\nagency = "roads"\nthemes = []',
        'group = "ЖКХ"\nagency = "roads"\nthemes = [1]',
        'group = "ЖКХ"\nagency = "roads"\nthemes = ["Вода", "вода"]',
        'group = "ЖКХ"\nagency = "roads"\nuntil = 2026-01-01',
        'group = ""\nagency = "roads"',
        'themes = ["Вода"]\nagency = "roads"',
        f'group = "ЖКХ"\nagency = "roads"\nnote = "{"о" * 251}"',
    ],
)
def test_a_contradiction_among_rules_is_refused(planned: Planned, rule: str) -> None:
    with pytest.raises(BadPlan):
        planned(rules=f"{RULES}[[rule]]\n{rule}\n")


@pytest.mark.parametrize("text", ["", "rule", "\x00", "[[rule]]", 'agency = "text"', "rule = [1]", "classes = 5"])
def test_a_broken_file_is_refused_by_name_and_not_by_accident(planned: Planned, text: str) -> None:
    with pytest.raises(BadPlan):
        planned(agencies=text)
    with pytest.raises(BadPlan):
        planned(rules=text)


def test_a_missing_file_and_bad_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPlan, match=r"agencies\.toml"):
        load(TWO, tmp_path)
    (tmp_path / "agencies.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadPlan, match=r"agencies\.toml"):
        load(TWO, tmp_path)


def test_two_municipalities_of_one_name_are_refused() -> None:
    with pytest.raises(BadPlan, match="порт"):
        load([*TWO, ("harbour", "порт", "")])


def test_the_real_files_do_not_fit_another_region() -> None:
    with pytest.raises(BadPlan, match="no such municipality"):
        load(TWO, DATA)
