"""The guide's section «Пробный регион» leads to a first answer: its every command is run, its every click done."""

import subprocess
import sys

import pytest

from bench.newcomer.__main__ import GUIDE, ROOT
from bench.newcomer.guide import commands

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]


@pytest.mark.whole
@pytest.mark.timeout(600)
def test_a_newcomer_gets_to_the_first_answer_by_the_guide_alone() -> None:
    # A process of its own: the browser of the other tests already runs in this one, and there cannot be a second.
    way = subprocess.run(
        [sys.executable, "-m", "bench.newcomer", "--here"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
    )
    assert way.returncode == 0, way.stdout + way.stderr
    *seen, _sum = [line.split(" s  ", 1)[1] for line in way.stdout.splitlines() if " s  " in line]
    assert seen == [*commands(GUIDE.read_text(encoding="utf-8")), "come-in", "set-up", "complain", "answer", "see"]


@pytest.mark.whole
def test_a_guide_without_the_section_is_said() -> None:
    with pytest.raises(ValueError, match="Пробный регион"):
        commands("# Другое\n\n    make setup\n")
