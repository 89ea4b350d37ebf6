"""The step of the Bookmark: what the journal says happened since is turned into alerts.

Entries are read by their ids, up to the one that all before it are there of; so nothing is passed over, and no other
table is looked through, however many cards and clocks there are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from otklik.alerts import calling, chase, people
from otklik.alerts.models import Bookmark, Kind
from otklik.alerts.tell import News, tell
from otklik.answers.models import Answer
from otklik.answers.statements import read_once_with
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State, Watch
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import finish
from otklik.people.access import reach
from otklik.people.models import User
from otklik.routing.clocks import OURS
from otklik.routing.models import Deadline, Inquiry

EVERY = timedelta(seconds=1)  # while there is more to read: what comes meanwhile is read together
MOST = 25  # a turn of the journal is not held for long


def read(bookmarks: list[Bookmark], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    for bookmark in bookmarks:
        newest = book.settled()
        if bookmark.entry is None:
            found, last = [], newest
        else:
            found = list(entries_after(bookmark.entry).filter(pk__lte=newest)[:MOST])
            last = found[-1].pk if len(found) == MOST else newest
        for entry in found:
            _heard(entry, now)
        if last != bookmark.entry:
            Bookmark.objects.filter(pk=bookmark.pk).update(entry=last)
        finish(bookmark, now if len(found) == MOST else now + EVERY)


def entries_after(pk: int) -> QuerySet[Entry]:
    """The entries that may be somebody's alert, in their order."""
    return Entry.objects.filter(pk__gt=pk, verb__in=HANDLERS).order_by("pk")


def _heard(entry: Entry, now: datetime) -> None:
    cards = Incident.objects.select_related("agency", "place", "operator")
    incident = cards.filter(pk=entry.incident).first() if entry.incident else None
    if incident is not None and (entry.verb in AFTER_ALL or incident.state not in (State.DONE, State.NOISE)):
        HANDLERS[entry.verb](entry, incident, now)


def _opened(entry: Entry, incident: Incident, now: datetime) -> None:
    if incident.priority >= calling.TOP:
        calling.begin(entry, incident, now)


def _running(entry: Entry) -> Deadline | None:
    """The clock of the entry, if it is ours and still not met."""
    found = Deadline.objects.filter(pk=int(entry.data["deadline"]), met_at=None, cancelled_at=None, clock__in=OURS)
    return found.first()


def _warned(entry: Entry, incident: Incident, now: datetime) -> None:
    deadline = _running(entry)
    if deadline and not deadline.missed_at:
        tell(people.answerable(incident), News(Kind.WARNED, entry.pk, incident, deadline), now)


def _overdue(entry: Entry, incident: Incident, now: datetime) -> None:
    deadline = _running(entry)
    if deadline:
        tell(people.answerable(incident), News(chase.kind_of(deadline), entry.pk, incident, deadline), now)
        chase.begin_overdue(entry, incident, deadline, now)


def _assigned(entry: Entry, incident: Incident, now: datetime) -> None:
    if incident.agency_id == entry.data.get("agency"):
        told = set(people.answerable(incident)) - {_who(entry)}
        tell(sorted(told), News(Kind.ASSIGNED, entry.pk, incident), now)


def _submitted(entry: Entry, incident: Incident, now: datetime) -> None:
    answer = Answer.objects.filter(pk=entry.data.get("answer"), state=Answer.State.APPROVAL).first()
    if answer:
        chase.begin_approval(entry, incident, answer, now)


def _given_back(entry: Entry, incident: Incident, now: datetime) -> None:
    # One that was passed on in the same step waits for nobody: the next agency has it.
    if incident.agency_id is None and incident.operator_id and incident.operator_id != _who(entry):
        tell([incident.operator_id], News(Kind.RETURNED, entry.pk, incident), now)


def _sent_back(entry: Entry, incident: Incident, now: datetime) -> None:
    answer = Answer.objects.filter(pk=entry.data.get("answer")).first()
    if answer:
        one_of = read_once_with(answer)
        news = News(Kind.RETURNED, entry.pk, incident, answer=answer, noticed=True, statement=one_of)
        tell([answer.author_id], news, now)


def _refused(entry: Entry, incident: Incident, now: datetime) -> None:
    tell(people.answerable(incident), News(Kind.RETURNED, entry.pk, incident), now)


def _replied_outside(entry: Entry, incident: Incident, now: datetime) -> None:
    """Whoever asked is told; where he sees the card no longer, whoever is to act on it now."""
    asker = User.objects.filter(pk=entry.data.get("asker"), is_active=True).first()
    sees = asker is not None and Incident.objects.filter(reach(asker), pk=incident.pk).exists()
    told = [asker.pk] if asker is not None and sees else people.answerable(incident)
    tell(told, News(Kind.OUTSIDE, entry.pk, incident, inquiry=_part(entry)), now)


def _part_asked(entry: Entry, incident: Incident, now: datetime) -> None:
    """Those of the second agency are told as of a card of their own, while the question waits."""
    part = _part(entry)
    if part and part.agency and part.replied_at is None and part.revoked_at is None:
        told = set(people.of_agency(part.agency, incident)) - {_who(entry)}
        tell(sorted(told), News(Kind.ASSIGNED, entry.pk, incident, inquiry=part), now)


def _part(entry: Entry) -> Inquiry | None:
    """The question of the entry, if it went to a second agency."""
    asked = Inquiry.objects.filter(pk=entry.data.get("inquiry"), agency__isnull=False)
    return asked.select_related("agency").first()


def _controlled(entry: Entry, incident: Incident, now: datetime) -> None:
    """Who answers for a watched card; and once its day is over, the head who wants it done, too."""
    found = Watch.objects.filter(pk=entry.data.get("watch"), ended_at__isnull=True).first()
    if found is not None:
        told = [found.responsible_id, *([found.by_id] if entry.verb == "incident.watch_late" else [])]
        tell(dict.fromkeys(one for one in told if one != _who(entry)), News(Kind.CONTROL, entry.pk, incident), now)


def _replied(entry: Entry, incident: Incident, now: datetime) -> None:
    """A reply that is not plainly a good one, while no person has dealt with it, on a card that has ended, too. One
    that could not be read has opened that by itself."""
    alone = Q(dealt_how=Rating.Dealt.REOPENED, dealt_by__isnull=True)
    rating = Rating.objects.filter(Q(waits_since__isnull=False) | alone, pk=entry.data.get("rating")).first()
    if rating is not None:
        tell(people.of_reply(incident), News(Kind.UNHAPPY, entry.pk, incident, rating=rating), now)
        if rating.waits_since:
            chase.begin_unhappy(entry, incident, rating, now)


def _reopened(entry: Entry, incident: Incident, now: datetime) -> None:
    """Who is to answer once more, and his curator; without an agency whoever is to act on the card. What the machine
    opens by itself they have been told of as a reply."""
    if entry.actor.startswith("user:") and incident.state not in (State.RATING, State.DONE):
        told = people.of_answer(incident) if incident.agency_id else people.answerable(incident)
        tell([one for one in told if one != _who(entry)], News(Kind.REOPENED, entry.pk, incident), now)


def _who(entry: Entry) -> int:
    """The user who did it; 0 is the machine."""
    kind, _, number = entry.actor.partition(":")
    return int(number) if kind == "user" and number.isdigit() else 0


HANDLERS: dict[str, Callable[[Entry, Incident, datetime], None]] = {
    "incident.open": _opened,
    "incident.warn": _warned,
    "incident.overdue": _overdue,
    "incident.assign": _assigned,
    "incident.submit": _submitted,
    "incident.agree": _submitted,
    "incident.give_back": _given_back,
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
