"""Styles of one page reach no other: a sheet's rules stand under the root class of its pages, which `<body>` carries.

The sheets of the frame stand on every page: what they style by a class alone belongs to them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DESK = Path(__file__).resolve().parents[1] / "otklik/desk"
FRAME = ("shell", "colleagues", "find", "tour", "bare")
SHEETS = sorted((DESK / "static/desk/css").glob("*.css"))
LINK = re.compile(r"desk/css/(\w+)\.css")
UNDER_A_ROOT = re.compile(r"(?:body(?:\.desk)?)?:where\(\.page-[a-z]+\)")
OF_ALL_PAGES = re.compile(r":root$|@(?:page|keyframes)\b|html\b|\[data-bs-theme\]$")


def root_of(sheet: str) -> str:
    return f"page-{'card' if sheet == 'print' else sheet.split('_')[0]}"


def preludes(text: str) -> Iterator[tuple[int, str]]:
    """Depth and selector list (or at-rule) of each block, comments left out."""
    depth = 0
    for words, sign in re.findall(r"([^{};]*)([{};])", re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
        if sign == "{":
            yield depth, words.strip()
        depth += {"{": 1, "}": -1, ";": 0}[sign]


def selectors(prelude: str) -> list[str]:
    return [] if prelude.startswith("@") else [one.strip() for one in re.split(r",(?![^(]*\))", prelude)]


def ends_in(selector: str) -> str:
    return re.split(r"[\s>+~]+", selector)[-1]


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path.stem not in FRAME], ids=lambda path: str(path.stem))
def test_each_rule_of_a_page_stands_under_its_root_class(sheet: Path) -> None:
    bare = [
        one
        for depth, words in preludes(sheet.read_text())
        for one in (selectors(words) or [words])
        if depth == 0 and not UNDER_A_ROOT.match(one) and not OF_ALL_PAGES.match(one)
    ]
    assert bare == []
    assert f":where(.{root_of(sheet.stem)}) {{" in sheet.read_text()


def test_each_page_carries_the_root_class_of_the_sheets_that_it_loads() -> None:
    missing = [
        f"{path.relative_to(DESK)}: {sheet}"
        for path in (DESK / "templates").rglob("*.html")
        for text in [path.read_text()]
        for sheet in LINK.findall(text)
        if sheet not in FRAME and root_of(sheet) not in "".join(re.findall(r"block page_class %}(.*?){%", text)).split()
    ]
    assert missing == []


def test_no_page_gives_a_class_of_the_frame_another_meaning() -> None:
    """The list of an answer's files was «acts» in the frame once, and so were the buttons of the queue's rows: they
    stood in a column and half as many rows stood on the screen."""
    frame = {
        one
        for path in SHEETS
        if path.stem in FRAME
        for _, words in preludes(path.read_text())
        for one in selectors(words)
        if re.fullmatch(r"\.[\w-]+", one)
    }
    doubled = [
        f"{path.stem}: {one}"
        for path in SHEETS
        if path.stem not in (*FRAME, "print")
        for depth, words in preludes(re.sub(r"@media print \{.*?\n\}", "", path.read_text(), flags=re.S))
        for one in selectors(words)
        if depth and one in frame
    ]
    assert doubled == []
