"""Verbs of a template: add, change, remove. Each is one journal row; nothing refers to a template, so it may go."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from otklik.answers.difference import changed_lines
from otklik.answers.models import ASKING, Answer, Template
from otklik.answers.ready import HELPED
from otklik.answers.templates import LINK, strange
from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.lib.text import fold
from otklik.people.models import Agency, User
from otklik.people.seen import before, check_seen, mark, turned
from otklik.themes.models import Theme, ThemeGroup

_write = partial(book.write_deed, "template")


@dataclass(frozen=True, slots=True)
class TemplateInput:
    """What is said of a template. With a theme there is no group; without an agency it is for all."""

    title: str
    kind: str
    text: str
    theme: Theme | None = None
    group: ThemeGroup | None = None
    agency: Agency | None = None


def add(template_input: TemplateInput, by: User, at: datetime) -> Template:
    """Raises Refused: "link" (a survey's text without the place for its address), "holes" (braces that nothing will
    fill), "title" (the same owner has one of this kind called so).
    """
    with book.turn():
        _check(template_input)
        _check_title(template_input)
        template = Template.objects.create(**_columns(template_input))
        _write("template.add", template, by, at, _codes(template_input))
    return template


def ship(at: datetime) -> None:
    """Put in the questions whether it helped that come along (ready.py), each where there is none of its kind."""
    with book.turn():
        there = set(Template.objects.filter(kind__in=HELPED).values_list("kind", flat=True))
        for kind, (title, text) in HELPED.items():
            if kind not in there:
                template_input = TemplateInput(title, kind, text)
                template = Template.objects.create(**_columns(template_input))
                subject = f"template:{template.pk}"
                book.write(
                    at=at, actor="machine:init", verb="template.add", subject=subject, data=_codes(template_input)
                )


def seen(template: Template) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(current(template)), template.title, template.text)


def change(template: Template, template_input: TemplateInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Refused as `add` does; "late" when it is gone already; "overtaken"."""
    with book.turn():
        here = Template.objects.select_related("theme", "group", "agency").filter(pk=template.pk).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        was = current(here)
        if template_input == was:
            return False
        _check(template_input)
        if _called(template_input) != _called(was):
            _check_title(template_input, here.pk)
        Template.objects.filter(pk=template.pk).update(**_columns(template_input))
        codes = _codes(template_input)
        words = "\n".join(
            filter(
                None,
                (turned((was.title, template_input.title)), "\n".join(changed_lines(was.text, template_input.text))),
            )
        )
        data = {**codes, "before": before(_codes(was), codes), "text": was.text != template_input.text}
        _write("template.edit", template, by, at, data, words)
    return True


def current(template: Template) -> TemplateInput:
    """What the template says now."""
    return TemplateInput(template.title, template.kind, template.text, template.theme, template.group, template.agency)


def remove(template: Template, by: User, at: datetime) -> None:
    """Answers that were begun from it keep their text. Raises Refused "late"."""
    with book.turn():
        if not Template.objects.filter(pk=template.pk).delete()[0]:
            raise Refused("late")
        _write("template.remove", template, by, at, _codes(current(template)), template.title)


def _check(template_input: TemplateInput) -> None:
    if template_input.kind == Answer.Kind.SURVEY and LINK not in template_input.text:
        raise Refused("link")
    if strange(template_input.text, template_input.kind in ASKING):
        raise Refused("holes")


def _check_title(template_input: TemplateInput, pk: int = 0) -> None:
    """Titles are unique: in the list of templates two with one title would look the same."""
    same = Template.objects.filter(kind=template_input.kind, agency=template_input.agency).exclude(pk=pk)
    if fold(template_input.title) in map(fold, same.values_list("title", flat=True)):
        raise Refused("title")


def _called(template_input: TemplateInput) -> tuple[str, str, Agency | None]:
    return fold(template_input.title), template_input.kind, template_input.agency


def _columns(template_input: TemplateInput) -> dict[str, object]:
    return {
        "title": template_input.title,
        "kind": template_input.kind,
        "text": template_input.text,
        "theme": template_input.theme,
        "group": template_input.group,
        "agency": template_input.agency,
    }


def _codes(template_input: TemplateInput) -> dict[str, object]:
    return {
        "kind": template_input.kind,
        "theme": template_input.theme.pk if template_input.theme else 0,
        "group": template_input.group.pk if template_input.group else 0,
        "agency": template_input.agency.pk if template_input.agency else 0,
    }
