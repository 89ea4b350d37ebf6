import logging
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Value
from pytest_django import DjangoAssertNumQueries

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.reports import cards, folding, gather
from otklik.reports.folding import fold
from otklik.reports.memory import UNPACKED
from otklik.reports.models import FoldedMonth, MonthFolding
from otklik.reports.periods import own
from otklik.reports.queries import atlas
from otklik.reports.tests.land import MOSCOW, NOW, Land, figures_for, one_turn, tie
from otklik.reports.tests.recount import recount

pytestmark = pytest.mark.django_db

HALF_YEAR = own("2026-06-01", "2026-11-25", NOW, MOSCOW)
DAY = timedelta(days=1)


def change(card: Incident, **columns: Any) -> Incident:
    """As a verb does it: the columns and the revision in one transaction."""
    with book.turn():
        Incident.objects.filter(pk=card.pk).update(**columns)
        record(card, "changed", at=NOW, actor="machine:test")
    return card


def some_cards(land: Land, rng: random.Random, number: int) -> list[Incident]:
    return [
        change(
            land.card(
                ago=timedelta(seconds=rng.randint(0, 170 * 86_400)),
                took=rng.choice((None, timedelta(seconds=rng.randint(1, 400_000)))),
                theme=rng.choice((None, land.pipe, land.hole)),
                place=rng.choice((None, land.city, land.village)),
                agency=rng.choice((None, land.ministry, land.plant, land.other)),
                network=rng.choice(("vk", "ok", "")),
            )
        )
        for _ in range(number)
    ]


@pytest.fixture
def card(land: Land) -> Incident:
    """It is in a folded month."""
    card = change(land.card())
    tie()
    return card


def change_unseen(card: Incident) -> None:
    """Nobody may do this: it shows whether the folded month was asked, or the card."""
    Incident.objects.filter(pk=card.pk).update(network="ok")


def networks() -> set[str]:
    return set(figures_for(period=HALF_YEAR).lines["network"])


def bound() -> int:
    """Every folded month has seen all up to here."""
    return int(MonthFolding.objects.get().seen[gather.layout()])


def exact() -> None:
    assert figures_for(period=HALF_YEAR) == recount(Incident.objects.all(), HALF_YEAR, atlas().names, NOW)


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_exact_while_cards_change_and_months_are_folded(land: Land, seed: int) -> None:
    rng = random.Random(seed)
    all_cards = some_cards(land, rng, 40)
    for _ in range(12):
        match rng.choice(("tie", "one", "new", "change", "change", "rate")):
            case "tie":
                tie()
            case "one":
                fold(rng.choice(all_cards).started_at.astimezone(MOSCOW).date().replace(day=1), NOW, MOSCOW)
            case "new":
                all_cards += some_cards(land, rng, 3)
            case "change":
                state = rng.choice(("noise", "done", "in_work", "rating"))
                change(rng.choice(all_cards), state=state, theme=land.hole, kind="solvable", outcome="explained")
            case "rate":
                card = rng.choice(all_cards)
                Rating.objects.create(incident=card, origin="survey", mark=rng.randint(1, 5), at=NOW)
                change(card)
        exact()


def test_a_folded_month_is_not_read_again_and_no_worker_is_needed(card: Incident, land: Land) -> None:
    change_unseen(card)
    assert networks() == {"vk"}
    change(card)
    assert networks() == {"ok"}
    some_cards(land, random.Random(1), 10)
    MonthFolding.objects.all().delete()
    exact()


def test_while_months_are_folded_other_months_are_read_as_they_are(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    some_cards(land, random.Random(2), 40)
    monkeypatch.setattr(folding, "A_TURN", 1)
    seen = []
    for _ in range(3):
        one_turn()
        seen.append(FoldedMonth.objects.count())
        exact()
    assert seen == [1, 2, 3]


def test_newer_cards_are_laid_over_for_a_while(card: Incident, land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bound()
    change(card, state="done")
    tie()
    assert bound() == before
    tie(NOW + folding.OLDEST)
    assert bound() == Incident.objects.get().revision
    exact()
    monkeypatch.setattr(folding, "MOST_NEWER", 3)
    made = some_cards(land, random.Random(3), 5)
    tie()
    for card in made[:3]:
        change(card, state="done")
    tie()
    assert bound() == max(Incident.objects.values_list("revision", flat=True))
    exact()


def test_the_bound_rises_only_as_far_as_every_month_has_seen(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MOST_NEWER", 1)
    made = [change(land.card(ago=timedelta(days=30 * month))) for month in range(4)]
    tie()
    monkeypatch.setattr(folding, "A_TURN", 1)
    for card in made:
        change(card, state="done")
    for _ in range(4):
        one_turn()
        for month in FoldedMonth.objects.all():
            ours = Incident.objects.filter(started_at__year=month.month.year, started_at__month=month.month.month)
            unseen = ours.filter(revision__gt=month.revision, revision__lte=bound())
            assert month.revision >= bound() or not unseen.exists()
        exact()
    assert bound() == max(Incident.objects.values_list("revision", flat=True))


def test_what_is_newer_is_not_looked_for_among_all_cards_of_the_period(card: Incident) -> None:
    newer = cards._newer(cards._months([card.started_at.astimezone(MOSCOW).date().replace(day=1)]), MOSCOW)
    in_order = Incident.objects.filter(newer).order_by(gather.Unindexed("started_at"), "pk")
    # PostgreSQL knows how few are newer, and in a table of one card may take any index.
    assert connection.vendor == "postgresql" or "incident_started" not in in_order.explain()
    assert not in_order
    change(card)
    assert list(in_order.all()) == [card]


def test_another_layout_is_as_good_as_none_and_goes_in_the_end(card: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    old = gather.layout()
    monkeypatch.setattr(gather, "NUMBERS", {**gather.NUMBERS, "number": F("number")})
    monkeypatch.setattr(gather, "COLUMNS", {**gather.NUMBERS, **gather.WORDS})
    assert gather.layout() != old
    change_unseen(card)
    assert networks() == {"ok"}
    tie()
    assert FoldedMonth.objects.filter(layout=old).count() == FoldedMonth.objects.exclude(layout=old).count() == 1
    tie(NOW + folding.FORGOTTEN + DAY)
    assert not FoldedMonth.objects.filter(layout=old).exists()
    exact()


def test_a_change_without_a_revision_is_told_and_mended(card: Incident, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        tie(NOW + folding.LOOKED_OVER + DAY)
    assert caplog.messages == []
    change_unseen(card)
    with caplog.at_level(logging.ERROR):
        tie(NOW + 2 * (folding.LOOKED_OVER + DAY))
    assert caplog.messages == ["the cards of 2026-11 have changed without a new revision"]
    exact()


def test_an_older_version_finds_its_months_old_and_not_wrong(card: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(gather, "WORDS", {**gather.WORDS, "another": Value("word")})
        newer.setattr(gather, "COLUMNS", {**gather.NUMBERS, **gather.WORDS})
        change(card, network="ok")
        tie(NOW + folding.OLDEST)
        assert networks() == {"ok"}
    exact()


def test_five_years_take_no_more_questions(land: Land, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for month in range(48):
        change(land.card(ago=timedelta(days=30 * month + 1)))
    tie()
    years = own("2021-11-27", "2026-11-25", NOW, MOSCOW)
    figures_for(period=years)
    with django_assert_num_queries(4):
        assert figures_for(period=years).whole.received == 48


def test_memory_of_folded_months_has_a_bound(land: Land, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    some_cards(land, random.Random(4), 30)
    tie()
    UNPACKED.clear()
    exact()
    whole = UNPACKED.size
    UNPACKED.clear()
    monkeypatch.setattr(cards, "MEGABYTE", 1)
    settings.MONTHS_MEMORY = whole // 2
    exact()
    assert 0 < UNPACKED.size <= whole // 2


def test_months_are_those_of_the_regions_clock_and_what_is_renamed_shows_at_once(land: Land) -> None:
    edge = datetime(2026, 9, 30, 21, 30, tzinfo=MOSCOW)  # still September here, and October three hours later
    for minutes in (0, 149, 151):
        change(land.card(ago=NOW - (edge + timedelta(minutes=minutes))))
    tie()
    assert dict(FoldedMonth.objects.values_list("month__month", "rows")) == {9: 2, 10: 1}
    exact()
    land.pipe.group = land.roads
    land.pipe.save()
    land.plant.parent = None
    land.plant.save()
    shown = figures_for(period=HALF_YEAR)
    assert (set(shown.lines["group"]), set(shown.lines["agency"])) == ({land.roads.pk}, {land.plant.pk})
    exact()


def test_whoever_waits_is_told_that_cards_are_being_folded_and_never_gets_a_part(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MOST", 9)
    made = some_cards(land, random.Random(5), 10)
    with pytest.raises(cards.BeingFolded), cards.at_once():
        figures_for(period=HALF_YEAR)
    exact()
    tie()
    monkeypatch.setattr(folding, "MOST_NEWER", 10)
    for card in made:
        change(card, state="done")
    with pytest.raises(cards.BeingFolded), cards.at_once():
        figures_for(period=HALF_YEAR)
    change_unseen(made.pop())
    tie()
    with cards.at_once():
        exact()
        some_cards(land, random.Random(6), 9)
        exact()


def test_a_round_tells_how_far_it_is(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    percents: list[int] = []
    fold = folding.fold

    def fold_and_note(*asked: Any) -> FoldedMonth:
        percents.append(folding.progress())
        return fold(*asked)

    monkeypatch.setattr(folding, "fold", fold_and_note)
    monkeypatch.setattr(folding, "MOST_NEWER", 1)
    monkeypatch.setattr(folding, "A_TURN", 2)
    assert folding.progress() == 0
    made = [change(land.card(ago=timedelta(days=31 * month))) for month in range(5)]
    tie()
    assert (percents, folding.progress()) == ([0, 20, 40, 60, 80], 0)
    percents.clear()
    for card in made:
        change(card, state="done")
    tie()
    assert percents == sorted(percents) == [0, 20, 40, 60, 80]
    MonthFolding.objects.all().delete()
    assert folding.progress() == 0


def test_many_changed_cards_are_looked_at_in_several_turns(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    made = some_cards(land, rng, 30)
    tie()
    monkeypatch.setattr(folding, "MOST_NEWER", 1)
    monkeypatch.setattr(folding, "A_LOOK", 7)
    monkeypatch.setattr(folding, "A_TURN", 2)
    for card in made:
        change(card, state="done")
    bounds = [bound()]
    while bounds[-1] < max(Incident.objects.values_list("revision", flat=True)):
        one_turn()
        bounds.append(bound())
        exact()
    assert bounds == sorted(bounds)
    assert len(bounds) > 5


def test_whoever_brings_in_a_history_folds_it_unless_a_worker_is_at_it(land: Land) -> None:
    some_cards(land, random.Random(8), 20)
    MonthFolding.objects.update(lease="another", leased_until=NOW + DAY)
    folding.fold_all(NOW)
    assert not FoldedMonth.objects.exists()
    assert MonthFolding.objects.get().due_at == NOW
    MonthFolding.objects.update(lease="", leased_until=None)
    folding.fold_all(NOW)
    assert sum(FoldedMonth.objects.values_list("rows", flat=True)) == 20
    exact()
