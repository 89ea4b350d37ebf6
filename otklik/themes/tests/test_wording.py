import json
import re
import tomllib
from pathlib import Path

import pytest

from otklik.themes.classifier import ClassifierError, load, name_key
from otklik.themes.wording import DIFFERENCE_LIMIT, differences, examples, read_differences, read_examples

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / ".." / "shared" / "domain" / "themes_reference.json"
RUN = 60  # characters in a row that may not stand in the reference wording
CONTACTS = re.compile(r"\+7|[\w.]@\w|https?:|www\.|(?:\d[\s()-]{0,2}){9}\d")


def test_every_theme_has_six_examples_without_descriptions_names_or_contacts_and_is_told_from_another() -> None:
    themes = load().themes
    assert [theme.code for theme in themes if len(examples().get(theme.code, ())) < 6] == []
    different = {code for pair in differences() for code in pair}
    assert [theme.code for theme in themes if theme.code not in different] == []
    names = {name_key(words) for theme in load().themes for words in (theme.name, theme.description, *theme.also)}
    lines = [line for lines in examples().values() for line in lines]
    assert [line for line in lines if name_key(line) in names or CONTACTS.search(line)] == []
    contacts = ("звоните +7 (900) 000-00-00", "тел 8 900 000 00 00", "a@b.ru", "https://b.ru")
    assert all(CONTACTS.search(line) for line in contacts)


def test_no_description_example_or_difference_repeats_the_reference_wording() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference wording is not beside the project")
    wordings = json.loads(REFERENCE.read_text(encoding="utf-8"))["themes"]
    text = "\n".join(" ".join(theme["description"].split()) for theme in wordings).casefold()
    runs = {text[start : start + RUN] for start in range(len(text) - RUN + 1)}
    descriptions = [theme.description for theme in load().themes]
    ours = [line.casefold() for lines in (*examples().values(), differences().values(), descriptions) for line in lines]
    starts = [(line, start) for line in ours for start in range(len(line) - RUN + 1)]
    assert {line for line, start in starts if line[start : start + RUN] in runs} == set()


def test_differences_are_one_calm_line_and_nobody_can_change_what_was_read() -> None:
    wrong = [words for words in differences().values() if "\n" in words or words.endswith(".") or "!" in words]
    assert wrong == []
    assert (examples() is examples(), differences() is differences()) == (True, True)
    with pytest.raises(TypeError):
        examples()["dorogi.yamy"] = ()  # type: ignore[index]


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("dorogi", '"dorogi.net-takoy" = "яма"', "no theme of this group"),
        ("dorogi", '"zhkh.lift" = "лифт стоит"', "no theme of this group"),
        ("nigde", '"dorogi.yamy" = "яма"', "no such group"),
        ("dorogi", '"dorogi.yamy" = ["яма"]', "must be a text"),
        ("dorogi", '"dorogi.yamy" = "\\n \\n"', "must be a text"),
        ("dorogi", '"dorogi.yamy" = "яма\\n\\nещё яма"', "an empty line"),
        ("dorogi", '"dorogi.yamy" = "яма\\n…\\nещё яма"', "an empty line"),
        ("dorogi", '"dorogi.yamy" = "яма "', "spaces at an end"),
        ("dorogi", '"dorogi.yamy" = "Яма у дома\\nяма у дома!"', "stands in dorogi.yamy already"),
        ("dorogi", '"dorogi.yamy" = "яма"\n"dorogi.svet" = "Яма"', "dorogi.svet: an example stands in dorogi.yamy"),
        ("dorogi", f'"dorogi.yamy" = "{"я" * 1001}"', "longer than 1000"),
        ("dorogi", '"dorogi.yamy" = ', "dorogi.toml"),
    ],
)
def test_broken_examples_are_refused_with_their_reason(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    (tmp_path / f"{file}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ClassifierError, match=complaint):
        read_examples(tmp_path, load())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('["dorogi.yamy"]\n"dorogi.net-takoy" = "яма"', "is no other theme"),
        ('["dorogi.yamy"]\n"dorogi.yamy" = "яма"', "is no other theme"),
        ('"dorogi.yamy" = "яма"', "must be a table"),
        ('["dorogi.yamy"]\n"dorogi.svet" = 1', "must be a text"),
        ('["dorogi.yamy"]\n"dorogi.svet" = ""', "an empty line"),
        ('["dorogi.yamy"]\n"dorogi.svet" = "яма"\n"dorogi.remont" = "яма"', "a repeated difference"),
        (f'["dorogi.yamy"]\n"dorogi.svet" = "{"я" * (DIFFERENCE_LIMIT + 1)}"', "longer than 90"),
    ],
)
def test_broken_differences_are_refused_with_their_reason(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "dorogi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ClassifierError, match=complaint):
        read_differences(tmp_path, load())


def test_the_files_are_part_of_the_package_and_an_empty_folder_and_one_not_in_utf8_are_refused(tmp_path: Path) -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    assert {"data/*", "examples/*", "differences/*"} <= set(packed["*"])
    with pytest.raises(ClassifierError, match="no files"):
        read_examples(tmp_path, load())
    (tmp_path / "dorogi.toml").write_bytes('"dorogi.yamy" = "яма"'.encode("cp1251"))
    with pytest.raises(ClassifierError, match=r"dorogi\.toml"):
        read_examples(tmp_path, load())
