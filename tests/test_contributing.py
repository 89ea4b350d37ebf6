"""CONTRIBUTING's made-up network, put into a copy of the tree exactly as the text says, works in it."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.networks.base import Network
from otklik.networks.registry import NETWORKS
from tests import template
from tests.processes import ROOT
from tests.sandbox import process
from tests.sandbox.process import Sandbox

WHOLE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEXT = WHOLE[: WHOLE.index("## How to add a field of a card")]  # the network's chapter is the first that shows code
FIELD = WHOLE[len(TEXT) : WHOLE.index("## How to add a move")]
ITEM = {"id": 5, "board": "12", "author": {"id": "7", "name": "Анна"}, "text": "Темно", "at": 1764150000}

# Run in the copy: prints what the contract asks and the class lacks, then what each step gave.
WALK = """
import json, sys
from datetime import UTC, datetime, timedelta
from otklik.lib.http import HttpClient
from otklik.networks.base import Access, ReadPlace, Speech
from otklik.networks.errors import AuthLost, OutcomeUnknown
from otklik.networks.registry import NETWORKS
host, key = sys.argv[1:]
network, steps = NETWORKS["doska"], []
def access(key):
    http = HttpClient(bases=frozenset({host}))
    return Access("12", f"{host}/{network.prefix}", http, lambda kind: None, {"board": key})
fetched = network.fetch(access(key), ReadPlace("own", "12"), datetime.now(UTC))
(heard,) = [event for raw in fetched.raws for event in network.parse(raw)]
again = network.fetch(access(key), ReadPlace("own", "12", fetched.cursor), datetime.now(UTC))
speech = Speech("Починят завтра.", heard.external_id, heard.thread, attempted_at=datetime.now(UTC))
before = network.find(access(key), speech)
try:
    network.publish(access(key), speech, "k")
except OutcomeUnknown:
    steps.append("unknown")
found = network.find(access(key), speech)
said = network.publish(access(key), speech, "k")
seen = network.replies(access(key), speech)
try:
    network.publish(access("wrong"), speech, "k")
except AuthLost:
    steps.append("lost")
print(json.dumps({
    "heard": heard.text, "author": heard.author.name, "own": heard.own, "again": len(again.raws), "before": before,
    "found": found and found.external_id, "said": said.external_id, "seen": sorted(seen), "steps": steps,
    "rights": [right.ok for right in network.rights(access(key))],
}))
"""

# Stands in the copy beside the desk's own tests.
FORM = """
from django.test import Client

def test_the_account_form_offers_it(admin: Client) -> None:
    page = admin.get("/admin/accounts/addition/").content.decode()
    assert "?network=doska" in page
    assert "Доска" in page
    page = admin.get("/admin/accounts/addition/?network=doska").content.decode()
    for words in ("Ключ доски", "читает доску и отвечает", "Доска → Настройки → Ключ", "doska.example/12"):
        assert words in page, words
"""


def blocks() -> dict[str, str]:
    """The files that the text shows, by the path in the first line."""
    return dict(
        re.findall(r"^```(?:python|po)\n# ((?:otklik|sandbox)/\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    )


def registrations() -> list[tuple[str, list[str]]]:
    """The changes that the text shows, each a file and its lines with their signs."""
    diffs = re.findall(r"^```diff\n ((?:otklik|sandbox)/\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return [(path, lines.splitlines()) for path, lines in diffs]


def register(tree: Path, path: str, lines: list[str]) -> None:
    """A line in the place of the one that is taken out; the import where the order of imports wants it."""
    file = tree / path
    code = file.read_text(encoding="utf-8")
    added = [line[1:] for line in lines if line.startswith("+")]
    (removed,) = [line[1:] for line in lines if line.startswith("-")]
    brought, instead = added
    assert code.count(f"{removed}\n") == 1, f"{path} has no longer the line that CONTRIBUTING changes: {removed}"
    code = code.replace(removed, instead)
    imports = [line for line in code.splitlines() if line.startswith(("from otklik", "from sandbox"))]
    behind = max((line for line in imports if line < brought), default="")
    code = code.replace(behind, f"{behind}\n{brought}", 1) if behind else code.replace("from", f"{brought}\nfrom", 1)
    file.write_text(code, encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product with the made-up network in it."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in ("otklik", "sandbox", "tests", "requirements"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / file, copy)
    for path, code in blocks().items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(code, encoding="utf-8")
    for path, lines in registrations():
        register(copy, path, lines)
    return copy


def run(tree: Path, *words: str, stdin: str = "", **more: str) -> str:
    """A command in the copy, on data of its own; what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "COV_", "DATABASE_"))}
    env |= {"PYTHONPATH": str(tree), "OTKLIK_DATA": str(tree / "var"), "PYTHONPYCACHEPREFIX": str(tree / "bytecode")}
    env |= {"DJANGO_SETTINGS_MODULE": "otklik.site.settings", "OTKLIK_TEST_TEMPLATES": str(template.FOLDER), **more}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=tree, env=env, input=stdin, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_text_shows_each_file_and_each_line_and_every_sentence_with_its_english() -> None:
    assert [path for path, _ in registrations()] == ["otklik/networks/registry.py", "sandbox/registry.py"]
    english = "otklik/networks/doska/locale/en/LC_MESSAGES/django.po"
    assert {"otklik/networks/doska/__init__.py", "otklik/networks/doska/network.py", english} <= set(blocks())
    assert "doska" not in NETWORKS
    code = blocks()["otklik/networks/doska/network.py"]
    code = re.sub(r'"""(.*?)"""', "", code, flags=re.DOTALL)
    sentences = {words for words in re.findall(r'"([^"\n]*)"', code) if re.search("[А-Яа-я]", words)}
    assert sentences == set(re.findall(r'_\("(.+?)"\)', code))
    assert sentences == set(re.findall(r'^msgid "(.+)"$', blocks()[english], re.MULTILINE))


def test_the_made_up_network_has_what_the_contract_and_the_linter_ask_and_reads_a_payload(tree: Path) -> None:
    files = [path for path in (*blocks(), *(path for path, _ in registrations())) if path.endswith(".py")]
    run(tree, "-m", "ruff", "check", *files)
    run(tree, "-m", "ruff", "format", "--check", *files)
    code = (
        "import inspect, json, sys\n"
        "from otklik.networks.base import Network\n"
        "from otklik.networks.registry import NETWORKS\n"
        "asked, one = sys.argv[1:], NETWORKS['doska']\n"
        "lacking = [name for name in asked if not hasattr(one, name)]\n"
        "takes = lambda it, name: list(inspect.signature(getattr(it, name)).parameters)\n"
        "other = [n for n in asked if inspect.isfunction(getattr(Network, n, None))"
        " and n not in lacking and takes(Network, n)[1:] != takes(one, n)]\n"
        "print(json.dumps([lacking, other]))"
    )
    methods = {name for name, _ in inspect.getmembers(Network, inspect.isfunction) if not name.startswith("_")}
    contract = {*inspect.get_annotations(Network), *methods}
    assert {"icon", "find"} <= contract
    assert json.loads(run(tree, "-c", code, *sorted(contract))) == [[], []]
    parse = ("-m", "otklik.site.cli", "networks", "parse", "doska")
    (line,) = run(tree, *parse, stdin=json.dumps({"texts": [ITEM]})).splitlines()
    event = json.loads(line)
    assert (event["network"], event["text"]) == ("doska", "Темно")
    assert "12/5" in line
    for broken in ('{"texts": [7, null, {"id": "5"}, {"id": 5, "board": []}]}', '{"texts": 1}', "[]", "null"):
        assert run(tree, *parse, stdin=broken) == ""


def test_the_account_form_offers_it(tree: Path) -> None:
    file = tree / "otklik/desk/tests/test_made_up.py"
    file.write_text(FORM, encoding="utf-8")
    words = ("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", str(file))
    run(tree, *words, DJANGO_SETTINGS_MODULE="tests.settings")


@pytest.mark.whole
def test_the_made_up_field_goes_where_its_line_says(tmp_path: Path) -> None:
    for folder in ("otklik", "sandbox", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    for file in ("pyproject.toml", "conftest.py", "manage.py"):
        shutil.copy(ROOT / file, tmp_path)
    changes = re.findall(r"^```diff\n (\S+)\n (.*)\n((?:\+.*\n)+)```$", FIELD, re.MULTILINE)
    assert len(changes) == 4
    for path, behind, added in changes:
        code = (tmp_path / path).read_text(encoding="utf-8")
        assert code.count(f"{behind}\n") == 1, f"{path} has no longer the line that CONTRIBUTING shows: {behind}"
        lines = "".join(f"{line[1:]}\n" for line in added.splitlines())
        (tmp_path / path).write_text(code.replace(f"{behind}\n", f"{behind}\n{lines}"), encoding="utf-8")
    run(tmp_path, "manage.py", "makemigrations", "incidents")
    run(tmp_path, "-m", "otklik.site.docs")
    assert "entrance" in (tmp_path / "docs/flow.md").read_text(encoding="utf-8")
    words = ("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "otklik/site/tests/test_fields.py")
    more = {"OTKLIK_TEST_TEMPLATE": "off", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run(tmp_path, *words, "otklik/desk/tests/test_translations.py", "-k", "column or catalogue", **more)


@pytest.fixture
def emulator(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr(process, "ROOT", tree)
    monkeypatch.setenv("PYTHONPATH", str(tree))
    with process.running(tmp_path) as sandbox:
        yield sandbox


@pytest.mark.processes
@pytest.mark.enable_socket
def test_it_hears_answers_and_finds_what_was_cut_off(tree: Path, emulator: Sandbox) -> None:
    emulator.control("doska/citizen", board="12", author="Анна Пробная", text="Во дворе темно")
    emulator.control("faults", network="doska", method="say", kind="drop_after")
    walked = json.loads(run(tree, "-c", WALK, emulator.base, "key-12"))
    assert walked["heard"] == "Во дворе темно"
    assert (walked["author"], walked["own"], walked["again"]) == ("Анна Пробная", False, 0)
    assert (walked["before"], walked["found"], walked["said"]) == (None, "12/2", "12/3")
    assert walked["seen"] == ["12/2", "12/3"]
    assert (walked["steps"], walked["rights"]) == (["unknown", "lost"], [True])
    assert emulator.inspect("counts")["doska"] == {"texts": 3}
    assert emulator.inspect("doska/texts")["items"] == [], "an audit passes by what lists nothing"
    assert emulator.http.get("/").status_code == 200


def test_networks_are_named_among_the_pure_modules_and_nothing_else_outside_their_folders_knows_them() -> None:
    """The demonstration speaks VKontakte, the command line unless told otherwise; the bot of the alerts is one of two.

    «ok», «max», «x» are words too.
    """
    pure = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [kind for kind in NETWORKS if f'"otklik.networks.{kind}"' not in pure] == []
    network = re.compile(r"""["'](?:vk|telegram|instagram|facebook)["']""")
    apart = {"tests", "migrations", "demo", *NETWORKS}
    files = [file for file in (ROOT / "otklik").rglob("*.py") if not apart & set(file.parts)]
    knowing = {str(file.relative_to(ROOT)) for file in files if network.search(file.read_text(encoding="utf-8"))}
    assert knowing == {"otklik/site/commands/sandbox.py", "otklik/site/settings.py"}
