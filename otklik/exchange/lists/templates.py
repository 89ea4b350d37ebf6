"""Templates of answers. One is known by its title, kind and owner."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.utils import timezone

from otklik.answers import keeping as verbs
from otklik.answers.keeping import TemplateInput
from otklik.answers.models import ASKING, Answer, Template
from otklik.answers.templates import LINK, NAMES, strange
from otklik.exchange.lists.known import Agencies, Matters
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, of, turned
from otklik.exchange.lists.russian import in_russian
from otklik.exchange.lists.sheet import Column, Row
from otklik.lib.text import fold
from otklik.people.models import User
from otklik.people.permissions import Permission

TITLE, KIND_OF, THEME, GROUP, AGENCY, TEXT = "Название", "Вид", "Тема", "Группа тем", "Ведомство", "Текст"
ALL = "для всех"


def columns() -> tuple[Column, ...]:
    holes = ", ".join(f"{{{name}}}" for name in NAMES)
    return (
        Column("title", TITLE, "Так шаблон называется в списке.", "Пример: Нет воды, срок", required=True, limit=120),
        Column(
            "kind", KIND_OF, "", "Итоговый ответ", required=True, words=tuple(in_russian(Answer.Kind.choices))
        ),
        Column("theme", THEME, "Название или код темы. Пусто вместе с группой: любая тема.", ""),
        Column("group", GROUP, "Вместо темы: все темы группы.", ""),
        Column("agency", AGENCY, "Чей шаблон. Пусто: для всех.", "Водоканал"),
        Column("text", TEXT, f"Сам ответ. Поля, которые заполнятся: {holes}. В опросе нужно {LINK}.",
               "{обращение} Воду дадут {срок}.", required=True, long=True),
    )  # fmt: skip


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Three queries."""
    agencies, matters, seen = Agencies(), Matters(timezone.localdate(at)), Seen()
    kinds = in_russian(Answer.Kind.choices)
    known: dict[Hashable, Template] = {}
    for one in Template.objects.select_related("theme", "group", "agency").order_by("-pk"):
        known[fold(one.title), one.kind, one.agency_id] = one
    lines = []
    for row in rows:
        matter, agency = matters.find(row, "theme", "group"), agencies.find(row, "agency", AGENCY)
        kind = kinds.get(row["kind"], "")
        key = (fold(row["title"]), kind, agency.pk if agency else None)
        seen.check(row, key, "шаблон с таким названием, видом и ведомством")
        here = known.get(key)
        template_input = TemplateInput(
            row["title"], kind, row["text"].replace("\r\n", "\n"), matter.theme, matter.group, agency
        )
        template_input = _kept(row, template_input, here)
        _check_text(row, template_input)
        changes = _changes(template_input, verbs.current(here)) if here else None
        lines.append(of(row, row["title"], changes, _act(template_input, here, by)))
    return lines


def _kept(row: Row, template_input: TemplateInput, here: Template | None) -> TemplateInput:
    """What it is about stays when the file has neither of its columns."""
    if here is None or row.has("theme") or row.has("group"):
        return template_input
    return TemplateInput(
        template_input.title, template_input.kind, template_input.text, here.theme, here.group, template_input.agency
    )


def _check_text(row: Row, template_input: TemplateInput) -> None:
    if template_input.kind == Answer.Kind.SURVEY and LINK not in template_input.text:
        row.wrong(TEXT, f"в тексте опроса нет места для ссылки: {LINK}")
    if holes := strange(template_input.text, template_input.kind in ASKING):
        row.wrong(TEXT, f"таких полей нет: {', '.join(holes)}")


def _changes(template_input: TemplateInput, was: TemplateInput) -> list[str]:
    return [
        *turned(TITLE, was.title, template_input.title),
        *turned(THEME, was.theme, template_input.theme),
        *turned(GROUP, was.group, template_input.group),
        *(["другой текст"] if was.text != template_input.text else []),
    ]


def _act(template_input: TemplateInput, here: Template | None, by: User) -> Act:
    def act(at: datetime) -> Invited | None:
        if here is None:
            verbs.add(template_input, by, at)
        else:
            verbs.change(here, template_input, verbs.seen(here), by, at)
        return None

    return act


KIND = Kind("templates", "Шаблоны", Permission.TUNE, columns, plan)
