"""A part of the answer stands there and the rest does not go on: a person may leave it unsaid.

To send it once more, or to publish it by hand, are the verbs of fate.py, as for any answer that is stuck.
"""

from datetime import datetime

from django.db.models import Q

from otklik.incidents.workflow import NotAllowed, hold, record
from otklik.people.models import User
from otklik.publishing import fate
from otklik.publishing.hold import WAITING
from otklik.publishing.models import Delivery, Sent

D, H = Delivery.State, Delivery.Hold


def cut_short(delivery: Delivery, by: User, at: datetime) -> None:
    """Leave this part and what follows it unsaid: what stands there is the answer, and the card goes on with it.

    Only after a person has looked that the part does not stand there, while it waits for him and is in nobody's hands.
    Raises NotAllowed.
    """
    incident, actor = delivery.answer.incident, f"user:{by.pk}"
    with hold(delivery.answer.incident_id):
        parts = Delivery.objects.filter(answer=delivery.answer_id)
        waits = (Q(state=D.QUEUED) & ~Q(hold__in=WAITING)) | Q(state=D.UNKNOWN, hold=H.PERSON)
        before = Sent.objects.filter(delivery__in=parts, delivery__part__lt=delivery.part)
        last = before.select_related("delivery__answer").order_by("-delivery__part").first()
        if last is None or not parts.filter(waits, pk=delivery.pk, lease="").update(state=D.RECALLED):
            raise NotAllowed("answered", incident.state)
        delivery.attempts.filter(ended_at__isnull=True).update(ended_at=at, outcome="absent")
        rest = parts.filter(part__gte=delivery.part)
        rest.update(state=D.RECALLED, hold=H.NONE, due_at=None, set_aside_at=None)
        payload = {"answer": delivery.answer_id, "delivery": delivery.pk, "said": delivery.part - 1}
        payload |= {"parts": delivery.parts}
        record(incident, "cut_short", at=at, actor=actor, subject=f"delivery:{delivery.pk}", data=payload)
        Sent.objects.filter(pk=last.pk).update(due_at=at)
        fate.is_published(last, last.delivery, at, actor)
