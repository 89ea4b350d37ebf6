from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.days import end_of
from otklik.lib.due import claim
from otklik.notify.alerts.models import Alert, Bookmark, Letter
from otklik.notify.alerts.read import WANTED, read
from otklik.notify.alerts.tests.data import LEASE, Town
from otklik.notify.alerts.words import text_of
from otklik.people.models import Agency, Grant, Role, User
from otklik.routing import clocks, outside
from otklik.routing.assign import give_back
from otklik.routing.models import Deadline, Inquiry
from otklik.routing.outside import Ask
from otklik.routing.passing import pass_further
from otklik.routing.watch import watch

pytestmark = pytest.mark.django_db


TEAM = {("executor", 0), ("second", 0)}
"""Those who have the card of the waterworks."""


def recipients(kind: str) -> set[tuple[str, int]]:
    return {(alert.user.username, alert.rung) for alert in Alert.objects.filter(kind=kind).select_related("user")}


def roads_of(town: Town) -> Agency:
    agency = town.stranger.grants.get().agency
    assert agency is not None
    return agency


def ask_roads(town: Town, card: Incident) -> Inquiry:
    roads = roads_of(town)
    return outside.ask(card, Ask(roads.short_name, "Ваш люк?", agency=roads), town.executor, town.now).inquiry


def test_a_warning_goes_to_those_who_are_to_act(town: Town) -> None:
    town.clock(town.assigned())
    town.passes()
    assert recipients("warned") == TEAM
    assert recipients("assigned") == TEAM


def test_a_card_with_an_executor_is_his_alone(town: Town) -> None:
    card = town.assigned()
    type(card).objects.filter(pk=card.pk).update(executor=town.second)
    town.clock(card)
    town.passes()
    assert recipients("warned") == {("second", 0)}


@pytest.mark.parametrize(
    ("clock", "kind", "other"), [("final_answer", "overdue", "promise"), ("promise", "promise", "overdue")]
)
def test_an_overdue_clock_climbs_to_the_curator_and_the_head(town: Town, clock: str, kind: str, other: str) -> None:
    town.clock(town.assigned(), minutes=10, clock=clock)
    town.passes(11)
    assert recipients(kind) == TEAM | {("curator", 1)}
    town.passes(119)
    assert ("head", 2) not in recipients(kind)
    town.passes(2)
    assert recipients(kind) == TEAM | {("curator", 1), ("head", 2)}
    assert recipients(other) == set()
    climbed = Entry.objects.filter(verb="incident.escalate").values_list("data__users", flat=True)
    assert list(climbed) == [[town.curator.pk], [town.head.pk]]


def test_a_promise_is_warned_of_from_the_working_morning_before_its_day_or_an_hour_before_its_end(town: Town) -> None:
    tonight = end_of(date(2026, 2, 3))
    promise = clocks.wait(town.assigned(), "promise", town.now, tonight)
    assert promise.due_at == tonight - timedelta(hours=1), "given on the last morning"
    Deadline.objects.all().delete()
    card = town.assigned()
    Deadline.objects.filter(incident=card).delete()
    clocks.wait(card, "promise", town.now, end_of(date(2026, 2, 9)))  # a Monday
    friday = datetime.fromisoformat("2026-02-06T08:30:00+03:00")
    town.passes((friday - town.now).total_seconds() / 60 - 1)
    assert recipients("warned") == set()
    town.passes(1)
    assert recipients("warned") == TEAM


def test_the_authors_clock_is_nobodys_alert_and_one_that_was_met_climbs_no_further(town: Town) -> None:
    town.clock(town.assigned(), minutes=10, clock="clarification")
    town.passes(11)
    assert recipients("overdue") == recipients("warned") == set()
    deadline = town.clock(town.assigned(), minutes=10)
    town.passes(11)
    Deadline.objects.filter(pk=deadline.pk).update(met_at=town.now)
    town.passes(500)
    assert ("head", 2) not in recipients("overdue")


def test_an_alert_that_comes_too_late_to_matter_is_none(town: Town) -> None:
    deadline = town.clock(town.assigned())
    Bookmark.objects.update(due_at=None)
    town.passes()
    Deadline.objects.filter(pk=deadline.pk).update(met_at=town.now)
    Bookmark.objects.update(due_at=town.now)
    town.passes()
    assert recipients("warned") == set()


def test_an_answer_is_passed_from_approver_to_approver_and_the_author_is_not_among_them(town: Town) -> None:
    Grant.objects.create(user=town.executor, role=Role.APPROVER, agency=town.water)
    town.submitted()
    town.passes()
    assert recipients("approval") == {("near_approver", 0)}
    town.passes(61)
    town.passes(61)
    assert recipients("approval") == {("near_approver", 0), ("city_approver", 1), ("approver", 2)}
    town.passes(600)
    passed = Entry.objects.filter(verb="incident.approval_passed").values_list("data__user", flat=True)
    assert list(passed) == [town.city_approver.pk, town.approver.pk]


def test_a_decided_answer_is_passed_to_nobody(town: Town) -> None:
    answer = town.submitted()
    town.passes()
    type(answer).objects.filter(pk=answer.pk).update(state="approved")
    town.passes(61)
    assert recipients("approval") == {("near_approver", 0)}


def test_a_card_given_back_is_told_to_its_assigner_and_one_passed_on_to_the_next_agency(town: Town) -> None:
    give_back(town.assigned(), town.executor, town.now, "not_ours")
    town.passes()
    assert recipients("returned") == {("operator", 0)}
    pass_further(town.assigned(), roads_of(town), town.executor, town.now, "another_agency")
    town.passes(1)
    assert Alert.objects.filter(kind="returned").count() == 1
    assert ("stranger", 0) in recipients("assigned")


def test_nobody_who_is_blocked_and_nobody_from_elsewhere_is_told_and_nobody_twice(town: Town) -> None:
    User.objects.filter(username="executor").update(is_active=False)
    town.clock(town.assigned(), minutes=10)
    town.passes(11)
    assert recipients("warned") | recipients("overdue") == {("second", 0), ("curator", 1)}
    before = Alert.objects.count()
    Bookmark.objects.update(entry=0, due_at=town.now)
    town.passes()
    assert Alert.objects.count() == before


def test_the_past_of_an_installation_is_nobodys_alert(town: Town) -> None:
    town.assigned()
    Bookmark.objects.update(entry=None)
    town.passes()
    assert not Alert.objects.exists()
    town.assigned()
    town.passes(1)
    assert recipients("assigned") == TEAM


def test_more_than_one_batch_is_read_in_order_and_to_the_end(town: Town) -> None:
    cards = [town.assigned() for _ in range(30)]
    town.passes()
    assert set(Alert.objects.filter(kind="assigned").values_list("incident", flat=True)) == {card.pk for card in cards}


def test_reading_on_looks_through_no_table(town: Town) -> None:
    """However many clocks run, only the entries after the bookmark are read, by their ids."""
    card = town.assigned()
    Deadline.objects.bulk_create(
        Deadline(incident=card, clock="final_answer", starts_at=town.now, limit_at=town.now) for _ in range(2000)
    )
    town.passes()
    with CaptureQueriesContext(connection) as asked:
        list(WANTED.filter(pk__gt=10**6).order_by("pk")[:25])
    assert "deadline" not in " ".join(one["sql"] for one in asked)
    assert "SCAN" not in WANTED.filter(pk__gt=10**6).order_by("pk").explain()


def test_a_turn_of_many_entries_asks_hardly_more_than_one_of_few(town: Town) -> None:
    def turn(rounds: int) -> tuple[int, int, int]:
        """So many urgent cards that nobody is on duty for, and assigned ones whose clocks run out."""
        for _round in range(rounds):
            town.card(priority=5)
            town.clock(town.assigned(), minutes=0)
        with book.writing():
            watch(claim(Deadline, town.now, LEASE, 64), town.now)
        alerts, letters = Alert.objects.count(), Letter.objects.count()
        with CaptureQueriesContext(connection) as asked, book.writing():
            read(claim(Bookmark, town.now, LEASE, 1), town.now)
        town.now += timedelta(seconds=2)
        return len(asked), Alert.objects.count() - alerts, Letter.objects.count() - letters

    few, many = turn(1), turn(6)
    assert few[1:] == (6, 4), (
        "two for whom it is urgent; the team of two, of the card and of its clock, by one letter each"
    )
    assert many[1:] == (6 * 6, 6 * 2), "what is not urgent joins the letters that wait"
    assert many[0] == few[0] <= 31


def test_a_reply_from_outside_is_told_to_whoever_asked_or_to_those_who_have_the_card_now(town: Town) -> None:
    card = town.assigned()
    ask = Ask("Светосервис", "Когда?")
    for asked_by in (town.executor, town.stranger):
        asked = outside.ask(card, ask, asked_by, town.now)
        outside.reply(asked.inquiry, "Завтра", None, [], town.now)
    town.passes()
    assert recipients("outside") == TEAM


def test_a_question_to_a_second_agency_is_told_to_its_people_and_its_reply_to_the_asker(town: Town) -> None:
    card = town.assigned()
    town.passes()
    made = ask_roads(town, card)
    town.passes(1)
    (alert,) = Alert.objects.filter(kind="assigned", inquiry=made)
    assert alert.user == town.stranger
    body = text_of([alert], "https://d").body
    assert f"https://d/inquiries/{made.pk}/" in body
    assert "/incidents/" not in body
    assert "Ваш люк" not in body
    outside.take(made, outside.Reply("Наш"), town.stranger, town.now)
    town.passes(1)
    (back,) = Alert.objects.filter(kind="outside")
    assert back.user == town.executor
    assert f"https://d/incidents/{card.pk}/" in text_of([back], "https://d").body
    revoked = ask_roads(town, town.assigned())
    outside.revoke(revoked, town.executor, town.now)
    town.passes(1)
    assert not Alert.objects.filter(inquiry=revoked).exists(), "it is nobody's news"
