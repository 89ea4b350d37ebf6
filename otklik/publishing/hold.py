"""Which deliveries have certainly not left, and holding them back."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from otklik.publishing.models import Attempt, Delivery

D, H = Delivery.State, Delivery.Hold
HELD = (H.CAPTCHA, H.TOKEN, H.LEGAL, H.BUDGET, H.PERSON, H.BY_HAND)


def untried(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Queued, and not a byte of this text has left."""
    return deliveries.filter(state=D.QUEUED).exclude(attempts__key=F("key"))


def stopped(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Held, in nobody's hands, and every attempt ended with the network's «no»: nothing stands there."""
    doubtful = Attempt.objects.filter(Q(ended_at__isnull=True) | Q(outcome="absent"), delivery=OuterRef("pk"))
    return deliveries.filter(~Exists(doubtful), state=D.QUEUED, hold__in=HELD, lease="")


def hold_back(deliveries: QuerySet[Delivery]) -> int:
    """Recall them in one guarded UPDATE; how many there were."""
    queued = Delivery.objects.filter(pk__in=deliveries.order_by().values("pk"), state=D.QUEUED)
    return queued.update(state=D.RECALLED, hold=H.NONE, due_at=None)
