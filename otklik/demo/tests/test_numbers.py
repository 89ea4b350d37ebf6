"""The whole demonstration says of its region what the source article says of a real one, on the page of figures itself.

About sixteen thousand messages in seven months and more than three and a half thousand in the last; most are answered
within a few hours and hard ones within a day; four of five marks are good; most messages are about благоустройство,
roads and ЖКХ, with public transport and waste among the five things that people write about most.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.test import RequestFactory
from pytest_django.plugin import DjangoDbBlocker

from otklik.demo.history.load import WHOLE, load_history
from otklik.demo.tests.conftest import NOW
from otklik.desk.statistics.page import look_up
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.people.models import User
from otklik.reports.arithmetic import Share
from otklik.reports.queries import Figures
from otklik.themes.models import Theme, ThemeGroup

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.usefixtures("whole"),
    pytest.mark.timeout(900),
]

CHANGED = 1_000
MOST = ("Благоустройство", "Дороги", "ЖКХ")
AMONG = (*MOST, "Общественный транспорт", "Обращение с отходами")


@pytest.fixture(scope="module")
def whole(django_db_blocker: DjangoDbBlocker, furnished: None) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_history(NOW, count=WHOLE)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page(period: str) -> tuple[Figures, list[str]]:
    """What the head's page of figures is made of, and the groups of themes with the most cards first."""
    request = RequestFactory().get("/statistics/", {"period": period})
    told = look_up(request, User.objects.get(username="glava"))
    groups = sorted(told.figures.groups.items(), key=lambda one: -one[1].count)
    return told.figures, [told.names.group[pk] for pk, _line in groups]


def sentences() -> dict[str, bool]:
    """What the article says, and whether the pages say so too."""
    months, groups = page("7m")
    last, _groups = page("30d")
    whole, good = months.whole, months.whole.line.good
    counts = {name: months.groups[pk].count for pk, name in names().items() if pk in months.groups}
    return {
        "sixteen thousand in seven months": 15_500 <= whole.received <= 16_500,
        "more than three and a half thousand in the last": 3_500 < last.whole.received < 4_500,
        "most within a few hours": settings.QUICK_HOURS == 6 and over(whole.line.quick, 0.5),
        "hard ones within a day": whole.hard.count > 300 and over(whole.hard.within_day, 0.9),
        "four of five satisfied": good.n > 1_000 and over(good, 0.78) and not over(good, 0.82),
        "most about three things": set(groups[:3]) == set(MOST)
        and over(Share(sum(counts[name] for name in MOST), whole.line.count), 0.5),
        "transport and waste among them": set(groups[:5]) == set(AMONG),
    }


def over(share: Share, limit: float) -> bool:
    return share.part > limit * share.n


def names() -> dict[int, str]:
    return dict(ThemeGroup.objects.values_list("pk", "name"))


def test_the_pages_say_what_the_article_says() -> None:
    assert [sentence for sentence, holds in sentences().items() if not holds] == []


def some(cards: QuerySet[Incident]) -> QuerySet[Incident]:
    """A thousand of these, or all of them where there are fewer."""
    return Incident.objects.filter(pk__in=list(cards.order_by("pk").values_list("pk", flat=True)[:CHANGED]))


def real() -> QuerySet[Incident]:
    return Incident.objects.exclude(state=State.NOISE)


def of_group(name: str) -> QuerySet[Incident]:
    return real().filter(theme__group__name=name)


def elsewhere() -> Theme:
    return Theme.objects.filter(group__name="Экология")[0]


def earlier(cards: QuerySet[Incident], days: int) -> None:
    """As if they had come so much earlier, each with all its moments that figures know."""
    shift = timedelta(days=days)
    moments = ("started_at", "created_at", "first_answered_at")
    some(cards).update(**{name: F(name) - shift for name in moments})


def satisfied_no_more() -> None:
    good = Rating.objects.filter(mark__gte=4).order_by("pk").values_list("pk", flat=True)[:CHANGED]
    Rating.objects.filter(pk__in=list(good)).update(mark=2, solved="")


def answered_after(cards: QuerySet[Incident], hours: int) -> None:
    some(cards).update(first_answered_at=F("started_at") + timedelta(hours=hours))


SPOILT: Mapping[str, Callable[[], object]] = {
    "sixteen thousand in seven months": lambda: earlier(real(), 300),
    "more than three and a half thousand in the last": lambda: earlier(
        real().filter(started_at__gte=NOW - timedelta(days=29)), 60
    ),
    "most within a few hours": lambda: answered_after(
        real().filter(first_answered_at__lte=F("started_at") + timedelta(hours=6)), 7
    ),
    "hard ones within a day": lambda: answered_after(real().filter(hard_since__isnull=False), 25),
    "four of five satisfied": satisfied_no_more,
    "most about three things": lambda: some(of_group("Благоустройство")).update(theme=elsewhere()),
    "transport and waste among them": lambda: some(of_group("Обращение с отходами")).update(theme=elsewhere()),
}


@pytest.mark.parametrize("sentence", SPOILT)
def test_a_thousand_changed_rows_make_the_sentence_untrue(sentence: str) -> None:
    with transaction.atomic():
        SPOILT[sentence]()
        assert not sentences()[sentence]
        transaction.set_rollback(True)


def test_every_sentence_is_tried() -> None:
    assert SPOILT.keys() == sentences().keys()
