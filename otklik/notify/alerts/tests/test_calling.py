from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from otklik.journal.models import Entry
from otklik.lib.refusal import Refused
from otklik.notify.alerts.calling import call_of, confirm
from otklik.notify.alerts.gaps import Span, gaps
from otklik.notify.alerts.models import Alert, Duty, Letter
from otklik.notify.alerts.roster import put, region_gaps, remove
from otklik.notify.alerts.tests.data import Town
from otklik.people.models import User

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-02-03T00:00:00+03:00")


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def duty(town: Town, user: User, place: int = 1, hours: int = 8) -> Duty:
    span = Span(town.now - timedelta(hours=1), town.now + timedelta(hours=hours))
    return put(user, None, span, place, town.admin, town.now)


def called() -> list[str]:
    rows = Alert.objects.filter(kind="urgent").order_by("rung", "pk")
    return [alert.user.username for alert in rows.select_related("user")]


def test_at_night_it_calls_the_next_every_ten_minutes_then_the_head_and_then_nobody(town: Town) -> None:
    duty(town, town.second, 2)
    duty(town, town.operator, 1)
    town.now = town.now.replace(hour=19, minute=30)
    Duty.objects.update(ends_at=town.now + timedelta(hours=9))
    card = town.card(priority=5)
    town.passes()
    assert called() == ["operator"]
    (letter,) = Letter.objects.filter(user=town.operator, pressing=True)
    assert letter.due_at == town.now
    for minutes, so_far in ((9, 1), (2, 2), (11, 3), (60, 3)):
        town.passes(minutes)
        assert called() == ["operator", "second", "head"][:so_far]
    assert Entry.objects.filter(verb="incident.call", incident=card.pk).count() == 3


def test_a_danger_alone_calls_and_whoever_accepts_stops_the_calling_once(town: Town) -> None:
    duty(town, town.operator)
    town.card(priority=4)
    town.passes(20)
    assert called() == []
    card = town.card(priority=5)
    town.passes(1)
    assert confirm(card, town.operator, town.now)
    assert not confirm(card, town.head, town.now)
    town.passes(30)
    assert called() == ["operator"]
    call = call_of(card)
    assert call is not None
    assert call.confirmed_by == town.operator
    assert Entry.objects.filter(verb="incident.call_confirmed").count() == 1


def test_with_nobody_on_duty_administrators_and_curators_are_told_and_then_the_head(town: Town) -> None:
    town.card(priority=5)
    town.passes()
    assert set(called()) == {"admin", "region_curator"}
    town.passes(11)
    assert called()[-1] == "head"


def test_a_duty_that_makes_no_sense_or_is_there_already_is_refused_and_what_is_removed_is_a_gap(town: Town) -> None:
    for hours, code in (((5, 5), "order"), ((9, 8), "order"), ((0, 24 * 40), "long"), ((-9, -8), "past")):
        span = Span(*(town.now + timedelta(hours=one) for one in hours))
        with pytest.raises(Refused) as refusal:
            put(town.operator, None, span, 1, town.admin, town.now)
        assert refusal.value.code == code, hours
    mine = duty(town, town.operator, hours=24 * 7)
    with pytest.raises(Refused):
        duty(town, town.operator)
    assert region_gaps(town.now) == []
    remove(mine, town.admin, town.now)
    assert region_gaps(town.now) == [Span(town.now, town.now + timedelta(days=7))]


def test_gaps_and_what_is_covered_make_the_whole_and_do_not_meet() -> None:
    rng = Random(5)
    for _ in range(300):
        spans = []
        for _span in range(rng.randrange(6)):
            first = rng.randrange(-5, 30)
            spans.append(Span(hour(first), hour(first + rng.randrange(1, 12))))
        free_spans = gaps(Span(hour(0), hour(24)), spans)
        for number in range(48):
            at = hour(number / 2)
            covered = any(span.start <= at < span.end for span in spans)
            assert covered != any(gap.start <= at < gap.end for gap in free_spans)
        assert all(one.end < two.start for one, two in pairwise(free_spans))
