"""Texts of many hands: every label is one of its task's, every mark ends, and no writer is on both sides of a fold."""

from collections import Counter

import pytest

from bench.understanding import corpora
from bench.understanding.data import DATA, Absent, rows

TEXTS = {
    "danger": [(one.writer, one.text) for one in corpora.dangers()],
    "kind": [(one.writer, one.text) for one in corpora.wishes()],
    "places": [(one.writer, one.text) for one in corpora.placed()],
    "answers": [(one.writer, one.answer) for one in corpora.replies()],
    "bursts": [(one.writer, one.text) for one in corpora.reports()],
}
LONG = 40  # characters: what is shorter («+», «за», «у нас тоже») two people say alike


def test_every_label_is_one_of_its_task() -> None:
    assert {one.level for one in corpora.dangers()} == {0, 1, 2, 3}
    assert {one.kind for one in corpora.wishes()} == corpora.KINDS
    assert {one.outcome for one in corpora.replies()} <= corpora.OUTCOMES
    assert frozenset().union(*(one.faults for one in corpora.replies())) == corpora.FAULTS
    assert {mention.role for one in corpora.placed() for mention in one.mentions} == set(corpora.ROLES.values())


@pytest.mark.parametrize("task", TEXTS)
def test_each_task_has_ten_writers_who_said_nothing_twice(task: str) -> None:
    texts = TEXTS[task]
    assert {writer for writer, _text in texts} == set(corpora.writers())
    assert len(corpora.writers()) >= 10
    assert [text for text, times in Counter(text for _, text in texts if len(text) >= LONG).items() if times > 1] == []


def test_every_report_belongs_to_a_failure_and_half_of_them_are_related() -> None:
    related = Counter((one.failure, one.related) for one in corpora.reports())
    for failure in corpora.failures():
        assert 35 <= related[failure.failure, True] <= 45
        assert 35 <= related[failure.failure, False] <= 45
    assert {failure for failure, _ in related} == {one.failure for one in corpora.failures()}


def test_each_writer_is_kept_for_measuring_in_one_fold() -> None:
    folds = list(corpora.folds())
    assert sorted(name for fold in folds for name in fold) == sorted(corpora.writers())
    assert {len(fold) for fold in folds} <= {2, 3}


def test_a_mention_stands_where_its_mark_stood() -> None:
    text, (settlement, house) = corpora.unmarked("в {s:станице Холмской=Холмская}, дом {h:5к2}")
    assert text == "в станице Холмской, дом 5к2"
    assert (text[settlement.start : settlement.end], settlement.name) == ("станице Холмской", "Холмская")
    assert (text[house.start : house.end], house.name, house.role) == ("5к2", "5к2", "house")
    with pytest.raises(ValueError, match="does not end"):
        corpora.unmarked("на {u:Ленина")


def test_no_text_is_one_of_the_real_ones() -> None:
    if not DATA.is_dir():
        pytest.skip(f"the real texts are absent: {DATA}")
    ours = {text for texts in TEXTS.values() for _, text in texts if len(text) >= LONG}
    real = set[str]()
    for path in DATA.iterdir():
        if path.suffix in (".csv", ".jsonl"):
            try:
                real.update(value for row in rows(path.name) for value in row.values())
            except Absent:
                continue
    assert len(real) > 1000
    assert ours.isdisjoint(real)
