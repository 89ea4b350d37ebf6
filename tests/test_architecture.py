import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[1]
LAYERS = [
    *("lib", "journal", "places|themes", "people", "networks", "inbox", "incidents", "triage", "routing", "answers"),
    *("publishing", "feedback", "backups|finding|notify|reports", "privacy", "flow"),
    *("work", "exchange", "desk", "demo", "site"),
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer.split("|")}
SOURCES = [path for path in (ROOT / "otklik").rglob("*.py") if "migrations" not in path.parts]
SANDBOX = list((ROOT / "sandbox").rglob("*.py"))
WIDE_TEMPLATE_LINES = 440


def layer_of(module: str) -> str:
    """The layer of a dotted module name of ours; "" for anybody else's."""
    parts = module.split(".")
    return parts[1] if parts[0] == "otklik" and len(parts) > 1 else ""


def test_every_model_relation_and_every_migration_points_left() -> None:
    wrong = []
    for model in apps.get_models():
        mine = layer_of(model.__module__)
        for field in model._meta.get_fields():
            if not mine or not field.is_relation or field.auto_created or not isinstance(field.related_model, type):
                continue
            theirs = layer_of(field.related_model.__module__)
            if theirs and theirs != mine and RANK[theirs] >= RANK[mine]:
                wrong.append(f"{model.__name__}.{field.name} → {theirs}")
    assert wrong == []
    labels = {config.label: layer_of(config.name) for config in apps.get_app_configs()}
    wrong = []
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        mine = labels.get(app, "")
        for other, _ in migration.dependencies:
            theirs = labels.get(other, "")
            if mine and theirs and theirs != mine and RANK[theirs] >= RANK[mine]:
                wrong.append(f"{app}.{name} → {other}")
    assert wrong == []


def test_no_module_reads_a_setting_while_it_is_imported() -> None:
    early = re.compile(r"^[^\s#].*\bsettings\.[A-Z]", re.MULTILINE)
    assert [
        path.name
        for path in [*SOURCES, *SANDBOX]
        if "tests" not in path.parts and early.search(path.read_text("utf-8"))
    ] == []


def test_one_module_makes_moments_out_of_days_and_pure_ones_are_handed_the_zone() -> None:
    """A day is the region's: combined with anything else, «до 23 декабря» ends on another day."""
    handed = {
        "notify/alerts/plan.py",
        "demo/history/arrivals.py",
        "reports/periods.py",
        "reports/spans.py",
        "routing/deadlines.py",
    }
    of_a_network = {"networks/access.py"}  # a network's own day, by which it counts calls
    product = [path for path in SOURCES if "tests" not in path.parts]
    made = re.compile(r"\.combine\(|hour=0, minute=0|\b23, 59")
    makers = {str(path.relative_to(ROOT / "otklik")) for path in product if made.search(path.read_text("utf-8"))}
    assert makers == {"lib/days.py"} | handed | of_a_network


def test_only_publishing_speaks_to_the_world() -> None:
    callers = set()
    for path in SOURCES:
        inside = path.relative_to(ROOT / "otklik").parts
        if "tests" in inside or (inside[0] == "networks" and len(inside) > 2):
            continue  # a connector's own insides, behind the contract
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if ".publish" in text else ():
            if isinstance(node, ast.Attribute) and node.attr == "publish":
                callers.add(inside[0])
    assert callers == {"publishing"}


def test_only_webhooks_programs_and_links_that_are_their_own_keys_are_without_csrf_protection() -> None:
    """Of programs no cookie is read, so no page can ask in somebody's name."""
    exempt = [path for path in SOURCES if "csrf_exempt" in path.read_text()]
    names = {str(path.relative_to(ROOT / "otklik")) for path in exempt}
    assert names == {"api/interface.py", "desk/citizen/outside.py", "desk/citizen/survey.py", "networks/views.py"}


def test_templates_grow_no_wider() -> None:
    """What is left are chains of inline elements, between which the end of a line would show as a space."""
    templates = (ROOT / "otklik" / "desk" / "templates").rglob("*.html")
    wide = [line for path in templates for line in path.read_text().splitlines() if len(line) > 120]
    assert len(wide) <= WIDE_TEMPLATE_LINES, "break it between attributes, or beside an element that is a block"
    assert len(wide) == WIDE_TEMPLATE_LINES, "there are fewer now: lower the number"


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in [*SOURCES, *SANDBOX]
        if (text := path.read_text()).count("\n") > 60
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    ]
    assert long == []


def test_names_say_what_a_thing_is() -> None:
    """No module, function, parameter or variable is called by a bare participle, which is true of anything; nor by a
    picture where the field has a word (docs/glossary.md). A moment at which something was done is a name
    (`given_at`)."""
    idle = re.compile(r"(^|_)(told|found|given|said|stands|sheaf|binder|postman)(_(?!at\b)|$)", re.IGNORECASE)
    folders = ("otklik", "sandbox", "bench", "tests", "setup")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    names = [(path.stem, path, 0) for path in paths if not path.stem.startswith("test_")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            line = getattr(node, "lineno", 0)
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                    names.append((name, path, line))
                case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                    names.append((name, path, line))
    violations = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for name, path, line in names
        if idle.search(name) and not name.startswith("test_") and name.lower() not in ("not_found", "given_up_at")
    ]
    assert violations == []


def test_no_test_looks_for_a_secret_that_a_row_number_can_spell() -> None:
    """`"918" not in page` fails on the day when a row is numbered 918, and means nothing on the others."""
    violations = [
        f"{path.relative_to(ROOT)}:{words.lineno} {words.value}"
        for folder in ("otklik", "tests")
        for path in (ROOT / folder).rglob("test_*.py")
        if re.search(r"""["'][0-9]{1,5}["']""", text := path.read_text())
        for words in _sought_in_vain(ast.parse(text))
        if isinstance(words.value, str) and re.fullmatch(r"[0-9]{1,5}", words.value)
    ]
    assert violations == []


def _sought_in_vain(tree: ast.Module) -> Iterator[ast.Constant]:
    """Whatever a test wants not to be there: `"x" not in y`, or x of a list that is gone through so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield from _left_of(node.test, ast.NotIn)
        elif isinstance(node, ast.For):
            yield from _listed(node.iter) if any(_left_of(node, ast.NotIn, node.target)) else ()
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            for one in (part for part in ast.walk(node) if isinstance(part, ast.comprehension)):
                yield from _listed(one.iter) if any(_left_of(node, ast.In, one.target)) else ()


def _left_of(tree: ast.AST, sign: type[ast.cmpop], target: ast.expr | None = None) -> Iterator[Any]:
    """What stands before `in` or `not in` there: constants, or the name of `target`."""
    wanted = ast.dump(target).replace("Store()", "Load()") if target else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], sign):
            left = node.left
            if ast.dump(left) == wanted if wanted else isinstance(left, ast.Constant):
                yield left


def _listed(values: ast.expr) -> list[ast.Constant]:
    there = values.elts if isinstance(values, ast.Tuple | ast.List | ast.Set) else []
    return [one for one in there if isinstance(one, ast.Constant)]


def test_every_package_says_what_it_is_for_and_the_lock_files_hold_no_addresses() -> None:
    silent = [
        str(path.parent.relative_to(ROOT))
        for path in [*(ROOT / "otklik").glob("*/__init__.py"), ROOT / "sandbox" / "__init__.py"]
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
    locks = [f"requirements/{name}.txt" for name in ("run", "training", "develop", "node")]
    for name in (*locks, "package-lock.json"):
        text = (ROOT / name).read_text()
        assert not re.search(r'"resolved"|--index-url|--find-links', text), name
    assert "integrity" in text
    assert not re.search(r'": "[\^~]', (ROOT / "package.json").read_text()), "exact versions alone"
