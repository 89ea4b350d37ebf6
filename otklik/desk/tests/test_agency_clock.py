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
MOSCOW = ZoneInfo("Europe/Moscow")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.fixture
def norm(town: Town) -> Norm:
    return Norm.objects.create(clock="agency", minutes=8 * 60)


def given(town: Town, at: datetime, agency: Agency | None = None) -> Incident:
    card = town.card(at=at)
    return assign(card, Decision(agency or town.water, town.pipe, town.city), town.operator, at)


def theirs(card: Incident) -> Deadline:
    return Deadline.objects.get(incident=card, clock="agency", met_at=None, cancelled_at=None)


def ask(card: Incident, at: datetime) -> None:
    """As the machine does when the question stands in the network."""
    with book.turn():
        Incident.objects.filter(pk=card.pk).update(state=State.PUBLISHING)
        card.refresh_from_db()
        move(card, "asked", at=at, actor="machine:publishing")
        turn_clocks(card, Answer(incident=card, kind=Answer.Kind.QUESTION), at)


def limits(card: Incident) -> dict[str, datetime]:
    rows = Deadline.objects.filter(incident=card, clock__in=("first_answer", "final_answer"))
    return dict(rows.values_list("clock", "limit_at"))


def test_without_a_norm_the_agency_has_no_clock(town: Town) -> None:
    card = given(town, local("2026-07-01 10:00"))
    assert not Deadline.objects.filter(incident=card, clock="agency").exists()


def test_the_agency_is_measured_by_its_own_hours_and_the_citizen_by_those_of_the_region(town: Town, norm: Norm) -> None:
    Norm.objects.create(clock="first_answer", minutes=8 * 60)
    shifts = Calendar.objects.create(
        title="Дежурные", opens=time(0), closes=time(0), weekdays=list(range(7)), holidays=False
    )
    AgencyCalendar.objects.create(agency=town.water, calendar=shifts)
    card = given(town, local("2026-07-03 17:00"), town.pumps)
    assert theirs(card).limit_at == local("2026-07-04 01:00"), "what is above the agency works at night"
    assert limits(card)["first_answer"] == local("2026-07-06 16:00"), "a Friday evening of the region"
    AgencyCalendar.objects.create(agency=town.pumps, calendar=Calendar.objects.create(title="Насосы", zone="Asia/Omsk"))
    week = weeks_now().of(town.pumps)
    assert (week.zone.key, weeks_now().of(town.water).holidays) == ("Asia/Omsk", False)
    assert weeks_now().of(town.roads) == weeks_now().of(None) == weeks_now().region


def test_a_new_assignment_starts_the_agencys_clock_anew_and_never_the_citizens(town: Town, norm: Norm) -> None:
    card = given(town, local("2026-07-01 10:00"))
    before = limits(card)
    card = give_back(card, town.executor, local("2026-07-01 11:00"), "not_ours")
    assert not Deadline.objects.filter(incident=card, clock="agency", cancelled_at=None).exists()
    card = assign(card, Decision(town.roads, town.pipe, town.city), town.operator, local("2026-07-02 09:30"))
    assert (theirs(card).starts_at, theirs(card).limit_at) == (local("2026-07-02 09:30"), local("2026-07-02 17:30"))
    assert limits(card) == before


def test_a_question_stops_the_agencys_clock_alone_and_the_answer_lets_it_go_on(town: Town, norm: Norm) -> None:
    card = given(town, local("2026-07-01 10:00"))
    before, started = limits(card), theirs(card).starts_at
    ask(card, local("2026-07-01 14:00"))
    still = Deadline.objects.get(incident=card, clock="agency")
    assert (still.left, still.due_at, still.runs_until) == (4 * 60, None, None)
    asked = Deadline.objects.get(incident=card, clock="clarification")
    assert asked.limit_at == local("2026-07-03 14:00"), "forty-eight hours"
    assert limits(card) == before
    agency_clock.go_on(card, local("2026-07-03 16:00"))
    assert theirs(card).limit_at == local("2026-07-06 11:00"), "four hours were left, and the weekend is free"
    assert (theirs(card).left, theirs(card).starts_at) == (None, started)
    assert limits(card) == before


def test_who_does_not_answer_in_time_gives_the_card_back_to_the_operator(town: Town, norm: Norm) -> None:
    card = given(town, local("2026-07-01 10:00"))
    ask(card, local("2026-07-01 14:00"))
    Deadline.objects.filter(incident=card).exclude(clock="clarification").update(due_at=None)
    for moment in (local("2026-07-03 13:59"), local("2026-07-03 14:00")):
        assert reread(card).state == State.CLARIFYING
        with book.turn():
            watch(claim(Deadline, moment, timedelta(minutes=1), 10), moment)
    assert reread(card).state == State.NEW
    assert Deadline.objects.get(incident=card, clock="agency").left is None
    agency_clock.go_on(card, local("2026-07-04 10:00"))
    assert not Deadline.objects.filter(incident=card, clock="agency", cancelled_at=None).exists()


def test_how_long_the_author_is_waited_for_is_a_norm(town: Town, norm: Norm) -> None:
    Norm.objects.create(clock="clarification", minutes=24 * 60, working=False)
    card = given(town, local("2026-07-01 10:00"))
    ask(card, local("2026-07-01 14:00"))
    assert Deadline.objects.get(incident=card, clock="clarification").limit_at == local("2026-07-02 14:00")


def test_a_clock_that_has_run_out_is_not_stopped_by_a_question(town: Town, norm: Norm) -> None:
    card = given(town, local("2026-07-01 10:00"))
    ask(card, local("2026-07-06 14:00"))
    assert theirs(card).limit_at == local("2026-07-02 09:00")


def test_an_answer_sent_for_approval_meets_it_and_a_question_does_not(town: Town, norm: Norm) -> None:
    for kind, met in ((Answer.Kind.QUESTION, False), (Answer.Kind.FINAL, True)):
        card = given(town, timezone.now())
        text, outcome = "Анна, трубу починили 1 июля.", "solved" if met else ""
        words = drafts.Words(text, kind=kind, outcome=outcome, ground="act", ground_words="Акт № 7")
        answer = drafts.write(card, main_message(card), words, town.executor, timezone.now())
        drafts.submit(answer, town.executor, timezone.now())
        assert (Deadline.objects.get(incident=card, clock="agency").met_at is not None) is met


def test_an_agency_that_never_opens_is_measured_by_the_wall(town: Town, norm: Norm) -> None:
    never = Calendar.objects.create(title="Никогда", weekdays=[])
    AgencyCalendar.objects.create(agency=town.water, calendar=never)
    card = given(town, local("2026-07-01 10:00"))
    assert theirs(card).limit_at == local("2026-07-01 18:00")
    ask(card, local("2026-07-01 14:00"))
    assert Deadline.objects.get(incident=card, clock="agency").left is not None


def test_an_agency_across_new_year_and_a_jump_of_the_clocks(town: Town, norm: Norm) -> None:
    berlin = Calendar.objects.create(
        title="Берлин", zone="Europe/Berlin", opens=time(0), closes=time(6), weekdays=list(range(7)), holidays=False
    )
    AgencyCalendar.objects.create(agency=town.water, calendar=berlin)
    zone = ZoneInfo("Europe/Berlin")
    card = given(town, datetime(2026, 3, 28, 20, tzinfo=zone))
    assert theirs(card).limit_at == datetime(2026, 3, 30, 3, tzinfo=zone), "five hours on the day that has an hour less"
    card = given(town, datetime(2025, 12, 31, 1, tzinfo=zone))
    assert theirs(card).limit_at == datetime(2026, 1, 1, 3, tzinfo=zone)


def test_a_theme_network_and_place_choose_the_norm_of_a_card(town: Town) -> None:
    make = Norm.objects.create
    make(clock="first_answer", minutes=60, working=False)
    make(clock="first_answer", minutes=50, working=False, network="ok")
    make(clock="first_answer", minutes=40, working=False, priority=4)
    make(clock="first_answer", minutes=30, working=False, place=town.village)
    make(clock="first_answer", minutes=20, working=False, group=town.hole.group)
    at = local("2026-07-01 10:00")
    card = town.card(at=at, priority=4)
    decided = assign(card, Decision(town.water, town.pipe, town.city), town.operator, at)
    assert limits(decided)["first_answer"] == at + timedelta(minutes=40)
    moved = assign(decided, Decision(town.roads, town.hole, town.village), town.operator, at)
    assert limits(moved)["first_answer"] == at + timedelta(minutes=20)
    village = assign(town.card(at=at), Decision(town.roads, town.pipe, town.village), town.operator, at)
    assert limits(village)["first_answer"] == at + timedelta(minutes=30)


def test_the_card_tells_each_clock_by_name_and_which_of_them_stands_still(town: Town, norm: Norm) -> None:
    AgencyCalendar.objects.create(agency=town.water, calendar=Calendar.objects.create(title="Насосы"))
    card = given(town, local("2026-07-01 10:00"))
    faces = {face.title: face for face in clocks_of(card, local("2026-07-01 12:00")).faces}
    assert list(faces) == ["Первый ответ", "Итоговый ответ", "Ответ ведомства"]
    assert faces["Ответ ведомства"].running
    assert "в рабочее время ведомства" in faces["Ответ ведомства"].about
    assert "в рабочее время региона" in faces["Первый ответ"].about
    ask(card, local("2026-07-01 14:00"))
    card.refresh_from_db()
    faces = {face.title: face for face in clocks_of(card, local("2026-07-02 16:00")).faces}
    assert list(faces) == ["Первый ответ", "Итоговый ответ", "Ответ ведомства", "Уточнение автора"]
    assert faces["Ответ ведомства"].told.words == "стоит, пока автор не ответит, останется 4 раб. ч"
    assert not faces["Ответ ведомства"].running
    assert faces["Уточнение автора"].about == "ждёт ответа автора на наш вопрос, идёт и ночью, и в выходные"


def test_a_regional_day_off_is_free_for_an_agency_that_keeps_holidays_and_for_no_duty_shift(
    town: Town, norm: Norm
) -> None:
    Calendar.objects.create(title="Край", default=True, special_days={"2026-07-02": 0, "2026-07-03": 4})
    shifts = Calendar.objects.create(title="Водоканал")
    AgencyCalendar.objects.create(agency=town.water, calendar=shifts)
    assert theirs(given(town, local("2026-07-01 16:30"))).limit_at == local("2026-07-03 15:30")
    Calendar.objects.filter(pk=shifts.pk).update(holidays=False)
    assert theirs(given(town, local("2026-07-01 16:30"))).limit_at == local("2026-07-02 15:30")
