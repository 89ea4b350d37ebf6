"""The agency's clock with dates: its own calendar, its pause while the author is asked, and the citizen's beside it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.card.clocks import clocks_of
from otklik.desk.tests.pages import reread
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Agency
from otklik.publishing.effects import turn_clocks
from otklik.routing import agency_clock
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import AgencyCalendar, Calendar, Deadline, Norm
from otklik.routing.watch import watch
from otklik.routing.weeks import weeks_now
from tests.make.town import Town

pytestmark = pytest.mark.django_db
MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
ALL_DAYS = {"opens": time(0), "weekdays": list(range(7)), "holidays": False}


def july(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """«03 17:00» of July 2026."""
    return datetime.fromisoformat(f"2026-07-{text}").replace(tzinfo=zone)


@pytest.fixture
def norm(town: Town) -> Norm:
    return Norm.objects.create(clock="agency", minutes=8 * 60)


def calendar(agency: Agency, **columns: object) -> Calendar:
    made = Calendar.objects.create(title=agency.name, **columns)
    AgencyCalendar.objects.create(agency=agency, calendar=made)
    return made


def assigned_card(town: Town, at: datetime, agency: Agency | None = None) -> Incident:
    return assign(town.card(at=at), Decision(agency or town.water, town.pipe, town.city), town.operator, at)


def theirs(card: Incident) -> Deadline:
    return Deadline.objects.get(incident=card, clock="agency", met_at=None, cancelled_at=None)


def ask(card: Incident, at: datetime) -> None:
    """As the machine does when the question stands in the network."""
    with book.turn():
        Incident.objects.filter(pk=card.pk).update(state=State.PUBLISHING)
        move(reread(card), "asked", at=at, actor="machine:publishing")
        turn_clocks(card, Answer(incident=card, kind=Answer.Kind.QUESTION), at)


def limits(card: Incident) -> dict[str, datetime]:
    rows = Deadline.objects.filter(incident=card, clock__in=("first_answer", "final_answer"))
    return dict(rows.values_list("clock", "limit_at"))


def runs(card: Incident) -> bool:
    return Deadline.objects.filter(incident=card, clock="agency", cancelled_at=None).exists()


def test_without_a_norm_an_agency_has_no_clock_and_theme_network_and_place_choose_a_cards(town: Town) -> None:
    assert not runs(assigned_card(town, july("01 10:00")))
    for minutes, asks in (
        *((60, {}), (50, {"network": "ok"}), (40, {"priority": 4}), (30, {"place": town.village})),
        (20, {"group": town.hole.group}),
    ):
        Norm.objects.create(clock="first_answer", minutes=minutes, working=False, **asks)
    at = july("01 10:00")
    card, other = town.card(at=at, priority=4), town.card(at=at)
    for one, decision, minutes in (
        (card, Decision(town.water, town.pipe, town.city), 40),
        (card, Decision(town.roads, town.hole, town.village), 20),
        (other, Decision(town.roads, town.pipe, town.village), 30),
    ):
        assert limits(assign(reread(one), decision, town.operator, at))["first_answer"] == at + timedelta(
            minutes=minutes
        )


def test_the_agency_is_measured_by_its_own_hours_and_the_citizen_by_those_of_the_region(town: Town, norm: Norm) -> None:
    Norm.objects.create(clock="first_answer", minutes=8 * 60)
    calendar(town.water, **ALL_DAYS, closes=time(0))
    card = assigned_card(town, july("03 17:00"), town.pumps)
    assert theirs(card).limit_at == july("04 01:00"), "what is above the agency works at night"
    assert limits(card)["first_answer"] == july("06 16:00"), "a Friday evening of the region"
    calendar(town.pumps, zone="Asia/Omsk")
    assert (weeks_now().of(town.pumps).zone.key, weeks_now().of(town.water).holidays) == ("Asia/Omsk", False)
    assert weeks_now().of(town.roads) == weeks_now().of(None) == weeks_now().region


def test_a_new_assignment_restarts_the_agencys_clock_a_question_stops_it_alone(town: Town, norm: Norm) -> None:
    card = assigned_card(town, july("01 10:00"))
    before = limits(card)
    card = give_back(card, town.executor, july("01 11:00"), "not_ours")
    assert not runs(card)
    card = assign(card, Decision(town.roads, town.pipe, town.city), town.operator, july("02 09:30"))
    assert (theirs(card).starts_at, theirs(card).limit_at) == (july("02 09:30"), july("02 17:30"))
    assert limits(card) == before
    card = assigned_card(town, july("01 10:00"))
    before, started = limits(card), theirs(card).starts_at
    ask(card, july("01 14:00"))
    still = Deadline.objects.get(incident=card, clock="agency")
    assert (still.left, still.due_at, still.runs_until) == (4 * 60, None, None)
    assert Deadline.objects.get(incident=card, clock="clarification").limit_at == july("03 14:00"), "forty-eight hours"
    assert limits(card) == before
    agency_clock.go_on(card, july("03 16:00"))
    assert theirs(card).limit_at == july("06 11:00"), "four hours were left, and the weekend is free"
    assert (theirs(card).left, theirs(card).starts_at) == (None, started)
    assert limits(card) == before
    # One that has run out is not stopped.
    late = assigned_card(town, july("01 10:00"))
    ask(late, july("06 14:00"))
    assert theirs(late).limit_at == july("02 09:00")


def test_who_does_not_answer_in_time_gives_the_card_back_to_the_operator(town: Town, norm: Norm) -> None:
    card = assigned_card(town, july("01 10:00"))
    ask(card, july("01 14:00"))
    Deadline.objects.filter(incident=card).exclude(clock="clarification").update(due_at=None)
    for moment in (july("03 13:59"), july("03 14:00")):
        assert reread(card).state == State.CLARIFYING
        with book.turn():
            watch(claim(Deadline, moment, timedelta(minutes=1), 10), moment)
    assert reread(card).state == State.NEW
    assert Deadline.objects.get(incident=card, clock="agency").left is None
    agency_clock.go_on(card, july("04 10:00"))
    assert not runs(card)
    # How long one waits is a norm.
    Norm.objects.create(clock="clarification", minutes=24 * 60, working=False)
    other = assigned_card(town, july("01 10:00"))
    ask(other, july("01 14:00"))
    assert Deadline.objects.get(incident=other, clock="clarification").limit_at == july("02 14:00")


def test_an_answer_sent_for_approval_meets_it_and_a_question_does_not(town: Town, norm: Norm) -> None:
    for kind, met in ((Answer.Kind.QUESTION, False), (Answer.Kind.FINAL, True)):
        card, now = assigned_card(town, timezone.now()), timezone.now()
        text, outcome = "Анна, трубу починили 1 июля.", "solved" if met else ""
        words = drafts.Words(text, kind=kind, outcome=outcome, ground="act", ground_words="Акт № 7")
        drafts.submit(drafts.write(card, main_message(card), words, town.executor, now), town.executor, now)
        assert (Deadline.objects.get(incident=card, clock="agency").met_at is not None) is met


def test_an_agency_that_never_opens_goes_by_the_wall_another_across_new_year(town: Town, norm: Norm) -> None:
    calendar(town.water, weekdays=[])
    card = assigned_card(town, july("01 10:00"))
    assert theirs(card).limit_at == july("01 18:00")
    ask(card, july("01 14:00"))
    assert Deadline.objects.get(incident=card, clock="agency").left is not None
    calendar(town.roads, **ALL_DAYS, closes=time(6), zone="Europe/Berlin")
    card = assigned_card(town, datetime(2026, 3, 28, 20, tzinfo=BERLIN), town.roads)
    assert theirs(card).limit_at == datetime(2026, 3, 30, 3, tzinfo=BERLIN), "five hours on a day with an hour less"
    card = assigned_card(town, datetime(2025, 12, 31, 1, tzinfo=BERLIN), town.roads)
    assert theirs(card).limit_at == datetime(2026, 1, 1, 3, tzinfo=BERLIN)


def test_the_card_tells_each_clock_by_name_and_which_of_them_stands_still(town: Town, norm: Norm) -> None:
    calendar(town.water)
    card = assigned_card(town, july("01 10:00"))
    faces = {face.title: face for face in clocks_of(card, july("01 12:00")).faces}
    assert list(faces) == ["Первый ответ", "Итоговый ответ", "Ответ ведомства"]
    assert faces["Ответ ведомства"].running
    assert "в рабочее время ведомства" in faces["Ответ ведомства"].about
    assert "в рабочее время региона" in faces["Первый ответ"].about
    ask(card, july("01 14:00"))
    faces = {face.title: face for face in clocks_of(reread(card), july("02 16:00")).faces}
    assert list(faces) == ["Первый ответ", "Итоговый ответ", "Ответ ведомства", "Уточнение жителя"]
    assert faces["Ответ ведомства"].words.words == "стоит, пока житель не ответит, останется 4 раб. ч"
    assert not faces["Ответ ведомства"].running
    assert faces["Уточнение жителя"].about == "ждёт ответа жителя на наш вопрос, идёт и ночью, и в выходные"


def test_a_regional_day_off_is_free_for_whoever_keeps_holidays_and_for_no_shift(town: Town, norm: Norm) -> None:
    Calendar.objects.create(title="Край", default=True, special_days={"2026-07-02": 0, "2026-07-03": 4})
    shifts = calendar(town.water)
    assert theirs(assigned_card(town, july("01 16:30"))).limit_at == july("03 15:30")
    Calendar.objects.filter(pk=shifts.pk).update(holidays=False)
    assert theirs(assigned_card(town, july("01 16:30"))).limit_at == july("02 15:30")
