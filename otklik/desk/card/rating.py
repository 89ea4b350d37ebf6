"""The operator's word on what the author's reply meant."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.card.reply import card_again, refusal, telling_conflicts
from otklik.desk.gate import card_for, must_be_allowed, permitted, user_of
from otklik.feedback import hear
from otklik.feedback.models import Rating, Solved, Unconfirmed
from otklik.incidents.gathering import together
from otklik.lib import clock
from otklik.work.undo import undoable

MOST_VOICES = 100


@require_POST
@permitted()
@telling_conflicts
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """This is what the author meant: a mark of 1 to 5, and whether the problem is solved; one of the two may be empty.

    A good word closes the card. A bad one waits for a decision, or is one at once: with `again` the card opens again.
    """
    rating = _rating_for(request, pk)
    mark, solved = request.POST.get("mark", ""), request.POST.get("solved", "")
    if mark not in ("", *"12345") or solved not in ("", *Solved.values):
        return refusal(request, rating.incident_id, 422, _("Оценка бывает от 1 до 5."))
    if not mark and not solved:
        return refusal(request, rating.incident_id, 422, _("Отметьте хотя бы одно, или это не отклик."))
    if not rating.suggested or rating.dismissed_at:
        return _too_late(request, rating)
    again = bool(request.POST.get("again"))
    with undoable(together(rating.incident), "rated", user_of(request)) as batch:
        hear.confirm(rating, int(mark) if mark else None, user_of(request), clock.now(), solved, again=again)
    return card_again(request, rating.incident_id, batch.key)


@require_POST
@permitted()
@telling_conflicts
def dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """The reply was no judgement at all."""
    rating = _rating_for(request, pk)
    if not rating.suggested or rating.dismissed_at:
        return _too_late(request, rating)
    with undoable([rating.incident], "rating_dismissed", user_of(request)) as batch:
        hear.dismiss(rating, user_of(request), clock.now())
    return card_again(request, rating.incident_id, batch.key)


@require_GET
@permitted()
def unconfirmed(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said by the open links under the card's answers, the newest first."""
    incident = card_for(request, pk)
    voices = Unconfirmed.objects.filter(survey__incident=incident).order_by("-pk")[:MOST_VOICES]
    return render(request, "desk/card/_unconfirmed.html", {"voices": voices})


def _too_late(request: HttpRequest, rating: Rating) -> HttpResponse:
    return refusal(request, rating.incident_id, 409, _("Этот отклик уже разобрали. Ничего не сделано."))


def _rating_for(request: HttpRequest, pk: int) -> Rating:
    rating = Rating.objects.select_related("incident").filter(pk=pk).first()
    if rating is None:
        raise Http404
    must_be_allowed(request, card_for(request, rating.incident_id), "close")
    return rating
