"""«Состояние»: the page, and the two things an administrator can do on it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.backups.models import OLD, Run, last
from otklik.desk.admin.frame import framed
from otklik.desk.admin.health import machines
from otklik.desk.admin.health.rows import SEERS, Queue, aside, may_retry, queues
from otklik.desk.admin.health.words import step_title
from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import MOST_COUNTED
from otklik.desk.shell import WORKER_SILENT_AFTER
from otklik.flow.steps import FLOW
from otklik.journal import book, seals
from otklik.lib import clock, database
from otklik.lib.due import retry as give_back
from otklik.lib.room import room_or_none
from otklik.networks.fetch import resume
from otklik.networks.models import Account
from otklik.notify.alerts.gaps import Span, gaps
from otklik.notify.alerts.models import Channel, Duty, Trouble
from otklik.notify.alerts.roster import AHEAD
from otklik.notify.hooks.models import Subscription
from otklik.people.access import everywhere, has
from otklik.people.permissions import MANAGING, Permission
from otklik.routing.models import Automatic
from otklik.routing.rule_use import fallback
from otklik.triage.models import last_failed

WAITS_TOO_LONG = 300  # seconds until the colour of a queue changes
NEVER, NOTHING = Value(None, DateTimeField()), Value("")
COLUMNS = ("part", "start", "end", "what", "words")


@dataclass(frozen=True, slots=True)
class Mute:
    """A way by which nothing gets through since `since`; `error` says why."""

    channel: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """A copy that was made or tried; `fault` is "" when it came to a good end."""

    at: datetime
    file: str
    fault: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`gaps` are those of the region's roster in the next seven days, `mute` the ways by which no alert gets through.

    `copy` and `trial` are the last ones, None before the first.

    The last training came to nothing; no rule takes what no other fits; an assignment without an operator was switched
    off by itself; a neighbour's program has not answered for a day, or wants no more calls. `unsealed`: since then
    nobody seals the journal.
    """

    mute: list[Mute]
    copy: Done | None
    trial: Done | None
    anchor: Done | None
    gaps: list[Span]
    learning_failed: bool
    no_fallback: bool
    automatic_stopped: bool
    program_silent: bool
    unsealed: datetime | None


DONE = ("copy", "trial", "anchor")


@dataclass(frozen=True, slots=True)
class Line:
    """A step's queue for the table; `lag` is in seconds, None when nothing is due."""

    queue: Queue
    lag: float | None
    slow: bool


@require_safe
@permitted(*SEERS)
def health(request: HttpRequest) -> HttpResponse:
    """At most eight queries beside the frame's."""
    user, now = user_of(request), clock.now()
    steps = queues(now)
    rows = aside(steps, user)
    signs, stopped = machines.workers(now, WORKER_SILENT_AFTER), machines.stopped_accounts(user)
    shortly = standing(now)
    readings, more_sources = machines.sources(now)
    unsaid = sum(step.unsaid for step in steps)
    waiting = sum(min(step.aside, MOST_COUNTED) for step in steps) + len(stopped) + min(unsaid, MOST_COUNTED)
    shown = {
        "now": now,
        "may_act": everywhere(user, Permission.CONNECT),
        "signs": signs,
        "works": any(sign.alive for sign in signs),
        "stopped": stopped,
        "waiting": waiting,
        "uncounted": unsaid > MOST_COUNTED or any(step.aside > MOST_COUNTED for step in steps),
        "unsaid": unsaid,
        "groups": [(step, rows[step.name]) for step in steps if rows.get(step.name)],
        "lines": [_line(step, now.timestamp()) for step in steps],
        "readings": readings,
        "more_sources": more_sources,
        "learning_failed": shortly.learning_failed,
        "automatic_stopped": shortly.automatic_stopped,
        "program_silent": shortly.program_silent,
        "no_fallback": shortly.no_fallback,
        "unsealed": shortly.unsealed,
        "troubles": shortly.mute,
        "roster_gaps": shortly.gaps,
        "copy": shortly.copy,
        "trial": shortly.trial,
        "anchor": shortly.anchor,
        "copy_is_old": settings.NIGHTLY_COPIES > 0 and shortly.copy is not None and now - shortly.copy.at > OLD,
        "room": room_or_none(Path(settings.DATA)),
        "database_size": database.file_size(),
        "most": MOST_COUNTED,
    }
    if has(user, *MANAGING):
        return framed(request, "health", "desk/health/managed.html", shown)
    return render(request, "desk/health.html", shown)


def _line(step: Queue, now: float) -> Line:
    lag = now - step.oldest.timestamp() if step.oldest else None
    return Line(step, lag, lag is not None and lag > WAITS_TOO_LONG)


@require_POST
@permitted(Permission.CONNECT)
def resumption(request: HttpRequest, pk: int) -> HttpResponse:
    """The account reads and answers again; if its token is still refused, it stops again by itself."""
    account = get_object_or_404(Account.objects.select_related("agency").only("pk", "title", "agency__path"), pk=pk)
    if not machines.may_resume(user_of(request), account):
        raise PermissionDenied
    now = clock.now()
    with book.turn():
        stopped = Account.objects.filter(pk=account.pk, stopped_at__isnull=False).exists()
        if stopped:
            resume(account, now)
            actor = f"user:{user_of(request).pk}"
            book.write(at=now, actor=actor, verb="account.resume", subject=f"account:{account.pk}")
    if stopped:
        messages.success(request, _("Аккаунт «%s» снова включён.") % account.title)
    else:
        messages.error(request, _("Аккаунт «%s» уже не остановлен.") % account.title)
    return HttpResponseRedirect(reverse("health"))


@require_POST
@permitted(Permission.CONNECT)
def retry(request: HttpRequest, step: str, pk: int) -> HttpResponse:
    """The row that waits for a person is due at once, as if it had never failed."""
    worked = next((one for one in FLOW if one.name == step), None)
    if worked is None:
        raise Http404
    row, now = get_object_or_404(worked.model._default_manager.only("pk"), pk=pk), clock.now()
    if not may_retry(user_of(request), worked, pk):
        raise PermissionDenied
    with book.turn():
        is_retried = give_back(row, now)
        if is_retried:
            book.write(at=now, actor=f"user:{user_of(request).pk}", verb="row.retry", subject=f"{step}:{pk}")
    params = {"step": step_title(step), "row": pk}
    if is_retried:
        messages.success(request, _("%(step)s, строка %(row)d: попробуем ещё раз.") % params)
    else:
        messages.error(request, _("%(step)s, строка %(row)d: уже не ждёт человека.") % params)
    return HttpResponseRedirect(reverse("health"))


def standing(now: datetime) -> Standing:
    week = Span(now, now + AHEAD)
    duties = Duty.objects.filter(agency__isnull=True, starts_at__lt=week.end, ends_at__gt=week.start)
    parts = (
        _part("duty", duties, F("starts_at"), F("ends_at")),
        _part("learning", last_failed()),
        _part("fallback", fallback(localdate(now))),
        _part("copy", last(Run.Kind.COPY), F("at"), what=F("file"), words=F("fault")),
        _part("trial", last(Run.Kind.TRIAL), F("at"), what=F("file"), words=F("fault")),
        _part("anchor", last(Run.Kind.ANCHOR), F("at"), what=F("file"), words=F("fault")),
        _part("program", Subscription.objects.filter(Q(told_at__isnull=False) | Q(off_why=Subscription.Why.GONE))),
        _part("automatic", Automatic.objects.filter(on=False, stopped_at__isnull=False)),
        _part("unsealed", seals.late(now - seals.LATE), F("at")),
    )
    troubles = _part("mute", Trouble.objects.all(), F("since"), what=F("channel"), words=F("error"))
    rows = list(troubles.union(*parts, all=True))
    there = {part: start for part, start, *_rest in rows}
    mute = [Mute(str(Channel(what).label), start, words) for part, start, _end, what, words in rows if part == "mute"]
    covered = [Span(start, end) for part, start, end, _what, _words in rows if part == "duty"]
    done = {part: Done(start, what, words) for part, start, _end, what, words in rows if part in DONE}
    return Standing(
        copy=done.get("copy"),
        trial=done.get("trial"),
        anchor=done.get("anchor"),
        mute=sorted(mute, key=lambda one: one.since),
        gaps=gaps(week, covered),
        learning_failed="learning" in there,
        no_fallback="fallback" not in there,
        automatic_stopped="automatic" in there,
        program_silent="program" in there,
        unsealed=there.get("unsealed"),
    )


def _part(
    name: str,
    rows: QuerySet[Any],
    start: F | Value = NEVER,
    end: F | Value = NEVER,
    what: F | Value = NOTHING,
    words: F | Value = NOTHING,
) -> QuerySet[Any, Any]:
    """The same five columns of any table."""
    part_rows: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            part=Cast(Value(name), CharField()),
            start=Cast(start, DateTimeField()) if start is NEVER else start,
            end=Cast(end, DateTimeField()) if end is NEVER else end,
            what=Cast(what, CharField()),
            words=Cast(words, CharField()),
        )
        .values_list(*COLUMNS)
    )
    return part_rows
