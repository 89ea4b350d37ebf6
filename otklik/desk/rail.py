"""The numbers of the rail, asked for by an open page: they hold up none."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from otklik.desk.admin.health.rows import SEERS as WATCHERS
from otklik.desk.agency.rows import OWNERS
from otklik.desk.approver.approvals import APPROVERS, for_decision
from otklik.desk.gate import permitted, user_of
from otklik.desk.head.problems.rows import SEERS as PROBLEM_SEERS
from otklik.desk.head.problems.rows import SHOWN_AT_FIRST, problems_of
from otklik.desk.head.promises import SEERS as PROMISE_SEERS
from otklik.desk.head.promises import pressing
from otklik.desk.head.surges import SEERS as SURGE_SEERS
from otklik.desk.listing import MOST_COUNTED, counted
from otklik.desk.operator.queue.filters import TABS, Filters, in_tab, read_filters
from otklik.desk.operator.responses import DESK as RESPONDERS
from otklik.desk.operator.responses import waiting
from otklik.desk.operator.shift import handover
from otklik.desk.operator.shift.roles import WORKING
from otklik.desk.operator.undelivered import undelivered
from otklik.desk.operator.unheard import SEERS as UNHEARD_SEERS
from otklik.desk.operator.unheard import unheard_for
from otklik.incidents.cards import visible_to
from otklik.incidents.handing import HELD
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.people.access import grants_of, reach_by_agency
from otklik.people.models import User
from otklik.people.permissions import MANAGING, Permission

P = Permission
QUEUE, HEALTH = "/queue/", "/health/"
READING = MANAGING | {P.JOURNAL}
DUTY_SEERS = (P.ROSTER,)
FIRST = 4
"""So many stand in the bar of a phone beside «Ещё»."""
WORK, FIGURES, SYSTEM = range(3)


class Leaf(NamedTuple):
    """A page of the section of figures: one of the row of links that stands on all of them."""

    address: str
    title: Any


LEAVES = (
    Leaf("/situation/", _("Ситуация")),
    Leaf("/statistics/", _("Статистика")),
    Leaf("/metrics/", _("Показатели")),
    Leaf("/rating/", _("Рейтинг")),
    Leaf("/reports/", _("Отчёты")),
)


class Count(NamedTuple):
    """What a number counts, in words and as rows within the reader's reach; above zero it is of `tone` "late", "soon"
    or ""."""

    words: Any
    rows: Callable[[User, datetime], QuerySet[Any, Any]]
    tone: str = ""


class Item(NamedTuple):
    """One link. `permissions`: any of them opens it, none is asked where there are none; `unless`: who has one of these
    too gets there by another link. `starts`: a day begins with the first such of a user's. `also` are addresses of
    other pages that belong to it."""

    key: str
    address: str
    title: Any
    icon: str
    permissions: frozenset[Permission]
    counts: Count | None = None
    group: int = WORK
    starts: bool = False
    unless: frozenset[Permission] = frozenset()
    also: tuple[str, ...] = ()


ITEMS = (
    Item(
        *("new", QUEUE, _("Новые"), "inbox", frozenset({P.JUDGE})),
        Count(_("ещё не разобраны"), lambda user, _now: in_tab(visible_to(user), TABS["new"])),
        starts=True,
    ),
    Item(
        *("person", f"{QUEUE}?{Filters(tab=TABS['person']).address()}", _("Требует человека"), "user-question"),
        frozenset({P.JUDGE}),
        Count(_("сами дальше не пойдут"), lambda user, _now: in_tab(visible_to(user), TABS["person"]), "late"),
    ),
    Item(
        *("agency", "/agency/", _("Моё ведомство"), "building", frozenset(OWNERS)),
        Count(
            _("открыты у ведомства"),
            lambda user, _now: Incident.objects.filter(reach_by_agency(user, OWNERS), state__in=HELD),
        ),
        starts=True,
    ),
    Item(
        *("approvals", "/approvals/", _("Согласование"), "shield-check", frozenset(APPROVERS)),
        Count(_("ждут вашего решения"), lambda user, _now: for_decision(user)),
        starts=True,
    ),
    Item(
        *("responses", "/responses/", _("Отклики"), "message-2", frozenset(RESPONDERS)),
        Count(_("ждут решения"), lambda user, _now: waiting(user), "soon"),
    ),
    Item(
        *("undelivered", "/undelivered/", _("Не доставлено"), "alert-triangle", frozenset(WATCHERS)),
        Count(_("согласованы, но в сети их нет"), lambda user, _now: undelivered(user), "late"),
    ),
    Item(
        *("unheard", "/unheard/", _("Без обратной связи"), "message-circle", frozenset(UNHEARD_SEERS)),
        Count(_("не получили ни слова ответа"), lambda user, _now: unheard_for(user), "late"),
    ),
    Item(
        *("problems", "/problems/", _("Проблемы"), "puzzle", frozenset(PROBLEM_SEERS)),
        Count(
            _("открыты или предложены"),
            lambda user, _now: problems_of(user).filter(state__in=SHOWN_AT_FIRST),
        ),
    ),
    Item(
        *("promises", "/promises/", _("Обещания"), "calendar-check", frozenset(PROMISE_SEERS)),
        Count(_("просрочены или на этой неделе"), pressing),
    ),
    Item("watched", "/watched/", _("На контроле"), "star", frozenset()),
    Item(
        *("shift", "/handover/", _("Смена"), "users", frozenset(WORKING)),
        Count(_("передают вам смену"), lambda user, _now: handover.waiting(taker=user), "soon"),
    ),
    Item("duty", "/duty/", _("График дежурств"), "calendar", frozenset(DUTY_SEERS)),
    Item(
        *("figures", LEAVES[0].address, _("Ситуация"), "chart-bar", frozenset({P.FIGURES})),
        group=FIGURES,
        starts=True,
        also=tuple(leaf.address for leaf in LEAVES),
    ),
    Item("surges", "/surges/", _("Всплески"), "trending-up", frozenset(SURGE_SEERS), group=FIGURES),
    Item("management", "/admin/", _("Управление"), "settings", MANAGING, group=SYSTEM, starts=True, also=(HEALTH,)),
    Item("health", HEALTH, _("Состояние"), "robot", frozenset(WATCHERS), group=SYSTEM, unless=MANAGING),
    Item(
        *("journal", "/admin/journal/", _("Журнал"), "history", frozenset({P.JOURNAL})),
        group=SYSTEM,
        starts=True,
        unless=MANAGING,
        also=("/admin/",),
    ),
    Item(
        *("forgetting", "/admin/forgetting/", _("Забыть жителя"), "trash", frozenset({P.FORGET})),
        group=SYSTEM,
        starts=True,
        unless=READING,
    ),
)


class Link(NamedTuple):
    """An item on a page: `current` where the reader is in it, `begins` where it is the first of its group, `alarms`
    where something there waits to be looked at."""

    item: Item
    current: bool
    begins: bool
    alarms: bool


class Rail(NamedTuple):
    """`first` stand in a phone's bar, `rest` behind «Ещё». `folded`: icons alone."""

    first: list[Link]
    rest: list[Link]
    folded: bool

    @property
    def rest_current(self) -> bool:
        return any(link.current for link in self.rest)

    @property
    def rest_alarms(self) -> bool:
        return any(link.alarms for link in self.rest)


@require_safe
@permitted()
def rail(request: HttpRequest) -> HttpResponse:
    """In words, by an item's key: «7», «1000+»; nothing where there are none. `cards` is the newest change of a card
    that they know of, as the pulse tells it (`X-Cards`)."""
    revision, counts = numbers(user_of(request), clock.now())
    labels = {key: counted(number) for key, number in counts.items() if number}
    return JsonResponse({"cards": str(revision), "numbers": labels})


def numbers(user: User, now: datetime) -> tuple[int, dict[str, int]]:
    """The newest revision of a card, up to which this is told; and by an item's key how many there are within the
    reader's reach, of what he sees: 1001 stands for more than a thousand."""
    settled, newest = book.settled_before(), Incident.objects.order_by("-revision").values("revision")[:1]
    asked: list[str] = [f"({newest.query})"]
    values: list[Any] = []
    keys: list[str] = []
    for item in items_for(user):
        if item.counts is None:
            continue
        try:
            sql, params = (
                item.counts.rows(user, now).order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
            )
        except EmptyResultSet:  # his grants open nothing at all
            continue
        asked.append(f"(SELECT COUNT(*) FROM ({sql}) AS t)")  # noqa: S608 Django's own SQL, values apart
        values += params
        keys.append(item.key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        revision, *counts = cursor.fetchone()
    return book.not_past(int(revision or 0), settled), dict(zip(keys, map(int, counts), strict=True))


def items_for(user: User) -> list[Item]:
    """What this user's permissions open, in the order of the rail: where his day begins stands first."""
    grants = grants_of(user)
    mine = {permission for grant in grants for permission in grant.allows}
    items = [one for one in ITEMS if grants and (not one.permissions or mine & one.permissions)]
    items = [one for one in items if not mine & one.unless]
    home = next((one for one in items if one.starts), None)
    return sorted(items, key=lambda one: one is not home)


def here_of(items: Sequence[Item], request: HttpRequest) -> str:
    """The key of the item that a page belongs to, "" for none."""
    path = request.path
    if path == QUEUE:
        return read_filters(request.GET).tab.key
    fitting = [(part, one.key) for one in items for part in (one.address, *one.also) if path.startswith(part)]
    return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else ""


def rail_for(user: User, request: HttpRequest, *, alarm: bool = False) -> Rail:
    """Asks for nothing but the user's grants. `alarm`: «Состояние» has something to look at."""
    items = items_for(user)
    here = here_of(items, request)
    groups = [one.group for one in items]
    links = [
        Link(
            one,
            one.key == here,
            number > 0 and groups[number - 1] != one.group,
            alarm and HEALTH in (one.address, *one.also),
        )
        for number, one in enumerate(items)
    ]
    first = FIRST if len(links) > FIRST + 1 else len(links)
    return Rail(links[:first], links[first:], request.COOKIES.get("rail") == "folded")
