from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from otklik.demo.agencies import DATA, AgencyPlan, BadPlan, genitive, key, load, unknown_names
from otklik.places import gazetteer
from otklik.routing.match import KnownRule, Match, Router
from otklik.themes import classifier

REAL = [(place.code, place.name, place.official) for place in gazetteer.load().places if place.level == "municipality"]
PLAN = load(REAL)
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


def route(group: str, theme: str, place: str | None) -> tuple[str, list[str]]:
    """Agency and alternatives, as the router says them."""
    agencies = [agency.code for agency in PLAN.agencies]
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
        for number, rule in enumerate(PLAN.rules)
    ]
    path = f"/1/{codes.index(place)}/7777/" if place else ""
    asked = (themes.index((key(group), key(theme))), groups.index(key(group)), path)
    match = Router(known).match(*asked, date(2026, 7, 1))
    assert isinstance(match, Match), "every matter of the classifier has an agency, or at least an alternative"
    return agencies[match.agency_id], [agencies[other.agency_id] for other in match.others]


def test_every_municipality_has_its_administration_and_the_rules_cover_every_group_and_place() -> None:
    assert {one.territory for one in PLAN.agencies if one.kind == "administration"} == {code for code, _, _ in REAL}
    seen: set[str | None] = {None}
    for agency in PLAN.agencies:
        assert agency.parent in seen
        assert "{" not in agency.name + agency.short_name
        seen.add(agency.code)
    rows = len(PLAN.agencies)
    assert len(seen) - 1 == len({one.name for one in PLAN.agencies}) == rows
    assert len({one.short_name for one in PLAN.agencies}) == rows
    for city in ("krasnodar", "sochi", "novorossiysk", "armavir", "anapa", "gelendzhik"):
        own = [agency for agency in PLAN.agencies if agency.territory == city]
        assert {"administration", "municipal", "utility"} <= {agency.kind for agency in own}
        assert all(agency.parent == f"adm-{city}" for agency in own if agency.kind == "municipal")
    assert unknown_names(PLAN, THEMES) == []
    groups = {key(group) for group, _ in THEMES}
    assert {key(rule.group) for rule in PLAN.rules if rule.group and not rule.theme} == groups
    covered = {(rule.group and key(rule.group), rule.place) for rule in PLAN.rules if rule.theme is None}
    for group in groups:
        for code, _, _ in REAL:
            assert {(group, code), (group, None)} & covered, (group, code)


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
    assert route(group, theme, place)[0] == agency


def test_a_local_matter_has_the_ministry_as_the_alternative() -> None:
    local = route("Дороги", "Установка и содержание дорожных знаков", "eyskiy")
    assert local == ("adm-eyskiy", ["mintrans", "cur"])


def test_municipalities_are_named_in_the_genitive_and_names_meet_whatever_their_case_yo_and_punctuation() -> None:
    names = {
        "Абинский муниципальный район": "Абинского муниципального района",
        "Каневской район": "Каневского района",
        "Приморско-Ахтарский муниципальный округ": "Приморско-Ахтарского муниципального округа",
        "Муниципальный округ город-курорт Анапа": "муниципального округа город-курорт Анапа",
        "Муниципальный округ город Горячий Ключ": "муниципального округа город Горячий Ключ",
        "Сочи": "Сочи",
        "": "",
    }
    assert {name: genitive(name) for name in names} == names
    assert key("Молодёжная  политика.") == key("МОЛОДЕЖНАЯ ПОЛИТИКА")
    assert key("Вода (в т.ч. горячая)") != key("Вода")


def test_a_place_named_alone_beats_its_class_and_unknown_themes_and_groups_are_told(planned: Planned) -> None:
    rules = RULES + '[[rule]]\ngroup = "дороги"\nby_place = { "Порт" = "yard", "ВСЕ" = "roads" }\n'
    chosen = {rule.place: rule.agency for rule in planned(rules=rules).rules}
    assert chosen == {"north": "roads", "port": "yard", None: "roads"}
    plan = planned(rules=RULES.replace('"Дороги"', '"Дороги"\nthemes = ["Ямы", "Знаки"]'))
    assert unknown_names(plan, [("дороги", "ЯМЫ!")]) == ["Дороги: Знаки"]
    assert unknown_names(plan, [("ЖКХ", "Ямы")]) == ["Дороги"]


CONTRADICTIONS = [
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
]
WRONG_RULES = [
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
]
BROKEN = ("", "rule", "\x00", "[[rule]]", 'agency = "text"', "rule = [1]", "classes = 5")


@pytest.mark.parametrize(
    "files",
    [
        *({"agencies": AGENCIES.replace(was, put, 1)} for was, put in CONTRADICTIONS),
        *({"rules": f"{RULES}[[rule]]\n{rule}\n"} for rule in WRONG_RULES),
        *({name: text} for name in ("agencies", "rules") for text in BROKEN),
    ],
)
def test_a_contradiction_and_a_broken_file_are_refused_and_no_accident(planned: Planned, files: dict[str, str]) -> None:
    assert files.get("agencies") != AGENCIES
    with pytest.raises(BadPlan):
        planned(**files)


def test_a_missing_file_bad_bytes_two_municipalities_of_one_name_and_another_region_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPlan, match=r"agencies\.toml"):
        load(TWO, tmp_path)
    (tmp_path / "agencies.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadPlan, match=r"agencies\.toml"):
        load(TWO, tmp_path)
    with pytest.raises(BadPlan, match="порт"):
        load([*TWO, ("harbour", "порт", "")])
    with pytest.raises(BadPlan, match="no such municipality"):
        load(TWO, DATA)
