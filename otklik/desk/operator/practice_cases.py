"""The invented messages and what is expected of each, read from the file beside this module. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType

FILE = Path(__file__).with_name("data") / "practice_cases.toml"


@dataclass(frozen=True, slots=True)
class Case:
    """`noise` is why it is no incident, "" for one; `themes` are the codes that are right, the best one first.

    `danger`: somebody may die or be maimed. `why` says why so, to whoever has decided.
    """

    code: str
    text: str
    noise: str
    themes: tuple[str, ...]
    danger: bool
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody has decided: a reason of noise, or a theme's code."""

    noise: str
    theme: str
    danger: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What of a decision is as expected. Of what is no incident neither theme nor danger is asked."""

    kind: bool
    what: bool
    danger: bool

    @property
    def right(self) -> bool:
        return self.kind and self.what and self.danger


@cache
def cases() -> Mapping[str, Case]:
    """By their codes, in the order of the file."""
    case_tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
    return MappingProxyType({one["code"]: _case(one) for one in case_tables})


def _case(case_table: Mapping[str, object]) -> Case:
    theme, also = case_table.get("theme"), case_table.get("also")
    themes = (str(theme), *(map(str, also) if isinstance(also, list) else ())) if theme else ()
    danger = bool(case_table.get("danger"))
    return Case(
        str(case_table["code"]),
        str(case_table["text"]),
        str(case_table.get("noise", "")),
        themes,
        danger,
        str(case_table["why"]),
    )


def order(number: int) -> list[str]:
    """The codes as the try of this number has them: each try its own way, and always the same."""
    codes = list(cases())
    Random(number).shuffle(codes)  # noqa: S311 an order, no secret
    return codes


def judge(case: Case, decided: Decision) -> Judged:
    """A wrong reason of noise is half right: that it is no incident was seen."""
    if case.noise or decided.noise:
        both = bool(case.noise) and bool(decided.noise)
        return Judged(both, both and case.noise == decided.noise, danger=True)
    return Judged(kind=True, what=decided.theme in case.themes, danger=case.danger == decided.danger)
