"""«Замещение»: one's rights pass to a colleague between two moments and come back by themselves.

There are no chains: a deputy passes on only what he has himself, so nobody ever has more than those he stands in for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from otklik.journal import book
from otklik.people.models import Substitution, User
from otklik.people.scope import Refused

LONGEST = timedelta(days=92)


def running(now: datetime) -> QuerySet[Substitution]:
    """Those in force at this moment."""
    return Substitution.objects.filter(ended_at__isnull=True, since__lte=now, until__gt=now)


def begin(absent: User, deputy: User, since: datetime, until: datetime, by: User, at: datetime) -> Substitution:
    """Raises Refused: "self", "order", "past", "long", "blocked", "double" (somebody stands in for him then), "loop"
    (the deputy is away himself then), "chain" (he stands in for somebody then, who would be left alone)."""
    if absent.pk == deputy.pk:
        raise Refused("self")
    if until <= since:
        raise Refused("order")
    if until <= at:
        raise Refused("past")
    if until - since > LONGEST:
        raise Refused("long")
    with book.turn():
        if User.objects.filter(pk__in=[absent.pk, deputy.pk], is_active=True).count() < 2:
            raise Refused("blocked")
        then = Substitution.objects.filter(ended_at__isnull=True, since__lt=until, until__gt=since)
        for code, found in (
            ("double", then.filter(absent=absent)),
            ("loop", then.filter(absent=deputy)),
            ("chain", then.filter(deputy=absent)),
        ):
            if found.exists():
                raise Refused(code)
        made = Substitution.objects.create(absent=absent, deputy=deputy, since=since, until=until, by=by, made_at=at)
        _write("substitution.begin", made, by, at)
    return made


def end(substitution: Substitution, by: User, at: datetime) -> None:
    """Before its time. Raises Refused "late": it is over."""
    with book.turn():
        mine = Substitution.objects.filter(pk=substitution.pk, ended_at__isnull=True, until__gt=at)
        if not mine.update(ended_at=at):
            raise Refused("late")
        _write("substitution.end", substitution, by, at)


def deputies(ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Who stands in for whom of these at this moment: the absent one's id → his deputy's. One query."""
    return dict(running(now).filter(absent__in=list(ids), deputy__is_active=True).values_list("absent", "deputy"))


def about(user: User, now: datetime) -> list[Substitution]:
    """What is in force or to come and touches this user, either way."""
    rows = Substitution.objects.filter(Q(absent=user) | Q(deputy=user), ended_at__isnull=True, until__gt=now)
    return list(rows.select_related("absent", "deputy").order_by("since"))


def of_people(people: QuerySet[User], but: User, now: datetime) -> list[Substitution]:
    """What is in force or to come among these people, those of `but` left out. One query."""
    rows = Substitution.objects.filter(absent__in=people, ended_at__isnull=True, until__gt=now)
    rows = rows.exclude(absent=but).exclude(deputy=but).select_related("absent", "deputy")
    return list(rows.order_by("since")[:200])


def _write(verb: str, one: Substitution, by: User, at: datetime) -> None:
    data = {"deputy": one.deputy_id, "since": int(one.since.timestamp()), "until": int(one.until.timestamp())}
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"user:{one.absent_id}", data=data)
