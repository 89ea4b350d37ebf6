"""The language of templates: places for values, conditions, and loops over the report's own lists. Nothing else.

Two walls: what a template says is read before it runs, and refused unless it is of the few kinds below; and it runs in
Jinja's sandbox, where no attribute of any object can be reached and what comes out is bounded.
"""

from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from otklik.lib.sentence import Sentence as _
from otklik.reports.docx_file import BadTemplate

LOOPS = 2
"""How deep loops may stand in each other: tables, and their rows."""
MOST_OUT = 20_000_000
_KINDS = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
    nodes.Test,
)
_NOT_VALUES = ("self", "super", "loop", "caller")
_FILTERS = ("upper", "lower", "capitalize", "default", "length", "first", "last")
_TESTS = ("defined", "undefined", "none", "odd", "even")


class _Bounded(Template):
    """A template that stops when it has said too much."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        pieces, length = [], 0
        for piece in self.generate(*args, **kwargs):
            length += len(piece)
            if length > MOST_OUT:
                raise BadTemplate(_("По этому шаблону отчёт выходит слишком большим: проверьте циклы."))
            pieces.append(piece)
        return "".join(pieces)


class Words(ImmutableSandboxedEnvironment):
    """Everything that comes out is escaped for XML. Raises BadTemplate for whatever is not of the allowed kinds."""

    template_class = _Bounded

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def is_safe_attribute(self, _obj: Any, _attr: str, _value: Any) -> bool:
        return False

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in _inside(tree):
            if not isinstance(node, _KINDS) or (isinstance(node, nodes.Name) and node.name in _NOT_VALUES):
                raise BadTemplate(
                    _("В шаблоне есть то, чего в нём быть не может: %(what)s.") % {"what": type(node).__name__}
                )
        if _depth(tree) > LOOPS:
            raise BadTemplate(_("Циклы в шаблоне вложены слишком глубоко: можно таблицы и в них строки."))
        return tree


def _inside(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _inside(child)


def _depth(node: nodes.Node) -> int:
    deepest = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return deepest + isinstance(node, nodes.For)
