"""Open sessions: whose, since when and from where. allauth writes a row when somebody signs in; it ends here.

A changed password ends all sessions but the one that changed it: their marks no longer fit, here and at the gate.
"""

from collections.abc import Collection
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import User


def open_ones(user: User, at: datetime) -> list[UserSession]:
    """Those that still let somebody in, the newest first; two queries."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    marks = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    living = Session.objects.filter(pk__in=list(rows), expire_date__gt=at)
    sessions = [rows[one.pk] for one in living if _fits(one, user, marks)]
    return sorted(sessions, key=lambda row: (row.created_at, row.pk), reverse=True)


def _fits(session: Session, user: User, marks: Collection[str]) -> bool:
    session_values = session.get_decoded()
    mark = str(session_values.get(HASH_SESSION_KEY, ""))
    mine = session_values.get(SESSION_KEY) == str(user.pk)
    return mine and any(constant_time_compare(mark, one) for one in marks)


def end_one(user: User, pk: int, at: datetime) -> None:
    """Of his own ones. Raises Refused("late") when it is not his, or ended already."""
    _end(user, [row for row in open_ones(user, at) if row.pk == pk], user, at)


def end_others(user: User, kept: str, at: datetime) -> int:
    """All of his own but the one with the key `kept`; how many. Raises Refused("late") when there is none."""
    return _end(user, [row for row in open_ones(user, at) if row.session_key != kept], user, at)


def end_all(user: User, by: User, at: datetime) -> None:
    """By an administrator: those too that were opened before they were listed. Raises Refused: "self", "late"."""
    if user.pk == by.pk:
        raise Refused("self")
    keys = _keys_of(user, at)
    if not keys:
        raise Refused("late")
    with book.turn():
        forget(user, keys)
        _write(user, by, at, len(keys))


def sign_out_everywhere(user: User, at: datetime, kept: str = "") -> None:
    """All but the one with the key `kept`. For whoever has written down already why."""
    forget(user, [key for key in _keys_of(user, at) if key != kept])


def forget(user: User, keys: Collection[str]) -> None:
    Session.objects.filter(pk__in=list(keys)).delete()
    UserSession.objects.filter(user=user, session_key__in=list(keys)).delete()


def _keys_of(user: User, at: datetime) -> list[str]:
    """A session does not tell whose it is until it is opened, so all living ones are."""
    living = Session.objects.filter(expire_date__gte=at).iterator()
    return [session.pk for session in living if session.get_decoded().get(SESSION_KEY) == str(user.pk)]


def _end(user: User, rows: list[UserSession], by: User, at: datetime) -> int:
    if not rows:
        raise Refused("late")
    with book.turn():
        forget(user, [row.session_key for row in rows])
        _write(user, by, at, len(rows))
    return len(rows)


def _write(user: User, by: User, at: datetime, count: int) -> None:
    book.write(
        at=at, actor=f"user:{by.pk}", verb="user.sessions_end", subject=f"user:{user.pk}", data={"count": count}
    )  # fmt: skip
