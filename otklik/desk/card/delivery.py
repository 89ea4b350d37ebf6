"""A delivery on the card's page: the picture that came with its proof."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from otklik.desk.gate import card_for, permitted
from otklik.lib.file_response import jpeg
from otklik.publishing.models import Delivery, Sent


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
    """The delivery, if the user sees its card. Raises Http404."""
    delivery = Delivery.objects.select_related("answer", "message", "account").filter(pk=pk).first()
    if delivery is None:
        raise Http404
    delivery.answer.incident = card_for(request, delivery.answer.incident_id)
    return delivery
