"""The run that breaks everything: its plan follows from the seed, its judge sees what is wrong, a small one holds."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bench.chaos.before import revision
from bench.chaos.cluster import CannotStart
from bench.chaos.count import Reply, Tally, Wanted, judge, with_cards
from bench.chaos.crowd import words_of
from bench.chaos.plan import AFTER, BEFORE, EVERY, NETWORKS, TWINS, plan
from bench.chaos.pressing import Press, forms_of, judged
from bench.chaos.restoring import forgotten
from bench.chaos.run import Result
from bench.chaos.table import shown
from otklik.answers.parts import cut
from otklik.networks.registry import NETWORKS as CONNECTORS
from tests.processes import ROOT

VK = Wanted(7, "vk", "wall-1_2?reply=3", "Фонарь заменили.", 1)
PROMISE = Wanted(6, "vk", "wall-1_2?reply=3", "Фонарь заменят.", 0)
TELEGRAM = Wanted(8, "telegram", "tg:1:2", "Фонарь заменили.", 1)


def reply(wanted: Wanted, place: int = 1, under: str = "") -> Reply:
    return Reply(wanted.network, under or wanted.address, wanted.words, place)


# the plan


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("answers", "database"), [(25, "sqlite"), (25, "postgresql"), (300, "postgresql")])
def test_every_plan_follows_from_its_seed_and_strikes_everything(seed: int, answers: int, database: str) -> None:
    made = plan(seed, answers, database)
    assert made == plan(seed, answers, database)
    assert made != plan(seed + 1, answers, database)
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

FIRST, SECOND = replace(VK, words="Раз (1/2)", order=11), replace(VK, words="Два (2/2)", order=12, part=2)


@pytest.mark.parametrize(
    ("wanted", "standing", "waiting", "tally", "good"),
    [
        ([PROMISE, VK], [reply(PROMISE, 1), reply(VK, 2)], set(), Tally(approved=2, once=2), True),
        ([VK], [reply(VK, 1), reply(VK, 2)], set(), Tally(approved=1, twice=1), False),
        # A lost one; where one can look nobody has to wait.
        *(([VK], [], waiting, Tally(approved=1, never=1), False) for waiting in (set(), {VK.answer})),
        # Where nobody can look the rest waits for a person but is not said twice.
        ([TELEGRAM], [], {TELEGRAM.answer}, Tally(approved=1, waits=1), True),
        ([TELEGRAM], [], set(), Tally(approved=1, never=1), False),
        ([TELEGRAM], [reply(TELEGRAM)] * 2, {TELEGRAM.answer}, Tally(approved=1, twice=1), False),
        # A wrong place, and what nobody has approved.
        ([VK], [reply(VK, under="wall-1_2?reply=4")], set(), Tally(approved=1, wrong=1, never=1), False),
        ([], [reply(VK)], set(), Tally(wrong=1), False),
        # An answer before its promise.
        ([PROMISE, VK], [reply(VK, 1), reply(PROMISE, 2)], set(), Tally(approved=2, once=2, turned=1), False),
        # Parts are one answer: good, turned, doubled, broken off.
        *(
            ([FIRST, SECOND], [*map(reply, parts, range(3))], set(), Tally(approved=1, once=1, **more), good)
            for parts, more, good in (
                *(((FIRST, SECOND), {"parts": 1}, True), ((SECOND, FIRST), {"parts": 1, "turned": 1}, False)),
                *(((FIRST, SECOND, SECOND), {"twice": 1}, False), ((FIRST,), {"never": 1}, False)),
            )
        ),
    ],
)
def test_the_judge_sees_what_is_wrong(
    wanted: list[Wanted], standing: list[Reply], waiting: set[int], tally: Tally, good: bool
) -> None:
    (judged,) = judge(wanted, standing, waiting).values()
    assert (judged, judged.good) == (tally, good)


def test_what_is_on_its_way_still_is_late_and_breaks_nothing_but_what_stands_twice_does() -> None:
    late = judge([VK], [], set(), under_way={VK.answer})["vk"]
    assert (late, late.good) == (Tally(approved=1, late=1), True)
    assert judge([VK], [], set(), under_way={VK.answer + 1})["vk"].never == 1, "nothing goes on with this one"
    twice = judge([VK], [reply(VK), reply(VK)], set(), under_way={VK.answer})["vk"]
    assert (twice.twice, twice.late, twice.good) == (1, 0, False)


def test_some_answers_of_a_small_plan_are_said_in_parts() -> None:
    parts = set()
    for comment in plan(7, 25, "sqlite").comments:
        limits = CONNECTORS[comment.network].limits
        parts.add(len(cut(words_of(comment, "final"), limits.text, limits.counting, limits.parts)))
    assert parts == {1, 2}


def test_a_text_with_no_card_or_two_is_seen_and_what_a_restore_forgot_may_stand_once() -> None:
    tally = judge([], [reply(TELEGRAM)], set(), [TELEGRAM])["telegram"]
    assert (tally, tally.good) == (Tally(gone=1), True)
    assert judge([], [], set(), [TELEGRAM])["telegram"].good
    twice = judge([], [reply(TELEGRAM), reply(TELEGRAM)], set(), [TELEGRAM])["telegram"]
    assert (twice.twice, twice.good) == (1, False)
    lost = judge([], [reply(VK)], set(), [VK])["vk"]
    assert (lost.never, lost.good) == (1, False), "it can be read again there"
    assert forgotten([VK, TELEGRAM], [replace(VK, answer=99)]) == [TELEGRAM]
    assert with_cards({}, {("vk", "one"): 1})["vk"].good
    assert not with_cards({}, {("vk", "one"): 0})["vk"].good
    assert not with_cards({}, {("vk", "one"): 2})["vk"].good


# the verdict


def result(**changes: Any) -> Result:
    tallies = {"vk": Tally(written=1, cards=1, approved=2, once=2), "ok": Tally(written=1, cards=1, approved=1, once=1)}
    nothing: Counter[str] = Counter()
    whole = Result(3, tallies, nothing, nothing, nothing, nothing, [], [], 1, 60.0, 20.0, small_disk=True)
    return replace(whole, **changes)


def test_a_run_is_broken_by_any_breach_and_the_last_line_tells_the_totals() -> None:
    assert result().good
    assert not result(journal=["the chain is broken at row 7"]).good
    assert not result(wanted=4).good, "fewer approvals than planned"
    assert not result(tallies={"vk": Tally(written=3, cards=3, approved=3, once=2, twice=1)}).good
    assert not result(tallies={}).good
    report = shown(plan(5, 3, "sqlite"), "sqlite", result(small_disk=False))
    assert "CHAOS_SEED=5" in report.splitlines()[0]
    assert "skipped" in report
    assert report.splitlines()[-1].startswith("sqlite KEPT: planned 3, written 2, cards 2, approved 3, once 3, ")
    assert shown(plan(5, 3, "sqlite"), "sqlite", result(wanted=9)).splitlines()[-1].startswith("sqlite BROKEN: ")
    slow = result(tallies={"vk": Tally(written=2, cards=2, approved=3, once=2, late=1)})
    assert (slow.kept, slow.good) == (True, False), "a slow machine has not kept all, and has broken nothing"
    assert shown(plan(5, 3, "sqlite"), "sqlite", slow).splitlines()[-1].startswith("sqlite LATE: ")
    assert not replace(slow, wanted=4).kept


# an upgrade


@pytest.mark.parametrize(
    ("fates", "entry_count", "card_count", "wrong"),
    [
        (["done"], 1, 1, False),
        (["refused", "nobody", "done"], 1, 1, False),
        (["broken"], 0, 0, False),  # nobody knows, and either is whole
        (["broken"], 1, 1, False),
        (["broken", "done"], 1, 1, False),
        (["done"], 0, 0, True),  # acknowledged and gone
        (["done"], 2, 2, True),
        (["refused"], 1, 1, True),  # refused, and yet it was done
        (["nobody"], 1, 1, True),
        (["done"], 1, 0, True),  # by halves
        (["broken"], 0, 1, True),
        ([], 1, 1, True),  # and nobody has pressed
    ],
)
def test_a_press_is_done_as_often_as_it_was_acknowledged_and_never_by_halves(
    fates: list[str], entry_count: int, card_count: int, wrong: bool
) -> None:
    at = (7, "assign")
    breaches = judged([Press(*at, fate) for fate in fates], Counter({at: entry_count}), Counter({at: card_count}))
    assert bool(breaches) is wrong, breaches


def test_people_send_what_stands_in_the_form_and_tick_nothing() -> None:
    page = """<form action="/a/"><input type="hidden" name="seen" value="new.0"><input type="checkbox" name="late">
    <textarea name="text">
    Фонарь</textarea><button formaction="/b/">На согласование</button></form><input name="else" value="1">"""
    form = {"seen": "new.0", "text": "Фонарь"}
    assert forms_of(page) == {"/a/": form, "/b/": form}


def test_a_revision_that_is_not_there_cannot_be_upgraded_from() -> None:
    with pytest.raises(CannotStart, match="no revision «no-such-version»"):
        revision("no-such-version")


# the run itself


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
@pytest.mark.whole
def test_a_small_run_keeps_every_promise() -> None:
    ours = ("OTKLIK_", "SANDBOX_", "DATABASE_URL", "DJANGO_", "CHAOS_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "bench.chaos", "--database", "sqlite", "--answers", "25", "--seed", "7"]
    command += ["--restore-after", "0"]
    ended = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("CHAOS_SEED=7\n")
    assert "sqlite KEPT: planned " in ended.stdout.splitlines()[-1]
