import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from otklik.themes.classifier import KINDS, ClassifierError, ThemeData, load, name_key, read

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = ROOT / ".." / "shared" / "domain"

CLASSIFIER = load()
KEYWORD = re.compile(r"[a-zа-я0-9.-]+( [a-zа-я0-9.-]+){0,2}")
USUAL = {"дорога", "дом", "город", "администрация", "улица", "край"}
GROUP = """
code = "roads"
name = "Дороги"
title = "Дороги"
[[subgroup]]
name = ""
[[subgroup.theme]]
code = "roads.holes"
name = "Ямы"
also = ["Яма на дороге"]
severity = 3
kind = "solvable"
description = "Ямы на улице."
keywords = "яма, выбоина"
"""


@pytest.fixture
def official() -> list[dict[str, str]]:
    source = DOMAIN / "themes.csv"
    if not source.exists():
        pytest.skip("the official list of themes is not beside the project")
    with source.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_whole_classifier_is_there_each_group_with_its_remainder_last() -> None:
    assert CLASSIFIER.version == "2026-1"
    assert len(CLASSIFIER.groups) == 26
    assert len(CLASSIFIER.themes) == 359
    assert [theme for group in CLASSIFIER.groups for theme in group.themes] == list(CLASSIFIER.themes)
    assert all(theme.group == group.code for group in CLASSIFIER.groups for theme in group.themes)
    names = [name_key(group.name) for group in CLASSIFIER.groups]
    assert names == sorted(names)
    assert {theme.severity for theme in CLASSIFIER.themes} == {1, 2, 3, 4, 5}
    assert {theme.kind for theme in CLASSIFIER.themes} == set(KINDS)
    assert 30 <= sum(theme.fast_track for theme in CLASSIFIER.themes) <= 45
    # ЦУР is the only group of the official list without one: it has just two themes.
    for group in CLASSIFIER.groups:
        last = group.themes[-1]
        assert (last.name == f"{group.name} прочее") == (group.code != "tsur"), group.name
        assert sum(theme.name.endswith(" прочее") for theme in group.themes) == (group.code != "tsur")
    count = Counter(word for theme in CLASSIFIER.themes for word in theme.keywords)
    assert [word for word, themes in count.items() if themes > 6] == []


UNIQUE: dict[str, Callable[[ThemeData], str]] = {
    "codes": lambda theme: theme.code,
    "names": lambda theme: name_key(theme.name),
    "descriptions": lambda theme: theme.description,
}
HOLDS: dict[str, Callable[[ThemeData], bool]] = {
    "codes are short ASCII slugs": lambda theme: bool(re.fullmatch(r"[a-z]+\.[a-z0-9-]{2,30}", theme.code)),
    "descriptions are short": lambda theme: 40 <= len(theme.description) <= 300,
    "and whole sentences": lambda theme: theme.description.endswith(".") and "\n" not in theme.description,
    "6 to 45 keywords": lambda theme: 6 <= len(theme.keywords) <= 45,
    "folded, at most three words": lambda theme: all(map(KEYWORD.fullmatch, theme.keywords)),
    "no words that fit everything": lambda theme: not {*theme.keywords} & USUAL,
    "all spellings lead to it": lambda theme: all(
        CLASSIFIER.by_name(name) is theme for name in (theme.name, *theme.also)
    ),
}


def test_no_two_themes_have_the_same_code_name_or_description_and_each_keeps_every_rule() -> None:
    for what, value in UNIQUE.items():
        assert [one for one, count in Counter(map(value, CLASSIFIER.themes)).items() if count > 1] == [], what
    for rule, holds in HOLDS.items():
        assert [theme.code for theme in CLASSIFIER.themes if not holds(theme)] == [], rule
    for code in (
        *("zhkh.otoplenie", "zhkh.sosulki", "zhkh.avariya-vody", "blago.lyuki", "blago.upavshie", "dorogi.sneg"),
        *("energetika.otklyuchenie", "othody.ploshchadki", "bezopasnost.otlov", "zdrav.skoraya"),
    ):
        theme = CLASSIFIER.by_code(code)
        assert theme is not None
        assert theme.fast_track, f"{code} cannot wait"


def test_a_name_is_known_whatever_its_case_spaces_punctuation_and_yo() -> None:
    for spelling, code in (
        ("ЖКХ прочее", "zhkh.prochee"),
        ("жкх   ПРОЧЕЕ!", "zhkh.prochee"),
        (" «ЖКХ» — прочее ", "zhkh.prochee"),
        ("Уборка дорог от пыли, смета, листвы", "dorogi.doroga-musor"),
        ("уборка дорог от пыли смёта листвы", "dorogi.doroga-musor"),
        # Some exports write й as и with a combining breve, ё as е with a diaeresis.
        ("Воинскии\u0306 уче\u0308т (в т.ч. военныи\u0306 билет, выезд за пределы проживания)", "voennaya.uchet"),
    ):
        assert CLASSIFIER.by_name(spelling) is CLASSIFIER.by_code(code) is not None, spelling
    for unknown in ("", "…", "Нет такой темы", "\x00", "ЖКХ"):
        assert CLASSIFIER.by_name(unknown) is CLASSIFIER.by_code(unknown) is None
    assert load() is load()


def test_every_official_name_leads_to_its_theme_group_and_subgroup(official: list[dict[str, str]]) -> None:
    groups = {group.code: group for group in CLASSIFIER.groups}
    for row in official:
        theme = CLASSIFIER.by_name(row["theme"])
        assert theme is not None, row["theme"]
        assert (theme.name, groups[theme.group].name) == (row["theme"], row["group"])
        assert theme.also == (row["other_names"],) or not row["other_names"]
        # The remainder stands under an accidental subgroup in the source, so here it has its own.
        assert theme.subgroup == row["subgroup"] or theme.name.endswith(" прочее"), theme.code


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("severity = 3", "severity = 6", "severity"),
        ("severity = 3", "severity = true", "severity"),
        ("severity = 3", "", "severity"),
        ('"solvable"', '"later"', "kind"),
        ('"solvable"', "[1]", "kind"),
        ("severity = 3", 'severity = 3\nfast_track = "yes"', "fast_track"),
        ("severity = 3", "severity = 3\nfasttrack = true", "unknown fasttrack"),
        ('"Ямы на улице."', '" "', "description"),
        ('"яма, выбоина"', '"яма,, выбоина"', "keyword"),
        ('"яма, выбоина"', '"яма, яма"', "keyword"),
        ('["Яма на дороге"]', '"Яма на дороге"', "also"),
        ('["Яма на дороге"]', '["..."]', "also"),
        ('"roads.holes"', '"holes"', "must start with roads."),
        ("[[subgroup.theme]]", "[subgroup.theme]", r"roads.toml: no \[\[theme\]\]"),
        ('title = "Дороги"', "title = ", "roads.toml"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(tmp_path: Path, good: str, bad: str, complaint: str) -> None:
    assert good in GROUP
    (tmp_path / "roads.toml").write_text(GROUP.replace(good, bad), encoding="utf-8")
    with pytest.raises(ClassifierError, match=complaint):
        read(tmp_path)


def test_a_folder_of_ones_own_is_read_and_an_empty_one_or_a_file_not_in_utf8_refused(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match="no classifier files"):
        read(tmp_path)
    (tmp_path / "roads.toml").write_bytes(GROUP.encode("cp1251"))
    with pytest.raises(ClassifierError, match=r"roads\.toml"):
        read(tmp_path)
    (tmp_path / "roads.toml").write_text(GROUP, encoding="utf-8")
    (theme,) = read(tmp_path, "own-1").themes
    assert (theme.code, theme.keywords, theme.fast_track) == ("roads.holes", ("яма", "выбоина"), False)


def test_one_spelling_for_two_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.toml").write_text(GROUP, encoding="utf-8")
    for code, theme, name in (
        ("roads", "other", "Другое"),  # the same group twice
        ("other", "holes", "ямы!"),  # the same name by its key
        ("other", "holes", "Яма на дороге"),  # a name that is another theme's alias
    ):
        second = GROUP.replace('also = ["Яма на дороге"]', "").replace('name = "Ямы"', f'name = "{name}"')
        second = second.replace("roads", code).replace(".holes", f".{theme}")
        if code != "roads":
            second = second.replace('name = "Дороги"', 'name = "Другая группа"')
        (tmp_path / "2.toml").write_text(second, encoding="utf-8")
        with pytest.raises(ClassifierError, match="two things"):
            read(tmp_path)
