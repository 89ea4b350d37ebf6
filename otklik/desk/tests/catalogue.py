"""The translations' catalogue, and a scanner of the sources that needs no gettext tools."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from otklik.incidents.fields import FIELDS, Goes, columns

PACKAGE = Path(__file__).resolve().parents[2]
Key = tuple[str, str, str]  # context, sentence, plural sentence

_MODULES = ("django.utils.translation", "otklik.lib.sentence")
# Where context, sentence and plural stand among the arguments; -1: there is none.
_PLACES = {
    "gettext": (-1, 0, -1),
    "gettext_lazy": (-1, 0, -1),
    "gettext_noop": (-1, 0, -1),
    "ngettext": (-1, 0, 1),
    "ngettext_lazy": (-1, 0, 1),
    "pgettext": (0, 1, -1),
    "pgettext_lazy": (0, 1, -1),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
    "Sentence": (-1, 0, -1),
}
_QUOTED = r"""(?:"([^"]*)"|'([^']*)')"""
_TRANSLATE = re.compile(rf"{{%-?\s*trans(?:late)?\s+{_QUOTED}(?:\s+context\s+{_QUOTED})?")
_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
_ARGUMENT = re.compile(rf"\b_\({_QUOTED}\)")
_IN_CONTEXT = re.compile(rf"\bpgettext\({_QUOTED}, {_QUOTED}\)")  # as Jinja2's templates write it
_COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}", re.DOTALL)


def messages() -> list[Message]:
    """Every message of the English catalogue, without its header."""
    return [message for message in catalogue() if message.id]


def catalogue() -> Catalog:
    """The desk's, with what each network brings."""
    whole = Catalog(locale="en")
    for path in sorted(PACKAGE.rglob("locale/en/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in filter(None, read_po(file)):
                whole[message.id] = message
    return whole


def key_of(message: Message) -> Key:
    one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
    return str(message.context or ""), str(one), str(many)


@cache
def wanted() -> set[Key]:
    """Every sentence that Python and templates hand to gettext, and the labels of a card's facts."""
    keys: set[Key] = {("", FIELDS[name].label, "") for name in columns(Goes.FACTS)}
    for path in _sources(".py"):
        keys.update(in_python(path.read_text(encoding="utf-8")))
    for path in (*_sources(".html"), *_sources(".txt")):
        keys.update(in_template(path.read_text(encoding="utf-8")))
    return keys


def in_python(source: str) -> Iterator[Key]:
    """Calls of Django's functions, and of Sentence, under whatever name the file imports them."""
    if not any(module in source for module in _MODULES):
        return
    tree = ast.parse(source)
    known = {
        alias.asname or alias.name: _PLACES[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in _MODULES
        for alias in node.names
        if alias.name in _PLACES
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            context, one, many = (_words(node.args, place) for place in known[node.func.id])
            if one:  # a variable is somebody else's sentence
                yield context, one, many


def _words(arguments: list[ast.expr], place: int) -> str:
    if place < 0 or place >= len(arguments):
        return ""
    argument = arguments[place]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def in_template(source: str) -> Iterator[Key]:
    source = _COMMENT.sub("", source)
    for match in _TRANSLATE.finditer(source):
        yield match[3] or match[4] or "", match[1] or match[2] or "", ""
    for match in _ARGUMENT.finditer(source):
        yield "", match[1] or match[2] or "", ""
    for match in _IN_CONTEXT.finditer(source):
        yield match[1] or match[2] or "", match[3] or match[4] or "", ""
    for match in _BLOCK.finditer(source):
        context = re.search(rf"\bcontext\s+{_QUOTED}", match[1])
        one, _tag, many = re.sub(r"{%\s*plural\s*%}", "\0", match[2]).partition("\0")
        yield (context[1] or context[2] if context else ""), _block(one), _block(many)


def _block(body: str) -> str:
    return re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body.replace("%", "%%"))


def _sources(ending: str) -> list[Path]:
    return sorted(path for path in PACKAGE.rglob(f"*{ending}") if "tests" not in path.relative_to(PACKAGE).parts)
