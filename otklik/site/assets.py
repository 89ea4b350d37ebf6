"""Copies what the browser loads from node_modules into the desk's static files: `python -m otklik.site.assets`.

Nothing third-party is committed. `npm ci` reads package-lock.json; this takes exactly the files below, and builds two
small ones: a sprite of the icons that our pages name, and the dark colours for whoever follows the system's look.
Safe to repeat: a file that is already right is not touched, one that is not on the list goes.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from otklik.site import fonts

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
DESK = ROOT / "otklik" / "desk"
NETWORKS = ROOT / "otklik" / "networks"
VENDOR = DESK / "static" / "vendor"
PRINTED = ROOT / "otklik" / "reports" / "fonts"
GOLOS = "@fontsource-variable/golos-text"

# Our name → file of the package. Licences travel with what they cover.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler-icons.LICENSE.txt": "@tabler/icons/LICENSE",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts.LICENSE.txt": "echarts/LICENSE",
    "golos/wght.css": "@fontsource-variable/golos-text/wght.css",
    "golos/LICENSE.txt": "@fontsource-variable/golos-text/LICENSE",
    **{
        f"golos/files/golos-text-{script}-wght-normal.woff2": (
            f"@fontsource-variable/golos-text/files/golos-text-{script}-wght-normal.woff2"
        )
        for script in ("cyrillic", "cyrillic-ext", "latin", "latin-ext")
    },
}

# Icons whose names are chosen by code. Those written out as {% icon "bell" %}, or icon("bell") where Jinja2 draws, are
# found in the templates, those of networks in their folders.
ICONS = [
    "message-circle",
    "alert-circle",
    "alert-triangle",
    "archive",
    "arrow-back-up",
    "arrow-right",
    "ban",
    "bell",
    "building",
    "calendar",
    "check",
    "checks",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "clock",
    "clock-pause",
    "copy",
    "dots",
    "edit",
    "external-link",
    "eye",
    "file-text",
    "filter",
    "flag",
    "hand-stop",
    "heart",
    "help-circle",
    "history",
    "home",
    "hourglass",
    "inbox",
    "info-circle",
    "keyboard",
    "link",
    "list",
    "list-check",
    "lock",
    "login",
    "logout",
    "map-pin",
    "menu-2",
    "message",
    "message-2",
    "messages",
    "mood-smile",
    "moon",
    "note",
    "paperclip",
    "pencil",
    "photo",
    "player-pause",
    "plus",
    "point",
    "progress",
    "question-mark",
    "refresh",
    "robot",
    "rotate",
    "rotate-clockwise",
    "scissors",
    "search",
    "send",
    "settings",
    "share",
    "shield-check",
    "star",
    "star-filled:filled/star",
    "sun",
    "tag",
    "thumb-down",
    "thumb-up",
    "trash",
    "trash-off",
    "user",
    "user-check",
    "user-question",
    "users",
    "wifi-off",
    "world",
    "x",
    "chart-bar",
    "device-desktop",
    "language",
    "school",
    "building-community",
    "speakerphone",
    "zoom-question",
    "checklist",
    "clipboard-list",
    "puzzle",
    "calendar-check",
    "trending-up",
]

_ICON_TAG = re.compile(r"""(?:\{%\s*icon\s+|\bicon\()["']([a-z0-9-]+)["']""")
_ICON_OF_NETWORK = re.compile(r'^    icon = "([a-z0-9-]+)"', re.MULTILINE)
_ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_RESET = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
_SOURCE_MAP = re.compile(rb"\n?(?:/\*|//)# sourceMappingURL=[^\s*]*(?:\s*\*/)?\s*$")
_DARK = "[data-bs-theme=dark]"


class Missing(Exception):
    """A sentence for whoever sets the product up: what is missing and which command brings it."""


def main() -> int:
    """Bring VENDOR and PRINTED up to date. Returns the exit code; says in one sentence what is missing."""
    try:
        names = icon_names(DESK / "templates", DESK / "jinja2")
        wanted = collect(MODULES, sorted({*names, *network_icons(NETWORKS, MODULES)}))
        printed = for_paper(MODULES)
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(f"For browsers: {bring(VENDOR, wanted)}\nFor paper: {bring(PRINTED, printed)}\n")
    return 0


def collect(modules: Path, icons: list[str]) -> dict[str, bytes]:
    """Every file of VENDOR with its content. Raises Missing."""
    wanted = {name: _SOURCE_MAP.sub(b"", _read(modules / source)) for name, source in FILES.items()}
    wanted["tabler-auto.css"] = follow_system(wanted["tabler.min.css"].decode()).encode()
    wanted["icons.svg"] = sprite(modules / "@tabler" / "icons" / "icons", icons).encode()
    return wanted


def for_paper(modules: Path) -> dict[str, bytes]:
    """What reports on paper are set in. Raises Missing."""
    files = modules / GOLOS / "files"
    sources = {script: _read(files / f"golos-text-{script}-wght-normal.woff2") for script in fonts.SCRIPTS}
    return {**fonts.printed(sources), "golos.LICENSE.txt": _read(modules / GOLOS / "LICENSE")}


def icon_names(*templates: Path) -> list[str]:
    """The names in ICONS and those written out in our templates, sorted."""
    names = set(ICONS)
    for template in (template for folder in templates for template in folder.rglob("*.html")):
        names.update(_ICON_TAG.findall(template.read_text(encoding="utf-8")))
    return sorted(names - {name.partition(":")[0] for name in names if ":" in name})


def network_icons(networks: Path, modules: Path) -> list[str]:
    """The signs that networks name in their folders. One that the package does not have is left out: the desk then
    shows a speech bubble. The sources are read, since this runs before anything else is installed."""
    named = {
        name
        for file in networks.glob("*/network.py")
        for name in _ICON_OF_NETWORK.findall(file.read_text(encoding="utf-8"))
    }
    folder = modules / "@tabler" / "icons" / "icons" / "outline"
    return sorted(name for name in named if (folder / f"{name}.svg").is_file())


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG with a symbol an icon. «star-filled:filled/star» names the file where it is not outline/<name>."""
    symbols = []
    for name in names:
        title, _, file = name.partition(":")
        filled = file.startswith("filled/")
        match = _ICON_BODY.search(_read(folder / f"{file or f'outline/{title}'}.svg").decode())
        if match is None:
            raise Missing(f"The icon «{name}» of @tabler/icons is not a drawing; reinstall it with: npm ci")
        paint = 'fill="currentColor" stroke="none"' if filled else 'fill="none" stroke="currentColor"'
        body = " ".join(_RESET.sub("", match.group(1)).split())
        symbols.append(
            f'<symbol id="{title}" viewBox="0 0 24 24" {paint} stroke-width="2" stroke-linecap="round"'
            f' stroke-linejoin="round">{body}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def follow_system(css: str) -> str:
    """Tabler's dark rules once more for data-bs-theme="auto", where the system prefers dark. No script is needed."""
    rules = [rule for rule in _plain_rules(css) if _DARK in rule.partition("{")[0]]
    if not rules:
        raise Missing("@tabler/core holds no dark colours where they used to stand; install the locked version: npm ci")
    # A bare :root in such a group would reach whoever chose light by hand.
    dark = "\n".join(rule.removeprefix(":root,").replace(_DARK, "[data-bs-theme=auto]") for rule in rules)
    return f"@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _plain_rules(css: str) -> Iterator[str]:
    """The rules that stand outside of any @media or @supports: those for print, say, hold for print alone."""
    start = depth = 0
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            rule = css[start : brace.end()].strip()
            start = brace.end()
            if not rule.startswith("@"):
                yield rule


def bring(folder: Path, wanted: dict[str, bytes]) -> str:
    """Settle the folder; says how many files it holds now, and how many of these are new in it."""
    return f"{len(wanted)} files in {os.path.relpath(folder, ROOT)}, {settle(folder, wanted)} of them changed"


def settle(folder: Path, wanted: dict[str, bytes]) -> int:
    """Make the folder hold exactly these files; returns how many had to be written."""
    changed = 0
    for name, content in wanted.items():
        target = folder / name
        if target.exists() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        changed += 1
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    return changed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Missing(f"{path} is missing. Fetch the browser assets first: npm ci") from None


if __name__ == "__main__":
    sys.exit(main())
