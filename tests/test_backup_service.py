"""Copies as the guide recommends them: on another disk, by hand as root, by night as the unit lets the worker."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import template
from tests.processes import CLI, ROOT, bare_environment
from tests.sandbox.process import free_port

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
GUIDE = (ROOT / "docs" / "user" / "administrator.md").read_text()
SERVICE = 65534  # nobody: an account that owns nothing here
DATA = "/var/lib/otklik"


def writable(unit: Path) -> list[str]:
    (paths,) = re.findall(r"^ReadWritePaths=(.+)$", unit.read_text(), re.MULTILINE)
    return [path.removeprefix("-") for path in paths.split()]


@pytest.fixture
def disks() -> Iterator[dict[str, Path]]:
    """The folders of the guide, in a place that another account reaches, with an installation in them."""
    (copies,) = re.findall(r"^    OTKLIK_BACKUPS=(\S+)$", GUIDE, re.MULTILINE)
    with tempfile.TemporaryDirectory(prefix="otklik-service-", dir="/var/tmp") as name:  # the run's own is closed
        folders = {named: Path(name) / named.strip("/").replace("/", "-") for named in (DATA, copies)}
        Path(name).chmod(0o755)
        for folder in folders.values():
            folder.mkdir(mode=0o700)
        template.copy_to(folders[DATA] / "otklik.sqlite3")
        for path in Path(name).rglob("*"):
            os.chown(path, SERVICE, SERVICE)
        yield folders


def owners(disks: dict[str, Path]) -> set[int]:
    return {path.lstat().st_uid for folder in disks.values() for path in [folder, *folder.rglob("*")]}


def in_the_unit(disks: dict[str, Path]) -> list[str]:
    """What begins a command as the worker's unit does: the account, and nothing to write on but what it names."""
    bound = [str(disks[path]) for path in writable(ROOT / "deploy/systemd/otklik-work.service") if path in disks]
    binds = [f"mount --bind {path} {path}" for path in bound]
    script = " && ".join([*binds, "mount -o remount,ro,bind /", 'exec "$@"'])
    return ["unshare", "--mount", "sh", "-c", script, "sh", "setpriv", f"--reuid={SERVICE}", "--clear-groups"]


def is_another_account() -> bool:
    """Whether the service's account can be played here: by root, in a namespace of its own, with a way to the code."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    begins = ["unshare", "--mount", "setpriv", f"--reuid={SERVICE}", "--clear-groups", *CLI, "--version"]
    return subprocess.run(begins, cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.processes
@pytest.mark.once
def test_root_by_hand_and_the_worker_by_night_make_copies_that_the_other_can_use(disks: dict[str, Path]) -> None:
    if not is_another_account():
        pytest.skip("no other account can be played here: only root can, and its way to the code must be open")
    data, copies = disks.values()
    env = bare_environment(data, OTKLIK_MODE="real", OTKLIK_BACKUPS=str(copies), OTKLIK_PORT=str(free_port()))

    def otklik(*words: str, by: list[str] | None = None) -> str:
        done = subprocess.run(
            [*(by or []), *CLI, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert owners(disks) == {SERVICE}, "nothing of root's stands in the worker's way"
        return done.stdout

    otklik("backup")
    assert "загружается, всё на месте" in otklik("backup", "--nightly", by=in_the_unit(disks))
    first, last = sorted(copies.glob("otklik-*.tar"))
    assert last.stat().st_mode & 0o077 == 0
    otklik("restore", str(first), "--over")
    assert "загружается, всё на месте" in otklik("backup", "--nightly", by=in_the_unit(disks))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_data_is_writable_for_each_unit_and_another_disk_for_the_worker(unit: Path) -> None:
    assert DATA in writable(unit)
    assert ("/var/backups/otklik" in writable(unit)) == (unit.stem == "otklik-work")
