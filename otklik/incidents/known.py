"""Whose matter is it, when somebody writes again?"""

from django.db.models import QuerySet

from otklik.inbox.models import Message
from otklik.incidents.gathering import listening, sharing
from otklik.incidents.models import Incident, State


def known_cards(message: Message) -> list[Incident]:
    """The running or closed cards on which this author speaks again.

    That is the card of the text he replies to (his own, or our answer to him), and in a dialogue his latest card. His
    own text may stand on several: of two matters in one message nobody knows which he means, so both hear; of cards
    that were gathered the one that goes on hears.
    """
    mine = Incident.objects.filter(messages__author=message.author, messages__network=message.network)
    if message.place == Message.Place.DIRECT:
        latest = mine.filter(messages__thread=message.thread).exclude(state=State.DONE).order_by("-pk").first()
        if latest is None:
            return []
        return listening([latest, *sharing(latest).exclude(state=State.DONE).order_by("-pk")])
    if not message.parent_external_id:
        return []
    holders = Incident.objects.filter(
        messages__network=message.network, messages__external_id=message.parent_external_id
    )
    found = listening(mine.filter(pk__in=holders.values("pk")).distinct().order_by("-pk"))
    return found or listening(_of_unheard_answer(mine, message).distinct().order_by("-pk"))


def _of_unheard_answer(mine: QuerySet[Incident], message: Message) -> QuerySet[Incident]:
    """He replies to words that stand on no card. Events overtake each other: they may be our answer, which was carried
    out before we were told so, or what somebody of ours said on the network's own site."""
    if message.parent_external_id == message.thread.external_id:
        return mine.none()
    above = Message.objects.filter(network=message.network, external_id=message.parent_external_id).first()
    if above is not None and not above.own:
        return mine.none()
    if above is not None and above.parent_external_id not in ("", above.thread.external_id):
        asked = Incident.objects.filter(
            messages__network=message.network, messages__external_id=above.parent_external_id
        )
        return mine.filter(pk__in=asked.values("pk"))
    return mine.filter(messages__thread=message.thread, state=State.PUBLISHING)
