import re
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.inbox.models import Message
from otklik.reports.build import build
from otklik.reports.compare import difference
from otklik.reports.tests.region import BEFORE, NOW, Region, asked, made, page_of

pytestmark = pytest.mark.django_db


def test_the_figures_are_those_of_the_page(region: Region) -> None:
    region.busy()
    for number in range(4):
        region.card(agency=region.other, theme=region.hole, took=timedelta(hours=2 + number))
    for agency, received, filters in ((0, 16, []), (region.other.pk, 4, [("Ведомство", region.other.short_name)])):
        page, report = page_of(asked(agency=agency)), made(agency=agency)
        values = {one.title: one.number.value for one in report.figures}
        assert values["Пришло"] == page.whole.received == received
        assert values["Первый ответ"] == page.whole.line.median
        assert values["Ответ за сутки"] == page.whole.line.within_day.percent
        assert values["Довольны ответом"] == page.whole.line.good.percent
        assert values["Сейчас в работе"] == page.now.open
        by_count = sorted(page.lines["agency"].values(), key=lambda one: -one.count)
        assert [row.line for row in report.tables[2].rows] == by_count
        assert (report.series, report.filters) == (page.series, filters)


def test_one_card_is_no_matter_noise_counts_for_none_and_a_quiet_day_is_a_zero(region: Region) -> None:
    region.card(ago=timedelta(days=8, hours=-2))
    region.card()
    came, answered = made().figures[:2]
    assert [past.title for past in came.against] == ["Накануне", "Неделю назад", "Год назад"]
    assert [past.was.value for past in came.against] == [0, 1, None]
    assert [past.was.value for past in answered.against] == [None, 0, None]
    for _ in range(3):
        region.card(theme=region.hole, state="noise")
    assert made().matters == []


def test_a_difference_is_told_with_its_sign_where_it_is_no_chance(region: Region) -> None:
    for cards, expected in ((5, ("", None)), (25, ("+100\u00a0п.\u00a0п.", True))):
        for _ in range(cards):
            region.card(took=timedelta(minutes=5))
            region.card(ago=BEFORE)
        past = made().figures[1].against[0]
        assert (difference(past), past.better) == expected


def test_a_matter_counts_and_quotes_the_citizen_but_no_names_and_nothing_private(region: Region) -> None:
    region.busy()
    (matter,) = made().matters
    assert (matter.theme, matter.place, matter.count, matter.before) == (region.pipe.name, "=Город", 12, 0)
    assert matter.quote.startswith("Третий день нет воды на улице Мира! Звоните мне [телефон]")
    assert not re.search("Жилина|Анна", matter.quote)
    assert matter.address.startswith("https://vk.com/wall-1_")
    assert "/incidents/" in matter.card
    report = made(scope=[(region.other.path, "")])
    assert report.figures[0].number.value == 0
    assert (report.empty, report.matters, report.tables[2].rows) == (True, [], [])
    Message.objects.update(place=Message.Place.DIRECT)
    (matter,) = made().matters
    assert (matter.quote, matter.address, matter.count) == ("", "", 12)
    Message.objects.update(place=Message.Place.COMMENT, deleted_at=NOW)
    assert made().matters[0].quote == ""


def test_nobody_is_worst_by_fewer_cards_than_are_enough(region: Region) -> None:
    for _ in range(9):
        region.card(took=timedelta(hours=30), ago=timedelta(days=9))
    assert made("2026-06").red.worst == []
    region.card(took=timedelta(hours=30), ago=timedelta(days=9))
    (worst,) = made("2026-06").red.worst
    assert (worst.name, worst.percent, worst.part, worst.n) == (region.water.short_name, 0, 0, 10)


def test_the_number_of_queries_does_not_grow(region: Region, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    region.busy()
    question = asked()
    with django_assert_num_queries(9):
        build(question)
    for _ in range(10):
        region.card(theme=region.hole)
        region.card(theme=region.hole, agency=region.other)
    with django_assert_num_queries(10):  # one more matter
        build(question)
