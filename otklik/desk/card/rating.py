"""The operator's word on what the author's reply meant."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, refusal, telling_conflicts
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.undo.keep import undoable
from otklik.feedback import hear
from otklik.feedback.models import Rating
from otklik.incidents.gathering import together
from otklik.lib import clock


@require_POST
@permitted()
@telling_conflicts
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """This is what the author meant: a mark of 1 to 5. A good one closes the card, a bad one opens it again."""
    rating = _rating_for(request, pk)
    mark = integer(request.POST.get("mark"))
    if not 1 <= mark <= 5:
        return refusal(request, rating.incident_id, 422, _("Оценка бывает от 1 до 5."))
    if not rating.suggested or rating.dismissed_at:
        return _too_late(request, rating)
    with undoable(together(rating.incident), "rated", user_of(request)) as batch:
        hear.confirm(rating, mark, user_of(request), clock.now())
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


def _too_late(request: HttpRequest, rating: Rating) -> HttpResponse:
    return refusal(request, rating.incident_id, 409, _("Этот отклик уже разобрали. Ничего не сделано."))


def _rating_for(request: HttpRequest, pk: int) -> Rating:
    rating = Rating.objects.select_related("incident").filter(pk=pk).first()
    if rating is None:
        raise Http404
    must_be_allowed(request, card_for(request, rating.incident_id), "close")
    return rating
