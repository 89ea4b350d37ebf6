"""Which deliveries have certainly not left, and holding them back. The parts of one answer are taken back together."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.incidents.workflow import ENDED
from otklik.publishing.models import Attempt, Delivery

D, H = Delivery.State, Delivery.Hold
WAITING = (H.NONE, H.UNDO, H.MOMENT, H.TURN)
"""Nothing is wrong with these: they leave by themselves."""
HELD = (H.CAPTCHA, H.TOKEN, H.LEGAL, H.BUDGET, H.PERSON, H.BY_HAND)
"""These go on when a person has done something, or when a limit is renewed."""
STUCK = (Q(state=D.QUEUED, hold__in=HELD), Q(state=D.UNKNOWN, hold=H.PERSON), Q(set_aside_at__isnull=False))
"""What waits for a person, way by way: each has an index that leads there. Every list, count and figure of such
deliveries is made of these, so that none of them leaves one out."""
_TRIED = Exists(Attempt.objects.filter(delivery=OuterRef("pk"), key=OuterRef("key")))
_IN_DOUBT = Exists(
    Attempt.objects.filter(Q(ended_at__isnull=True) | Q(outcome="absent"), delivery=OuterRef("pk")),
)


def is_stuck(state: str, hold: str) -> bool:
    """The same of a row that was not set aside."""
    return (state == D.QUEUED and hold in HELD) or (state == D.UNKNOWN and hold == H.PERSON)


def stuck() -> QuerySet[Delivery]:
    """Answers that wait for a person."""
    return Delivery.objects.filter(reduce(or_, STUCK))


def wanted(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those whose card is not over: who closed it wants no answer said any more."""
    return deliveries.exclude(answer__incident__state__in=ENDED)


def untried(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Queued, and not a byte of their answer has left."""
    left = _parts().filter(~Q(state=D.QUEUED) | _TRIED)
    return deliveries.filter(~Exists(left), state=D.QUEUED)


def stopped(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Held, in nobody's hands, and every attempt ended with the network's «no»: nothing stands there of this part."""
    return deliveries.filter(~_IN_DOUBT, state=D.QUEUED, hold__in=HELD, lease="")


def unsaid(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Queued, and nothing of their answer stands there: each of its parts is untried or stopped."""
    perhaps = _TRIED & (~Q(hold__in=HELD) | ~Q(lease="") | _IN_DOUBT)
    return deliveries.filter(~Exists(_parts().filter(~Q(state=D.QUEUED) | perhaps)), state=D.QUEUED)


def hold_back(deliveries: QuerySet[Delivery]) -> int:
    """Recall them in one guarded UPDATE; how many there were."""
    queued = Delivery.objects.filter(pk__in=deliveries.order_by().values("pk"), state=D.QUEUED)
    return queued.update(state=D.RECALLED, hold=H.NONE, due_at=None)


def _parts() -> QuerySet[Delivery]:
    """The parts of the same answer that were not taken back or refused themselves."""
    return Delivery.objects.filter(answer=OuterRef("answer")).exclude(state__in=(D.RECALLED, D.REFUSED))
