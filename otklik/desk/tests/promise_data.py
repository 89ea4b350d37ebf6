"""Promises as they come to be: a day in an interim answer, approved and published."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.registers.keep import recount
from otklik.registers.models import Promise
from tests.make.town import LEASE, Town


def publish(answer: Answer, town: Town, at: datetime) -> None:
    drafts.submit(answer, town.executor, at)
    answer.refresh_from_db()
    drafts.approve(answer, town.approver, at, answer.version, despite="Так и нужно")
    with book.turn():
        prepare(claim(Answer, at, LEASE, 10), at)
        for delivery in Delivery.objects.filter(answer=answer):
            fate.spoken(delivery, f"wall-1_1?reply=9{delivery.pk}", "", at)
        recount([answer.incident_id])


def promised(town: Town, card: Incident | None = None, days: int = 0, at: datetime | None = None) -> Promise:
    """A promise that was published for so many days after that moment."""
    at = at or clock.now()
    card = card or town.assigned()
    words = drafts.Words(
        "Заменим трубу к сроку, который назвали.", "interim", promised_on=localdate(at) + timedelta(days)
    )
    answer = drafts.write(card, main_message(card), words, town.executor, at)
    publish(answer, town, at)
    return Promise.objects.get(answer=answer)


def broken(town: Town) -> Promise:
    return promised(town, at=clock.now() - timedelta(days=3))
