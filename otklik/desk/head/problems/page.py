"""The list of problems, and one of them with its cards and its journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.answers.drafts import Words
from otklik.answers.grounds import NOTED, PROOFS, REASONS
from otklik.answers.models import Answer
from otklik.answers.statements import RUNNING
from otklik.answers.templates import NAMES
from otklik.desk.card.facts import grounds_of
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.head.problems.rows import LIST, SEERS, lines_of, may, page_of, problem_for, progress_of, statement_of
from otklik.incidents.models import Outcome, Problem
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission

P = Permission
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


@require_safe
@permitted(*SEERS)
def problems(request: HttpRequest) -> HttpResponse:
    """Open ones first. `state` narrows it."""
    user, here = user_of(request), page_of(user_of(request), request.GET)
    context = {
        "rows": here.rows,
        "chosen": LIST.chosen(request.GET)["state"],
        "states": Problem.State.choices,
        "following": here.following,
        "may_judge": has(user, P.JUDGE),
        "today": timezone.localdate(clock.now()),
    }
    return render(request, "desk/problems/list.html", context)


@require_safe
@permitted(*SEERS)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Its cards with their words, who has had the statement, and what can be done. Nine queries."""
    user = user_of(request)
    problem_row = problem_for(user, pk)
    return render(
        request, "desk/problems/one.html", facts(user, problem_row, max(integer(request.GET.get("after")), 0))
    )


def facts(user: User, problem_row: Problem, after: int = 0, words: Words | None = None) -> dict[str, Any]:
    """The context of the page. `words` are those that somebody typed and that could not be taken."""
    statement = statement_of(problem_row)
    lines, following = lines_of(user, problem_row, statement, after)
    running = problem_row.state in (Problem.State.OPEN, Problem.State.FIXED)
    under_way = statement is not None and statement.state in RUNNING
    may_judge = may(user, problem_row, P.JUDGE)
    may_answer = may(user, problem_row, P.ANSWER)
    return {
        "problem": problem_row,
        "lines": lines,
        "following": following,
        "statement": statement,
        "progress": progress_of(user, statement) if statement else None,
        "under_way": under_way,
        "may_judge": may_judge,
        "may_answer": may_answer,
        "may_write": running and may_answer and not under_way,
        "may_fix": problem_row.state == Problem.State.OPEN and (may_judge or may_answer),
        "journal": journal_lines(problem_row.pk),
        "words": words or offered(problem_row),
        "kinds": [(kind, str(kind.label)) for kind in (Answer.Kind.INTERIM, Answer.Kind.FINAL)],
        "outcomes": Outcome.choices,
        "proofs": grounds_of(NOTED),
        "all_proofs": grounds_of(PROOFS),
        "reasons": grounds_of(REASONS),
        "holes": [f"{{{name}}}" for name in NAMES],
        "today": timezone.localdate(clock.now()),
    }


def offered(problem: Problem) -> Words:
    """What the form begins with: the last word; once the problem is fixed, an ending that rests on what was shown."""
    if problem.state == Problem.State.FIXED:
        rests, note = problem.fixed_ground, problem.fixed_words
        return Words("", Answer.Kind.FINAL, Outcome.SOLVED, ground=rests, ground_words=note)
    return Words(problem.statement, kind=Answer.Kind.INTERIM, promised_on=problem.promised_on)


@dataclass(frozen=True, slots=True)
class Entered:
    """One thing that happened; `who` is "" for the machine."""

    at: datetime
    what: str
    who: str


def journal_lines(problem: int) -> list[Entered]:
    """The newest first. Two queries."""
    entries = list(Entry.objects.filter(subject=f"problem:{problem}").order_by("-pk")[:MOST])
    people = {entry.actor.partition(":")[2] for entry in entries if entry.actor.startswith("user:")}
    names = {f"user:{user.pk}": user.initials for user in User.objects.filter(pk__in=people)} if people else {}
    return [
        Entered(entry.at, str(SENTENCES.get(entry.verb, entry.verb)), names.get(entry.actor, _("Отклик")))
        for entry in entries
    ]
