"""The line on a card about its problem, and «это другое»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.templates import facts_of, fill
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.problems.words import why
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.cards import main_message, may_move
from otklik.incidents.models import Incident, Problem, ProblemCard
from otklik.work.hands import TAKE_OFF_PROBLEM


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
        "said": _said(incident, link.problem) if link else "",
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


def _said(incident: Incident, problem: Problem) -> str:
    """What is said of the problem now, as this card's author would read it."""
    if not problem.statement or problem.state not in problems.RUNNING:
        return ""
    try:
        return fill(problem.statement, facts_of(incident, main_message(incident)))
    except Message.DoesNotExist:
        return ""
