"""Reading `fields=id,from{id,name},comments.filter(stream).limit(3){id}`: names, their arguments, what is nested."""

import dataclasses
import re
from collections.abc import Mapping, Sequence

from sandbox.meta.errors import GraphError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}", re.ASCII)
_DEEPEST = 6
_MOST = 400


@dataclasses.dataclass(frozen=True)
class Field:
    """One asked field. `below` is None where nothing is nested."""

    name: str
    args: Mapping[str, str]
    below: "Sequence[Field] | None" = None


def read(text: str) -> list[Field]:
    """The fields asked for. GraphError 2500 for broken syntax."""
    reader = _Reader(text)
    fields = reader.fields(0)
    if reader.at != len(text):
        raise reader.broken()
    return fields


def written(fields: Sequence[Field]) -> str:
    """The same as text again, for the link to a next page."""
    return ",".join(_written(field) for field in fields)


def _written(field: Field) -> str:
    args = "".join(f".{name}({value})" for name, value in field.args.items())
    return field.name + args + (f"{{{written(field.below)}}}" if field.below else "")


@dataclasses.dataclass
class _Reader:
    text: str
    at: int = 0
    count: int = 0

    def broken(self) -> GraphError:
        shown = self.text[self.at : self.at + 20] or "end of string"
        return GraphError(2500, f"Syntax error at character {self.at}: {shown}")

    def fields(self, depth: int) -> list[Field]:
        if depth > _DEEPEST:
            raise GraphError(100, "The fields are nested too deep")
        field_list = [self.field(depth)]
        while self._taken(","):
            field_list.append(self.field(depth))
        return field_list

    def field(self, depth: int) -> Field:
        self.count += 1
        if self.count > _MOST:
            raise GraphError(100, "Too many fields")
        name = self._name()
        args: dict[str, str] = {}
        while self._taken("."):
            argument = self._name()
            args[argument] = self._inside()
        below = None
        if self._taken("{"):
            below = self.fields(depth + 1)
            if not self._taken("}"):
                raise self.broken()
        return Field(name, args, below)

    def _name(self) -> str:
        self._skip()
        match = NAME.match(self.text, self.at)
        if not match:
            raise self.broken()
        self.at = match.end()
        self._skip()
        return match[0]

    def _inside(self) -> str:
        if not self._taken("("):
            raise self.broken()
        end = self.text.find(")", self.at)
        if end < 0:
            raise self.broken()
        inside, self.at = self.text[self.at : end], end + 1
        self._skip()
        return inside.strip()

    def _taken(self, sign: str) -> bool:
        self._skip()
        if self.text.startswith(sign, self.at):
            self.at += 1
            self._skip()
            return True
        return False

    def _skip(self) -> None:
        while self.text.startswith((" ", "\n"), self.at):
            self.at += 1
