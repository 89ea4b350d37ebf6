"""`python -m bench.newcomer [--here] [--pictures FOLDER]`: the section «Пробный регион» of the administrator's guide,
its every command and click, from a clone of this repository to the first answer under a citizen's comment.

`--here` leaves out the clone and `make setup` and takes what is built already. Prints how long each part took; exit
code 1 when a quarter of an hour was not enough.
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from bench.newcomer import hands
from bench.newcomer.guide import commands
from tests.chromium import find_chromium
from tests.sandbox.process import free_port

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "user" / "administrator.md"
QUARTER = 15 * 60
PATIENCE = 120
LASTING = ("sandbox", "serve", "work")


class Newcomer:
    """One machine, one folder; `output` is what each command has printed."""

    def __init__(self, folder: Path, *, here: bool) -> None:
        self.folder, self.here = folder, here
        self.tree = ROOT if here else folder / "otklik"
        self.port, self.sandbox = free_port(), free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        ours = ("OTKLIK_", "SANDBOX_", "DATABASE_URL", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.env = kept | {
            "OTKLIK_URL": self.site,
            "OTKLIK_PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox),
            "OTKLIK_UNDO_HOLD": "0",
            "PYTHONUNBUFFERED": "1",
        }
        if here:
            self.env |= {"OTKLIK_SETTINGS_FILE": str(folder / "otklik.env"), "OTKLIK_DATA": str(folder / "data")}
        self.running: list[subprocess.Popen[bytes]] = []
        self.output: dict[str, str] = {}

    def type(self, command: str) -> None:
        """As it stands in the guide. Raises RuntimeError with what it said when it fails."""
        if command.startswith("git clone"):
            if not self.here:
                self._run(f"git clone -q {shlex.quote(str(ROOT))} otklik", self.folder, command)
        elif command == "make setup":
            if not self.here:
                self._run(command, self.tree, command)
        elif command.split()[-1] in LASTING:
            self._start(command)
        else:
            self._run(command, self.tree, command)

    def _run(self, command: str, where: Path, name: str) -> None:
        done = subprocess.run(  # noqa: S603 words of our own guide
            shlex.split(command), cwd=where, env=self.env, capture_output=True, text=True, check=False, timeout=QUARTER
        )
        self.output[name] = done.stdout
        if done.returncode:
            raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")

    def _start(self, command: str) -> None:
        with (self.folder / f"{command.split()[-1]}.log").open("ab") as log:
            self.running.append(
                subprocess.Popen(  # noqa: S603 words of our own guide
                    shlex.split(command), cwd=self.tree, env=self.env, stdout=log, stderr=log, start_new_session=True
                )
            )
        if not command.endswith("work"):
            self._until_it_answers(self.sandbox if command.endswith("sandbox") else self.port)

    def _until_it_answers(self, port: int) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
                return
            time.sleep(0.2)
        raise RuntimeError(f"nobody answers on port {port}")

    def end(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def link(self) -> str:
        """The first administrator's, as `otklik init` printed it."""
        match = re.search(r"http://\S+/accounts/invitation/\S+", "".join(self.output.values()))
        if match is None:
            raise RuntimeError("otklik init printed no link")
        return match[0]

    @property
    def keys(self) -> dict[str, str]:
        output = next(text for command, text in self.output.items() if " sandbox community " in command)
        return dict(line.split(": ", 1) for line in output.splitlines() if ": " in line)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.newcomer", description=__doc__)
    parser.add_argument("--here", action="store_true", help="without the clone and make setup")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each step")
    args = parser.parse_args(words)
    parts: list[float] = []

    def tell(part: str, seconds: float) -> None:
        parts.append(seconds)
        _say(part, seconds)

    take_the_way(here=args.here, pictures=args.pictures, tell=tell)
    took = sum(parts)
    _say("from the first command to the first answer", took)
    return int(took > QUARTER)


def take_the_way(*, here: bool, pictures: Path | None, tell: Callable[[str, float], None]) -> None:
    """All of it; `tell` hears each part and its seconds. Raises RuntimeError or AssertionError where it ends early."""
    folder = Path(tempfile.mkdtemp(prefix="otklik-newcomer-"))
    newcomer = Newcomer(folder, here=here)
    try:
        for command in commands(GUIDE.read_text(encoding="utf-8")):
            began = time.monotonic()
            newcomer.type(command)
            tell(command, time.monotonic() - began)
        with _browser() as page:
            steps: list[tuple[str, Callable[[], None]]] = [
                ("come-in", lambda: hands.come_in(page, newcomer.link, newcomer.site)),
                ("set-up", lambda: hands.set_up(page, newcomer.site, newcomer.keys)),
                ("complain", lambda: hands.complain(page, newcomer.keys)),
                ("answer", lambda: hands.answer(page, newcomer.site)),
                ("see", lambda: hands.see(page, newcomer.keys, newcomer.site)),
            ]
            for name, step in steps:
                began = time.monotonic()
                step()
                tell(name, time.monotonic() - began)
                if pictures:
                    pictures.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    finally:
        newcomer.end()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _browser() -> Iterator[Page]:
    executable = find_chromium()
    if executable is None:
        raise RuntimeError("there is no Chromium here: install it, or name it in OTKLIK_CHROMIUM")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(locale="ru-RU", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        yield page
        chromium.close()


def _say(part: str, seconds: float) -> None:
    sys.stdout.write(f"{seconds:7.1f} s  {part}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
