import os
import re
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from bench.load.events import PUSHES, comments, push
from bench.load.texts import texts
from otklik.networks.base import Post
from otklik.networks.registry import NETWORKS
from tests.processes import ROOT

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def load(*words: str, codes: Collection[int] = (0,)) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", *words],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "OTKLIK_DATA")},
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode in codes, done.stderr + done.stdout
    return done.stdout


def test_no_two_texts_are_alike_and_a_seed_tells_the_same_again() -> None:
    made = texts(1, 300, NOW)
    assert len(set(made)) == 300
    assert made == texts(1, 300, NOW) != texts(2, 300, NOW)


@pytest.mark.parametrize("network", PUSHES)
def test_a_push_is_understood_as_its_text_by_its_network(network: str) -> None:
    (one,) = comments(["Темно во дворе"], 1)
    connector = NETWORKS[network]
    (post,) = connector.parse(connector.raw(push(network, one)))
    assert isinstance(post, Post)
    assert post.text == "Темно во дворе"
    assert post.parent in ("", post.thread)


@pytest.mark.whole
@pytest.mark.processes
def test_messages_are_drained_and_each_step_is_counted() -> None:
    output = load("drain", "--events", "12", "--without-model", "--short")
    for step in ("take-in", "judge", "suggest"):
        rows = re.search(rf"^{step} +(\d+) ", output, re.MULTILINE)
        assert rows, output
        assert rows.group(1) == "12"
    assert "!" not in output


@pytest.mark.whole
@pytest.mark.processes
def test_pushed_events_are_all_stored() -> None:
    assert "stored: 100 of 100" in load("push", "--database", "sqlite", "--events", "20", "--clients", "2")


@pytest.mark.whole
@pytest.mark.processes
def test_idle_processes_are_weighed() -> None:
    # Right after the start they are not idle yet, so it may tell that they take too much.
    output = load("idle", "--database", "sqlite", "--settle", "0", "--seconds", "1", codes=(0, 1))
    assert re.search(r"together [\d.]+; [\d.]+ ms/s in all$", output, re.MULTILINE), output
    memory = dict(re.findall(r"^(site 1|site, first|worker) +[\d.]+ +(\d+)$", output, re.MULTILINE))
    assert set(memory) == {"site 1", "site, first", "worker"}
    assert all(int(one) > 20 for one in memory.values())


@pytest.mark.whole
@pytest.mark.processes
def test_a_burst_comes_to_one_problem() -> None:
    output = load("burst", "--messages", "20", "--pieces", "1", "--changes", "20")
    assert re.search(r"^cards: 20; problems: 1, the largest has (19|20);", output, re.MULTILINE), output
