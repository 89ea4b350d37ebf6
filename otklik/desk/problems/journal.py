"""The journal of a problem in plain Russian."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.journal.models import Entry
from otklik.people.models import User

MOST = 100
SENTENCES = {
    "problem.propose": gettext_lazy("Предложена: похожие карточки"),
    "problem.open": gettext_lazy("Открыта"),
    "problem.confirm": gettext_lazy("Подтверждена"),
    "problem.reject": gettext_lazy("Отклонена: это разное"),
    "problem.off": gettext_lazy("Карточка убрана: это другое"),
    "problem.split": gettext_lazy("Часть карточек выделена в другую проблему"),
    "problem.merge": gettext_lazy("Объединена с другой проблемой"),
    "problem.rename": gettext_lazy("Названа иначе"),
    "problem.statement": gettext_lazy("Написано, что о ней говорить"),
    "problem.fix": gettext_lazy("Устранена"),
    "problem.unfix": gettext_lazy("Снова не устранена"),
    "problem.end": gettext_lazy("Завершена"),
    "statement.begin": gettext_lazy("Общий ответ написан"),
    "statement.is_approval": gettext_lazy("Общий ответ на согласовании"),
    "statement.approve": gettext_lazy("Общий ответ согласован"),
    "statement.recall": gettext_lazy("Согласование общего ответа отменено"),
    "statement.withdraw": gettext_lazy("Общий ответ отзывают"),
    "statement.send_back": gettext_lazy("Общий ответ возвращён с замечанием"),
    "statement.is_out": gettext_lazy("Ответы отпущены"),
    "statement.is_withdrawn": gettext_lazy("Общий ответ отозван"),
    "statement.is_returned": gettext_lazy("Ответы вернулись к тому, кто писал"),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """One thing that happened; `who` is "" for the machine."""

    at: datetime
    what: str
    who: str


def lines(problem: int) -> list[Entered]:
    """The newest first. Two queries."""
    entries = list(Entry.objects.filter(subject=f"problem:{problem}").order_by("-pk")[:MOST])
    people = {entry.actor.partition(":")[2] for entry in entries if entry.actor.startswith("user:")}
    names = {f"user:{user.pk}": user.initials for user in User.objects.filter(pk__in=people)} if people else {}
    return [
        Entered(entry.at, str(SENTENCES.get(entry.verb, entry.verb)), names.get(entry.actor, _("Отклик")))
        for entry in entries
    ]
