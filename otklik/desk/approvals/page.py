"""«Согласование»: the citizen's words and the answer side by side, one decision after the other.

The decisions themselves are the answer's own resources (card/answering.py, card/review.py); here they are asked for.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk.approvals.rows import APPROVERS, PAGE, come_since, let_out_for_later, said_to_many, waiting
from otklik.desk.gate import integer, permitted, user_of
from otklik.lib import clock

READY_REMARKS = (
    _("Напишите, что именно сделают и до какого числа."),
    _("Ответьте на вопрос человека, он спрашивал о другом."),
    _("Напишите проще и короче, без канцелярита."),
)


@require_safe
@permitted(*APPROVERS)
def approvals(request: HttpRequest) -> HttpResponse:
    """The page; `first` is the answer that somebody came for by a link."""
    rows, more = waiting(user_of(request), clock.now(), max(integer(request.GET.get("first")), 0))
    told = {"rows": rows, "more": more, "ready_remarks": READY_REMARKS, "for_all": said_to_many(user_of(request), rows)}
    return render(request, "desk/approvals.html", told)


@require_safe
@permitted(*APPROVERS)
def later(request: HttpRequest) -> HttpResponse:
    """«Назначено на потом»: approved answers that wait for their moment, and lifting it."""
    found = let_out_for_later(user_of(request), clock.now())
    return render(request, "desk/approvals/later.html", {"answers": found[:PAGE], "more": len(found) > PAGE})


@require_safe
@permitted(*APPROVERS)
def news(request: HttpRequest) -> HttpResponse:
    """What has come and what has gone since the page was drawn, as JSON; 204 when nothing did. `shown` are its ids."""
    ids = (integer(word) for word in request.GET.get("shown", "").split(",")[: 2 * PAGE])
    rows, gone = come_since(user_of(request), [pk for pk in ids if pk > 0], clock.now())
    if not rows and not gone:
        return HttpResponse(status=204)
    drawn = [
        {
            "id": row.answer.pk,
            "html": render_to_string(
                "desk/approvals/_answer.html", {"row": row, "ready_remarks": READY_REMARKS}, request
            ),
        }
        for row in rows
    ]
    return JsonResponse({"rows": drawn, "gone": gone})
