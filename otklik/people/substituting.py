"""«Замещение»: one's rights pass to a colleague between two moments and come back by themselves.

Nobody becomes a deputy unasked: he agrees first, or an administrator of the absent one decides it, journaled.
There are no chains: a deputy passes on only what he has himself, so nobody ever has more than those he stands in for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.access import in_force
from otklik.people.models import Substitution, User

LONGEST = timedelta(days=92)


def begin(absent: User, deputy: User, since: datetime, until: datetime, by: User, at: datetime) -> Substitution:
    """It waits for the deputy's word, unless somebody else than the absent one sets it: pages let administrators alone.

    Raises Refused: "self", "order", "past", "long", "blocked", "double" (somebody stands in for him then, or is asked
    to), "loop" (the deputy is away himself then), "chain" (he stands in for somebody then, who would be left alone).
    """
    if absent.pk == deputy.pk:
        raise Refused("self")
    if until <= since:
        raise Refused("order")
    if until <= at:
        raise Refused("past")
    if until - since > LONGEST:
        raise Refused("long")
    with book.turn():
        made = Substitution(absent=absent, deputy=deputy, since=since, until=until, by=by, made_at=at)
        _must_fit(made)
        if Substitution.objects.filter(_then(made), absent=absent).exists():
            raise Refused("double")
        made.agreed_at = None if by.pk == absent.pk else at
        made.save()
        _write("substitution.begin", made, by, at)
    return made


def agree(substitution: Substitution, at: datetime) -> None:
    """The deputy takes it on. Raises Refused: "late" (it is over, called off or agreed to), and what of `begin`
    stands against it by now."""
    with book.turn():
        _must_fit(substitution)
        asked = Substitution.objects.filter(pk=substitution.pk, agreed_at__isnull=True, ended_at__isnull=True)
        if not asked.filter(until__gt=at).update(agreed_at=at):
            raise Refused("late")
        _write("substitution.agree", substitution, substitution.deputy, at)


def _then(one: Substitution) -> Q:
    """Whatever is or will be in force at any moment of it."""
    return Q(ended_at__isnull=True, since__lt=one.until, until__gt=one.since)


def _must_fit(one: Substitution) -> None:
    """What a deputy was merely asked for binds nobody: otherwise asking would keep him from going away himself."""
    if User.objects.filter(pk__in=[one.absent_id, one.deputy_id], is_active=True).count() < 2:
        raise Refused("blocked")
    agreed = Substitution.objects.filter(_then(one), agreed_at__isnull=False)
    for code, conflicts in (("loop", agreed.filter(absent=one.deputy)), ("chain", agreed.filter(deputy=one.absent))):
        if conflicts.exists():
            raise Refused(code)


def end(substitution: Substitution, by: User, at: datetime) -> None:
    """Before its time. Raises Refused "late": it is over."""
    with book.turn():
        mine = Substitution.objects.filter(pk=substitution.pk, ended_at__isnull=True, until__gt=at)
        if not mine.update(ended_at=at):
            raise Refused("late")
        _write("substitution.end", substitution, by, at)


def deputies(ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Who stands in for whom of these at this moment: the absent one's id → his deputy's. One query."""
    return dict(in_force(now).filter(absent__in=list(ids), deputy__is_active=True).values_list("absent", "deputy"))


def about(user: User, now: datetime) -> list[Substitution]:
    """What is asked for, in force or to come and touches this user, either way."""
    rows = Substitution.objects.filter(Q(absent=user) | Q(deputy=user), ended_at__isnull=True, until__gt=now)
    return list(rows.select_related("absent", "deputy").order_by("since"))


def of_people(people: QuerySet[User], but: User, now: datetime) -> list[Substitution]:
    """The same among these people, those of `but` left out. One query."""
    rows = Substitution.objects.filter(absent__in=people, ended_at__isnull=True, until__gt=now)
    rows = rows.exclude(absent=but).exclude(deputy=but).select_related("absent", "deputy")
    return list(rows.order_by("since")[:200])


def _write(verb: str, one: Substitution, by: User, at: datetime) -> None:
    data = {"deputy": one.deputy_id, "since": int(one.since.timestamp()), "until": int(one.until.timestamp())}
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"user:{one.absent_id}", data=data)
