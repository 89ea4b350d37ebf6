"""«На контроле»: a head's star with an instruction, a day and one who answers for it.

A card with a star does not end before the head takes it off: not by silence, not by a colleague's hand, and not by
being gathered into another one. workflow.py holds that, for whatever move it is.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from otklik.incidents.models import Incident, State, Watch
from otklik.incidents.workflow import hold, record
from otklik.lib.days import begin_of, moment_of
from otklik.lib.due import finish
from otklik.people.models import User

MOST_WORDS = 1000
FURTHEST = timedelta(days=366)
REMINDS_AT = time(9)
ENDED = (State.NOISE, State.DONE)
ACTOR = "machine:alerts"


class Over(Exception):
    """The card has ended: there is nothing left to watch over."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is to be done, until which local day (included), and who answers for it."""

    words: str
    until: date
    responsible: User


def watch(incident: Incident, instruction: Instruction, by: User, at: datetime) -> Watch:
    """Put the star on, or give the one that is there another instruction. Raises Over on a card that has ended.

    Raises ValueError without words: pages ask for them before they call.
    """
    if not instruction.words:
        raise ValueError("a watched card needs an instruction")
    with hold(incident.pk):
        known = Incident.objects.filter(pk=incident.pk).exclude(state__in=ENDED)
        since = known.values_list("watched_since", flat=True).first()
        if not known.update(watched_since=since or at):
            raise Over
        columns = {
            "words": instruction.words[:MOST_WORDS],
            "until": instruction.until,
            "responsible": instruction.responsible,
            "by": by,
            "due_at": max(moment_of(instruction.until, REMINDS_AT), at),
            "reminded_at": None,
        }
        current_watch, _made = Watch.objects.update_or_create(
            incident=incident, ended_at=None, defaults=columns, create_defaults={**columns, "at": at}
        )
        data = {
            "until": instruction.until.isoformat(),
            "responsible": instruction.responsible.pk,
            "watch": current_watch.pk,
        }
        record(incident, "watch", at=at, actor=f"user:{by.pk}", words=current_watch.words, data=data)
    return current_watch


def release(incident: Incident, words: str, by: User, at: datetime) -> bool:
    """Take the star off, with what the head says to it. False, and nothing written, where there is none."""
    with hold(incident.pk):
        running = Watch.objects.filter(incident=incident, ended_at__isnull=True)
        if not running.update(ended_at=at, ended_by=by, due_at=None):
            return False
        Incident.objects.filter(pk=incident.pk).update(watched_since=None)
        record(incident, "unwatch", at=at, actor=f"user:{by.pk}", words=words[:MOST_WORDS])
    return True


def remind(watches: list[Watch], now: datetime) -> None:
    """The step of a Watch: on the morning of its day, and when the day is over. In the loop's one transaction."""
    for one in watches:
        over = begin_of(one.until + timedelta(days=1))
        if one.ended_at is not None:
            finish(one)
        elif now < over:
            _tell(one, "watch_due", now)
            finish(one, over)
        else:
            _tell(one, "watch_late", now)
            finish(one)


def _tell(one: Watch, verb: str, now: datetime) -> None:
    """A journal row, which alerts are made of."""
    Watch.objects.filter(pk=one.pk).update(reminded_at=now)
    record(one.incident, verb, at=now, actor=ACTOR, data={"watch": one.pk})
