"""GET /situation/: tiles, the map, the days beside the usual, growing themes, surges. Each figure opens its cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.head.ask import PRESETS, Asked, ask
from otklik.desk.head.control import running_for
from otklik.desk.head.figures import Figure, cards_at, days, figure
from otklik.desk.head.map import Map, counted, map_of, rate_words, shared
from otklik.desk.head.surges import seen_by
from otklik.feedback.registers.models import Promise, Unheard
from otklik.incidents.cards import visible_through
from otklik.incidents.models import IN_HAND, Incident
from otklik.lib import clock
from otklik.notify.alerts.models import Surge
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import ENOUGH, change
from otklik.reports.atlas import Atlas, Names
from otklik.reports.cards import cards
from otklik.reports.catalogue import MEASURES, OPEN_NOW, OVERDUE_NOW
from otklik.reports.fold import NOTHING, Line
from otklik.reports.periods import Preset
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, late_now, wanted
from otklik.reports.sets import What
from otklik.reports.shown import grouped, of_n, per_cent
from otklik.reports.situation import LOOK_BACK, Day, Situation, situation
from otklik.reports.slices import Band
from otklik.reports.whose import seen

PERIODS = (Preset.TODAY, Preset.WEEK, Preset.THIRTY)
READERS = (Permission.FIGURES,)
MOST_SURGES = 5
WATCHED, PROMISED, UNHEARD = "watched", "promised", "unheard"
Counted = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Cards that are open at this moment, and those of them that are late before the citizen."""

    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`towns` says by municipality what is open now. The rest is (how many, of them late): cards «на контроле» and
    those whose day is over, promises that are open and those whose day is, and authors without a word."""

    situation: Situation
    now: Standing
    towns: dict[int, Standing]
    surges: list[Surge]
    watched: Counted
    promised: Counted
    unheard: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A number and where its cards are; `tone` is "late", "good" or ""."""

    title: str
    value: str
    under: str
    address: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Growing:
    """A theme with how its number has changed, in words."""

    name: str
    count: Figure
    more: str


@dataclass(frozen=True, slots=True)
class Town:
    """`address` narrows the page to it; the others lead to the cards of each number. `per` is how many cards came for
    10 000 inhabitants, "" where nobody knows how many they are."""

    name: str
    address: str
    count: Figure
    per: str
    open: Figure
    late: Figure
    good: Figure
    good_of: str


@dataclass(frozen=True, slots=True)
class TrendDay:
    """A day of the line, which leads to its cards."""

    day: date
    count: Figure
    usual: Band | None


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """The last seven days unless asked otherwise."""
    query = request.GET.copy()
    if query.get("period") not in list(PERIODS):
        query["period"] = Preset.WEEK
    at, known = clock.now(), atlas()
    asked = ask(query, known.names, at)
    facts = facts_of(user_of(request), asked, known, at)
    context = {
        "asked": asked,
        "at": at,
        "periods": [(asked.link(period=one.value), PRESETS[one], one == asked.preset) for one in PERIODS],
        "tiles": tiles(facts, asked),
        "themes": growing(facts, known.themes, asked),
        "towns": towns(facts, known.names, asked),
        "map": mapped(facts, known.names, asked),
        "trend": chart(facts.situation.trend, asked),
        "days": [
            TrendDay(one.day, figure(asked, What.ALL, one.count, days(one.day, one.day)), one.usual)
            for one in facts.situation.trend
        ],
        "surges": facts.surges,
    }
    return render(request, "desk/situation/page.html", context)


def tiles(facts: Facts, asked: Asked) -> list[Tile]:
    """What came, what is open and late, whether it helped, and what the head himself waits for."""
    situation, now = facts.situation, facts.now
    good = situation.whole.good
    return [
        Tile(
            _("Пришло"),
            grouped(situation.whole.count),
            _more(situation.whole.count, situation.before.count),
            cards_at(asked, What.ALL),
        ),
        Tile(
            _("Не ответили за сутки"),
            grouped(situation.whole.within_day.n - situation.whole.within_day.part),
            _("из %s") % grouped(situation.whole.within_day.n),
            cards_at(asked, What.LATE),
        ),
        Tile(str(MEASURES["open"].title), grouped(now.open), _("в эту минуту"), cards_at(asked, OPEN_NOW)),
        Tile(
            str(MEASURES["overdue"].title),
            grouped(now.late),
            _("в эту минуту"),
            cards_at(asked, OVERDUE_NOW),
            "late" if now.late else "good",
        ),
        Tile(str(MEASURES["good"].title), per_cent(good), of_n(good), cards_at(asked, What.GOOD)),
        Tile(
            _("На контроле"),
            grouped(facts.watched[0]),
            _("срок прошёл: %s") % grouped(facts.watched[1]),
            reverse("watched"),
            "late" if facts.watched[1] else "",
        ),
        Tile(
            _("Обещания"),
            grouped(facts.promised[0]),
            _("срок прошёл: %s") % grouped(facts.promised[1]),
            reverse("promises"),
            "late" if facts.promised[1] else "",
        ),
        Tile(_("Без обратной связи"), grouped(facts.unheard), _("в эту минуту"), reverse("unheard")),
    ]


def growing(facts: Facts, names: Mapping[int, str], asked: Asked) -> list[Growing]:
    """The themes with the most cards."""
    return [
        Growing(
            names[one.theme], figure(asked, What.ALL, one.count, {"theme": one.theme}), _more(one.count, one.before)
        )
        for one in facts.situation.themes
        if one.theme in names
    ]


def towns(facts: Facts, names: Names, asked: Asked) -> list[Town]:
    """The municipalities with something to show, those with the most late cards first."""
    there = [pk for pk in names.municipality if pk in facts.situation.towns or pk in facts.towns]
    rows = [(_came(facts, pk), facts.towns.get(pk, Standing(0, 0)), pk) for pk in there]
    rows.sort(key=lambda row: (-row[1].late, -row[0].count, names.municipality[row[2]]))
    return [
        Town(
            name=names.municipality[pk],
            address=asked.link(municipality=pk),
            count=figure(asked, What.ALL, line.count, {"municipality": pk}),
            per=rate_words(line.count, names.people.get(pk, 0)),
            open=figure(asked, OPEN_NOW, now.open, {"municipality": pk}),
            late=figure(asked, OVERDUE_NOW, now.late, {"municipality": pk}),
            good=figure(asked, What.GOOD, line.good.part, {"municipality": pk}, per_cent(line.good)),
            good_of=of_n(line.good),
        )
        for line, now, pk in rows
    ]


def _came(facts: Facts, town: int) -> Line:
    return facts.situation.towns.get(town, NOTHING)


def mapped(facts: Facts, names: Names, asked: Asked) -> Map | None:
    """The same numbers as the table; None where one municipality alone is looked at."""
    known = [pk for pk in names.municipality if pk in facts.situation.towns or pk in facts.towns]
    if not known or asked.narrowing.municipality:
        return None
    counts = {pk: facts.situation.towns[pk].count if pk in facts.situation.towns else 0 for pk in known}
    late = {pk: facts.towns.get(pk, Standing(0, 0)).late for pk in known}
    measures = [
        counted(_("Карточек"), counts, names.people),
        counted(_("Просрочено"), late, names.people),
        shared(_("Довольны"), {pk: facts.situation.towns[pk].good for pk in known if pk in facts.situation.towns}),
    ]
    return map_of(measures, names.municipality, lambda pk: asked.link(municipality=pk))


def chart(trend: Sequence[Day], asked: Asked) -> dict[str, Any]:
    """What the browser draws from."""
    return {
        "days": [date_format(one.day, "j b") for one in trend],
        "counts": [one.count for one in trend],
        "opens": [cards_at(asked, What.ALL, days(one.day, one.day)) if one.count else "" for one in trend],
        "low": [one.usual.low if one.usual else None for one in trend],
        "high": [one.usual.high if one.usual else None for one in trend],
        "words": {"came": _("пришло"), "usual": _("обычно")},
    }


def _more(now: int, before: int) -> str:
    percent = change(now, before)
    if percent is None or before < ENOUGH:  # of a few any change is many per cent
        return _("за такой же срок до этого: %s") % grouped(before)
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return _("%(sign)s%(percent)d %% к такому же сроку: было %(before)s") % {
        "sign": sign,
        "percent": abs(percent),
        "before": grouped(before),
    }


def facts_of(user: User, asked: Asked, atlas: Atlas, at: datetime) -> Facts:
    """Five queries, and one more for folded months that this process has not unpacked yet."""
    period, today = asked.period, timezone.localdate(at)
    stretches = (period.since, period.until), (period.before_since, period.before_until), (at - LOOK_BACK, at)
    scope = opened(user, READERS)
    slices = [asked.narrowing.of(seen(scope, some, atlas), atlas) for some in cards(stretches, period.zone)]
    here, before, long = slices
    shown = situation(here, before, long, atlas, today, period.zone, yardstick(at))
    towns = _towns(user, asked, atlas, at)
    counted = _registers(user, at)
    return Facts(
        situation=shown,
        now=Standing(sum(one.open for one in towns.values()), sum(one.late for one in towns.values())),
        towns=towns,
        surges=list(seen_by(user).filter(ended_at__isnull=True).order_by("-people", "-pk")[:MOST_SURGES]),
        watched=counted[WATCHED],
        promised=counted[PROMISED],
        unheard=counted[UNHEARD][0],
    )


def _registers(user: User, at: datetime) -> dict[str, Counted]:
    """What stands in the registers now, within his reach. One query."""
    promises = Promise.objects.filter(visible_through(user, "incident"), fate=Promise.Fate.OPEN)
    stars, today = running_for(user, mine=False), timezone.localdate(at)
    asked = [
        _counted(WATCHED, stars, Q(until__lt=today)),
        _counted(PROMISED, promises, Q(limit_at__lt=at)),
        _counted(UNHEARD, Unheard.objects.filter(visible_through(user, "incident")), Q(pk__in=[])),
    ]
    rows = asked[0].union(*asked[1:], all=True)
    return dict.fromkeys((WATCHED, PROMISED, UNHEARD), (0, 0)) | {name: (n, late) for name, n, late in rows}


def _counted(name: str, rows: QuerySet[Any], late: Q) -> QuerySet[Any, Any]:
    word = Value(name, CharField())
    grouped = rows.order_by().annotate(word=word).values_list("word")
    counted: QuerySet[Any, Any] = grouped.annotate(n=Count("pk"), late=Count("pk", filter=late))
    return counted


def _towns(user: User, asked: Asked, atlas: Atlas, at: datetime) -> dict[int, Standing]:
    """By municipality, 0 where none is known. One query, of as many rows as there are places with open cards."""
    still = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing), state__in=IN_HAND).order_by()
    late = Exists(late_now(at).filter(incident=OuterRef("pk")))
    rows = (
        still.annotate(is_late=late)
        .values_list("place_id")
        .annotate(n=Count("pk"), m=Count("pk", filter=Q(is_late=True)))
    )
    towns: dict[int, Standing] = {}
    for place, open_, overdue in rows:
        town = atlas.municipality_of_place.known.get(place or 0, 0)
        there = towns.get(town, Standing(0, 0))
        towns[town] = Standing(there.open + open_, there.late + overdue)
    return towns
