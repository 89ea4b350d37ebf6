"""The step of a Pace: the registers follow the journal, and each night every card is looked at once more.

Whatever changes a card writes into the journal, and an entry is read once all before it are there; so a card is
brought up to date within seconds, and `record()` does nothing more for it. The nightly round mends what no entry told
of, and says how much.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from otklik.feedback.registers.keep import recount
from otklik.feedback.registers.models import Pace
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.journal.reading import EVERY, read_on
from otklik.lib.days import day_of, moment_of
from otklik.lib.due import finish

log = logging.getLogger(__name__)
ENTRIES, CARDS = 40, 40  # a turn of the journal is not held for long
NIGHT = time(3, 30)


def follow(paces: list[Pace], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    for pace in paces:
        if pace.name == Pace.Name.JOURNAL:
            # What was before the first reading is the round's, which begins at the same time.
            read_on(pace, Entry.objects.only("incident"), ENTRIES, _recount_cards_of, now, place="at")
        else:
            _go_round(pace, now)


def _recount_cards_of(entries: Sequence[Entry]) -> None:
    if cards := {entry.incident for entry in entries if entry.incident is not None}:
        recount(cards)


def _go_round(pace: Pace, now: datetime) -> None:
    cards = list(Incident.objects.filter(pk__gt=pace.at or 0).order_by("pk").values_list("pk", flat=True)[:CARDS])
    if cards:
        unread = _unread(cards)
        recount(unread)
        wrong = recount(set(cards) - unread)
        finish(pace, now, {"at": cards[-1], "looked": F("looked") + len(cards), "wrong": F("wrong") + wrong})
    else:
        if pace.wrong and pace.ended_at is not None:  # the first round of all brings in what there was
            log.error(
                "the nightly round has mended %d rows of registers that no entry of the journal told of", pace.wrong
            )
        over = {"at": None, "looked": 0, "wrong": 0, "count": pace.wrong, "ended_at": now}
        finish(pace, next_night(now), over)


def _unread(cards: list[int]) -> set[int]:
    """Those of which the journal tells more than has been read: that they are behind is nobody's fault."""
    read = Pace.objects.filter(name=Pace.Name.JOURNAL).values_list("at", flat=True).first() or 0
    newer = Entry.objects.filter(pk__gt=read, incident__in=cards).values_list("incident", flat=True)
    return {card for card in newer if card is not None}


def next_night(now: datetime) -> datetime:
    """The next half past three by the clock of the region."""
    today = day_of(now)
    tonight = moment_of(today, NIGHT)
    return tonight if tonight > now else moment_of(today + timedelta(days=1), NIGHT)


def as_of(now: datetime) -> datetime | None:
    """Up to which moment the registers know everything; None while the first round has not ended. One query."""
    newest = Subquery(Entry.objects.order_by("-pk").values("pk")[:1])
    paces = {pace.name: (pace, pace.unread) for pace in Pace.objects.annotate(unread=Coalesce(newest, 0) - F("at"))}
    if not paces.keys() >= {Pace.Name.JOURNAL, Pace.Name.ROUND} or paces[Pace.Name.ROUND][0].ended_at is None:
        return None
    journal, unread = paces[Pace.Name.JOURNAL]
    if journal.due_at is None:
        return None
    return now if unread is not None and unread <= 0 else min(journal.due_at - EVERY, now)
