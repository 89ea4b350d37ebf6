"""A row whose `due_at` has come is work for exactly one step: claim, lease, finish, put off, set aside.

Enqueue = commit: whoever writes a row with `due_at` in a transaction has enqueued it. A claim is a guarded UPDATE,
so it works the same on SQLite and PostgreSQL; it is counted before the work begins, so a row that kills its process
three times is found out. The steps themselves are listed in otklik/flow.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Case, F, Q, Value, When

from otklik.lib.kept import LONG_AGO, Kept, KeptRows, in_place, keep, keep_rows, moment, stand_ins
from otklik.lib.sentence_field import SentenceField

LONGEST_PAUSE = timedelta(hours=1)
CLAIMS_BEFORE_SET_ASIDE = 3
_LEASE = "a lease"  # stands in a kept question for one of the day
_SETTLED = {"lease": "", "leased_until": None, "claims": 0}
CRASHED = "The work on this row ended its process three times."


class LeaseLost(Exception):
    """Somebody else has the row by now: whatever was done must be rolled back."""


class Due(models.Model):
    """The columns of the queue. `due_at` None means: nothing to do.

    `claims` counts claims that did not come to an end, `failures` the orderly ones since the last success.
    `set_aside_at` with `error` is a row that waits for a person.
    """

    due_at = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    error = SentenceField(blank=True, default="")
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["due_at"], name="%(class)s_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["lease"], name="%(class)s_lease", condition=~Q(lease="")),
            models.Index(fields=["set_aside_at"], name="%(class)s_aside", condition=Q(set_aside_at__isnull=False)),
        ]


Row = TypeVar("Row", bound=Due)


def _free(model: type[Row], now: datetime) -> models.QuerySet[Row]:
    """Those that nobody works on and that wait for no person."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return model._default_manager.filter(free, set_aside_at__isnull=True)


def _waiting(model: type[Row], now: datetime) -> models.QuerySet[Row]:
    return _free(model, now).filter(due_at__lte=now)


def first_due(model: type[Row], only: Q, now: datetime, until: datetime) -> models.QuerySet[Row, tuple[datetime]]:
    """The `due_at` of the first of `only` these rows that could be claimed at `now`, or will have come due by
    `until`."""
    waiting = _free(model, now).filter(only, due_at__lte=until)
    return waiting.order_by("due_at").values_list("due_at")[:1]


def claim(model: type[Row], now: datetime, lease_for: timedelta, most: int, *, bare: bool = False) -> list[Row]:
    """Up to `most` rows of work, leased until now + lease_for. Rows whose claim did not end before come one by one.

    Rows that were claimed too often without an end are set aside on the way. `bare`: whoever works them reads them
    anew (`reread`), and of each only the columns of the queue are read here.
    """
    return _take(model, lambda: _sorted_out(model, now, max(most, 1)), now, lease_for, bare=bare)


def _sorted_out(model: type[Row], now: datetime, most: int) -> list[int]:
    """Which rows come next. Of those that were claimed before, one alone; none that was claimed too often."""
    candidates = _first(model, most, connection.vendor).ask({moment(LONG_AGO): moment(now)})
    spoilt = [pk for pk, claims in candidates if claims >= CLAIMS_BEFORE_SET_ASIDE]
    if spoilt:
        _waiting(model, now).filter(pk__in=spoilt, claims__gte=CLAIMS_BEFORE_SET_ASIDE).update(
            set_aside_at=now,
            lease="",
            leased_until=None,
            error=CRASHED,
        )
    fresh = [pk for pk, claims in candidates if claims == 0]
    doubtful = [pk for pk, claims in candidates if 0 < claims < CLAIMS_BEFORE_SET_ASIDE]
    return doubtful[:1] if doubtful and candidates[0][1] else fresh or doubtful[:1]


@cache
def _first(model: type[Row], most: int, vendor: str) -> Kept:
    """The ids of those that have waited longest, and how often each was claimed: every turn of a worker asks this."""
    return keep(_passing_by(_waiting(model, LONG_AGO)).order_by("due_at", "pk").values_list("pk", "claims")[:most])


def claim_beside(rows: models.QuerySet[Row], now: datetime, lease_for: timedelta, most: int) -> list[Row]:
    """Up to `most` of these rows that are due, to be worked together with one that was claimed already. None whose
    claim did not end before: such a one comes alone. Whoever claims them renews and releases them."""
    waiting = _waiting(rows.model, now).filter(pk__in=rows.order_by().values("pk"), claims=0).order_by("due_at", "pk")
    return _take(rows.model, lambda: list(_passing_by(waiting).values_list("pk", flat=True)[:most]), now, lease_for)


def _passing_by(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Locked until they are marked, and those that another worker has just locked left out: two who ask at once for the
    first row get one each. SQLite knows no such locks; there the mark alone decides."""
    return rows.select_for_update(skip_locked=True, no_key=True) if connection.vendor == "postgresql" else rows


def _take(
    model: type[Row],
    wanted: Callable[[], Sequence[int]],
    now: datetime,
    lease_for: timedelta,
    *,
    bare: bool = False,
) -> list[Row]:
    lease = str(uuid.uuid4())
    mark = {"lease": lease, "leased_until": now + lease_for, "claims": F("claims") + 1}
    with _release_if_unheard(model, lease):
        with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
            pks = wanted()
            taken = pks and _waiting(model, now).filter(pk__in=pks).update(**mark)
        return _leased(model, bare, connection.vendor).ask({_LEASE: lease}) if taken else []


@cache
def _leased(model: type[Row], bare: bool, vendor: str) -> KeptRows[Row]:
    rows = model._default_manager.filter(lease=_LEASE).order_by("due_at", "pk")
    return keep_rows(rows.only(*(field.name for field in Due._meta.fields)) if bare else rows)


@contextmanager
def _release_if_unheard(model: type[Row], lease: str) -> Iterator[None]:
    """A line that breaks may have broken after the claim: rows that nobody knows to be his would wait out the lease."""
    try:
        yield
    except (OperationalError, InterfaceError):
        connection.close()
        with suppress(OperationalError, InterfaceError):  # the lease runs out by itself
            _unlease(model._default_manager.filter(lease=lease))
        raise


def renew(model: type[Row], rows: Sequence[Row], until: datetime) -> None:
    """Keep what is being worked on. Rows that were lost meanwhile stay lost."""
    for row in rows:
        model._default_manager.filter(pk=row.pk, lease=row.lease).exclude(lease="").update(leased_until=until)


def reread(model: type[Row], rows: Sequence[Row]) -> list[Row]:
    """The rows as they stand now, those that were lost left out. Read inside the transaction that works them.

    Between the claim and the work somebody may have edited, taken back or met what a row is about.
    """
    leases = {row.pk: row.lease for row in rows}
    current_rows = _standing(model, len(leases), connection.vendor).ask(in_place(list(leases)))
    return [row for row in current_rows if row.lease and row.lease == leases[row.pk]]


@lru_cache(512)
def _standing(model: type[Row], number: int, vendor: str) -> KeptRows[Row]:
    """So many rows as they stand now."""
    return keep_rows(model._default_manager.filter(pk__in=stand_ins(number)).order_by("due_at", "pk"))


def finish(row: Due, due_at: datetime | None = None, columns: Mapping[str, object] | None = None) -> None:
    """The work is done; with `due_at` the row comes again then. `columns` are its other ones that change with it.
    Raises LeaseLost if the row is no longer ours: then nothing is changed.

    A row that was enqueued anew since it was read keeps its new time: what happened meanwhile is work, too.
    """
    _settle(row, {**(columns or {}), "due_at": _unless_enqueued(row, due_at), "failures": 0, "error": ""})


def finish_all(rows: Sequence[Row], due_at: datetime | None = None) -> None:
    """`finish` for many rows of one model, as one statement. Raises LeaseLost if any of them is no longer ours: the
    transaction around is to be rolled back; without one the others are finished.
    """
    if len(rows) < 2:
        for row in rows:
            finish(row, due_at)
        return
    model = type(rows[0])
    wanted, by_time = Value(due_at, models.DateTimeField()), defaultdict(list)
    for row in rows:
        by_time[row.due_at].append(row.pk)
    as_read = [When(due_at=time, pk__in=pks, then=wanted) for time, pks in by_time.items()]
    mine = model._default_manager.filter(pk__in=[row.pk for row in rows], lease__in={row.lease for row in rows})
    # Whoever enqueues some of them meanwhile locks them in this order, too. No key of theirs changes: a row that points
    # at one of them may be written meanwhile.
    ordered = mine.exclude(lease="").order_by("pk").select_for_update(no_key=True).values("pk")
    changes = {**_SETTLED, "due_at": Case(*as_read, default=F("due_at")), "failures": 0, "error": ""}
    with transaction.atomic(savepoint=False):
        finished = model._default_manager.filter(pk__in=ordered).update(**changes)
    if finished < len(rows):
        raise LeaseLost(f"{model.__name__}: some of {len(rows)} rows")


def put_off(row: Due, due_at: datetime, error: str, columns: Mapping[str, object] | None = None) -> None:
    """It did not work this time. `error` is redacted text for a person; `columns` as `finish` takes them."""
    later = _unless_enqueued(row, due_at)
    _settle(row, {**(columns or {}), "due_at": later, "failures": F("failures") + 1, "error": error})


def _unless_enqueued(row: Due, due_at: datetime | None) -> Case:
    wanted = Value(due_at, models.DateTimeField())
    return Case(When(due_at=row.due_at, then=wanted), default=F("due_at"))


def set_aside(row: Due, now: datetime, error: str) -> None:
    """It will not work without a person."""
    _settle(row, {"set_aside_at": now, "failures": F("failures") + 1, "error": error})


def retry(row: Due, now: datetime) -> bool:
    """A person says: once more, from the beginning. False if the row does not wait for a person any more."""
    waiting = type(row)._default_manager.filter(pk=row.pk, set_aside_at__isnull=False)
    return bool(waiting.update(set_aside_at=None, claims=0, failures=0, error="", due_at=now))


def release(rows: Sequence[Row]) -> None:
    """Give back rows that were claimed and not begun: the worker is stopping."""
    for row in rows:
        _unlease(type(row)._default_manager.filter(pk=row.pk, lease=row.lease))


def _unlease(rows: models.QuerySet[Row]) -> None:
    rows.update(lease="", leased_until=None, claims=F("claims") - 1)


def _settle(row: Due, changes: dict[str, object]) -> None:
    changes |= _SETTLED
    mine = type(row)._default_manager.filter(pk=row.pk, lease=row.lease).exclude(lease="")
    if not mine.update(**changes):
        raise LeaseLost(f"{type(row).__name__} {row.pk}")


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2 s, 4 s, 8 s … one hour."""
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(failures + 1, 12)))
