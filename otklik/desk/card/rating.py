"""An author's word on the card's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk.gate import card_for, permitted
from otklik.feedback.models import Rating, Unconfirmed

MOST_VOICES = 100


def rating_for(request: HttpRequest, pk: int) -> Rating:
    """The word, if the user sees its card. Raises Http404."""
    rating = Rating.objects.filter(pk=pk).first()
    if rating is None:
        raise Http404
    rating.incident = card_for(request, rating.incident_id)
    return rating


@require_GET
@permitted()
def unconfirmed(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said by the open links under the card's answers, the newest first."""
    incident = card_for(request, pk)
    voices = Unconfirmed.objects.filter(survey__incident=incident).order_by("-pk")[:MOST_VOICES]
    return render(request, "desk/card/_unconfirmed.html", {"voices": voices})
