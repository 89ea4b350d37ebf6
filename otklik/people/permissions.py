"""What a role lets one do, one thing at a time. The standing roles have fixed sets; an administrator makes others.

A role that is made has a standing one as its base: whom the system calls and reminds, and at which page a day begins,
goes by the base; what is allowed goes by the set alone. What the base stands for cannot be taken out of it (`BOUND`).
Everybody who has a grant sees the cards within its reach: there is no permission to read.
"""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OPERATOR = "operator", _("оператор")
    CURATOR = "curator", _("куратор")
    EXECUTOR = "executor", _("исполнитель")
    APPROVER = "approver", _("согласующий")
    HEAD = "head", _("руководитель")
    AUDITOR = "auditor", _("аудитор")
    ADMINISTRATOR = "administrator", _("администратор")


class Permission(models.TextChoices):
    JUDGE = "judge", _("Разбирать поток: назначать, отклонять, закрывать")
    BRING = "bring", _("Заводить карточку по ссылке")
    ANSWER = "answer", _("Готовить ответы и возвращать «не наше»")
    HOLD = "hold", _("Отвечать за карточки своего ведомства")
    LEAD = "lead", _("Поручать карточки другим и вести дежурства")
    APPROVE = "approve", _("Согласовывать ответы")
    NOTE = "note", _("Оставлять заметки и метки")
    ROSTER = "roster", _("Видеть, кто дежурит")
    WATCH = "watch", _("Видеть недоставленное и состояние системы")
    FIGURES = "figures", _("Смотреть статистику")
    CONTROL = "control", _("Ставить карточки на контроль и снимать с него")
    JOURNAL = "journal", _("Читать журнал всего региона")
    FORGET = "forget", _("Забывать жителей, которые об этом просят")
    TUNE = "tune", _("Настраивать правила, шаблоны, темы и сроки")
    CONNECT = "connect", _("Подключать сети, аккаунты и источники")
    ADMINISTRATE = "administrate", _("Управлять людьми, ведомствами и ролями")


P = Permission
EVERYTHING = frozenset(Permission)
STANDING: dict[str, frozenset[Permission]] = {
    Role.OPERATOR: frozenset({P.JUDGE, P.BRING, P.ANSWER, P.NOTE, P.ROSTER, P.WATCH, P.FIGURES}),
    Role.CURATOR: frozenset(
        {P.JUDGE, P.BRING, P.ANSWER, P.HOLD, P.LEAD, P.NOTE, P.ROSTER, P.WATCH, P.FIGURES},
    ),
    Role.EXECUTOR: frozenset({P.ANSWER, P.HOLD, P.NOTE, P.ROSTER}),
    Role.APPROVER: frozenset({P.APPROVE, P.NOTE, P.ROSTER}),
    Role.HEAD: frozenset({P.FIGURES, P.CONTROL, P.NOTE, P.ROSTER}),
    Role.AUDITOR: frozenset({P.FIGURES, P.JOURNAL, P.FORGET}),
    Role.ADMINISTRATOR: EVERYTHING - {P.BRING, P.HOLD},
}
BOUND: dict[str, frozenset[Permission]] = {
    Role.OPERATOR: frozenset({P.JUDGE}),
    Role.CURATOR: frozenset({P.HOLD}),
    Role.EXECUTOR: frozenset({P.HOLD, P.ANSWER}),
    Role.APPROVER: frozenset({P.APPROVE}),
    Role.HEAD: frozenset({P.FIGURES}),
    Role.AUDITOR: frozenset({P.JOURNAL}),
}
"""By base. An administrator is no base: whoever gives rights could give himself the rest."""
FROM_THE_BASE = frozenset({P.HOLD, P.ADMINISTRATE})
"""Had with a base that is bound to it, and never added: cards are given to people by their base."""
CHOOSABLE = tuple(permission for permission in Permission if permission not in FROM_THE_BASE)
MANAGING = frozenset({P.TUNE, P.CONNECT, P.ADMINISTRATE})
"""What opens «Управление»."""


def fitting(base: str, wanted: Collection[str]) -> frozenset[Permission]:
    """The set of a role that is made upon this base: what was wanted of the choosable ones, and what it is bound to.

    Raises KeyError for what is no base; words that are no permission are passed over.
    """
    return BOUND[base] | {permission for permission in CHOOSABLE if permission in wanted}


def allowed(role: str, made: Collection[str] | None) -> frozenset[Permission]:
    """What a grant of this role lets one do; `made` is the set of the role that an administrator made upon it."""
    return STANDING.get(role, frozenset()) if made is None else fitting(role, made)
