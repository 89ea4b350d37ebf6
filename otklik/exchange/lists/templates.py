"""Templates of answers. One is known by its title, kind and owner."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.utils import timezone

from otklik.answers import keeping as verbs
from otklik.answers.keeping import Told
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
    found = []
    for row in rows:
        matter, agency = matters.find(row, "theme", "group"), agencies.find(row, "agency", AGENCY)
        kind = kinds.get(row["kind"], "")
        key = (fold(row["title"]), kind, agency.pk if agency else None)
        seen.check(row, key, "шаблон с таким названием, видом и ведомством")
        here = known.get(key)
        told = Told(row["title"], kind, row["text"].replace("\r\n", "\n"), matter.theme, matter.group, agency)
        told = _kept(row, told, here)
        _check_text(row, told)
        changes = _changes(told, verbs.stands(here)) if here else None
        found.append(of(row, row["title"], changes, _act(told, here, by)))
    return found


def _kept(row: Row, told: Told, here: Template | None) -> Told:
    """What it is about stays when the file has neither of its columns."""
    if here is None or row.has("theme") or row.has("group"):
        return told
    return Told(told.title, told.kind, told.text, here.theme, here.group, told.agency)


def _check_text(row: Row, told: Told) -> None:
    if told.kind == Answer.Kind.SURVEY and LINK not in told.text:
        row.wrong(TEXT, f"в тексте опроса нет места для ссылки: {LINK}")
    if holes := strange(told.text, told.kind in ASKING):
        row.wrong(TEXT, f"таких полей нет: {', '.join(holes)}")


def _changes(told: Told, was: Told) -> list[str]:
    return [
        *turned(TITLE, was.title, told.title),
        *turned(THEME, was.theme, told.theme),
        *turned(GROUP, was.group, told.group),
        *(["другой текст"] if was.text != told.text else []),
    ]


def _act(told: Told, here: Template | None, by: User) -> Act:
    def act(at: datetime) -> Invited | None:
        if here is None:
            verbs.add(told, by, at)
        else:
            verbs.change(here, told, verbs.seen(here), by, at)
        return None

    return act


KIND = Kind("templates", "Шаблоны", Permission.TUNE, columns, plan)
