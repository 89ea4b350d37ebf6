"""What a person decides about a delivery: it stands there, here is the link; or it does not, send it again."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.card.answering import answer_for
from otklik.desk.card.photos import jpeg
from otklik.desk.card.reply import card_again, refusal, telling_conflicts
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.uploaded import washed
from otklik.incidents.cards import may_move
from otklik.lib import clock
from otklik.lib.pictures import NotAPicture
from otklik.lib.text import clean
from otklik.publishing import fate
from otklik.publishing.hold import WAITING
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.rest import cut_short
from otklik.work.translated import translated


@require_POST
@permitted()
@telling_conflicts
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Published by hand, or found published: the link is the proof, and a picture of it if the writer gives one."""
    delivery = delivery_for(request, pk)
    incident_pk, link = delivery.answer.incident_id, clean(request.POST.get("link", ""), 600)
    try:
        picture = washed(request.FILES.get("picture"))
    except NotAPicture as error:
        return refusal(request, incident_pk, 422, translated(str(error)))
    try:
        fate.published_by_hand(delivery, link, user_of(request), clock.now(), picture)
    except fate.WrongLink as error:
        return refusal(request, incident_pk, 422, translated(str(error)))
    return card_again(request, incident_pk)


@require_POST
@permitted()
@telling_conflicts
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it again, only when its outcome is unknown or it is held, and only after a person has looked."""
    delivery = delivery_for(request, pk)
    incident_pk = delivery.answer.incident_id
    if request.POST.get("looked") != "yes":
        return refusal(request, incident_pk, 422, _("Сначала посмотрите в сети и отметьте, что ответа там нет."))
    held = delivery.hold not in WAITING
    if delivery.account_id is None or not (delivery.state == Delivery.State.UNKNOWN or held):
        return refusal(request, incident_pk, 409, _("Повторять нечего: ответ уже ушёл или ещё не застрял."))
    fate.say_again(delivery, user_of(request), clock.now())
    return card_again(request, incident_pk)


@require_POST
@permitted()
@telling_conflicts
def stopping(request: HttpRequest, pk: int) -> HttpResponse:
    """«Остальное не публиковать»: what stands there is the answer. Only after a person has looked."""
    delivery = delivery_for(request, pk)
    if request.POST.get("looked") != "yes":
        told = _("Сначала посмотрите в сети и отметьте, что этой части там нет.")
        return refusal(request, delivery.answer.incident_id, 422, told)
    cut_short(delivery, user_of(request), clock.now())
    return card_again(request, delivery.answer.incident_id)


@require_POST
@permitted()
@telling_conflicts
def saying_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The moment for which the answer was let out does not count any more: it goes out at once."""
    answer = answer_for(request, pk, "recall")
    fate.say_now(answer, user_of(request), clock.now())
    return card_again(request, answer.incident_id)


@require_GET
@permitted()
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """The picture of an answer that was published by hand, for whoever sees the card."""
    sent = Sent.objects.select_related("delivery__answer").filter(delivery=pk).exclude(proof="").first()
    if sent is None:
        raise Http404
    card_for(request, sent.delivery.answer.incident_id)
    return jpeg(sent.proof)


def delivery_for(request: HttpRequest, pk: int) -> Delivery:
    """The delivery, if the user sees its card and may write or approve there. Raises Http404, PermissionDenied."""
    delivery = Delivery.objects.select_related("answer__incident", "message", "account").filter(pk=pk).first()
    if delivery is None:
        raise Http404
    incident = card_for(request, delivery.answer.incident_id)
    user = user_of(request)
    if not (may_move(user, incident, "submit") or may_move(user, incident, "approve")):
        raise PermissionDenied
    return delivery
