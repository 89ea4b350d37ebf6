"""«Обещания»: who sees which, what stands in which tab, the shares, the table, and a new day told by an answer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from pytest_django import Settings

from otklik.answers import drafts, moving, review, sending
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.desk.head.promises import LIST, Line, ordered, promises_for, sunday
from otklik.desk.listing import Chosen
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, reread
from otklik.feedback.registers.fate import today_is
from otklik.feedback.registers.keep import recount
from otklik.feedback.registers.models import Promise
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.watching import Instruction, watch
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.people.models import Role, User
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.reports.arithmetic import Share
from otklik.routing import extensions
from otklik.routing.models import Deadline, Norm
from tests.make.people import person, signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
HERE = "/promises/"


def publish(answer: Answer, town: Town, at: datetime) -> None:
    drafts.submit(answer, town.executor, at)
    drafts.approve(reread(answer), town.approver, at, answer.version, despite="Так и нужно")
    with book.turn():
        prepare(claim(Answer, at, LEASE, 10), at)
        for delivery in Delivery.objects.filter(answer=answer):
            fate.spoken(delivery, f"wall-1_1?reply=9{delivery.pk}", "", at)
        recount([answer.incident_id])


def promised(town: Town, card: Incident | None = None, days: int = 0, at: datetime | None = None) -> Promise:
    """A day in an interim answer, so many days after that moment, approved and published."""
    at = at or clock.now()
    card, day = card or town.assigned(), localdate(at) + timedelta(days)
    words = drafts.Words("Заменим трубу к сроку, который назвали.", "interim", promised_on=day)
    answer = drafts.write(card, main_message(card), words, town.executor, at)
    publish(answer, town, at)
    return Promise.objects.get(answer=answer)


def broken(town: Town) -> Promise:
    return promised(town, at=clock.now() - timedelta(days=3))


def rows_of_page(client: Client, query: str = "") -> list[int]:
    return [row.promise.pk for row in client.get(f"{HERE}{query}").context["rows"]]


def new_day(promise: Promise) -> str:
    return f"{HERE}{promise.pk}/new-day/"


@pytest.fixture
def curator_of_roads(town: Town) -> User:
    return person("roads-curator", Role.CURATOR, town.roads)


def test_each_tab_and_the_table_hold_ones_own_alone_with_no_name_or_formula(town: Town, curator_of_roads: User) -> None:
    week, late, later = promised(town), broken(town), promised(town, days=40)
    client, stranger = signed_in(town.executor), signed_in(curator_of_roads)
    tabs = ("", "?tab=overdue", "?tab=later")
    assert [rows_of_page(client, tab) for tab in tabs] == [[week.pk], [late.pk], [later.pk]]
    for tab in ("week", "overdue", "later", "kept", "moved"):
        assert rows_of_page(stranger, f"?tab={tab}") == []
    assert_shows(page_at(client, f"{HERE}due/"), "Обещано на этой неделе: 1", "просрочено: 1")
    operator, pages = signed_in(town.operator), ("1", "999999999999999999.9", "-1.-1", "1.1")
    hostile = ("tab=%27--", "agency=-1", "theme=x", *(f"after={page}" for page in pages))
    for query in (*hostile, f"agency={town.water.pk}&theme={town.pipe.pk}"):
        assert rows_of_page(operator, f"?{query}") == [week.pk], query
    for query in (f"agency={town.roads.pk}", f"theme={town.hole.pk}"):
        assert rows_of_page(operator, f"?{query}") == [], query
    # The tab of a week ends on Sunday.
    now = clock.now()
    last = localdate(sunday(now))
    assert (last.weekday(), last - localdate(now) < timedelta(days=7)) == (6, True)
    for promise, limit in ((week, sunday(now)), (later, sunday(now) + timedelta(seconds=1))):
        Promise.objects.filter(pk=promise.pk).update(limit_at=limit)
    assert [one.pk for one in promises_for(town.operator, Chosen(tab="week", agency=0, theme=0), now)] == [week.pk]
    one = promised(town)
    Answer.objects.filter(pk=one.answer_id).update(text="=Анна Жилина, звоните 8 918 123-45-67")
    sheet = page_at(town.executor, f"{HERE}table/")
    assert_shows(sheet, ";'=", str(one.incident.number), hides=("Жилина", "123-45-67"))
    assert str(one.incident.number) not in page_at(curator_of_roads, f"{HERE}table/").split()


def test_the_pages_follow_each_other_without_a_gap_and_ask_ten_questions_at_most(town: Town) -> None:
    # The same card's promise over and over, as no product makes it: for the size of the page alone.
    one = promised(town)
    for number in range(2 * LIST.size + 5):
        answer = Answer.objects.get(pk=one.answer_id)
        answer.pk = answer.due_at = None
        answer.save()
        times = {"given_at": one.given_at, "limit_at": one.limit_at + timedelta(seconds=-(number % 7))}
        Promise.objects.create(answer=answer, incident_id=one.incident_id, **times)
    client, query, seen = signed_in(town.operator), "", []
    client.get(HERE)
    for _page in range(3):
        with at_most(10):
            page = client.get(f"{HERE}{query}")
        seen += [row.promise.pk for row in page.context["rows"]]
        query = page.context["following"]
    assert query == ""
    assert len(seen) == len(set(seen)) == 2 * LIST.size + 6


def test_the_share_counts_every_promise_whose_day_has_come_and_too_few_rank_nobody(town: Town) -> None:
    shares = ((1, "б", Share(9, 10)), (2, "а", Share(0, 9)), (3, "в", Share(3, 30)))
    assert [line.pk for line in ordered([Line(*share, 0, 0, 0, 0) for share in shares])] == [3, 1, 2]
    assert broken(town).incident.agency == town.water
    promised(town)
    for word in ("kept", "moved", "cancelled"):
        Promise.objects.filter(pk=broken(town).pk).update(fate=word)
    (line,) = signed_in(town.operator).get(HERE).context["agencies"]
    assert (line.pk, line.kept.part, line.kept.n, line.moved, line.broken) == (town.water.pk, 1, 3, 1, 1)


def test_a_new_day_begins_a_draft_and_moves_nothing_until_it_is_published(town: Town) -> None:
    one, client = promised(town, days=1, at=clock.now() - timedelta(days=3)), signed_in(town.executor)
    day, why = localdate() + timedelta(days=5), "Трубу везут из Ростова"
    card = f"/incidents/{one.incident_id}/"
    assert client.get(f"{card}new-day/").headers["Location"] == new_day(one)
    assert f"обещали до <strong>{date_format(localtime(one.limit_at), 'j E Y')}<" in page_at(client, new_day(one))
    none = f"/incidents/{town.assigned().pk}/"
    assert client.get(f"{none}new-day/").headers["Location"] == none, "no promise, no page"
    answer = client.post(new_day(one), {"day": day.isoformat(), "reason": why})
    assert (answer.status_code, answer.headers["Location"]) == (302, card)
    draft = Answer.objects.latest("pk")
    assert (draft.kind, draft.state, draft.promised_on) == ("interim", "draft", day)
    assert_shows(draft.text, f"{why}.", moving.LEFT_TO_SAY)
    assert reread(one).fate == ""
    form = {"text": draft.text, "kind": "interim", "promised_on": day, "version": draft.version}
    assert client.post(f"{card}submission/", form).status_code == 422, "what was left to say has to be said"
    draft.refresh_from_db()
    words = drafts.Words("Трубу везут. Заменим к названному дню.", "interim", promised_on=day)
    again = drafts.write(draft.incident, draft.reply_to, words, town.executor, clock.now(), draft.version)
    publish(again, town, clock.now())
    assert reread(one).fate == "moved_late"
    assert Promise.objects.get(answer=draft).moves == 1


def test_what_will_not_do_is_said_and_what_was_typed_stays(town: Town, curator_of_roads: User) -> None:
    one, client = broken(town), signed_in(town.executor)
    for day, reason, words in (
        ("", "Трубу везут", "Выберите новый день"),
        ("2020-01-01", "Трубу везут", "уже прошёл"),
        ("завтра", "Трубу везут", "Выберите новый день"),
        ("2099-01-01", " ", "житель это прочтёт"),
    ):
        assert_answers(client.post(new_day(one), {"day": day, "reason": reason}), 422, words, f">{reason}</textarea>")
    form = {"day": "2099-01-01", "reason": "Трубу везут"}
    for user, status in ((town.auditor, 403), (town.other, 404), (curator_of_roads, 404)):
        assert signed_in(user).post(new_day(one), form).status_code == status
    assert Answer.objects.count() == 1
    begun = drafts.Words("Начал писать.", "final", "solved")
    draft = drafts.write(one.incident, main_message(one.incident), begun, town.executor, clock.now())
    assert client.post(new_day(one), form).status_code == 409, "a draft is not written over"
    assert reread(draft).text == "Начал писать."


def test_the_third_move_of_a_promise_never_leaves_without_an_approver(town: Town) -> None:
    card, now = town.assigned(), clock.now()
    ApprovalPolicy.objects.create(theme=town.pipe, person=town.executor, steps=0)
    for number in range(3):
        promised(town, reread(card), days=number + 1)
        words = drafts.Words("Заменим трубу к 30 декабря.", "interim", promised_on=localdate(now) + timedelta(days=9))
        draft = drafts.write(Incident.objects.get(pk=card.pk), main_message(card), words, town.executor, now)
        assert moving.moves_made(draft.incident) == number
        assert sending.why_a_person(draft, draft.reply_to, [], None) == ("moved" if number == 2 else "")
        Answer.objects.filter(pk=draft.pk).delete()


# A promise is kept in the future: no interim answer goes out with a day that has passed in the region.
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def promising(town: Town, day: date) -> Answer:
    card = town.assigned()
    words = drafts.Words("Починим до пятницы и покажем.", Answer.Kind.INTERIM, promised_on=day)
    return drafts.write(card, main_message(card), words, town.executor, NOON)


def test_no_day_that_is_over_in_the_region_may_be_promised_nor_be_let_out(town: Town, settings: Settings) -> None:
    for day in (date(2020, 1, 1), TODAY - timedelta(days=1)):
        answer = promising(town, day)
        with pytest.raises(drafts.Unfit, match="выберите сегодняшний или более поздний"):
            drafts.submit(answer, town.executor, NOON)
        assert reread(answer).state == Answer.State.DRAFT
    # A final answer promises nothing.
    ground = {"outcome": "solved", "ground": "act", "ground_words": "Акт № 7"}
    Answer.objects.filter(pk=answer.pk).update(kind=Answer.Kind.FINAL, **ground)
    drafts.submit(reread(answer), town.executor, NOON)
    for day in (TODAY, TODAY + timedelta(days=400)):
        answer = promising(town, day)
        drafts.submit(answer, town.executor, NOON)
        drafts.approve(answer, town.approver, NOON, answer.version)
        assert reread(answer).state == Answer.State.APPROVED
    answer, tomorrow = promising(town, TODAY), NOON + timedelta(days=1)
    drafts.submit(answer, town.executor, NOON)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        drafts.approve(answer, town.approver, tomorrow, answer.version)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        review.correct_and_approve(answer, "Починим.", town.approver, tomorrow, answer.version)
    assert (reread(answer).state, answer.text) == (Answer.State.APPROVAL, "Починим до пятницы и покажем.")
    for settings.TIME_ZONE, hour in (("Europe/Moscow", 20), ("Asia/Vladivostok", 13)):
        late_evening = datetime(2026, 11, 25, hour, 59, tzinfo=UTC)
        for at, fits in ((late_evening, True), (late_evening + timedelta(minutes=1), False)):
            assert drafts.promise_is_over(promising(town, TODAY), at) is not fits


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Vladivostok"])
def test_a_promised_day_is_over_at_the_midnight_of_the_region_wherever_it_is_told(
    town: Town, settings: Settings, zone: str
) -> None:
    """The clock, the register, the page, the table, the card, a longer term, a star."""
    settings.TIME_ZONE = zone
    now = clock.now()
    one = promised(town, days=2, at=now)
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=2)
    over = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo(zone))
    tab = today_is(over, now, sunday(now))
    assert (one.limit_at, Deadline.objects.get(clock="promise").limit_at) == (over, over)
    assert f"до {date_format(day, 'j E Y')}</span>" in page_at(town.operator, f"{HERE}?tab={tab}")
    assert f";{day.isoformat()};" in page_at(town.operator, f"{HERE}table/?tab={tab}")
    assert f'datetime="{over.isoformat()}"' in page_at(town.operator, f"/incidents/{one.incident_id}/")
    card, now = town.assigned(), clock.now()
    asked = extensions.ask(card, day + timedelta(days=20), "Труба на складе", town.executor, now)
    extensions.grant(asked, "", town.operator, now)
    assert Deadline.objects.get(incident=card, clock=Norm.Clock.FINAL_ANSWER).limit_at == over + timedelta(days=20)
    star = watch(one.incident, Instruction("Проверить", day, town.executor), town.head, now)
    assert star.due_at == over.replace(hour=9, minute=0, second=0)


def test_a_new_day_that_was_published_takes_the_place_of_the_old_one(town: Town) -> None:
    """Else the old clock would go on to the head of the region, although the author knows the new day."""
    publish(promising(town, TODAY + timedelta(days=1)), town, NOON)
    card = Incident.objects.get()
    again = drafts.Words("Починим к 30 ноября.", Answer.Kind.INTERIM, promised_on=TODAY + timedelta(days=5))
    publish(drafts.write(card, main_message(card), again, town.executor, NOON), town, NOON)
    old, new = Deadline.objects.filter(clock="promise").order_by("pk")
    assert (old.met_at is not None, new.met_at, new.cancelled_at) == (True, None, None)
