"""Workers, accounts and sources as a person looks at them. One query each; no token and no cursor is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _

from otklik.desk.admin.health.words import exactly_ago, exactly_until, plain
from otklik.flow.models import Worker
from otklik.lib.redact import redact
from otklik.networks.models import Account, Source
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from otklik.work.translated import translated

MOST_SOURCES = 200
_SECRETS = ("hook_key", "hook_secret", "confirmation", "options")


@dataclass(frozen=True, slots=True)
class Sign:
    """A worker and whether it is alive; `seen` is «3 с назад»."""

    worker: Worker
    alive: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """An account that is silent until a person has seen to it, with the reason in words. `mine`: the
    reader may."""

    account: Account
    reason: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A source. `trouble` are the words and `tone` their colour: "late", "soon" or "" (nothing is wrong)."""

    source: Source
    pushed: bool
    polled: str
    ahead: str
    trouble: str
    tone: str


def workers(now: datetime, silent_after: timedelta) -> list[Sign]:
    """Those that gave a sign of life in the last two days and did not say goodbye, the living first."""
    return [
        Sign(worker, now - worker.seen_at <= silent_after, exactly_ago(worker.seen_at, now))
        for worker in Worker.objects.order_by("-seen_at")[:50]
    ]


def stopped_accounts(user: User) -> list[Stopped]:
    """The longest stopped first."""
    accounts = Account.objects.filter(active=True, stopped_at__isnull=False).select_related("agency").defer(*_SECRETS)
    return [
        Stopped(account, translated(redact(account.stop_reason)).strip(), may_resume(user, account))
        for account in accounts.order_by("stopped_at")
    ]


def may_resume(user: User, account: Account) -> bool:
    """Whether he connects networks for the agency that speaks with it; what is nobody's alone is the region's."""
    within = scope_of(user, Permission.CONNECT)
    return within.manages(account.agency) if account.agency else within.whole


def sources(now: datetime) -> tuple[list[Reading], bool]:
    """Those with trouble first, then by title; and whether there are more than are shown."""
    source_rows = list(
        Source.objects.select_related("account")
        .defer("cursor", *(f"account__{name}" for name in _SECRETS))
        .order_by(
            "-active",
            F("account__stopped_at").asc(nulls_last=True),
            F("set_aside_at").asc(nulls_last=True),
            Case(When(Q(due_at__isnull=True) | Q(account__active=False), then=0), default=1),
            "-failures",
            "title",
            "pk",
        )[: MOST_SOURCES + 1]
    )
    return [_reading(source, now) for source in source_rows[:MOST_SOURCES]], len(source_rows) > MOST_SOURCES


def _reading(source: Source, now: datetime) -> Reading:
    trouble, tone = _trouble(source)
    return Reading(
        source=source,
        pushed=source.kind == Source.Kind.OWN,
        polled=exactly_ago(source.last_poll_at, now) if source.last_poll_at else "",
        ahead=_ahead(source, now),
        trouble=trouble,
        tone=tone,
    )


def _ahead(source: Source, now: datetime) -> str:
    account = source.account
    idle = source.due_at is None or source.set_aside_at or account.stopped_at
    if idle or source.due_at is None or not (source.active and account.active):
        return ""
    if source.leased_until and source.leased_until >= now:
        return _("идёт сейчас")
    return exactly_until(source.due_at, now) if source.due_at > now else _("пора")


def _trouble(source: Source) -> tuple[str, str]:
    """The nearest cause only: whoever removes it sees the next."""
    account = source.account
    if not source.active:
        return _("Чтение выключено."), ""
    if not account.active:
        return _("Аккаунт «%s» выключен.") % account.title, "soon"
    if account.stopped_at:
        return _("Аккаунт «%s» остановлен.") % account.title, "late"
    if source.set_aside_at:
        return " ".join([_("Ждёт человека."), plain(source.error)]).strip(), "late"
    if source.due_at is None:
        return _("Следующее чтение не назначено."), "soon"
    return (plain(source.error), "soon") if source.failures else ("", "")
