"""The whole demonstration says of its region what the source article says of a real one, on the page of figures itself.

About sixteen thousand messages in seven months and more than three and a half thousand in the last; most are answered
within a few hours and hard ones within a day; four of five marks are good; most messages are about благоустройство,
roads and ЖКХ, with public transport and waste among the five things that people write about most. No sentence holds of
a small history: what does is asserted in test_history.py and, of the texts, in texts/tests/test_texts.py.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.test import RequestFactory

from otklik.demo.history.load import WHOLE
from otklik.demo.tests.conftest import NOW
from otklik.demo.texts import describe
from otklik.demo.texts.stream import stream
from otklik.desk.head.statistics import look_up
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.people.models import User
from otklik.reports.arithmetic import Share
from otklik.reports.queries import Figures
from otklik.themes.models import Theme, ThemeGroup

pytestmark = [pytest.mark.whole, pytest.mark.once, pytest.mark.timeout(900)]

CHANGED = 1_000
MOST = ("Благоустройство", "Дороги", "ЖКХ")
AMONG = (*MOST, "Общественный транспорт", "Обращение с отходами")


@pytest.fixture(scope="module")
def lives() -> int:
    return WHOLE


def page(period: str) -> tuple[Figures, list[str]]:
    """What the head's page of figures is made of, and the groups of themes with the most cards first."""
    request = RequestFactory().get("/statistics/", {"period": period})
    shown = look_up(request, User.objects.get(username="glava"))
    groups = sorted(shown.figures.lines["group"].items(), key=lambda one: -one[1].count)
    return shown.figures, [shown.names.group[pk] for pk, _line in groups]


def sentences() -> dict[str, bool]:
    """What the article says, and whether the pages say so too."""
    months, groups = page("7m")
    last, _groups = page("30d")
    whole, good = months.whole, months.whole.line.good
    names = dict(ThemeGroup.objects.values_list("pk", "name"))
    most = sum(line.count for pk, line in months.lines["group"].items() if names[pk] in MOST)
    return {
        "sixteen thousand in seven months": 15_500 <= whole.received <= 16_500,
        "more than three and a half thousand in the last": 3_500 < last.whole.received < 4_500,
        "most within a few hours": settings.QUICK_HOURS == 6 and over(whole.line.quick, 0.5),
        "hard ones within a day": whole.hard.count > 300 and over(whole.hard.within_day, 0.9),
        "four of five satisfied": good.n > 1_000 and over(good, 0.78) and not over(good, 0.82),
        "most about three things": set(groups[:3]) == set(MOST) and most > 0.5 * whole.line.count,
        "transport and waste among them": set(groups[:5]) == set(AMONG),
    }


def over(share: Share, limit: float) -> bool:
    return share.part > limit * share.n


def thousand(cards: QuerySet[Incident]) -> QuerySet[Incident]:
    """A thousand of these, or all of them where there are fewer."""
    return Incident.objects.filter(pk__in=list(cards.order_by("pk").values_list("pk", flat=True)[:CHANGED]))


def real(**narrowing: object) -> QuerySet[Incident]:
    return Incident.objects.exclude(state=State.NOISE).filter(**narrowing)


def move_to_another_theme(group: str) -> None:
    other = Theme.objects.filter(group__name="Экология")[0]
    thousand(real(theme__group__name=group)).update(theme=other)


def come_earlier(cards: QuerySet[Incident], days: int) -> None:
    """Each with all its moments that figures know."""
    moments = ("started_at", "created_at", "first_answered_at")
    thousand(cards).update(**{name: F(name) - timedelta(days=days) for name in moments})


def answer_after(cards: QuerySet[Incident], hours: int) -> None:
    thousand(cards).update(first_answered_at=F("started_at") + timedelta(hours=hours))


def lower_good_marks() -> None:
    good = Rating.objects.filter(mark__gte=4).order_by("pk").values_list("pk", flat=True)[:CHANGED]
    Rating.objects.filter(pk__in=list(good)).update(mark=2, solved="")


LAST_MONTH, QUICKLY = NOW - timedelta(days=29), F("started_at") + timedelta(hours=6)
SPOILT: Mapping[str, Callable[[], object]] = {
    "sixteen thousand in seven months": lambda: come_earlier(real(), 300),
    "more than three and a half thousand in the last": lambda: come_earlier(real(started_at__gte=LAST_MONTH), 60),
    "most within a few hours": lambda: answer_after(real(first_answered_at__lte=QUICKLY), 7),
    "hard ones within a day": lambda: answer_after(real(hard_since__isnull=False), 25),
    "four of five satisfied": lower_good_marks,
    "most about three things": lambda: move_to_another_theme("Благоустройство"),
    "transport and waste among them": lambda: move_to_another_theme("Обращение с отходами"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_the_pages_say_what_the_article_says_and_changed_rows_unsay_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    checks = sentences()
    assert [sentence for sentence, holds in checks.items() if not holds] == []
    assert SPOILT.keys() == checks.keys()
    for sentence, spoil in SPOILT.items():
        with transaction.atomic():
            spoil()
            assert not sentences()[sentence], sentence
            transaction.set_rollback(True)


def test_sixteen_thousand_texts_keep_the_promised_figures() -> None:
    texts = stream(Random(1), WHOLE, datetime(2026, 4, 1, tzinfo=UTC))
    figures = describe([(sample.theme, sample.text.body) for sample in texts])
    assert figures["texts"] == WHOLE
    assert figures["differing_after_folding"] >= 12_000
    assert figures["themes_used"] >= 120
    assert figures["shortest"] >= 4
    assert figures["longest"] <= 1_300
