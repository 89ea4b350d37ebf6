"""«Согласование»: the citizen's words and the answer side by side, one decision after the other.

The decisions themselves are the answer's own resources (card_answer.py); here they are only asked for.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk.approvals.rows import APPROVERS, waiting
from otklik.desk.gate import roles, user_of
from otklik.lib import clock

READY_REMARKS = (
    _("Напишите, что именно сделают и до какого числа."),
    _("Ответьте на вопрос человека, он спрашивал о другом."),
    _("Напишите проще и короче, без канцелярита."),
)


@require_safe
@roles(*APPROVERS)
def approvals(request: HttpRequest) -> HttpResponse:
    rows, more = waiting(user_of(request), clock.now())
    return render(request, "desk/approvals.html", {"rows": rows, "more": more, "ready_remarks": READY_REMARKS})
