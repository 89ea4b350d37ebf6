"""The step of the Bookmark: what the journal says happened since is turned into alerts.

No table but the journal is looked through, however many cards and clocks there are.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.db.models import Q

from otklik.answers.models import Answer
from otklik.answers.statements import read_once_with
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State, Watch
from otklik.journal.models import Entry
from otklik.journal.reading import read_on
from otklik.notify.alerts import calling, chase
from otklik.notify.alerts.batch import Batch
from otklik.notify.alerts.models import Bookmark, Kind
from otklik.notify.alerts.tell import News
from otklik.routing.clocks import OURS
from otklik.routing.models import Deadline, Inquiry

MOST = 100  # as few statements as for one; what is written is there for others at the end of all


def read(bookmarks: list[Bookmark], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    for bookmark in bookmarks:
        read_on(bookmark, WANTED, MOST, partial(_hear, now), now)


def _hear(now: datetime, entries: Sequence[Entry]) -> None:
    batch = Batch(entries, now)
    for entry in entries:
        incident = batch.cards.get(entry.incident or 0)
        if incident is not None and (entry.verb in AFTER_ALL or incident.state not in (State.DONE, State.NOISE)):
            HANDLERS[entry.verb](batch, entry, incident)
    batch.write()


def _opened(batch: Batch, entry: Entry, incident: Incident) -> None:
    if incident.priority >= calling.TOP:
        calling.begin(batch, entry, incident)


def _running(batch: Batch, entry: Entry) -> Deadline | None:
    """The clock of the entry, if it is ours and still not met."""
    running = Deadline.objects.filter(met_at=None, cancelled_at=None, clock__in=OURS)
    return batch.row(running, entry, "deadline")


def _warned(batch: Batch, entry: Entry, incident: Incident) -> None:
    deadline = _running(batch, entry)
    if deadline and not deadline.missed_at:
        batch.tell(batch.staff.answerable(incident), News(Kind.WARNED, entry.pk, incident, deadline))


def _overdue(batch: Batch, entry: Entry, incident: Incident) -> None:
    deadline = _running(batch, entry)
    if deadline:
        news = News(chase.kind_of(deadline), entry.pk, incident, deadline)
        batch.tell(batch.staff.answerable(incident), news)
        chase.begin_overdue(batch, entry, incident, deadline)


def _assigned(batch: Batch, entry: Entry, incident: Incident) -> None:
    if incident.agency_id == entry.data.get("agency"):
        recipients = set(batch.staff.answerable(incident)) - {_who(entry)}
        batch.tell(sorted(recipients), News(Kind.ASSIGNED, entry.pk, incident))


def _answer(batch: Batch, entry: Entry) -> Answer | None:
    return batch.row(Answer.objects.select_related("reply_to", "statement_card__statement"), entry, "answer")


def _submitted(batch: Batch, entry: Entry, incident: Incident) -> None:
    answer = _answer(batch, entry)
    if answer and answer.state == Answer.State.APPROVAL:
        chase.begin_approval(batch, entry, incident, answer)


def _on_return(batch: Batch, entry: Entry, incident: Incident) -> None:
    # One that was passed on in the same step waits for nobody: the next agency has it.
    if incident.agency_id is None and incident.operator_id and incident.operator_id != _who(entry):
        batch.tell([incident.operator_id], News(Kind.RETURNED, entry.pk, incident))


def _sent_back(batch: Batch, entry: Entry, incident: Incident) -> None:
    answer = _answer(batch, entry)
    if answer:
        one_of = read_once_with(answer)
        news = News(Kind.RETURNED, entry.pk, incident, answer=answer, noticed=True, statement=one_of)
        batch.tell([answer.author_id], news)


def _refused(batch: Batch, entry: Entry, incident: Incident) -> None:
    batch.tell(batch.staff.answerable(incident), News(Kind.RETURNED, entry.pk, incident))


def _replied_outside(batch: Batch, entry: Entry, incident: Incident) -> None:
    """Whoever asked is told; where he sees the card no longer, whoever is to act on it now."""
    asker = entry.data.get("asker")
    recipients = batch.staff.seeing([asker] if isinstance(asker, int) else [], incident) or batch.staff.answerable(
        incident
    )
    batch.tell(recipients, News(Kind.OUTSIDE, entry.pk, incident, inquiry=_part(batch, entry)))


def _part_asked(batch: Batch, entry: Entry, incident: Incident) -> None:
    """Those of the second agency are told as of a card of their own, while the question waits."""
    part = _part(batch, entry)
    if part and part.agency and part.replied_at is None and part.revoked_at is None:
        recipients = set(batch.staff.of_agency(part.agency, incident)) - {_who(entry)}
        batch.tell(sorted(recipients), News(Kind.ASSIGNED, entry.pk, incident, inquiry=part))


def _part(batch: Batch, entry: Entry) -> Inquiry | None:
    """The question of the entry, if it went to a second agency."""
    return batch.row(Inquiry.objects.filter(agency__isnull=False).select_related("agency"), entry, "inquiry")


def _controlled(batch: Batch, entry: Entry, incident: Incident) -> None:
    """Who answers for a watched card; and once its day is over, the head who wants it done, too."""
    watch = batch.row(Watch.objects.filter(ended_at__isnull=True), entry, "watch")
    if watch is not None:
        recipients = [watch.responsible_id, *([watch.by_id] if entry.verb == "incident.watch_late" else [])]
        batch.tell(
            dict.fromkeys(one for one in recipients if one != _who(entry)), News(Kind.CONTROL, entry.pk, incident)
        )


def _replied(batch: Batch, entry: Entry, incident: Incident) -> None:
    """A reply that is not plainly a good one, while no person has dealt with it, on a card that has ended, too. One
    that could not be read has opened that by itself."""
    alone = Q(dealt_how=Rating.Dealt.REOPENED, dealt_by__isnull=True)
    rating = batch.row(Rating.objects.filter(Q(waits_since__isnull=False) | alone), entry, "rating")
    if rating is not None:
        batch.tell(batch.staff.of_reply(incident), News(Kind.UNHAPPY, entry.pk, incident, rating=rating))
        if rating.waits_since:
            chase.begin_unhappy(batch, entry, incident, rating)


def _reopened(batch: Batch, entry: Entry, incident: Incident) -> None:
    """Who is to answer once more, and his curator; without an agency whoever is to act on the card. What the machine
    opens by itself they have been told of as a reply."""
    if entry.actor.startswith("user:") and incident.state not in (State.RATING, State.DONE):
        recipients = batch.staff.of_answer(incident) if incident.agency_id else batch.staff.answerable(incident)
        batch.tell([one for one in recipients if one != _who(entry)], News(Kind.REOPENED, entry.pk, incident))


def _who(entry: Entry) -> int:
    """The user who did it; 0 is the machine."""
    kind, _, number = entry.actor.partition(":")
    return int(number) if kind == "user" and number.isdigit() else 0


HANDLERS: dict[str, Callable[[Batch, Entry, Incident], None]] = {
    "incident.open": _opened,
    "incident.warn": _warned,
    "incident.overdue": _overdue,
    "incident.assign": _assigned,
    "incident.submit": _submitted,
    "incident.agree": _submitted,
    "incident.give_back": _on_return,
    "incident.send_back": _sent_back,
    "incident.refused": _refused,
    "incident.outside_replied": _replied_outside,
    "incident.watch": _controlled,
    "incident.watch_due": _controlled,
    "incident.watch_late": _controlled,
    "incident.part_asked": _part_asked,
    "incident.part_replied": _replied_outside,
    "incident.part_refused": _replied_outside,
    "incident.reopen": _reopened,
    "incident.reopen_unassigned": _reopened,
    "incident.reply_read": _replied,
    "incident.reply_read_again": _replied,
}
AFTER_ALL = frozenset({"incident.reply_read", "incident.reply_read_again"})
"""What is news of a card that has ended as well."""
WANTED = Entry.objects.filter(verb__in=HANDLERS)
"""What may be somebody's alert."""
