"""How large the source is, beside what it was: `python -m bench.house [COMMIT …]`; without a commit the working tree.

Code of `otklik/` alone, without tests, migrations and the demonstration. A line of code is neither blank nor a comment.
"""

import argparse
import ast
import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APART = {"tests", "migrations", "demo", "sandbox", "vendor"}
WORDS = ("told", "found", "given", "said", "stands")
WIDTH = 120


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.house", description=__doc__)
    parser.add_argument("commits", nargs="*", help="what to compare, each a column; the last one is the working tree")
    commits = parser.parse_args(words).commits
    columns = {commit: figures(_of_commit(commit)) for commit in commits} | {"now": figures(_of_tree())}
    width = max(len(name) for name in columns["now"])
    sys.stdout.write(" ".join([" " * width, *(f"{name:>10}" for name in columns)]) + "\n")
    for name in columns["now"]:
        sys.stdout.write(" ".join([f"{name:{width}}", *(f"{one[name]:>10}" for one in columns.values())]) + "\n")
    return 0


def figures(files: Mapping[str, str]) -> dict[str, int]:
    """By what they are called in the table. `files` are texts by their paths below `otklik/`."""
    code = {path: text for path, text in files.items() if path.endswith(".py")}
    templates = [text for path, text in files.items() if path.endswith(".html")]
    trees = {path: ast.parse(text) for path, text in code.items()}
    lines = [line.strip() for text in code.values() for line in text.splitlines()]
    folders = {Path(path).parts[0] for path in code if "/" in path}
    return {
        "packages": len(folders),
        "folders of the desk": len(
            {Path(path).parts[1] for path in code if path.startswith("desk/") and path.count("/") > 1}
        ),
        "files of code": len(code),
        "lines of code": sum(bool(line) and not line.startswith("#") for line in lines),
        "modules with one importer beside them": _with_one_importer(trees),
        "private functions used once": _used_once(code, trees),
        "lines of templates": sum(text.count("\n") for text in templates),
        f"lines of templates over {WIDTH}": sum(len(line) > WIDTH for text in templates for line in text.splitlines()),
        **{f"names with «{word}»": _named(trees, word) for word in WORDS},
    }


def _with_one_importer(trees: Mapping[str, ast.Module]) -> int:
    """Modules that one other module of their folder imports, and no other."""
    modules = {"otklik." + path.removesuffix(".py").replace("/", "."): path for path in trees}
    importers: dict[str, set[str]] = {name: set() for name in modules}
    for name, path in modules.items():
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.ImportFrom) and node.module:
                for one in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                    importers.get(one, set()).add(name)
    beside = ((name, users) for name, users in importers.items() if len(users) == 1 and not name.endswith("__init__"))
    return sum(name.rpartition(".")[0] == next(iter(users)).rpartition(".")[0] for name, users in beside)


def _used_once(code: Mapping[str, str], trees: Mapping[str, ast.Module]) -> int:
    number = 0
    for path, tree in trees.items():
        words = Counter(re.findall(r"\w+", code[path]))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("_")]
        number += sum(words[name] == 2 for name in names)
    return number


def _named(trees: Mapping[str, ast.Module], word: str) -> int:
    """Variables, parameters, attributes, functions and modules that have it as a part of their name."""
    number = sum(word in re.split(r"[_.]", Path(path).stem) for path in trees)
    for tree in trees.values():
        for node in ast.walk(tree):
            name = {ast.Name: "id", ast.arg: "arg", ast.Attribute: "attr", ast.FunctionDef: "name"}.get(type(node))
            number += name is not None and word in getattr(node, name).strip("_").split("_")
    return number


def _of_tree() -> dict[str, str]:
    base = ROOT / "otklik"
    paths = (path for ending in ("py", "html") for path in base.rglob(f"*.{ending}"))
    wanted = ((path.relative_to(base), path) for path in paths)
    return {str(name): path.read_text(encoding="utf-8") for name, path in wanted if not APART & set(name.parts)}


def _of_commit(commit: str) -> dict[str, str]:
    """Raises CalledProcessError for what git does not know."""
    words = ["git", "archive", commit, "otklik"]
    archive = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603 our own words
    files: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = Path(member.name).relative_to("otklik")
            if name.suffix in (".py", ".html") and not APART & set(name.parts) and (file := tar.extractfile(member)):
                files[str(name)] = file.read().decode()
    return files


if __name__ == "__main__":
    sys.exit(main())
