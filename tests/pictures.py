"""Pictures of the pages, light and dark, wide and narrow: `make pictures` (python -m tests.pictures [NAME ...]).

Starts a small demonstration region of its own in a temporary folder, looks at the pictured sights of tests/sights.py
with Chromium, and writes docs/pictures/<sight>.<look>.<width>.webp and the README.md there. The region is sown from one
seed; its hours are those of the day. With --running FOLDER it takes the region that runs there, at OTKLIK_PORT.

Chromium writes dates the Russian way with its Russian language pack (Debian: chromium-l10n), and emoji with a font that
has them (fonts-noto-color-emoji).
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.sight import Sight
    from tests.world import World

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
QUALITY = 32
SHOWN = {"wide": (864, 630), "narrow": (360, 780)}  # the width it is kept in, and how much of its height
PORTS = {"OTKLIK_PORT": "8390", "SANDBOX_PORT": "8490"}
PATIENCE = 600
OPENED = """document.querySelector("main details[open]:not(.more-filters), .options:not([hidden])")
    ?.scrollIntoView({block: "center"})"""  # a narrow page is long: what was opened must be on the picture


def main(argv: list[str]) -> int:
    """Take the pictures named, or all of them. Returns the exit code."""
    parser = argparse.ArgumentParser("python -m tests.pictures")
    parser.add_argument("names", nargs="*", help="sights; without any, all of them")
    parser.add_argument("--running", default="", metavar="FOLDER", help="the data of a region that runs already")
    asked = parser.parse_args(argv)
    with _region(asked.running) as address:
        _take_all(address, asked.names)
    index()
    return 0


@contextmanager
def _region(running: str) -> Iterator[str]:
    """The address of a running small demo; the environment points at its database."""
    if running:
        os.environ["OTKLIK_DATA"] = running
        yield f"http://127.0.0.1:{os.environ['OTKLIK_PORT']}"
        return
    with tempfile.TemporaryDirectory(prefix="otklik-pictures-") as folder:
        os.environ.update(PORTS, OTKLIK_DATA=folder)
        demo = subprocess.Popen([sys.executable, "-m", "otklik.site.cli", "demo", "--small"], cwd=ROOT)
        address = f"http://127.0.0.1:{PORTS['OTKLIK_PORT']}"
        try:
            _wait(address, demo)
            yield address
        finally:
            demo.terminate()
            demo.wait(60)


def _wait(address: str, demo: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and demo.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/accounts/login/", timeout=5).close()  # noqa: S310 our own address
        except (urllib.error.URLError, OSError):
            time.sleep(2)
        else:
            return
    sys.exit("The demonstration region did not start; what it said stands above.")


def _take_all(address: str, names: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.site.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; nothing here is asynchronous
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, SWITCHES
    from tests.sights import PICTURED
    from tests.world import of_demo

    _wait_for_worker()
    world = of_demo()
    FOLDER.mkdir(exist_ok=True)
    _sweep({sight.name for sight in PICTURED})
    with sync_playwright() as playwright:
        # What a date field shows is said by the language that Chromium itself was started in, not by the page's.
        russian: dict[str, str | float | bool] = {**os.environ, "LANG": "ru_RU.UTF-8", "LANGUAGE": "ru"}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, "--lang=ru"], env=russian)
        for sight in PICTURED:
            if not names or sight.name in names:
                _take(browser, address, sight, world)
        browser.close()


def _wait_for_worker() -> None:
    """Until it has been seen once the pages say that nothing is read or sent."""
    from otklik.flow.models import Worker

    until = time.monotonic() + PATIENCE
    while not Worker.objects.exists():
        if time.monotonic() > until:
            sys.exit("The demonstration region has no worker; what it said stands above.")
        time.sleep(0.5)


def _sweep(names: set[str]) -> None:
    """Pictures of sights that are no more."""
    for file in FOLDER.glob("*.webp"):
        if file.name.partition(".")[0] not in names:
            file.unlink()


def _take(browser: "Browser", address: str, sight: "Sight", world: "World") -> None:
    from tests.sight import LOOKS, WIDTHS

    page = world.page(browser, address, sight.who)
    page.emulate_media(reduced_motion="reduce")
    try:
        page.goto(address + sight.at(world.ids))
        page.wait_for_load_state("networkidle")
        if sight.act is not None:
            sight.act(page)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            if sight.act is not None:
                page.evaluate(OPENED)
            for look in LOOKS:
                page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
                page.wait_for_timeout(150)
                _keep(page, FOLDER / f"{sight.name}.{look}.{width}.webp", *SHOWN[width])
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > across:
                sys.stdout.write(f"{sight.name} ({width}): {wide} px across\n")
    except Exception as trouble:  # one page that cannot be opened does not keep the others from it
        sys.stdout.write(f"{sight.name}: {trouble}\n")
    finally:
        page.context.close()
    sys.stdout.write(f"{sight.name}\n")
    sys.stdout.flush()


def _keep(page: "Page", file: Path, across: int, down: int) -> None:
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot = shot.resize((across, round(shot.height * across / shot.width)), Image.Resampling.LANCZOS)
    shot.crop((0, 0, across, min(shot.height, down))).save(file, "WEBP", quality=QUALITY, method=6)


def index() -> None:
    """README.md beside the pictures."""
    (FOLDER / "README.md").write_text(indexed(), encoding="utf-8")


def indexed() -> str:
    """Each pictured sight with its four."""
    from tests.sight import LOOKS, WIDTHS
    from tests.sights import PICTURED

    lines = [
        "# Как это выглядит",
        "",
        "Страницы в светлом и тёмном оформлении, на мониторе и на телефоне. Снято с учебного региона командой",
        "`make pictures`; всё, что на снимках написано, выдумано.",
        "",
        "| страница | светлое | тёмное | телефон | телефон, тёмное |",
        "|---|---|---|---|---|",
    ]
    for sight in PICTURED:
        shots = [f"{sight.name}.{look}.{width}.webp" for width in WIDTHS for look in LOOKS]
        cells = " | ".join(f"[снимок]({shot})" for shot in shots)
        lines.append(f"| {sight.title} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
