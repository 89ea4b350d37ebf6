"""What the check of words finds in the answer that is being written; «не согласен» takes a finding away."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from otklik.answers.fitting import cuts
from otklik.answers.models import Answer
from otklik.desk.card.answering import answer_for
from otklik.desk.card.flaw_words import checked
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.gate import card_for, must_be_allowed, permitted
from otklik.lib import clock
from otklik.work.answers import DISAGREE


@require_safe
@permitted()
@telling_conflicts
def flaws(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings on a draft, for the page that has it open."""
    answer = Answer.objects.select_related("incident", "reply_to__author").filter(pk=pk).first()
    if answer is None:
        raise Http404
    card = card_for(request, answer.incident_id)
    if not is_fragment(request):
        return card_again(request, answer.incident_id)
    must_be_allowed(request, card, "submit")
    return render(request, "desk/card/_flaws.html", flaws_in(answer, clock.now()))


@require_POST
@permitted()
@telling_conflicts
def dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """«Не согласен»: `rule` and `piece` as they were shown. 404 where the text has no such finding, or it is a stop."""
    answer = answer_for(request, pk)
    do(request, DISAGREE, answer)
    if not is_fragment(request):
        return card_again(request, answer.incident_id)
    return render(request, "desk/card/_flaws.html", flaws_in(answer, clock.now()))


def flaws_in(answer: Answer, now: datetime) -> dict[str, Any]:
    """What the writer is shown of his answer as it is saved, and where it will be cut."""
    return {"answer": answer, "checked": checked(answer, now), "cuts": cuts(answer)}
