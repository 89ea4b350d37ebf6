"""The line on a card about its problem, and «это другое»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.templates import facts_of, fill
from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.gate import card_for, must_be_allowed, permitted, user_of
from otklik.desk.problems.words import why
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.cards import main_message, may_move
from otklik.incidents.models import Incident, Problem, ProblemCard
from otklik.lib import clock
from otklik.work.undo import undoable


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
    """«Это другое»: the card leaves its problem and does not come back by itself."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    found = Problem.objects.filter(pk=incident.problem_id or 0).first()
    if found is None:
        return card_again(request, pk)
    with undoable([incident], "problem_off", user_of(request)) as batch:
        problems.take_off(found, incident, user_of(request), clock.now())
    return card_again(request, pk, batch.key)


def _said(incident: Incident, problem: Problem) -> str:
    """What is said of the problem now, as this card's author would read it."""
    if not problem.statement or problem.state not in problems.RUNNING:
        return ""
    try:
        return fill(problem.statement, facts_of(incident, main_message(incident)))
    except Message.DoesNotExist:
        return ""
