"""Pictures of the pages, light and dark, wide and narrow: `make pictures` (python -m tests.pictures [NAME ...]).

Starts a small demonstration region of its own in a temporary folder, opens the screens of tests/screens with Chromium
and writes <screen>.<colours>.<width>.webp and a README.md that shows them all into var/pictures, which git ignores.
With --kept the few that documents show are taken anew, in docs/pictures beside the source. The region is sown from one
seed; its hours are those of the day.

Chromium writes dates the Russian way with its Russian language pack (Debian: chromium-l10n), and emoji with a font that
has them (fonts-noto-color-emoji).
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.screens.region import FullRegion
    from tests.screens.screen import Screen, View

ROOT = Path(__file__).resolve().parents[1]
ALL, KEPT = ROOT / "var" / "pictures", ROOT / "docs" / "pictures"
QUALITY = 32
SIZES = {"wide": (864, 630), "narrow": (360, 780)}  # the width it is kept in, and how much of its height
PORTS = {"OTKLIK_PORT": "8390", "SANDBOX_PORT": "8490"}
PATIENCE = 600
NOT_STARTED = "The demonstration region did not start; what it said stands above."
UNFOLDED = """document.querySelector("main details[open]:not(.more-filters), .options:not([hidden])")
    ?.scrollIntoView({block: "center"})"""  # a narrow page is long: what was unfolded must be on the picture


def main(argv: list[str]) -> int:
    """Take the pictures of these screens, or of all. Returns the exit code: 1 when a screen could not be opened."""
    parser = argparse.ArgumentParser("python -m tests.pictures")
    parser.add_argument("names", nargs="*", help="screens; without any, all of them")
    parser.add_argument("--kept", action="store_true", help="the pictures that documents show, in docs/pictures")
    options = parser.parse_args(argv)
    folder, pictures = (KEPT, shown_in_documents()) if options.kept else (ALL, None)
    folder.mkdir(parents=True, exist_ok=True)
    with _demo() as address:
        failed = _take_all(address, folder, pictures, options.names)
    sys.stdout.write(f"{folder}/README.md\n")
    return int(failed)


def shown_in_documents() -> set[str]:
    """The files that README.md and the guides show; what lies beside the pictures is made from them."""
    pages = [ROOT / "README.md", *(page for page in (ROOT / "docs").rglob("*.md") if page.parent != KEPT)]
    return {name for page in pages for name in re.findall(r"pictures/([\w.-]+\.webp)", page.read_text("utf-8"))}


def picture_of(screen: "Screen", view: "View") -> str:
    return f"{screen.name}.{view.colours}.{view.width}.webp"


def index(pictures: set[str]) -> str:
    """A page that shows these, each under the title of its screen."""
    from tests.screens import SCREENS
    from tests.screens.screen import VIEWS

    lines = ["# Как это выглядит", "", "Снято с учебного региона: всё, что на снимках написано, выдумано. Остальные"]
    lines += ["страницы, в светлом и тёмном оформлении, на мониторе и на телефоне, снимает `make pictures`.", ""]
    for screen in SCREENS:
        views = [picture for view in VIEWS if (picture := picture_of(screen, view)) in pictures]
        if views:
            lines += [f"## {screen.title}", "", *(f"![{screen.title}]({picture})" for picture in views), ""]
    return "\n".join(lines)


@contextmanager
def _demo() -> Iterator[str]:
    """The address of a running small demo; the environment points at its database."""
    with tempfile.TemporaryDirectory(prefix="otklik-pictures-") as folder:
        os.environ.update(PORTS, OTKLIK_DATA=folder)
        demo = subprocess.Popen([sys.executable, "-m", "otklik.site.cli", "demo", "--small"], cwd=ROOT)
        address = f"http://127.0.0.1:{PORTS['OTKLIK_PORT']}"
        try:
            _wait(lambda: demo.poll() is not None or _answers(f"{address}/accounts/login/"))
            if demo.poll() is not None:
                sys.exit(NOT_STARTED)
            yield address
        finally:
            demo.terminate()
            demo.wait(60)


def _wait(is_ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_ready():
        if time.monotonic() > until:
            sys.exit(NOT_STARTED)
        time.sleep(1)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 our own address
    except (urllib.error.URLError, OSError):
        return False
    return True


def _take_all(address: str, folder: Path, pictures: set[str] | None, names: list[str]) -> bool:
    """These pictures, or all, of these screens, or of all; and the index. Whether any screen could not be opened."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.site.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; nothing here is asynchronous
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from otklik.flow.models import Worker
    from tests.browser.conftest import CHROMIUM, SWITCHES
    from tests.screens import SCREENS
    from tests.screens.region import of_demo
    from tests.screens.screen import VIEWS

    wanted = {picture_of(screen, view) for screen in SCREENS for view in VIEWS} if pictures is None else pictures
    for file in folder.glob("*.webp"):
        if file.name not in wanted:
            file.unlink()
    _wait(Worker.objects.exists)  # until it has been seen once the pages say that nothing is read or sent
    region = of_demo()
    failed = False
    with sync_playwright() as playwright:
        # What a date field shows is said by the language that Chromium itself was started in, not by the page's.
        russian: dict[str, str | float | bool] = {**os.environ, "LANG": "ru_RU.UTF-8", "LANGUAGE": "ru"}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, "--lang=ru"], env=russian)
        for screen in SCREENS:
            views = [view for view in VIEWS if picture_of(screen, view) in wanted]
            if views and screen.name in (names or [screen.name]):
                failed |= not _take(browser, address, screen, views, region, folder)
        browser.close()
    (folder / "README.md").write_text(index({file.name for file in folder.glob("*.webp")}), encoding="utf-8")
    return failed


def _take(
    browser: "Browser", address: str, screen: "Screen", views: list["View"], region: "FullRegion", folder: Path
) -> bool:
    """Whether it could be opened."""
    from tests.screens.screen import too_wide

    page = region.window(browser, address, screen.who).new_page()
    page.emulate_media(reduced_motion="reduce")
    try:
        page.goto(address + screen.at(region.ids))
        page.wait_for_load_state("networkidle")
        if screen.act is not None:
            screen.act(page)
        for view in views:
            view.set_on(page)
            if screen.act is not None:
                page.evaluate(UNFOLDED)
            page.wait_for_timeout(150)
            _save(page, folder / picture_of(screen, view), *SIZES[view.width])
            sys.stdout.write(f"{picture_of(screen, view)} {too_wide(page, view)}\n")
    except Exception as trouble:  # one page that cannot be opened does not keep the others from it
        sys.stdout.write(f"{screen.name}: {trouble}\n")
        return False
    finally:
        page.context.close()
        sys.stdout.flush()
    return True


def _save(page: "Page", file: Path, across: int, down: int) -> None:
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot = shot.resize((across, round(shot.height * across / shot.width)), Image.Resampling.LANCZOS)
    shot.crop((0, 0, across, min(shot.height, down))).save(file, "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
