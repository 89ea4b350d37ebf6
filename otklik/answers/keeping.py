"""Verbs of a template: add, change, remove. Each is one journal row; nothing refers to a template, so it may go."""

from dataclasses import dataclass
from datetime import datetime

from otklik.answers.models import Answer, Template
from otklik.journal import book
from otklik.people.models import Agency, User
from otklik.people.scope import Refused
from otklik.themes.models import Theme, ThemeGroup

LINK = "{link}"
"""Where the survey's address is put. Without it feedback sends no survey at all."""


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
    """Raises Refused "link": a survey's text without the place for its address."""
    with book.turn():
        _check(told)
        template = Template.objects.create(**_columns(told))
        _write("template.add", template.pk, told, by, at)
    return template


def change(template: Template, told: Told, by: User, at: datetime) -> None:
    """Raises Refused "link"; "late" when it is gone already."""
    with book.turn():
        _check(told)
        if not Template.objects.filter(pk=template.pk).update(**_columns(told)):
            raise Refused("late")
        _write("template.edit", template.pk, told, by, at)


def remove(template: Template, by: User, at: datetime) -> None:
    """Answers that were begun from it keep their text. Raises Refused "late"."""
    with book.turn():
        if not Template.objects.filter(pk=template.pk).delete()[0]:
            raise Refused("late")
        actor = f"user:{by.pk}"
        book.write(
            at=at, actor=actor, verb="template.remove", subject=f"template:{template.pk}", data={"kind": template.kind}
        )


def _check(told: Told) -> None:
    if told.kind == Answer.Kind.SURVEY and LINK not in told.text:
        raise Refused("link")


def _columns(told: Told) -> dict[str, object]:
    return {
        "title": told.title,
        "kind": told.kind,
        "text": told.text,
        "theme": told.theme,
        "group": told.group,
        "agency": told.agency,
    }


def _write(verb: str, pk: int, told: Told, by: User, at: datetime) -> None:
    data = {
        "kind": told.kind,
        "theme": told.theme.pk if told.theme else 0,
        "group": told.group.pk if told.group else 0,
        "agency": told.agency.pk if told.agency else 0,
    }
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"template:{pk}", data=data)
