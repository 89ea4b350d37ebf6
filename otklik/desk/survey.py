"""The page behind a survey's link, for the author: did it help? No sign-in, and nothing of the author's is shown."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from otklik.feedback import survey as feedback
from otklik.feedback.models import Survey
from otklik.lib import clock

HELPED = {
    "yes": (gettext_lazy("Помогло"), 5),
    "partly": (gettext_lazy("Частично"), 3),
    "no": (gettext_lazy("Не помогло"), 1),
}
"""What the three answers count as when no mark is chosen."""
MARKS = {
    1: gettext_lazy("очень плохо"),
    2: gettext_lazy("плохо"),
    3: gettext_lazy("терпимо"),
    4: gettext_lazy("хорошо"),
    5: gettext_lazy("отлично"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, key: str) -> HttpResponse:
    """Unknown and outdated links look the same: a kind 404."""
    found = feedback.find(key, clock.now())
    if found is None:
        return render(request, "desk/survey/gone.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return _take(request, found)
    return _show(request, found)


def _take(request: HttpRequest, found: Survey) -> HttpResponse:
    mark = chosen(request.POST.get("mark", ""), request.POST.get("helped", ""))
    if mark is None:
        trouble = _("Выберите, помогло ли, или поставьте оценку.")
        return _show(request, found, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        feedback.answer(found, mark, clock.now())
    except feedback.Over:
        return _show(request, found, _("Оценку уже не изменить: прошло больше суток."), HTTPStatus.CONFLICT)
    return HttpResponseRedirect(request.path)


def chosen(mark: str, helped: str) -> int | None:
    """The mark that was chosen, else what «помогло / частично / нет» counts as; None when neither makes sense."""
    if mark in {str(one) for one in MARKS}:
        return int(mark)
    return HELPED[helped][1] if helped in HELPED else None


def _show(request: HttpRequest, found: Survey, trouble: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    stands = feedback.standing(found)
    context = {
        "survey": found,
        "rating": stands.rating,
        "until": stands.until,
        "open": stands.open_at(clock.now()),
        "trouble": trouble,
        "marks": MARKS,
        "helped": HELPED,
    }
    return render(request, "desk/survey.html", context, status=status)
