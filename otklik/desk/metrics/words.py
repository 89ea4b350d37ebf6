"""What each measure is called and what it means, for people. A test holds it complete."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from otklik.reports.promptly import quickly, quickly_means

STAGES: Mapping[str, tuple[Any, Any]] = {
    "found": (_("Найти"), _("От сообщения человека до карточки.")),
    "routed": (_("Назначить"), _("От карточки до последнего назначения ведомству.")),
    "prepared": (_("Подготовить"), _("От последнего назначения до отправки ответа на согласование.")),
    "approved": (
        _("Согласовать и опубликовать"),
        _("От отправки на согласование до первого опубликованного ответа последнего исполнителя."),
    ),
    "first": (_("Первый ответ"), _("От сообщения человека до первого опубликованного ответа, чьего бы то ни было.")),
    "final": (_("Итоговый ответ"), _("От сообщения человека до опубликованного итогового ответа.")),
    "closed": (
        _("Закрыть"),
        _("От итогового ответа до закрытия: по оценке автора, по его молчанию или по решению сотрудника."),
    ),
}

SHARES: Mapping[str, tuple[Any, Any]] = {
    "quick": (
        format_lazy(_("Ответили {quickly}"), quickly=lazy(quickly, str)()),
        lazy(quickly_means, str)(),
    ),
    "within_day": (_("Ответили за сутки"), _("То же за сутки по календарю.")),
    "returned": (_("Вернули: «не наше»"), _("Карточки, которые хотя бы одно ведомство вернуло как чужие.")),
    "reopened": (_("Открыли снова"), _("Карточки с ответом, которые после него пришлось открыть снова.")),
    "brushed_off": (
        _("Формальные ответы"),
        _("Решаемые карточки с итогом «Разъяснено», из всех решаемых, у которых итог есть."),
    ),
    "good": (_("Довольны ответом"), _("Оценки 4 и 5 из всех подтверждённых; одна карточка, один голос.")),
    "gathered": (_("Писали несколько человек"), _("Карточки, на которых об одном и том же писал не один автор.")),
}

PARTS: Mapping[str, Any] = {
    "within_day": _("ответили за сутки"),
    "good": _("довольны ответом"),
    "not_brushed_off": _("решаемое не кончилось словом «разъяснено»"),
    "not_reopened": _("не пришлось открывать снова"),
    "not_returned": _("не вернули как чужое"),
}
"""What a score may be made of: each a share of which more is better."""
