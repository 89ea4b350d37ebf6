"""The run that breaks everything: its plan follows from the seed, its judge sees what is wrong, a small one holds."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.chaos.count import Said, Tally, Wanted, judge, with_cards
from bench.chaos.crowd import words_of
from bench.chaos.plan import AFTER, BEFORE, EVERY, NETWORKS, TWINS, plan
from bench.chaos.restoring import forgotten
from bench.chaos.run import Result
from bench.chaos.table import shown
from otklik.answers.parts import cut
from otklik.networks.registry import NETWORKS as CONNECTORS

ROOT = Path(__file__).resolve().parents[1]
VK = Wanted(7, "vk", "wall-1_2?reply=3", "Фонарь заменили.", 1)
PROMISE = Wanted(6, "vk", "wall-1_2?reply=3", "Фонарь заменят.", 0)
TELEGRAM = Wanted(8, "telegram", "tg:1:2", "Фонарь заменили.", 1)


def stands(wanted: Wanted, place: int = 1, under: str = "") -> Said:
    return Said(wanted.network, under or wanted.address, wanted.words, place)


# the plan


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_plan_follows_from_its_seed_alone(database: str) -> None:
    assert plan(5, 300, database) == plan(5, 300, database)
    assert plan(5, 300, database) != plan(6, 300, database)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("answers", "database"), [(25, "sqlite"), (25, "postgresql"), (300, "postgresql")])
def test_every_plan_strikes_everything_while_something_is_being_said(seed: int, answers: int, database: str) -> None:
    made = plan(seed, answers, database)
    assert made.answers >= answers
    struck = Counter(blow.what for blow in made.blows)
    assert set(struck) == {*EVERY, "disk", *(["database"] if database == "postgresql" else [])}
    written, failing = [comment.at for comment in made.comments], [fault.at for fault in made.faults]
    for moments in (written, failing, [blow.at for blow in made.blows]):
        assert moments == sorted(moments)
        assert 0 <= moments[0] <= moments[-1] <= made.span
    assert {comment.network for comment in made.comments} == {fault.network for fault in made.faults} == {*NETWORKS}
    assert abs(made.off) == 600


def test_a_full_plan_has_every_fault_promises_and_words_that_are_said_twice() -> None:
    made = plan(1, 300, "sqlite")
    assert {fault.kind for fault in made.faults} == {*BEFORE, *AFTER}
    assert ("interim", "final") in {comment.kinds for comment in made.comments}
    alike = [comment for comment in made.comments if comment.words != comment.number]
    assert {comment.network for comment in alike} <= {*TWINS}
    assert alike
    for comment in alike:
        assert made.comments[comment.words].network == comment.network


# the judge


def test_an_answer_that_stands_once_where_it_should_is_good() -> None:
    found = judge([PROMISE, VK], [stands(PROMISE, 1), stands(VK, 2)], set())
    assert found == {"vk": Tally(approved=2, once=2)}
    assert found["vk"].good


def test_the_judge_sees_a_double() -> None:
    found = judge([VK], [stands(VK, 1), stands(VK, 2)], set())["vk"]
    assert (found.twice, found.once, found.good) == (1, 0, False)


def test_the_judge_sees_a_lost_one() -> None:
    found = judge([VK], [], set())["vk"]
    assert (found.never, found.good) == (1, False)
    assert judge([VK], [], {VK.answer})["vk"].never == 1, "where one can look nobody has to wait"


def test_where_nobody_can_look_the_rest_waits_for_a_person_but_is_not_said_twice() -> None:
    found = judge([TELEGRAM], [], {TELEGRAM.answer})["telegram"]
    assert (found.waits, found.never, found.good) == (1, 0, True)
    assert judge([TELEGRAM], [], set())["telegram"].never == 1
    assert judge([TELEGRAM], [stands(TELEGRAM), stands(TELEGRAM)], {TELEGRAM.answer})["telegram"].twice == 1


def test_the_judge_sees_a_wrong_place_and_what_nobody_has_approved() -> None:
    elsewhere = judge([VK], [stands(VK, under="wall-1_2?reply=4")], set())["vk"]
    assert (elsewhere.wrong, elsewhere.never, elsewhere.good) == (1, 1, False)
    unapproved = judge([], [stands(VK)], set())["vk"]
    assert (unapproved.wrong, unapproved.good) == (1, False)


def test_the_judge_sees_an_answer_before_its_promise() -> None:
    found = judge([PROMISE, VK], [stands(VK, 1), stands(PROMISE, 2)], set())["vk"]
    assert (found.once, found.turned, found.good) == (2, 1, False)


def test_the_judge_sees_parts_that_are_turned_doubled_or_missing_and_counts_the_answer_once() -> None:
    first, second = replace(VK, words="Раз (1/2)", order=11), replace(VK, words="Два (2/2)", order=12, part=2)
    good = judge([first, second], [stands(first, 1), stands(second, 2)], set())["vk"]
    assert (good, good.good) == (Tally(approved=1, once=1, parts=1), True)
    turned = judge([first, second], [stands(second, 1), stands(first, 2)], set())["vk"]
    assert (turned.turned, turned.good) == (1, False)
    doubled = judge([first, second], [stands(first, 1), stands(second, 2), stands(second, 3)], set())["vk"]
    assert (doubled.twice, doubled.good) == (1, False)
    broken_off = judge([first, second], [stands(first, 1)], set())["vk"]
    assert (broken_off.never, broken_off.good) == (1, False)


def test_some_answers_of_a_small_plan_are_said_in_parts() -> None:
    made = plan(7, 25, "sqlite")
    cuts = [
        cut(words_of(one, "final"), limits.text, limits.counting, limits.parts)
        for one in made.comments
        for limits in (CONNECTORS[one.network].limits,)
    ]
    assert {len(texts) for texts in cuts} == {1, 2}


def test_what_a_restore_forgot_may_stand_once_and_only_where_nobody_is_told_twice() -> None:
    found = judge([], [stands(TELEGRAM)], set(), [TELEGRAM])["telegram"]
    assert (found, found.good) == (Tally(gone=1), True)
    assert judge([], [], set(), [TELEGRAM])["telegram"].good
    twice = judge([], [stands(TELEGRAM), stands(TELEGRAM)], set(), [TELEGRAM])["telegram"]
    assert (twice.twice, twice.good) == (1, False)
    lost = judge([], [stands(VK)], set(), [VK])["vk"]
    assert (lost.never, lost.good) == (1, False), "it can be read again there"
    assert forgotten([VK, TELEGRAM], [replace(VK, answer=99)]) == [TELEGRAM]


def test_a_text_without_a_card_or_with_two_of_them_is_seen() -> None:
    assert with_cards({}, {("vk", "one"): 1})["vk"].good
    assert not with_cards({}, {("vk", "one"): 0})["vk"].good
    assert not with_cards({}, {("vk", "one"): 2})["vk"].good


# the verdict


def result(**changes: Any) -> Result:
    tallies = {"vk": Tally(written=1, cards=1, approved=2, once=2), "ok": Tally(written=1, cards=1, approved=1, once=1)}
    nothing: Counter[str] = Counter()
    whole = Result(3, tallies, nothing, nothing, nothing, nothing, [], [], 1, 60.0, 20.0, small_disk=True)
    return replace(whole, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"journal": ["the chain is broken at row 7"]},
        {"wanted": 4},
        {"tallies": {"vk": Tally(written=3, cards=3, approved=3, once=2, twice=1)}},
        {"tallies": {}},
    ],
    ids=["a broken journal", "fewer approvals than planned", "a double", "nothing at all"],
)
def test_a_run_is_broken_by_any_breach(changes: dict[str, Any]) -> None:
    assert result().good
    assert not result(**changes).good


def test_the_last_line_tells_the_totals_and_what_was_left_out_is_named() -> None:
    told = shown(plan(5, 3, "sqlite"), "sqlite", result(small_disk=False))
    assert "CHAOS_SEED=5" in told.splitlines()[0]
    assert "skipped" in told
    last = told.splitlines()[-1]
    assert last.startswith("sqlite KEPT: planned 3, written 2, cards 2, approved 3, once 3, ")
    assert shown(plan(5, 3, "sqlite"), "sqlite", result(wanted=9)).splitlines()[-1].startswith("sqlite BROKEN: ")


# the run itself


def chaos(*words: str) -> subprocess.CompletedProcess[str]:
    ours = ("OTKLIK_", "SANDBOX_", "DATABASE_URL", "DJANGO_", "CHAOS_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "bench.chaos", "--database", "sqlite", *words]
    return subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=280, check=False)


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
@pytest.mark.whole
def test_a_small_run_keeps_every_promise() -> None:
    ended = chaos("--answers", "25", "--seed", "7", "--restore-after", "0")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("CHAOS_SEED=7\n")
    assert "sqlite KEPT: planned " in ended.stdout.splitlines()[-1]
