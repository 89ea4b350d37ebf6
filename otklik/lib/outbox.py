"""What goes out to a colleague or to a neighbour's program: the row is the queue, and a try is committed before its
first byte leaves.

Unlike what is said to a citizen nothing is looked up before it is said again: nobody is harmed who reads a line twice.
Yet no crash may send a storm. A dispatch has two tries at the most: a worker that dies on the way costs one too many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import models
from django.db.models import F

from otklik.lib.due import Due, LeaseLost, finish, put_off
from otklik.lib.redact import redact
from otklik.lib.sentence import Sentence as _

WAITING, SENT = "waiting", "sent"
TRIES = 2
UNKNOWN = _("Не удалось узнать, дошёл ли")


class Failure(Exception):
    """It is not known to have gone. Its text is for a person; which of the three it is says what is known."""


class Later(Failure):
    """It certainly did not go; later it may: `after` so long, None where nobody said."""

    def __init__(self, words: str, after: timedelta | None = None) -> None:
        super().__init__(words)
        self.after = after


class Unclear(Failure):
    """It may have gone."""


class Closed(Failure):
    """It certainly did not go, and will not by this way. `everybody`: nobody else's would either."""

    def __init__(self, words: str, everybody: bool = False) -> None:
        super().__init__(words)
        self.everybody = everybody


class Outgoing(Due):
    """The columns of a try, the last of which was at `tried_at`. What certainly did not go is no try of a dispatch."""

    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        abstract = True


class Dispatch(Outgoing):
    """What goes once to a colleague. Each model has its own words for `state`."""

    state = models.CharField(max_length=8, default=WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        abstract = True


Row = TypeVar("Row", bound=Dispatch)


@dataclass(frozen=True, slots=True)
class Post(Generic[Row]):
    """What is particular to the dispatches of one model.

    `write` makes one ready, and what it returns hands it over; both raise Failure, `write` Closed alone. `lose` says
    what follows when it will not go, and finishes the row. `pause` lies between two tries where nobody names another;
    `waits`: whether one that did not go waits so long, or will not go.
    """

    write: Callable[[Row, datetime], Callable[[], object]]
    lose: Callable[[Row, Closed, datetime], None]
    pause: timedelta
    waits: Callable[[Row, timedelta], bool]


def attempt(row: Outgoing, now: datetime) -> None:
    """The try counts from here on. A worker that stood still meanwhile has lost the row, and says nothing in place of
    the one that has it: raises LeaseLost."""
    mine = type(row)._default_manager.filter(pk=row.pk, lease=row.lease).exclude(lease="")
    if not mine.update(tries=F("tries") + 1, tried_at=now):
        raise LeaseLost(str(row))
    row.tries += 1


def send(rows: Sequence[Row], post: Post[Row], now: datetime) -> None:
    """The step of a dispatch. One at a time; opens its own transactions. Raises LeaseLost."""
    for row in rows:
        try:
            if row.state == WAITING:
                _send(row, post, now)
            else:
                finish(row)
        except Closed as closed:
            post.lose(row, closed, now)


def _send(row: Row, post: Post[Row], now: datetime) -> None:
    if row.tries >= TRIES:
        raise Closed(UNKNOWN)
    hand_over = post.write(row, now)
    attempt(row, now)
    try:
        hand_over()
    except Later as later:
        pause = post.pause if later.after is None else later.after
        if not post.waits(row, pause):
            raise Closed(str(later), everybody=True) from None
        put_off(row, now + pause, redact(str(later)), {"tries": F("tries") - 1})
    except Unclear as unclear:
        put_off(row, now + post.pause, redact(str(unclear)))
    else:
        finish(row, columns={"state": SENT, "sent_at": now})
