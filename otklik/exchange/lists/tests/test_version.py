from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import get_default_timezone

from otklik.answers.models import Template
from otklik.exchange.lists.sheet import read
from otklik.exchange.lists.tests.house import AT, House
from otklik.exchange.lists.version import Preview, current, look, version_columns
from otklik.journal.models import Entry, Reason
from otklik.journal.tests.whole import whole
from otklik.lib.refusal import Refused
from otklik.routing.models import Automatic, Norm, Rule
from otklik.themes import keeping, shipped, turning
from otklik.themes.keeping import ThemeInput
from otklik.themes.models import Classifier, Theme, ThemeGroup
from tests.make import places
from tests.make.figures import counted

HEADER = ["Группа", "Тема", "Код", "Вид", "Тяжесть", "Фасттрек", "Ключевые слова", "Прежняя тема"]
TODAY = date(2026, 9, 1)


def seen(house: House, *rows: list[Any]) -> Preview:
    return look(read(house.file(HEADER, *rows), version_columns()), AT)


def in_force(house: House, *rows: list[Any], day: date = TODAY) -> Preview:
    preview = seen(house, *rows)
    assert (preview.errors, preview.unsure) == ([], [])
    turning.keep("2", day, preview.plan, "machine:console", TODAY, AT)
    turning.begin_due(AT)
    return preview


def row(group: str, name: str, code: str = "", was: str = "", **columns: str) -> list[str]:
    return [group, name, code, columns.get("kind", ""), columns.get("severity", ""), "", columns.get("words", ""), was]


def names(day: date = TODAY) -> set[str]:
    return {one.name for one in turning.themes_now(day)}


@pytest.fixture
def pipes(house: House) -> Theme:
    return places.theme("Прорыв трубы", "zhkh.truby", of=house.theme.group, keywords=["прорыв"])


def test_a_renamed_theme_stays_the_same_row_and_the_old_name_is_in_the_journal(house: House, pipes: Theme) -> None:
    card = counted(AT, theme=house.theme)
    in_force(house, row("ЖКХ", "Отключение воды", "zhkh.voda", severity="4"), row("ЖКХ", "Прорыв трубы"))
    card.refresh_from_db()
    assert card.theme == house.theme
    assert (card.theme.name, card.theme.severity) == ("Отключение воды", 4)
    pipes.refresh_from_db()
    assert pipes.keywords == ["прорыв"], "what the file is silent about stays"
    entry = Entry.objects.get(verb="theme.edit")
    assert entry.subject == f"theme:{house.theme.pk}"
    assert Reason.objects.get(entry=entry).text == "Нет воды → Отключение воды"
    assert whole()


def test_a_dropped_theme_ends_and_what_hangs_on_it_is_listed(house: House, pipes: Theme) -> None:
    rule = Rule.objects.create(theme=pipes, agency=house.water)
    Template.objects.create(title="Срок", theme=house.theme, text="…")
    preview = in_force(house, row("ЖКХ", "Нет воды", kind="решаемый"))
    assert turning.losing([one.pk for one in preview.matched.dropped], preview.lost_groups) == [rule]
    pipes.refresh_from_db()
    assert pipes.retired_on == TODAY
    assert names() == {"Нет воды"}


def test_one_that_ends_in_another_hands_over_what_is_meant_for_the_future(house: House, pipes: Theme) -> None:
    rule = Rule.objects.create(theme=pipes, agency=house.water)
    norm = Norm.objects.create(theme=pipes, clock="agency", minutes=60)
    own = Automatic.objects.create(theme=house.theme, theme_percent=90, agency_percent=90)
    theirs = Automatic.objects.create(theme=pipes, theme_percent=80, agency_percent=80)
    card = counted(AT, theme=pipes)
    in_force(house, row("ЖКХ", "Вода", "zhkh.voda", was="zhkh.voda; zhkh.truby"))
    for one in (rule, norm, own, theirs, card):
        one.refresh_from_db()
    assert (rule.theme, norm.theme) == (house.theme, house.theme)
    assert (own.theme, theirs.theme, card.theme) == (house.theme, pipes, pipes)
    merge = Entry.objects.get(verb="theme.merge")
    assert (merge.data["into"], merge.data["rule"], merge.data["automatic"]) == (house.theme.pk, 1, 0)


def test_groups_come_get_another_name_and_are_left(house: House, pipes: Theme) -> None:
    preview = in_force(house, row("Коммунальное хозяйство", "Нет воды"), row("Коммунальное хозяйство", "Прорыв трубы"),
                     row("Космос", "Шум ракет"))  # fmt: skip
    assert (preview.renamed_groups, preview.new_groups) == ([("ЖКХ", "Коммунальное хозяйство")], ["Космос"])
    house.theme.group.refresh_from_db()
    assert house.theme.group.name == "Коммунальное хозяйство"
    new = Theme.objects.get(name="Шум ракет")
    assert (new.code, new.group.classifier.version) == ("kosmos.shum-raket", "2")


def test_nothing_changes_before_its_day_and_it_can_be_told_anew_or_taken_back(house: House, pipes: Theme) -> None:
    later = TODAY + timedelta(days=3)
    in_force(house, row("ЖКХ", "Нет воды"), day=later)
    assert names() == {"Нет воды", "Прорыв трубы"}
    in_force(house, row("ЖКХ", "Нет воды"), row("ЖКХ", "Лифты", was="нет"), day=later)
    assert Classifier.objects.count() == 2
    with pytest.raises(Refused, match="other"):
        turning.keep("3", later, {"groups": [], "themes": [], "dropped": []}, "machine:console", TODAY, AT)
    midnight = datetime.combine(later, time(), get_default_timezone()).astimezone(UTC)
    turning.begin_due(midnight - timedelta(seconds=1))
    assert names() == {"Нет воды", "Прорыв трубы"}
    turning.begin_due(midnight)
    assert names(later) == {"Нет воды", "Лифты"}
    assert not turning.begin(Classifier.objects.get(version="2").pk, AT), "once"
    with pytest.raises(Refused, match="begun"):
        turning.keep("2", later, {"groups": [], "themes": [], "dropped": []}, "machine:console", TODAY, AT)
    with pytest.raises(Refused, match="past"):
        turning.keep("4", TODAY - timedelta(days=1), {}, "machine:console", TODAY, AT)


def test_a_code_that_is_about_to_be_given_is_given_to_nobody_meanwhile(house: House, pipes: Theme) -> None:
    preview = seen(house, row("ЖКХ", "Нет воды"), row("ЖКХ", "Прорыв трубы"), row("ЖКХ", "Лифт стоит", "zhkh.lift"))
    turning.keep("2", TODAY, preview.plan, "machine:console", TODAY, AT)
    theme_input = ThemeInput("Лифт грязный", "solvable", 2, fast_track=False, keywords=())
    with pytest.raises(Refused, match="coming"):
        keeping.add(pipes.group, "zhkh.lift", theme_input, "user:1", AT)
    keeping.add(pipes.group, "zhkh.lift-2", theme_input, "user:1", AT)
    turning.begin_due(AT)
    assert Theme.objects.get(code="zhkh.lift").name == "Лифт стоит"
    assert keeping.coming() == set()


def test_a_version_that_is_taken_back_leaves_no_trace_but_in_the_journal(house: House) -> None:
    in_force(house, row("ЖКХ", "Нет воды"), day=TODAY + timedelta(days=3))
    turning.cancel("2", "machine:console", AT)
    turning.begin_due(AT + timedelta(days=9))
    assert list(Classifier.objects.values_list("version", flat=True)) == ["1"]
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == ["classifier.plan", "classifier.cancel"]
    with pytest.raises(Refused, match="late"):
        turning.cancel("2", "machine:console", AT)


def test_what_is_unsure_or_wrong_is_said_and_a_file_of_guesses_settles_it(house: House, pipes: Theme) -> None:
    preview = seen(house, row("ЖКХ", "Прорывы труб"), row("ЖКХ", "Лифты", "Лифт!"), row("ЖКХ", "Мусор", "zhkh.voda"),
                 row("ЖКХ", "Вода", was="Нет воды"))  # fmt: skip
    assert [number for number, _words in preview.unsure] == [2]
    assert [number for number, _words in preview.errors] == [3, 4]
    path = house.folder / "guess.xlsx"
    path.write_bytes(current(AT, seen(house, row("ЖКХ", "Прорывы труб", kind="Решаемый", words="прорыв, течь"))))
    settled = look(read(path, version_columns()), AT)
    assert (settled.unsure, settled.errors) == ([], [])
    assert settled.matched.pairs[0].theme is not None
    assert settled.plan["themes"][0]["pk"] == pipes.pk
    assert settled.plan["themes"][0]["keywords"] == ["прорыв", "течь"]


@pytest.mark.django_db
def test_the_whole_shipped_classifier_goes_out_and_comes_in_without_a_difference(tmp_path: Path) -> None:
    shipped.put(TODAY)
    before = list(Theme.objects.order_by("pk").values())
    path = tmp_path / "all.xlsx"
    path.write_bytes(current(AT))
    preview = look(read(path, version_columns()), AT)
    assert (preview.errors, preview.unsure, preview.matched.dropped) == ([], [], [])
    assert (preview.new_groups, preview.renamed_groups) == ([], [])
    turning.keep("again", TODAY, preview.plan, "machine:console", TODAY, AT)
    turning.begin_due(AT)
    assert list(Theme.objects.order_by("pk").values()) == before
    assert not Entry.objects.filter(verb__startswith="theme.").exists()
    assert ThemeGroup.objects.count() == 26


def test_themes_come_one_by_one_as_well(house: House, pipes: Theme) -> None:
    header = ["Тема", "Группа", "Код", "Тяжесть", "Ключевые слова"]
    path = house.file(header, ["Нет воды", "ЖКХ", "", "5", "Воды нет, сухой кран"], ["Лифты", "ЖКХ", "", "", ""])
    done = house.load("themes", path)
    assert (done.new, done.changed) == (1, 1)
    house.theme.refresh_from_db()
    assert (house.theme.severity, house.theme.keywords) == (5, ["воды нет", "сухой кран"])
    assert Theme.objects.get(name="Лифты").code == "zhkh.lifty"
    assert house.load("themes", path).same == 2
    bad = house.file(header, ["Ракеты", "Космос", "", "", ""], ["Сажа", "ЖКХ", "", "9", ""],
                     ["Дым", "ЖКХ", "", "", "одно два три четыре"])  # fmt: skip
    for number, words in {2: "такой группы нет", 3: "бывает", 4: "до трёх слов"}.items():
        assert words in " ".join(house.words("themes", bad)[number])
