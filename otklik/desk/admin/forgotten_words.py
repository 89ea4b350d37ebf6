"""What is erased for a person who asks to be forgotten, in words: kinds of things instead of tables."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "inbox.author": _("Имя, номер и адрес жителя"),
    "inbox.message": _("Сообщения"),
    "inbox.edition": _("Прежние редакции сообщений"),
    "inbox.media": _("Снимки и вложения"),
    "inbox.thread": _("Адреса диалогов и записей"),
    "networks.rawevent": _("Ответы сетей как есть"),
    "triage.verdict": _("Слова, на которых держались подсказки"),
    "answers.answer": _("Ответы"),
    "answers.answertext": _("Прежние редакции ответов"),
    "publishing.delivery": _("Публикации"),
    "publishing.sent": _("Адреса и снимки опубликованных ответов"),
    "feedback.rating": _("Слова при оценках"),
    "routing.inquiry": _("Запросы внешним исполнителям"),
    "incidents.note": _("Заметки"),
    "incidents.tag": _("Метки"),
    "incidents.incident": _("Слова на карточках"),
    "incidents.problem": _("Проблемы"),
    "journal.reason": _("Причины в журнале"),
    "desk.selection": _("Подборки"),
    "moving.imported": _("Строки из переноса"),
    "": _("Служебные записи"),
}
"""By the label of a model in lower case; "" is everything else."""
ALIKE = {
    **dict.fromkeys(("answers.remark", "answers.flaw", "answers.actfile", "answers.approvalstep"), "answers.answer"),
    **dict.fromkeys(("answers.statement", "answers.statementcard", "answers.template"), "answers.answer"),
    **dict.fromkeys(("incidents.watch", "routing.deadline", "routing.extension"), "incidents.incident"),
    **dict.fromkeys(("desk.handover", "desk.undoable"), "incidents.incident"),
    "feedback.unconfirmed": "feedback.rating",
    "publishing.attempt": "publishing.delivery",
}
"""What goes under another's name."""


def in_words(rows: Mapping[str, int]) -> list[tuple[Any, int]]:
    """(kind, how many) for rows by the label of their model, in the order of KINDS."""
    counts: Counter[str] = Counter()
    for model, number in rows.items():
        label = model.lower()
        label = ALIKE.get(label, label)
        counts[label if label in KINDS else ""] += number
    return [(words, counts[kind]) for kind, words in KINDS.items() if counts[kind]]
