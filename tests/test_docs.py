import argparse
import ast
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from otklik.flow.worker import LONGEST_PAUSE, SHORTEST_PAUSE
from otklik.lib.due import CLAIMS_BEFORE_SET_ASIDE
from otklik.networks import errors
from otklik.networks.base import Network
from otklik.networks.registry import NETWORKS
from otklik.publishing.look import LOOKS_WITH_KEY
from otklik.site import cli, docs
from tests.processes import ROOT

DOCS = ROOT / "docs"
CODE = (ROOT / "otklik", ROOT / "sandbox")
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(page for place in CODE for page in place.rglob("README.md"))]
)
PRODUCT, SANDBOX = (
    [path for path in place.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)] for place in CODE
)
SOURCES = [*PRODUCT, *SANDBOX]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def rows_of(text: str) -> Iterator[list[str]]:
    """The cells of every row of every table, heads and rules left out."""
    for line, below in pairwise([*text.splitlines(), ""]):
        is_rule, is_head = set(line) <= set("|-: "), below.startswith("|-")
        if line.startswith("|") and not is_rule and not is_head:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]*)`", cell)


# docs/flow.md


def test_the_drawn_parts_of_the_flow_are_as_the_code_has_them_each_once() -> None:
    text = docs.FLOW_MD.read_text()
    assert docs.redrawn(text) == text, "draw it anew: python -m otklik.site.docs"
    assert sorted(re.findall(r"<!-- drawn: ([a-z-]+) -->", docs.FLOW_MD.read_text())) == sorted(docs.PARTS)


def test_an_old_part_is_drawn_over_and_the_hand_written_rest_stays() -> None:
    fresh = docs.redrawn("before\n<!-- drawn: clocks -->\nsomething old\n<!-- end -->\nafter\n")
    assert fresh.startswith("before\n<!-- drawn: clocks -->\n|")
    assert fresh.endswith("<!-- end -->\nafter\n")
    assert "something old" not in fresh
    with pytest.raises(KeyError):
        docs.redrawn("<!-- drawn: nobody-draws-this -->\n<!-- end -->")


# docs/settings.md, docs/ru/settings.md

SETTINGS = {
    "settings.md": ("The product", "{} to {}", "empty"),
    "ru/settings.md": ("Программа", "от {} до {}", "пусто"),
}
"""Each page with the name of its main part, and its words for bounds and for nothing."""


def options() -> dict[str, tuple[str, list[ast.expr]]]:
    """Each option of settings.py: the reader's name (text, number, …) and what stands after the variable's name."""
    read = {"DATABASE_URL": ("url", list[ast.expr]())}
    for node in ast.walk(ast.parse((ROOT / "otklik/site/settings.py").read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(ast.Name("env" | "addresses"), reader),
                args=[ast.Name("E"), ast.Constant(name), *more],
            ):
                read[str(name)] = (reader, more)
    return read


def value(node: ast.expr) -> Any:
    """A literal, or whole numbers multiplied; None for what is only known when the product runs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return value(node.left) * value(node.right)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def described(part: str, page: str = "settings.md") -> dict[str, list[str]]:
    text = (DOCS / page).read_text()
    return {ticked(row[0])[0]: row[1:] for row in rows_of(text.split(f"## {part}")[1].split("\n## ")[0])}


@pytest.mark.parametrize("page", SETTINGS)
@pytest.mark.parametrize("name", sorted(options()))
def test_a_setting_is_described_with_its_default_and_bounds(name: str, page: str) -> None:
    part, bounds, nothing = SETTINGS[page]
    default, allowed, words = described(part, page)[name]
    kind, arguments = options()[name]
    assert words
    if kind == "number":
        least, most = value(arguments[1]), value(arguments[2])
        assert (default, allowed) == (f"`{value(arguments[0])}`", bounds.format(least, most))
    elif kind == "choice":
        assert (ticked(default), ticked(allowed)) == ([value(arguments[0])], list(value(arguments[1])))
    elif kind in ("text", "words", "hosts", "flag", "sender"):
        known = value(arguments[0]) if arguments else ""
        assert default == (f"`{known}`" if known else nothing) or known is None


def test_all_settings_and_variables_read_elsewhere_are_described_and_no_others() -> None:
    assert sorted(described("The product")) == sorted(options())
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__).resolve()]
    read = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)["']((?:SANDBOX|OTKLIK|TEST)_[A-Z_]+)""")
    names = {name for path in [*SOURCES, *tests] for name in read.findall(path.read_text())}
    parts = ("Where they are told", "The product", "The sandbox alone", "Tests")
    known = {name for part in parts for name in described(part)}
    assert names - known == set()
    assert known - names - set(options()) == set()


def test_the_russian_pages_tell_of_all_that_the_english_ones_tell() -> None:
    for english, russian in (
        ("Where they are told", "Где их задают"),
        ("The product", "Программа"),
        ("The sandbox alone", "Песочница отдельно"),
    ):
        assert list(described(russian, "ru/settings.md")) == list(described(english))
    english, russian = (DOCS / "api.md").read_text(), (DOCS / "ru/api.md").read_text()
    for pattern in (r"(?m)^ {4}.*$", r"(?m)^\| \d+(?:, \d+)*(?= \|)"):  # examples, and statuses
        assert re.findall(pattern, russian) == re.findall(pattern, english)
    assert {name for name in ticked(english) if name.isascii()} - set(ticked(russian)) == set()


def test_a_russian_guide_leads_to_russian_pages_or_says_that_they_are_not() -> None:
    link = re.compile(r"(.{0,30})\[[^\]]*\]\(([^)\s#]+\.md)(?:#[^)]*)?\)(.{0,20})", re.DOTALL)
    for page in [*(DOCS / "user").glob("*.md"), *(DOCS / "ru").glob("*.md")]:
        for before, path, after in link.findall(page.read_text()):
            is_russian = (page.parent / path).resolve().parent.name in ("user", "ru", "pictures")
            assert is_russian or "по-английски" in (before + after).lower(), f"{page.name}: {path}"


# docs/glossary.md


def names(node: ast.AST, inside: str = "") -> Iterator[str]:
    """Every class and function, and every attribute, field and method of a class, as in `Delivery.State.SENT`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield f"{inside}{child.name}"
            yield from names(child, f"{inside}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield f"{inside}{child.name}"
        elif inside and isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield from (f"{inside}{target.id}" for target in targets if isinstance(target, ast.Name))


def test_every_name_of_the_glossary_is_in_the_code_or_marked_later_and_every_table_has_a_word() -> None:
    known = {name for path in PRODUCT for name in names(ast.parse(path.read_text()))}
    glossary = list(rows_of((DOCS / "glossary.md").read_text()))
    named = {name for _, cell, _ in glossary for name in ticked(cell)}
    assert named - known == set()
    assert [term for term, cell, _ in glossary if not ticked(cell) and cell not in ("later", "–")] == []
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("otklik.")}
    assert ours - named == set(), "a new word goes into docs/glossary.md first"


# docs/networks.md


def test_the_contract_of_a_network_and_the_layers_are_described_whole() -> None:
    named = set(ticked((DOCS / "networks.md").read_text()))
    methods = {name for name, _ in inspect.getmembers(Network, inspect.isfunction) if not name.startswith("_")}
    classes = {name for name, _ in inspect.getmembers(errors, inspect.isclass) if name not in ("NetworkError", "_")}
    assert methods - named == set()
    assert classes - {"timedelta", "StrEnum"} - named == set()
    assert set(NETWORKS) - named == set()
    named = set(ticked((ROOT / "README.md").read_text()))
    assert {"sandbox", *(name_of(path.parent) for path in (ROOT / "otklik").glob("*/__init__.py"))} - named == set()


# docs/adr


def test_the_numbers_of_the_decisions_are_those_of_the_code() -> None:
    text = "\n".join(path.read_text() for path in (DOCS / "adr").glob("*.md"))
    assert f"`SHORTEST_PAUSE = {SHORTEST_PAUSE}`" in text
    assert f"`LONGEST_PAUSE = {LONGEST_PAUSE}`" in text
    assert f"`CLAIMS_BEFORE_SET_ASIDE = {CLAIMS_BEFORE_SET_ASIDE}`" in text
    assert f"`LOOKS_WITH_KEY = {LOOKS_WITH_KEY}`" in text


def test_only_one_module_and_the_demonstration_hold_an_http_client() -> None:
    """docs/adr/0003 says that nothing else can leave. The sandbox is a network, and pushes as one; sign-in has a client
    of its own, to the organisation's provider alone; neighbours' programs are told by the second leaf of ours, and the
    guard lies under both leaves."""
    names = r"httpx|httpcore|requests|urllib3|urllib\.request|http\.client|smtplib"
    client = re.compile(rf"^\s*(?:import|from) (?:{names})\b", re.M)
    holders = {name_of(path) for path in SOURCES if client.search(path.read_text())}
    outside = {name for name in holders if not name.startswith(("sandbox/", "otklik/demo/"))}
    assert outside == {*(f"otklik/lib/{name}.py" for name in ("guard", "http", "neighbour")), "otklik/desk/oidc.py"}


def test_no_page_loads_anything_from_outside() -> None:
    outside = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=["'](?:https?:)?//""")
    files = [path for kind in ("templates", "jinja2") for place in CODE for path in place.rglob(f"{kind}/**/*.html")]
    assert files
    assert [name_of(path) for path in files if outside.search(path.read_text())] == []


# Every document


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_files_and_commands_that_are_named_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    local = [link.partition("#")[0] for link in links if not link.startswith(("http://", "https://", "#"))]
    assert [link for link in local if not (page.parent / link).exists()] == []
    # A path from the project's root; one with a placeholder in it is no path.
    named = [
        name for name in ticked(page.read_text()) if re.match(r"(?:otklik|sandbox|tests|docs|setup)/[^<>…*\s]+$", name)
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []
    text = page.read_text()
    code = "\n".join([*ticked(text), *re.findall(r"^ {4}(\S.*)$", text, re.M)])
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) - targets == set()
    assert set(re.findall(r"^otklik ([a-z]+)", code, re.M)) - commands() == set()
    for module in re.findall(r"python -m ((?:otklik|sandbox)[\w.]*)", code):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def commands() -> set[str]:
    actions = cli._parser()._actions
    return {name for action in actions if isinstance(action, argparse._SubParsersAction) for name in action.choices}


def test_every_guide_shows_the_pages_it_tells_of() -> None:
    """Pictures are made by `make pictures ARGS=--kept`, of the pages as they are: a guide only points at them."""
    for page in (ROOT / "docs" / "user").glob("[a-z]*.md"):
        shown = re.findall(r"!\[[^\]]+\]\((\.\./pictures/[^)]+)\)", page.read_text(encoding="utf-8"))
        assert shown, f"{page.name} shows no page"
        assert [name for name in shown if not (page.parent / name).is_file()] == []


# docs/user


@pytest.mark.parametrize("page", sorted((DOCS / "user").glob("*.md")), ids=name_of)
def test_words_that_the_user_guide_prints_bold_stand_on_the_pages(page: Path) -> None:
    """Bold is kept for what can be read on a page, letter for letter."""
    shown = "\n".join(
        path.read_text()
        for pattern in ("desk/**/*.py", "desk/**/*.html", "*/models.py", "incidents/workflow.py", "reports/*.py")
        for path in (ROOT / "otklik").glob(pattern)
    )
    bold = [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", page.read_text(), re.DOTALL)]
    assert [words for words in bold if f'"{words}"' not in shown] == []
