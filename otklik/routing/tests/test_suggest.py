"""What the step of a new card leaves behind: the same for many cards at once as for each alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.models import (
    Assignment,
    Automatic,
    Calendar,
    Deadline,
    Extension,
    Inquiry,
    Norm,
    Rule,
    Suggestion,
)
from otklik.routing.suggest import router_now, suggest, whose
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make import cards, inbox, people, places

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)
MONDAY = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)  # 10:00 of a working day, before a day off
NIGHT = datetime(2026, 11, 2, 22, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_STATEMENTS = 24
AGAIN = (
    *("clocks moved", "missed", "later day granted", "later day refused"),
    *("second", "second granted", "second begun after"),
)


@dataclass(frozen=True)
class Region:
    """`heat` may be assigned without a person."""

    city: Place
    village: Place
    pipe: Theme
    hole: Theme
    heat: Theme
    water: Agency
    pumps: Agency
    roads: Agency
    duty: Agency


@pytest.fixture
def region() -> Region:
    whole = places.place("Край", "kray", Place.Level.REGION)
    city, village = places.place("Город", parent=whole), places.place("Село", parent=whole)
    homes, streets = places.group("ЖКХ"), places.group("Дороги")
    pipe, heat = places.theme("Нет воды", of=homes), places.theme("Нет тепла", of=homes, fast_track=True)
    hole = places.theme("Ямы", of=streets)
    water, pumps, roads, duty = (people.agency(name) for name in ("Водоканал", "Насосы", "Дороги", "Дежурные"))
    Calendar.objects.create(title="Наша", default=True, special_days={"2026-11-05": 0, "2026-11-06": 4})
    for theme, more in (
        *((pipe, {"agency": water}), (pipe, {"agency": pumps, "place": village}), (heat, {"agency": water})),
        *((hole, {"agency": roads}), (hole, {"agency": duty, "hours": Rule.Hours.OUTSIDE})),
        (hole, {"agency": pumps, "things": "детская площадка, остановка"}),
    ):
        Rule.objects.create(theme=theme, **more)
    Rule.objects.create(group=homes, agency=roads)
    Rule.objects.create(group=homes, agency=duty, until=date(2026, 11, 9))
    for norm in (
        {"clock": "first_answer", "minutes": 300},
        {"clock": "first_answer", "minutes": 90, "working": False, "place": village},
        {"clock": "final_answer", "minutes": 1500, "theme": hole},
        {"clock": "second_answer", "minutes": 240, "theme": hole},
        {"clock": "agency", "minutes": 600},
    ):
        Norm.objects.create(**norm)
    Automatic.objects.create(theme=heat, on=True, theme_percent=70, agency_percent=70)
    return Region(city, village, pipe, hole, heat, water, pumps, roads, duty)


def judged(message: Message, theme: Theme | None, place: Place | None, share: float = 0.8) -> Message:
    Verdict.objects.create(message=message, at=NOW, kind="complaint", theme=theme, theme_share=share, place=place)
    return message


def card(
    theme: Theme | None, place: Place | None, text: str = inbox.TEXT, at: datetime = MONDAY, **columns: Any
) -> Incident:
    return cards.card(judged(inbox.message(text, at=at), theme, place), at=NOW, **columns)


def with_clocks(made: Incident, theme: Theme) -> Incident:
    """It was there before, with another theme."""
    made.guessed_theme = theme
    made.save(update_fields=["guessed_theme"])
    with book.turn():
        clocks.start(made, theme)
    return made


def granted(made: Incident, at: datetime, state: str = Extension.State.GRANTED) -> None:
    who = people.person()
    Extension.objects.create(
        incident=made,
        state=state,
        until=at.date(),
        reason="т",
        asked_by=who,
        asked_at=at,
        decided_by=who,
        decided_at=at,
    )


def crowd(region: Region) -> dict[str, Incident]:
    """Cards of every kind that the step meets, by what is said of each."""
    return {**first_seen(region), **returned(region), **seen_again(region), **with_a_switch(region)}


def first_seen(region: Region) -> dict[str, Incident]:
    pipe, hole, city = region.pipe, region.hole, region.city
    twice = judged(inbox.message(at=MONDAY), pipe, city)
    return {
        "plain": card(pipe, city),
        "village": card(pipe, region.village),
        "nothing known": card(None, None),
        "never judged": cards.card(inbox.message(at=MONDAY), at=NOW),
        "thing": card(hole, city, "Яма возле остановки"),
        "night": card(hole, city, "Яма", NIGHT),
        "another age": card(hole, city, "Яма", datetime(1931, 5, 1, tzinfo=UTC)),
        "new year": card(hole, city, "Яма", datetime(2026, 12, 31, 11, 30, tzinfo=UTC)),
        "judged twice": cards.card(judged(twice, hole, city), at=NOW),
        "split from it": cards.card(twice, at=NOW),
    }


def returned(region: Region) -> dict[str, Incident]:
    made = {name: card(region.pipe, region.city) for name in ("returned", "all returned", "assigned by a person")}
    for name, agency in (("returned", region.water), ("all returned", region.water), ("all returned", region.roads)):
        Assignment.objects.create(incident=made[name], agency=agency, at=NOW, returned=True)
    columns = {"state": "assigned", "theme": region.hole, "place": region.village, "agency": region.roads}
    Incident.objects.filter(pk=made["assigned by a person"].pk).update(**columns)
    made["part returned"] = part = card(region.pipe, region.village)
    asked = {"agency": region.pumps, "asked_by": people.person(), "asked_at": NOW, "until": NOW}
    Inquiry.objects.create(incident=part, words="т", refused="not_ours", **asked)
    return made


def seen_again(region: Region) -> dict[str, Incident]:
    """Their clocks run by another theme than the machine sees now."""
    made = {name: with_clocks(card(region.hole, region.city), region.pipe) for name in AGAIN}
    Deadline.objects.filter(incident=made["missed"], clock="first_answer").update(missed_at=NOW)
    for name in ("second", "second granted", "second begun after"):
        one = made[name]
        Incident.objects.filter(pk=one.pk).update(reopened=1, first_answered_at=NOW - 4 * DAY)
        one.refresh_from_db()
        with book.turn():
            clocks.begin_second(one, NOW - 3 * DAY)  # one that is over
            clocks.begin_second(one, NOW)
    for name, at in (("later day granted", NOW), ("second granted", NOW + DAY), ("second begun after", NOW - DAY)):
        granted(made[name], at)
    granted(made["later day refused"], NOW, Extension.State.REFUSED)
    return made


def with_a_switch(region: Region) -> dict[str, Incident]:
    doubtful = judged(inbox.message(at=MONDAY), region.heat, region.city, 0.6)
    return {
        "alone": card(region.heat, region.city),
        "alone but doubtful": cards.card(doubtful, at=NOW),
        "before an operator": card(region.heat, region.city, taken_by=people.person(), taken_at=NOW),
    }


def left() -> list[object]:
    """All that the step leaves, without the numbers of rows."""
    columns = [field.name for field in Incident._meta.concrete_fields if field.name not in ("revision",)]
    clock_columns = [field.name for field in Deadline._meta.concrete_fields if field.name != "id"]
    revisions = dict(Incident.objects.order_by("pk").values_list("pk", "revision"))
    at_last = {pk: Entry.objects.get(pk=revision).verb for pk, revision in revisions.items()}
    return [
        list(Incident.objects.order_by("pk").values_list(*columns)),
        sorted(Suggestion.objects.values_list("incident", "agency", "rule", "thing", "share", "at"), key=str),
        sorted(Deadline.objects.values_list(*clock_columns), key=str),
        sorted(Assignment.objects.values_list("incident", "agency", "at", "heeded", "automatic", "returned"), key=str),
        sorted(Entry.objects.values_list("incident", "verb", "actor", "subject", "at", "data"), key=str),
        [[*Entry.objects.filter(incident=pk).order_by("pk").values_list("verb", flat=True)] for pk in at_last],
        at_last,
    ]


def test_many_cards_at_once_become_what_each_would_alone(region: Region) -> None:
    made = crowd(region)
    rows = claim(Incident, NOW + LATER, LATER, 64)
    assert len(rows) == len(made)
    outcomes = []
    for batches in ([[row] for row in rows], [rows], [rows[::-1]], [rows[:7], rows[7:]]):
        with transaction.atomic():
            for batch in batches:
                with book.turn():
                    suggest(batch, NOW)
            outcomes.append(left())
            transaction.set_rollback(len(outcomes) < 4)
    for outcome in outcomes[1:]:
        for one, other in zip(outcome, outcomes[0], strict=True):
            assert one == other
    agency_by_card = dict(Suggestion.objects.order_by("pk").values_list("incident", "agency__name"))
    assert {name: agency_by_card.get(one.pk, "–") for name, one in made.items()} == {
        "plain": "Водоканал",
        "village": "Насосы",
        "nothing known": None,
        "never judged": "–",
        "thing": "Насосы",
        "night": "Дежурные",
        "another age": "Дороги",
        "new year": "Дежурные",
        "returned": "Дороги",
        "all returned": None,
        "part returned": "Водоканал",
        "assigned by a person": "–",
        **dict.fromkeys((*AGAIN, "judged twice", "split from it"), "Дороги"),
        **dict.fromkeys(("alone", "alone but doubtful", "before an operator"), "Водоканал"),
    }
    for one in made.values():
        one.refresh_from_db()
    assert {name for name, one in made.items() if one.state == "assigned"} == {"assigned by a person", "alone"}
    assert not any(one.lease or one.due_at for one in made.values())
    assert_clocks(made)


def assert_clocks(made: dict[str, Incident]) -> None:
    """Tuesday is short, Wednesday a holiday, Thursday free, and Friday has four hours."""
    limits = {
        (name, one.clock): one.limit_at.astimezone(UTC).strftime("%d.%m %H:%M")
        for name, card in made.items()
        for one in card.deadlines.filter(cancelled_at=None)
    }
    assert [limits["plain", clock] for clock in ("first_answer", "final_answer")] == ["02.11 12:00", "09.11 10:00"]
    assert {limits[name, "first_answer"] for name in ("village", "assigned by a person")} == {"02.11 08:30"}
    assert limits["clocks moved", "final_answer"] == limits["later day refused", "final_answer"]
    assert limits["later day granted", "final_answer"] == limits["plain", "final_answer"]
    assert limits["clocks moved", "final_answer"] != limits["plain", "final_answer"]
    assert limits["second", "second_answer"] == limits["second begun after", "second_answer"]
    assert limits["second", "second_answer"] != limits["second granted", "second_answer"]


def test_sixty_cards_ask_as_little_as_three_do(region: Region) -> None:
    asked = []
    for number in (3, 60):
        for _card in range(number):
            card(region.pipe, region.city, "Яма возле остановки")
        rows = claim(Incident, NOW + LATER, LATER, 64)
        with book.turn(), CaptureQueriesContext(connection) as queries:
            suggest(rows, NOW)
        asked.append(len(queries))
    assert max(asked) <= MOST_STATEMENTS, "SQLite takes the clocks of sixty cards in two pieces"


def test_the_rules_are_indexed_anew_when_one_of_them_changes_and_not_before(region: Region) -> None:
    def named() -> int | None:
        match = whose(router_now(), region.pipe, region.city, NOW)
        return match.agency_id if match else None

    before = router_now()
    assert named() == region.water.pk
    Agency.objects.filter(pk=region.duty.pk).update(name="Другие")
    assert router_now() is before, "nothing of it is a rule's"
    Rule.objects.filter(theme=region.pipe, place=None).update(agency=region.duty)
    assert named() == region.duty.pk
    Rule.objects.filter(theme=region.pipe, place=None).update(until=date(2026, 11, 1))
    assert named() == region.roads.pk
    Agency.objects.filter(pk=region.roads.pk).update(active=False)
    assert named() is None
    Rule.objects.create(agency=region.pumps)
    assert named() == region.pumps.pk
