"""One text for all cards of a problem: written and looked over, read once by an approver, let out or taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.answers import statements
from otklik.answers.checking import MOST_REASON, standing, stops_in
from otklik.answers.drafts import Unfit, Words
from otklik.answers.exposing import doubtful
from otklik.answers.models import Answer, Statement
from otklik.answers.statements import KINDS, MOST_TEXT, Addressed
from otklik.answers.steps import own
from otklik.desk.card.answering import ground_of
from otklik.desk.card.flaw_words import kept
from otklik.desk.card.reply import typed
from otklik.desk.gate import day_in, integer, permitted, user_of
from otklik.desk.head.problems.page import facts
from otklik.desk.head.problems.rows import SEERS, problem_for, progress_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Outcome, Problem
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.people.access import reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.work.translated import translated

P = Permission
MOST_CARDS = 500
MOST_SHOWN = 100
MOST_REMARK = 2000


@require_POST
@permitted(P.ANSWER)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would become of it: who gets which text, and who gets none and why. With `sure` it is done."""
    user, now = user_of(request), clock.now()
    problem = problem_for(user, pk)
    words = _words(request)
    cards = _writable(user, problem)
    if not cards:
        raise PermissionDenied
    if request.POST.get("sure") == "edit":
        return render(request, "desk/problems/one.html", facts(user, problem, words=words))
    try:
        statements.check(words, now)
        listed = statements.addressed(cards, words, now)
        if request.POST.get("sure") != "yes":
            return render(
                request, "desk/problems/look.html", _look(problem, words, listed) | {"hidden": _again(request)}
            )
        statements.begin(problem, [one.card.pk for one in listed], words, user, now)
    except Unfit as unfit:
        context = facts(user, problem, words=words) | {"refused": translated(str(unfit))}
        return render(request, "desk/problems/one.html", context, status=422)
    messages.success(request, _("Ответы готовятся и уйдут на согласование одним списком."))
    return redirect("problem", pk)


def _words(request: HttpRequest) -> Words:
    kind, outcome = request.POST.get("kind", ""), request.POST.get("outcome", "")
    kind = kind if kind in KINDS else Answer.Kind.INTERIM
    outcome = outcome if kind == Answer.Kind.FINAL and outcome in Outcome.values else ""
    ground, ground_words, ground_on = ground_of(request.POST, outcome)
    promised = day_in(request.POST.get("promised_on", "")) if kind == Answer.Kind.INTERIM else None
    text = clean(request.POST.get("text", "")[: MOST_TEXT + 1])
    return Words(text, kind, outcome, promised, False, ground, ground_words, ground_on)


FIELDS = ("kind", "text", "outcome", "promised_on", "proof", "proof_words", "why", "why_on", "why_words")


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, for the form that does it."""
    return [(name, clean(request.POST.get(name, "")[: MOST_TEXT + 1])) for name in FIELDS]


def _writable(user: User, problem: Problem) -> list[Incident]:
    """The cards that he answers for, the oldest first. One query."""
    cards = visible_to(user).filter(reach(user, (P.ANSWER,)), problem=problem)
    return list(cards.select_related("place", "agency").order_by("started_at", "pk")[:MOST_CARDS])


def _look(problem: Problem, words: Words, listed: list[Addressed]) -> dict[str, Any]:
    held: dict[str, list[Incident]] = {}
    for one in listed:
        if one.why:
            held.setdefault(one.why, []).append(one.card)
    ready = [one for one in listed if not one.why]
    return {
        "problem": problem,
        "words": words,
        "ready": ready[:MOST_SHOWN],
        "count": len(ready),
        "held": held,
        "doubtful": doubtful(words.text),
        "kind": Answer.Kind(words.kind).label,
        "outcome": Outcome(words.outcome).label if words.outcome else "",
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as the approver reads it: whose words it answers, and what the check of words found in it."""

    answer: Answer
    flaws: list[Any]
    stopped: bool


@require_safe
@permitted(*SEERS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The text once, the list of those who get it, and what became of it. Seven queries."""
    user = user_of(request)
    statement_row = _statement(user, pk)
    waits = statement_row.state == Statement.State.APPROVAL
    mine = _decidable(user, statement_row) if waits else []
    readings = [_reading(answer) for answer in mine]
    context = {
        "statement": statement_row,
        "problem": statement_row.problem,
        "progress": progress_of(user, statement_row),
        "readings": readings,
        "own": any(own(answer, user) for answer in mine),
        "stopped": any(reading.stopped for reading in readings),
        "flaws": {flaw.words: flaw for reading in readings for flaw in reading.flaws}.values(),
        "doubtful": doubtful(statement_row.text),
        "may_approve": waits and bool(mine),
        "may_withdraw": _may_withdraw(user, statement_row),
        "may_recall": statement_row.state == Statement.State.LETTING and statement_row.decided_by_id == user.pk,
        "today": timezone.localdate(clock.now()),
    }
    return render(request, "desk/problems/statement.html", context)


def _reading(answer: Answer) -> Reading:
    flaws = standing(answer)
    return Reading(answer, kept(flaws), bool(stops_in(flaws)))


@require_POST
@permitted(P.APPROVE)
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """«Согласовать всем»: of what he has seen, each for its own comment as it stood before him. Nobody approves his own
    words; administrators do where no policy asks for approval."""
    user = user_of(request)
    statement_row = _statement(user, pk)
    seen = _seen(request)
    mine = {answer.pk: seen[answer.pk] for answer in _decidable(user, statement_row) if answer.pk in seen}
    if statement_row.state == Statement.State.APPROVAL and not mine:
        raise PermissionDenied
    if any(own(answer, user) for answer in _decidable(user, statement_row)):
        messages.error(request, _("Свой ответ согласовать нельзя: попросите другого."))
        return redirect("statement", pk)
    despite = typed(request, "despite", MOST_REASON)
    done = _("Согласовано. Пока ответы не ушли, это можно отменить.")
    return _done(request, pk, lambda: statements.let_out(statement_row, mine, user, clock.now(), despite), done)


@require_POST
@permitted(P.APPROVE)
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to who wrote it, with a remark."""
    user = user_of(request)
    statement_row = _statement(user, pk)
    words = typed(request, "remark", MOST_REMARK)
    if not _decidable(user, statement_row) and statement_row.state == Statement.State.APPROVAL:
        raise PermissionDenied
    if not words:
        messages.error(request, _("Напишите, что исправить."))
        return redirect("statement", pk)
    done = _("Возвращён с замечанием")
    return _done(request, pk, lambda: statements.send_back(statement_row, user, clock.now(), words), done)


@require_POST
@permitted(P.ANSWER)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever answers for its cards takes it back from approval."""
    user = user_of(request)
    statement_row = _statement(user, pk)
    if not reachable(user, statement_row, P.ANSWER):
        raise PermissionDenied
    return _done(request, pk, lambda: statements.withdraw(statement_row, user, clock.now()), _("Общий ответ отозван"))


@require_POST
@permitted(P.APPROVE)
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """«Отменить»: by whoever let it out, while nothing has left."""
    user = user_of(request)
    statement_row = _statement(user, pk)
    if statement_row.decided_by_id != user.pk:
        raise PermissionDenied
    if statements.recall(statement_row, user, clock.now()):
        messages.success(request, _("Согласование отменено"))
    else:
        messages.error(request, _("Отменить нельзя: ответы уже отпускаются. Отзовите их на карточках."))
    return redirect("statement", pk)


def _done(request: HttpRequest, pk: int, do: Callable[[], bool], words: str) -> HttpResponse:
    try:
        if do():
            messages.success(request, words)
    except Unfit as unfit:
        messages.error(request, translated(str(unfit)))
    return redirect("statement", pk)


def _statement(user: User, pk: int) -> Statement:
    """Raises Http404 where he sees none of its cards."""
    rows = Statement.objects.select_related("problem", "author", "decided_by").filter(pk=pk)
    for statement_row in rows.filter(cards__incident__in=visible_to(user))[:1]:
        return statement_row
    raise Http404


def reachable(user: User, statement_row: Statement, permission: Permission) -> bool:
    """Whether he has the permission on any of its cards. One query."""
    return Incident.objects.filter(reach(user, (permission,)), statement_cards__statement=statement_row).exists()


def _may_withdraw(user: User, statement_row: Statement) -> bool:
    early = statement_row.state in (Statement.State.SPREADING, Statement.State.APPROVAL)
    return early and reachable(user, statement_row, P.ANSWER)


def _decidable(user: User, statement_row: Statement) -> list[Answer]:
    """Its answers that wait for this approver: those that stay with a person for a reason are decided on their cards.
    Two queries."""
    within = Incident.objects.filter(reach(user, (P.APPROVE,)))
    waits = Answer.objects.filter(
        statement_card__statement=statement_row,
        statement_card__left="",
        state=Answer.State.APPROVAL,
        incident__in=within,
    )
    rows = waits.select_related("incident", "reply_to__author").prefetch_related("flaws")
    return list(rows.order_by("incident__number")[:MOST_CARDS])


def _seen(request: HttpRequest) -> dict[int, tuple[int, int]]:
    """«answer.version.revision» of each that stood on the page, from a hostile form."""
    versions_by_answer: dict[int, tuple[int, int]] = {}
    for triple in request.POST.getlist("seen")[:MOST_CARDS]:
        parts = [integer(part, -1) for part in triple.split(".")[:3]]
        if len(parts) == 3 and min(parts) >= 0:
            versions_by_answer[parts[0]] = (parts[1], parts[2])
    return versions_by_answer
