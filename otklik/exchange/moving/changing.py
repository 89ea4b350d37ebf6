"""A newer export of a card that nobody here has touched: the card becomes what the file says now. Inside `turn()`."""

from datetime import datetime

from otklik.answers.models import Answer
from otklik.exchange.moving import building as b
from otklik.exchange.moving import columns as c
from otklik.exchange.moving.building import Plan, Writer
from otklik.exchange.moving.keeping import keep
from otklik.exchange.moving.models import Import, Imported
from otklik.feedback.models import Rating
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Note, Tag
from otklik.incidents.workflow import record
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Assignment


def change(plan: Plan, there: Imported, run: Import, writer: Writer, at: datetime) -> None:
    """What people wrote is put right where it stands. Raises Touched when somebody has the card since it was read."""
    mine = Incident.objects.filter(pk=there.incident_id, revision=there.revision)
    if not mine.update(**b.incident_values(plan, writer)):
        raise Touched
    card = Incident.objects.get(pk=there.incident_id)
    message = main_message(card)
    worded = b.worded(plan.row.texts[c.TEXT])
    if message.text != worded["text"]:
        Message.objects.filter(pk=message.pk).update(**worded)
    _assigned(plan, card)
    columns = _answers(plan, card, message, writer)
    _notes(plan, card, writer)
    if not Rating.objects.filter(incident=card).exists() and (rating := b.rating_of(plan, card)):
        rating.save()
    card.tags.set([Tag.objects.get_or_create(name=name)[0] for name in plan.row.tags])
    data = {"import": run.pk, "theme": plan.theme, "agency": plan.agency}
    record(card, "import", at=at, actor=run.actor, data=data)
    there.revision = Incident.objects.values_list("revision", flat=True).get(pk=card.pk)
    there.run, there.digest, there.kept = run, plan.digest, keep(plan.row.cells, columns)
    there.number = plan.row.number
    there.save()


class Touched(Exception):
    """Between the reading and the writing of a piece somebody here changed one of its cards."""


def _assigned(plan: Plan, card: Incident) -> None:
    row = b.assignment_of(plan, card)
    last = Assignment.objects.filter(incident=card, ended_at__isnull=True).order_by("-pk").first()
    if row is None or (last and last.agency_id == row.agency_id):
        return
    if last:
        Assignment.objects.filter(pk=last.pk).update(ended_at=max(row.at, last.at))
    row.save()


def _answers(plan: Plan, card: Incident, message: Message, writer: Writer) -> dict[str, int]:
    """Those that are there get the file's words, the others are added; nothing that was said is taken away."""
    there = list(Answer.objects.filter(incident=card).order_by("pk"))
    speeches = b.speeches(plan.row)
    columns: dict[str, int] = {}
    for at, speech in enumerate(speeches):
        made = b.answer_of(plan, speech, last=at == len(speeches) - 1, message=message, incident=card, by=writer)
        columns |= dict.fromkeys(speech.columns, at)
        if at < len(there):
            made.pk = there[at].pk
            made.save(force_update=True)
            Delivery.objects.filter(answer=made).update(text=made.text)
            Sent.objects.filter(delivery__answer=made).update(at=made.created_at)
        else:
            made.save()
            delivery = b.delivery_of(made, message, writer)
            delivery.save()
            b.sent_of(delivery).save()
    return columns


def _notes(plan: Plan, card: Incident, writer: Writer) -> None:
    there = list(Note.objects.filter(incident=card).order_by("pk"))
    for at, note in enumerate(b.notes_of(plan, card, writer)):
        if at < len(there):
            Note.objects.filter(pk=there[at].pk).update(text=note.text)
        else:
            note.save()
