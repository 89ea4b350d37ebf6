"""FLOW: what happens to what, in order. The product's table of contents."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q

from otklik.answers.models import Answer, Statement
from otklik.answers.spread import spread
from otklik.feedback.hear import hear
from otklik.feedback.models import Survey
from otklik.feedback.registers.follow import follow
from otklik.feedback.registers.models import Pace
from otklik.feedback.wait import close_silent, open_survey
from otklik.finding.index import index
from otklik.finding.models import Seeking
from otklik.finding.problems import seek
from otklik.finding.words import warm
from otklik.flow.chores import chores
from otklik.flow.models import Chore
from otklik.inbox.check import check
from otklik.inbox.copies import copy_picture
from otklik.inbox.models import Author, Hint, Media, Message
from otklik.inbox.names import ask_names
from otklik.inbox.reconcile import reconcile
from otklik.inbox.take_in import take_in
from otklik.incidents.models import Findable, Heard, Incident, Watch
from otklik.incidents.watching import remind
from otklik.journal.models import Sealing
from otklik.journal.reading import unread
from otklik.journal.seals import seal
from otklik.lib.due import Due
from otklik.networks.fetch import fetch
from otklik.networks.models import RawEvent, Reconciliation, Source
from otklik.notify.alerts.chase import chase
from otklik.notify.alerts.link import hear as hear_colleague
from otklik.notify.alerts.models import Bookmark, Chase, Ear, Letter
from otklik.notify.alerts.post import post
from otklik.notify.alerts.read import read
from otklik.notify.hooks.listen import listen
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tell import tell
from otklik.privacy.models import Sweep
from otklik.privacy.retain import retain
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from otklik.publishing.send import send
from otklik.reports.folding import bind
from otklik.reports.models import MonthFolding, Schedule, Sending
from otklik.reports.plan import plan
from otklik.reports.post import post as post_report
from otklik.routing.models import Deadline
from otklik.routing.suggest import suggest
from otklik.routing.watch import watch
from otklik.triage.judge import judge, recognisers


class Lane(StrEnum):
    """Threads of their own, so that a long poll never holds up an answer, nor a long thought a seal. THINK alone is
    pure work over rows."""

    READ = "read"
    BACK = "back"
    ASK = "ask"
    THINK = "think"
    SPEAK = "speak"
    TELL = "tell"
    SEAL = "seal"


# A worker renews what it holds every ten seconds, so a lease need not be as long as the work: it is how long a row
# waits after its worker was killed.
LEASE = timedelta(seconds=45)


def to_register(now: datetime) -> Q:
    """The one pace goes round by the clock, the other follows the journal."""
    return Q(name=Pace.Name.ROUND) | unread("at")(now)


@dataclass(frozen=True, slots=True)
class Step:
    """Work on rows of one model.

    A THINK step runs in one transaction, all rows or none; the others open their own. So does a THINK step that is not
    `together`, since it reads for long before it writes: each of its rows was ours when the work began, and what else
    it has read is checked again where it writes. A batch of it may stop halfway; the rows that it has finished do not
    come again.
    `card` is the way from a row to the card that nobody else changes meanwhile.
    `only`: of the rows that are due, those that have work at that moment. `patience` is after how many orderly failures
    in a row a row waits for a person. `warm` is called once when a worker starts, so that the first citizen does not
    wait for dictionaries to load.
    """

    name: str
    model: type[Due]
    work: Callable[[list[Any], datetime], None]
    lane: Lane = Lane.THINK
    together: bool = True
    card: str = ""
    batch: int = 64
    lease: timedelta = LEASE
    patience: int = 6
    warm: Callable[[], object] | None = None
    only: Callable[[datetime], Q] | None = None


FOREVER = 1_000_000

FLOW = [
    Step("fetch", Source, fetch, Lane.READ, batch=1, patience=FOREVER),
    Step("take-in", RawEvent, take_in),
    Step("check-hint", Hint, check, Lane.ASK, batch=1, patience=FOREVER),
    Step("reconcile", Reconciliation, reconcile, Lane.BACK, batch=1, patience=FOREVER),
    Step("names", Author, ask_names, Lane.ASK, batch=100, patience=FOREVER),
    Step("copy-picture", Media, copy_picture, Lane.ASK, batch=1, patience=8),
    Step("judge", Message, judge, together=False, warm=recognisers),
    Step("suggest", Incident, suggest, card="pk"),
    Step("watch", Deadline, watch, card="incident"),
    Step("control", Watch, remind, card="incident"),
    Step("spread", Statement, spread, batch=1, together=False),
    Step("prepare", Answer, prepare, card="incident"),
    Step("send", Delivery, send, Lane.SPEAK, batch=1, patience=12),
    Step("open-survey", Sent, open_survey, card="delivery__answer__incident"),
    Step("hear", Heard, hear, card="incident"),
    Step("close-silent", Survey, close_silent, card="incident"),
    Step("alerts", Bookmark, read, patience=FOREVER, only=unread()),
    Step("chase", Chase, chase, card="incident"),
    Step("hear-colleague", Ear, hear_colleague, Lane.ASK, batch=1, patience=FOREVER),
    Step("post", Letter, post, Lane.SPEAK, batch=1, patience=6),
    Step("hooks", Subscription, listen, batch=4, patience=FOREVER, only=unread()),
    Step("tell", Call, tell, Lane.TELL, batch=1, patience=FOREVER),
    Step("plan-report", Schedule, plan),
    Step("post-report", Sending, post_report, Lane.ASK, batch=1, patience=6),
    Step("index", Findable, index, batch=32, together=False, warm=warm),
    Step("registers", Pace, follow, batch=1, patience=FOREVER, only=to_register),
    Step("problems", Seeking, seek, together=False),
    Step("seal", Sealing, seal, Lane.SEAL, batch=1, patience=FOREVER, only=unread()),
    # It reads for long and writes one row at a time.
    Step("bind", MonthFolding, bind, Lane.ASK, batch=1, patience=FOREVER),
    Step("forget", Sweep, retain, Lane.ASK, batch=1, patience=FOREVER),
    Step("chores", Chore, chores, batch=1, together=False, patience=FOREVER),
]
