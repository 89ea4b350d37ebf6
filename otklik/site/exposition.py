"""Figures as text that Prometheus reads, and as JSON. Pure.

The text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """Its name, what it says and in which unit, and a value for each set of labels. A sample of a histogram has the
    label `le` or, `of` its whole, `sum` or `count`."""

    name: str
    help: str
    samples: Sequence[Sample]
    kind: str = "gauge"


def as_text(figures: Sequence[Figure]) -> str:
    """A figure without samples is left out: nothing known is not nought."""
    lines = []
    for figure in figures:
        if figure.samples:
            lines += [f"# HELP {figure.name} {_escaped(figure.help)}", f"# TYPE {figure.name} {figure.kind}"]
            lines += [f"{_line(figure, labels)} {_number(value)}" for labels, value in figure.samples]
    return "\n".join(lines) + "\n"


def as_objects(figures: Sequence[Figure]) -> dict[str, list[dict[str, object]]]:
    """For JSON: by name, a list of objects with the labels and `value`."""
    return {
        figure.name: [{**labels, "value": _plain(value)} for labels, value in figure.samples]
        for figure in figures
        if figure.samples
    }


def _line(figure: Figure, labels: Mapping[str, str]) -> str:
    if figure.kind != "histogram":
        return figure.name + _labels(labels)
    rest = {name: value for name, value in labels.items() if name != "of"}
    return f"{figure.name}_{labels.get('of', 'bucket')}{_labels(rest)}"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_quoted(value)}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(value: str) -> str:
    return _escaped(value).replace('"', '\\"')


def _plain(value: float) -> float:
    return int(value) if value == int(value) else round(value, 3)


def _number(value: float) -> str:
    return str(_plain(value))
