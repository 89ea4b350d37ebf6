"""«Согласование»: the citizen's words and the answer side by side, one decision after the other.

The decisions themselves are the answer's own resources (card/answering.py, card/review.py); here they are asked for.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.answers.acts import BROUGHT, Act, brought
from otklik.answers.checking import standing, stops_in
from otklik.answers.difference import Piece, difference
from otklik.answers.exposing import doubtful
from otklik.answers.models import Answer, Remark, Statement, StatementCard
from otklik.answers.review import TEXT_BEFORE
from otklik.answers.statements import RUNNING
from otklik.answers.steps import counting, own, wanted
from otklik.answers.voices import COPIED
from otklik.desk.approver.exchange import MOST_ANSWERS, Exchange, exchanges
from otklik.desk.card.flaw_words import Shown, kept
from otklik.desk.format import ClockWords, clock_words
from otklik.desk.gate import integer, permitted, user_of
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.notify.alerts.models import Alert
from otklik.people.access import reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.routing.clocks import CITIZENS, work_week
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm

READY_REMARKS = (
    _("Напишите, что именно сделают и до какого числа."),
    _("Ответьте на вопрос человека, он спрашивал о другом."),
    _("Напишите проще и короче, без канцелярита."),
)
APPROVERS = (Permission.APPROVE,)
PAGE = MOST_ANSWERS


@dataclass(frozen=True, slots=True)
class Row:
    """One answer beside what was said before it (exchange.py). `own`: the reader wrote it himself and may not approve
    it. `last`: with his consent it goes out, and no other is needed.

    `changes` compares it with the last text that an approver decided on; [] when there is none or it is the same.
    `remarks` is what was asked for then. `authors` counts the other authors of the card, who get the answer too.
    `doubtful` is what in a public answer may be somebody's own: phones, mail, names. `flaws` is
    what the check of words found; `stopped`: some of it wants a reason.
    """

    answer: Answer
    exchange: Exchange
    photos: Sequence[Any]
    acts: list[Act]
    clock: ClockWords | None
    clock_name: str
    own: bool
    last: bool
    changes: list[Piece]
    remarks: list[Remark]
    authors: int
    doubtful: list[str]
    flaws: list[Shown]
    stopped: bool


@require_safe
@permitted(*APPROVERS)
def approvals(request: HttpRequest) -> HttpResponse:
    """The page; `first` is the answer that somebody came for by a link."""
    rows, more = waiting(user_of(request), clock.now(), max(integer(request.GET.get("first")), 0))
    context = {
        "rows": rows,
        "more": more,
        "ready_remarks": READY_REMARKS,
        "for_all": goes_to_many(user_of(request), rows),
    }
    return render(request, "desk/approvals.html", context)


@require_safe
@permitted(*APPROVERS)
def later(request: HttpRequest) -> HttpResponse:
    """«Назначено на потом»: approved answers that wait for their moment, and lifting it."""
    answers = let_out_for_later(user_of(request), clock.now())
    return render(request, "desk/approvals/later.html", {"answers": answers[:PAGE], "more": len(answers) > PAGE})


@require_safe
@permitted(*APPROVERS)
def news(request: HttpRequest) -> HttpResponse:
    """What has come and what has gone since the page was drawn, as JSON; 204 when nothing did. `shown` are its ids."""
    ids = (integer(word) for word in request.GET.get("shown", "").split(",")[: 2 * PAGE])
    rows, gone = come_since(user_of(request), [pk for pk in ids if pk > 0], clock.now())
    if not rows and not gone:
        return HttpResponse(status=204)
    drawn = [
        {
            "id": row.answer.pk,
            "html": render_to_string(
                "desk/approvals/_answer.html", {"row": row, "ready_remarks": READY_REMARKS}, request
            ),
        }
        for row in rows
    ]
    return JsonResponse({"rows": drawn, "gone": gone})


def waiting(user: User, now: datetime, first: int = 0) -> tuple[list[Row], bool]:
    """The first page of what this user may decide on, and whether there is more. What was decided makes room.

    `first` is the answer that somebody came for by a link: it stands on top.
    """
    answers = list(_in_order(user, for_decision(user), first)[: PAGE + 1])
    return rows_of(answers[:PAGE], user, now), len(answers) > PAGE


def for_decision(user: User) -> QuerySet[Answer]:
    """Every answer that waits for an approver and lies within this one's reach; not what he has agreed to already and
    waits for another, nor what is one of a statement that is read once for all."""
    within = Incident.objects.filter(reach(user, APPROVERS), state=State.APPROVAL)
    mine = Exists(counting().filter(by=user))
    of_all = StatementCard.objects.filter(answer=OuterRef("pk"), left="", statement__state__in=RUNNING)
    return Answer.objects.filter(~mine, ~Exists(of_all), state=Answer.State.APPROVAL, incident__in=within)


def for_all(user: User) -> QuerySet[Statement, Any]:
    """The oldest statement that waits for him, as plain values: it is read once for many cards. `answers` counts those
    that he may decide on, `more` the statements that wait beside it."""
    within = Incident.objects.filter(reach(user, APPROVERS), state=State.APPROVAL)
    answers = Answer.objects.filter(
        ~Exists(counting().filter(by=user)),
        state=Answer.State.APPROVAL,
        incident__in=within,
        statement_card__left="",
        statement_card__statement=OuterRef("pk"),
    ).order_by()
    waits = Statement.objects.filter(Exists(answers), state=Statement.State.APPROVAL)
    counted = answers.values("statement_card__statement").annotate(n=Count("pk")).values("n")
    every = waits.order_by().values("state").annotate(n=Count("pk")).values("n")
    statement_json = JSONObject(
        pk="pk", title="problem__title", text="text", answers=Subquery(counted), more=Subquery(every) - Value(1)
    )
    return waits.order_by("pk").values(statement=statement_json)[:1]


def goes_to_many(user: User, rows: Sequence[Row]) -> dict[str, Any] | None:
    """The same, as the rows have brought it along; a query of its own where there are none."""
    if rows:
        answer: Any = rows[0].answer
        return answer.for_all  # type: ignore[no-any-return]
    return next((one["statement"] for one in for_all(user)), None)


def let_out_for_later(user: User, now: datetime) -> list[Answer]:
    """What waits for its moment within this approver's reach, the nearest first, one more than a page. One query."""
    within = Incident.objects.filter(reach(user, APPROVERS), state=State.PUBLISHING)
    waiting = Answer.objects.filter(state=Answer.State.APPROVED, publish_at__gt=now, incident__in=within, copy_of=None)
    return list(waiting.select_related("incident__theme", "decided_by").order_by("publish_at", "pk")[: PAGE + 1])


def _in_order(user: User, answers: QuerySet[Answer], first: int) -> QuerySet[Answer]:
    running = Deadline.objects.filter(
        incident=OuterRef("incident_id"), clock__in=CITIZENS, met_at__isnull=True, cancelled_at__isnull=True
    ).order_by("limit_at", "pk")
    others = (
        Message.objects.filter(links__incident=OuterRef("incident_id"), own=False)
        .exclude(author=OuterRef("reply_to__author"))
        .order_by()
        .values("links__incident")
        .annotate(number=Count("author", distinct=True))
    )
    passed = Alert.objects.filter(answer=OuterRef("pk"), kind="approval", rung__gt=0).order_by("-rung")
    return (
        answers.select_related(
            "incident__theme__group",
            "incident__place__parent",
            "incident__agency",
            "reply_to",
            "author",
            "corrected_by",
            "agency",
        )
        .prefetch_related("photos", "remarks", "flaws")
        .annotate(
            limit_at=Subquery(running.values("limit_at")[:1]),
            limit_clock=Subquery(running.values("clock")[:1]),
            limit_working=Subquery(running.values("working")[:1]),
            authors=Coalesce(Subquery(others.values("number")[:1]), 0),
            passed_to=Subquery(passed.values("user__last_name")[:1]),
            passed_at=Subquery(passed.values("at")[:1]),
            agreed_by=Subquery(counting().values("by_id")[:1]),
            agreed_name=Subquery(counting().values("by__last_name")[:1]),
            for_all=Subquery(for_all(user), output_field=JSONField()),
            text_before=TEXT_BEFORE,
            **BROUGHT,
            asked_for=Case(When(pk=first, then=Value(0)), default=Value(1), output_field=IntegerField()),
        )
        .order_by("asked_for", F("limit_at").asc(nulls_last=True), "pk")
    )


def come_since(user: User, shown: Sequence[int], now: datetime) -> tuple[list[Row], list[int]]:
    """What has come since the page was drawn, at most one page of it; and what of `shown` is decided or taken back."""
    still = set(for_decision(user).filter(pk__in=shown).values_list("pk", flat=True))
    fresh = list(_in_order(user, for_decision(user).exclude(pk__in=shown), 0)[: max(PAGE - len(still), 0)])
    return rows_of(fresh, user, now) if fresh else [], [pk for pk in shown if pk not in still]


def rows_of(answers: Sequence[Any], user: User, now: datetime) -> list[Row]:
    week = work_week() if answers else None
    exchange_by_answer = exchanges(answers)
    return [_row(answer, exchange_by_answer[answer.pk], user, week, now) for answer in answers]


def _row(answer: Any, exchange: Exchange, user: User, week: WorkWeek | None, now: datetime) -> Row:
    before, flaws = answer.text_before, standing(answer)
    return Row(
        answer=answer,
        exchange=exchange,
        photos=answer.photos.all(),
        acts=brought(answer),
        clock=_clock(answer.limit_at, answer.limit_working, week, now) if answer.limit_at and week else None,
        clock_name=str(Norm.Clock(answer.limit_clock).label) if answer.limit_clock else "",
        own=own(answer, user),
        last=wanted(answer) - bool(answer.agreed_by) <= 1,
        changes=difference(before, answer.text) if before is not None and before != answer.text else [],
        remarks=_asked_before(answer) if before is not None else [],
        authors=answer.authors if answer.kind in COPIED else 0,
        doubtful=doubtful(answer.text) if not answer.direct or answer.authors else [],
        flaws=kept(flaws),
        stopped=bool(stops_in(flaws)),
    )


def _asked_before(answer: Any) -> list[Remark]:
    """The latest of what was asked of earlier versions. Of this one something is asked only where the return was
    taken back."""
    return [remark for remark in answer.remarks.all() if remark.version < answer.version][-5:]


def _clock(limit_at: datetime, working: bool, week: WorkWeek, now: datetime) -> ClockWords:
    first, last = sorted((now, limit_at))
    seconds, day = int((last - first).total_seconds()), 0
    if working:
        with suppress(TooFar):  # a clock set wrong by centuries is still shown, by the wall
            seconds, day = working_seconds(first, last, week), week.usual_day
    return clock_words(limit_at, None, day, seconds, now)
