"""Verbs of a problem, each a press on its page: what changes all its cards takes whoever may judge all of them. On a
card a line tells of its problem, with «это другое».
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.grounds import NOTED, REFERENCE, Ending, missing
from otklik.answers.templates import facts_of, fill
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.desk.head.problems.rows import may, may_all, problem_for, problems_of, sentence, why
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.cards import main_message, may_move, visible_to
from otklik.incidents.models import Incident, Outcome, Problem, ProblemCard
from otklik.incidents.problems import Impossible
from otklik.lib import clock
from otklik.lib.text import clean, tidy
from otklik.people.access import reach
from otklik.people.permissions import Permission
from otklik.work.hands import TAKE_OFF_PROBLEM
from otklik.work.translated import translated

JUDGE, ANSWER = Permission.JUDGE, Permission.ANSWER
MOST_PICKED = 200
MOST_WORDS = 500


@require_POST
@permitted(JUDGE)
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """«Подтвердить»."""
    problem = _judged(request, pk)
    return _done(request, problem, lambda: problems.confirm(problem, user_of(request), clock.now()), _("Подтверждена"))


@require_POST
@permitted(JUDGE)
def rejection(request: HttpRequest, pk: int) -> HttpResponse:
    """«Это разное»."""
    problem, by = _judged(request, pk), user_of(request)
    words = _("Карточки снова сами по себе, вместе их больше не предложим")
    return _done(request, problem, lambda: problems.reject(problem, by, clock.now()), words)


@require_POST
@permitted(JUDGE)
def title(request: HttpRequest, pk: int) -> HttpResponse:
    problem, by, named = _judged(request, pk), user_of(request), _line(request, "title")
    return _done(request, problem, lambda: problems.rename(problem, named, by, clock.now()), _("Названа иначе"))


@require_POST
@permitted(JUDGE)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """The picked cards become another problem. Cards that he may not judge are not among them."""
    user = user_of(request)
    problem = problem_for(user, pk)
    picked = [one for raw_pk in request.POST.getlist("card")[:MOST_PICKED] if (one := integer(raw_pk)) > 0]
    cards = list(Incident.objects.filter(reach(user, (JUDGE,)), pk__in=picked).filter(pk__in=visible_to(user)))
    try:
        made = problems.split(problem, cards, _line(request, "title"), user, clock.now())
    except Impossible as error:
        messages.error(request, sentence(error))
        return redirect("problem", pk)
    messages.success(request, _("Выделена проблема № %d") % made.number)
    return redirect("problem", made.pk)


@require_POST
@permitted(JUDGE)
def addition(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of that number is part of it, if he may judge both."""
    user = user_of(request)
    problem = problem_for(user, pk)
    if not may(user, problem, JUDGE):
        raise PermissionDenied
    number = _number(request)
    card = visible_to(user).filter(reach(user, (JUDGE,)), number=number).first() if number else None
    if card is None:
        messages.error(request, _("Карточки с таким номером нет, или решать о ней не вам."))
        return redirect("problem", pk)
    added = _("Карточка № %d добавлена") % card.number
    return _done(request, problem, lambda: problems.add(problem, card, clock.now(), by=user), added)


@require_POST
@permitted(JUDGE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """With the one of that number: the later goes into the older."""
    problem, user = _judged(request, pk), user_of(request)
    number = _number(request)
    other = problems_of(user).filter(number=number).first() if number else None
    if other is None:
        messages.error(request, _("Проблемы с таким номером нет."))
        return redirect("problem", pk)
    if not may_all(user, other, JUDGE):
        raise PermissionDenied
    try:
        kept = problems.merge(problem, other, user, clock.now())
    except Impossible as error:
        messages.error(request, sentence(error))
        return redirect("problem", pk)
    messages.success(request, _("Объединены: карточки в проблеме № %d") % kept.number)
    return redirect("problem", kept.pk)


@require_POST
@permitted(JUDGE, ANSWER)
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """«Устранено», with what it rests on, once for all its cards."""
    user = user_of(request)
    problem = problem_for(user, pk)
    if not may(user, problem, JUDGE, ANSWER):
        raise PermissionDenied
    proof, words = request.POST.get("proof", ""), _line(request, "proof_words")
    proof = proof if proof in (*NOTED, REFERENCE) else ""
    lacks = missing(Ending(Outcome.SOLVED, "", 0, proof, words)) if proof else _("Выберите, чем подтверждается.")
    if lacks:
        messages.error(request, translated(lacks))
        return redirect("problem", pk)
    done = _("Устранена. Теперь напишите всем итоговый ответ.")
    return _done(request, problem, lambda: problems.fix(problem, proof, words, user, clock.now()), done)


@require_POST
@permitted(JUDGE)
def unfix(request: HttpRequest, pk: int) -> HttpResponse:
    """It is there again."""
    problem, by = _judged(request, pk), user_of(request)
    return _done(request, problem, lambda: problems.unfix(problem, by, clock.now()), _("Снова открыта"))


@require_POST
@permitted(JUDGE)
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more comes to it."""
    problem, by = _judged(request, pk), user_of(request)
    return _done(request, problem, lambda: problems.end(problem, by, clock.now()), _("Завершена"))


def _judged(request: HttpRequest, pk: int) -> Problem:
    """Raises Http404, and PermissionDenied for whoever may not judge every card of it."""
    problem = problem_for(user_of(request), pk)
    if not may_all(user_of(request), problem, JUDGE):
        raise PermissionDenied
    return problem


def _done(request: HttpRequest, problem: Problem, do: Callable[[], bool], words: str) -> HttpResponse:
    """Back to where he pressed. A second press says nothing new."""
    try:
        if do():
            messages.success(request, f"№ {problem.number}: {words}")
    except Impossible as error:
        messages.error(request, sentence(error))
    return redirect("problems") if request.POST.get("back") == "list" else redirect("problem", problem.pk)


def _number(request: HttpRequest) -> int:
    """«№ 17»; 0 for what is none."""
    number = integer(request.POST.get("number", "").strip("№ \t"))
    return number if 0 < number < 2**31 else 0


def _line(request: HttpRequest, name: str) -> str:
    return tidy(clean(request.POST.get(name, ""), MOST_WORDS))


@require_GET
@permitted()
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """The line, a part of the card; whoever opens it by itself is shown the problem, or the card that has none."""
    incident = card_for(request, pk)
    if not request.headers.get("X-Fragment"):
        return redirect("problem", incident.problem_id) if incident.problem_id else redirect("incident", pk)
    link = ProblemCard.objects.filter(incident=incident, problem=incident.problem_id).select_related("problem").first()
    facts = {
        "incident": incident,
        "link": link,
        "why": why(link.sure, link.why) if link else "",
        "statement_words": _statement_for(incident, link.problem) if link else "",
        "may_judge": may_move(user_of(request), incident, "assign"),
    }
    return render(request, "desk/problems/_line.html", facts)


@require_POST
@permitted()
@telling_conflicts
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """«Это другое». Whoever presses twice has what he wanted, and «вернуть» stands for the first press."""
    incident = card_for(request, pk)
    return card_again(request, pk, do(request, TAKE_OFF_PROBLEM, incident).batch if incident.problem_id else "")


def _statement_for(incident: Incident, problem: Problem) -> str:
    """What is said of the problem now, as this card's author would read it."""
    if not problem.statement or problem.state not in problems.RUNNING:
        return ""
    try:
        return fill(problem.statement, facts_of(incident, main_message(incident)))
    except Message.DoesNotExist:
        return ""
