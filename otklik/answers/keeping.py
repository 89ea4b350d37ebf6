"""Verbs of a template: add, change, remove. Each is one journal row; nothing refers to a template, so it may go."""

from dataclasses import dataclass
from datetime import datetime

from otklik.answers.difference import changed_lines
from otklik.answers.models import ASKING, Answer, Template
from otklik.answers.ready import HELPED
from otklik.answers.templates import LINK, strange
from otklik.journal import book
from otklik.lib.text import fold
from otklik.people.models import Agency, User
from otklik.people.scope import Refused
from otklik.people.seen import before, check_seen, mark, turned
from otklik.themes.models import Theme, ThemeGroup


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a template. With a theme there is no group; without an agency it is for all."""

    title: str
    kind: str
    text: str
    theme: Theme | None = None
    group: ThemeGroup | None = None
    agency: Agency | None = None


def add(told: Told, by: User, at: datetime) -> Template:
    """Raises Refused: "link" (a survey's text without the place for its address), "holes" (braces that nothing will
    fill), "title" (the same owner has one of this kind called so).
    """
    with book.turn():
        _check(told)
        _check_title(told)
        template = Template.objects.create(**_columns(told))
        _write("template.add", template.pk, by, at, _codes(told))
    return template


def ship(at: datetime) -> None:
    """Put in the questions whether it helped that come along (ready.py), each where there is none of its kind."""
    with book.turn():
        there = set(Template.objects.filter(kind__in=HELPED).values_list("kind", flat=True))
        for kind, (title, text) in HELPED.items():
            if kind not in there:
                told = Told(title, kind, text)
                template = Template.objects.create(**_columns(told))
                subject = f"template:{template.pk}"
                book.write(at=at, actor="machine:init", verb="template.add", subject=subject, data=_codes(told))


def seen(template: Template) -> str:
    """The mark of what `change` changes."""
    return mark(_codes(stands(template)), template.title, template.text)


def change(template: Template, told: Told, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Raises Refused as `add` does; "late" when it is gone already; "overtaken"."""
    with book.turn():
        here = Template.objects.select_related("theme", "group", "agency").filter(pk=template.pk).first()
        if here is None:
            raise Refused("late")
        check_seen(seen(here), was_seen)
        was = stands(here)
        if told == was:
            return False
        _check(told)
        if _called(told) != _called(was):
            _check_title(told, here.pk)
        Template.objects.filter(pk=template.pk).update(**_columns(told))
        codes = _codes(told)
        words = "\n".join(
            filter(None, (turned((was.title, told.title)), "\n".join(changed_lines(was.text, told.text))))
        )
        data = {**codes, "before": before(_codes(was), codes), "text": was.text != told.text}
        _write("template.edit", template.pk, by, at, data, words)
    return True


def stands(template: Template) -> Told:
    """What the template says now."""
    return Told(template.title, template.kind, template.text, template.theme, template.group, template.agency)


def remove(template: Template, by: User, at: datetime) -> None:
    """Answers that were begun from it keep their text. Raises Refused "late"."""
    with book.turn():
        if not Template.objects.filter(pk=template.pk).delete()[0]:
            raise Refused("late")
        _write("template.remove", template.pk, by, at, _codes(stands(template)), template.title)


def _check(told: Told) -> None:
    if told.kind == Answer.Kind.SURVEY and LINK not in told.text:
        raise Refused("link")
    if strange(told.text, told.kind in ASKING):
        raise Refused("holes")


def _check_title(told: Told, pk: int = 0) -> None:
    """In the list from which an answer is begun two of one title could not be told apart."""
    same = Template.objects.filter(kind=told.kind, agency=told.agency).exclude(pk=pk)
    if fold(told.title) in map(fold, same.values_list("title", flat=True)):
        raise Refused("title")


def _called(told: Told) -> tuple[str, str, Agency | None]:
    return fold(told.title), told.kind, told.agency


def _columns(told: Told) -> dict[str, object]:
    return {
        "title": told.title,
        "kind": told.kind,
        "text": told.text,
        "theme": told.theme,
        "group": told.group,
        "agency": told.agency,
    }


def _codes(told: Told) -> dict[str, object]:
    return {
        "kind": told.kind,
        "theme": told.theme.pk if told.theme else 0,
        "group": told.group.pk if told.group else 0,
        "agency": told.agency.pk if told.agency else 0,
    }


def _write(verb: str, pk: int, by: User, at: datetime, data: dict[str, object], words: str = "") -> None:
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"template:{pk}", data=data, words=words)
