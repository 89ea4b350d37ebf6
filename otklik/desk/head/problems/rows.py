"""What the pages of problems show, within their bound of queries whatever the size; and who may see what of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.models import Answer, Statement, StatementCard
from otklik.desk.listing import Key, Listing, Page, one_of
from otklik.incidents.cards import visible_through, visible_to
from otklik.incidents.models import Incident, IncidentMessage, Problem, ProblemCard
from otklik.incidents.problems import Impossible, Why
from otklik.people.access import reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.models import Delivery

SEERS = (Permission.JUDGE, Permission.ANSWER, Permission.APPROVE, Permission.HOLD, Permission.FIGURES)
P = Problem.State
ORDER = (P.OPEN, P.PROPOSED, P.FIXED, P.ENDED, P.REJECTED)
SHOWN_AT_FIRST = (P.OPEN, P.PROPOSED, P.FIXED)
CARDS = 50
IMPOSSIBLE = {
    Why.ENDED: gettext_lazy("Проблема № %d уже не в том состоянии: обновите страницу."),
    Why.NOISE: gettext_lazy("Карточка № %d отмечена «не инцидент»."),
    Why.ELSEWHERE: gettext_lazy("Карточка № %d уже в другой проблеме."),
    Why.NOT_HERE: gettext_lazy("Карточки № %d в этой проблеме уже нет."),
    Why.SAME: gettext_lazy("Это одна и та же проблема № %d."),
    Why.NONE: gettext_lazy("Сначала отметьте карточки."),
    Why.WHOLE: gettext_lazy("Отмечены все карточки: выделять нечего."),
    Why.MANY: gettext_lazy("Слишком много карточек сразу: отметьте поменьше."),
    Why.EMPTY: gettext_lazy("Назовите проблему."),
}
REASONS = {
    "copied": gettext_lazy("те же слова"),
    "author": gettext_lazy("тот же житель"),
    "house": gettext_lazy("тот же дом"),
    "street": gettext_lazy("та же улица"),
    "spot": gettext_lazy("то же место на карте"),
    "town": gettext_lazy("тот же населённый пункт"),
    "theme": gettext_lazy("та же тема"),
    "neighbour": gettext_lazy("близкая тема"),
    "recent": gettext_lazy("в те же сутки"),
    "words": gettext_lazy("похожие слова"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A problem in the list: only of cards that the reader sees are the figures."""

    problem: Problem
    cards: int
    authors: int
    networks: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A card on the problem's page. `sure` says why the machine put it there, "" where a person did; `had` is what of a
    statement its author has had, and `left` why he has not."""

    card: Incident
    text: str
    author: str
    sure: str
    had: str
    sent_at: datetime | None
    left: str = ""


@dataclass(slots=True)
class StatementProgress:
    """How far a statement has come: `left` are the cards that stay with a person, by reason."""

    asked: int = 0
    written: int = 0
    approved: int = 0
    sent: int = 0
    left: dict[str, list[Incident]] = field(default_factory=lambda: defaultdict(list))


def problems_of(user: User) -> QuerySet[Problem]:
    """The problems of which this user sees a card, or did until it was taken off."""
    mine = ProblemCard.objects.filter(visible_through(user, "incident"), problem=OuterRef("pk"))
    return Problem.objects.filter(Exists(mine))


def problem_for(user: User, pk: int) -> Problem:
    """Raises Http404 where he sees none of its cards, whether or not there is such a problem."""
    problems = problems_of(user).filter(pk=pk).select_related("theme", "place", "agency", "opened_by", "merged_into")
    for one in problems:
        return one
    raise Http404


def may(user: User, problem: Problem, *permissions: Permission) -> bool:
    """Whether he has one of these on any of its cards. One query."""
    return Incident.objects.filter(reach(user, permissions), problem=problem).exists()


def may_all(user: User, problem: Problem, *permissions: Permission) -> bool:
    """The same on every one of them: what changes all cards is done by whoever answers for all. One query."""
    return not Incident.objects.filter(problem=problem).exclude(reach(user, permissions)).exists()


LIST = Listing((Key("rank"), Key("pk", falling=True)), {"state": one_of(Problem.State.values)}, size=20, start="before")
"""Open ones first and the newest of them."""


def page_of(user: User, query: QueryDict) -> Page[Row]:
    """Three queries."""
    state = LIST.chosen(query)["state"]
    ranked = problems_of(user).filter(state__in=(state,) if state else SHOWN_AT_FIRST)
    ranked = ranked.select_related("theme", "place", "agency").annotate(
        rank=Case(*(When(state=one, then=Value(at)) for at, one in enumerate(ORDER)), output_field=IntegerField())
    )
    page = LIST.page(ranked, query)
    figures = _figures(user, [one.pk for one in page.rows])
    return Page([Row(one, *figures.get(one.pk, (0, 0, []))) for one in page.rows], page.following)


def _figures(user: User, pks: Sequence[int]) -> dict[int, tuple[int, int, list[str]]]:
    seen = visible_to(user).filter(problem__in=pks)
    networks: dict[int, list[str]] = defaultdict(list)
    for pk, network in seen.order_by("network").values_list("problem", "network").distinct():
        networks[pk or 0].append(network)
    main = Q(links__main=True)
    authors = Count("links__message__author", filter=main, distinct=True)
    grouped = seen.order_by().values("problem").annotate(cards=Count("pk", distinct=True), people=authors)
    counted = grouped.values_list("problem", "cards", "people")
    return {pk or 0: (cards, people, networks[pk or 0]) for pk, cards, people in counted}


def lines_of(user: User, problem: Problem, statement: Statement | None, after: int = 0) -> tuple[list[Line], int]:
    """One page of its cards that he sees, by their number, and behind which number the next is; 0 for none. Three
    queries."""
    main = IncidentMessage.objects.filter(incident=OuterRef("pk"), main=True)
    link = ProblemCard.objects.filter(incident=OuterRef("pk"), problem=problem)
    spoken = Delivery.objects.filter(answer__incident=OuterRef("pk"), state=Delivery.State.SENT, part=1)
    ended = spoken.filter(answer__kind__in=(Answer.Kind.FINAL, Answer.Kind.INTERIM, Answer.Kind.FIRST)).order_by("-pk")
    cards = visible_to(user).filter(problem=problem, number__gt=after).select_related("agency")
    cards = cards.annotate(
        words=Subquery(main.values("message__text")[:1]),
        name=Subquery(main.values("message__author__name")[:1]),
        sure=Subquery(link.values("sure")[:1]),
        why=Subquery(link.values("why")[:1]),
        spoken_at=Subquery(ended.values("sent__at")[:1]),
        spoken_kind=Subquery(ended.values("answer__kind")[:1]),
    )
    page_cards: list[Any] = list(cards.order_by("number")[: CARDS + 1])
    left = _left(statement, [one.pk for one in page_cards]) if statement else {}
    lines = [
        Line(
            card=one,
            text=one.words or "",
            author=one.name or "",
            sure=why(one.sure, one.why or ""),
            had=str(Answer.Kind(one.spoken_kind).label) if one.spoken_kind else "",
            sent_at=one.spoken_at,
            left=left.get(one.pk, ""),
        )
        for one in page_cards[:CARDS]
    ]
    return lines, page_cards[CARDS - 1].number if len(page_cards) > CARDS else 0


def _left(statement: Statement, pks: Sequence[int]) -> dict[int, str]:
    rows = StatementCard.objects.filter(statement=statement, incident__in=pks).exclude(left="")
    return dict(rows.values_list("incident_id", "left"))


def progress_of(user: User, statement: Statement) -> StatementProgress:
    """Of the cards that he sees. One query."""
    spoken = Delivery.objects.filter(answer=OuterRef("answer"), state=Delivery.State.SENT, part=F("parts"))
    rows = StatementCard.objects.filter(statement=statement, incident__in=visible_to(user))
    summary = StatementProgress()
    for row in rows.select_related("incident", "answer").annotate(sent=Exists(spoken)).order_by("incident__number"):
        summary.asked += 1
        summary.written += row.answer_id is not None
        summary.approved += row.answer is not None and row.answer.state == Answer.State.APPROVED
        summary.sent += row.sent
        if row.left:
            summary.left[row.left].append(row.incident)
    summary.left = dict(summary.left)
    return summary


def statement_of(problem: Problem) -> Statement | None:
    """The last one. One query."""
    return Statement.objects.filter(problem=problem).select_related("author", "decided_by").order_by("-pk").first()


def sentence(impossible: Impossible) -> str:
    """One sentence for the person."""
    words = str(IMPOSSIBLE[impossible.why])
    return words % impossible.number if "%d" in words else words


def why(sure: int | None, reasons: str) -> str:
    """«78 %: та же улица, та же тема»; "" where a person put the card there."""
    if sure is None:
        return ""
    named = [str(REASONS[code]) for code in reasons.split() if code in REASONS]
    return _("%(sure)d %%: %(why)s") % {"sure": sure, "why": ", ".join(named)} if named else f"{sure} %"
