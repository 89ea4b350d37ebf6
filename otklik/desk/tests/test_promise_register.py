"""«Обещания»: who sees which, what stands in which tab, the shares, the table, and a new day told by an answer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import Settings

from otklik.answers import drafts, moving, review, sending
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.desk.promises.rows import PAGE, Chosen, promises_for, sunday
from otklik.desk.promises.shares import Line, ordered
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.desk.tests.promise_data import broken, promised, publish
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import Role, User
from otklik.registers.models import Promise
from otklik.reports.arithmetic import Share
from otklik.routing.models import Deadline
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def shown(client: Client, query: str = "") -> list[int]:
    return [row.promise.pk for row in client.get(f"/promises/{query}").context["rows"]]


def curator_of_roads(town: Town) -> User:
    return person("roads-curator", Role.CURATOR, town.roads)


def test_each_tab_has_its_own_and_an_agency_sees_no_other(town: Town) -> None:
    week, late, later = promised(town), broken(town), promised(town, days=40)
    client = signed_in(town.executor)
    tabs = ("", "?tab=overdue", "?tab=later")
    assert [shown(client, tab) for tab in tabs] == [[week.pk], [late.pk], [later.pk]]
    stranger = signed_in(curator_of_roads(town))
    for tab in ("week", "overdue", "later", "kept", "moved"):
        assert shown(stranger, f"?tab={tab}") == []
    assert_answers(client.get("/promises/due/"), 200, "Обещано на этой неделе: 1", "просрочено: 1")


def test_a_hostile_address_line_narrows_nothing(town: Town) -> None:
    week, client = promised(town), signed_in(town.operator)
    pages = ("1", "999999999999999999.9", "-1.-1", "1.1")
    for query in ("tab=%27--", "agency=-1", "theme=x", *(f"after={page}" for page in pages)):
        assert shown(client, f"?{query}") == [week.pk], query


def test_it_is_narrowed_by_agency_and_theme(town: Town) -> None:
    week, client = promised(town), signed_in(town.operator)
    assert shown(client, f"?agency={town.water.pk}&theme={town.pipe.pk}") == [week.pk]
    assert shown(client, f"?agency={town.roads.pk}") == shown(client, f"?theme={town.hole.pk}") == []


def many(town: Town, count: int) -> None:
    """The same card's promise over and over, as no product makes it: for the size of the page alone."""
    one = promised(town)
    for number in range(count):
        answer = Answer.objects.get(pk=one.answer_id)
        answer.pk = None
        answer.due_at = None
        answer.save()
        given = {"given_at": one.given_at, "limit_at": one.limit_at + timedelta(seconds=-(number % 7))}
        Promise.objects.create(answer=answer, incident_id=one.incident_id, **given)


def test_the_pages_follow_each_other_without_a_gap_and_ask_ten_questions_at_most(town: Town) -> None:
    many(town, 2 * PAGE + 5)
    client, query, seen = signed_in(town.operator), "", []
    client.get("/promises/")
    for _page in range(3):
        with at_most(10):
            answer = client.get(f"/promises/{query}")
        seen += [row.promise.pk for row in answer.context["rows"]]
        query = answer.context["following"]
    assert query == ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 6


def test_the_tab_of_a_week_ends_on_sunday(town: Town) -> None:
    now = clock.now()
    inside, outside = promised(town), promised(town, days=60)
    Promise.objects.filter(pk=inside.pk).update(limit_at=sunday(now))
    Promise.objects.filter(pk=outside.pk).update(limit_at=sunday(now) + timedelta(seconds=1))
    found = promises_for(town.operator, Chosen("week"), now)
    assert [one.pk for one in found] == [inside.pk]


def test_nobody_is_ranked_by_a_share_of_too_few(town: Town) -> None:
    lines = [
        Line(1, "б", Share(9, 10), 0, 0, 0, 0),
        Line(2, "а", Share(0, 9), 0, 0, 0, 0),
        Line(3, "в", Share(3, 30), 0, 0, 0, 0),
    ]
    assert [line.pk for line in ordered(lines)] == [3, 1, 2]


def test_the_share_counts_every_promise_whose_day_has_come_and_was_not_cancelled(town: Town) -> None:
    late = broken(town)
    promised(town)
    for fate_word in ("kept", "moved", "cancelled"):
        Promise.objects.filter(pk=broken(town).pk).update(fate=fate_word)
    (line,) = signed_in(town.operator).get("/promises/").context["agencies"]
    assert (line.pk, line.kept.part, line.kept.n, line.moved, line.broken) == (town.water.pk, 1, 3, 1, 1)
    assert late.incident.agency == town.water


def test_the_table_hides_who_it_is_and_no_cell_is_a_formula(town: Town) -> None:
    one = promised(town)
    Answer.objects.filter(pk=one.answer_id).update(text="=Анна Жилина, звоните 8 918 123-45-67")
    sheet = assert_answers(signed_in(town.executor).get("/promises/table/"), 200, ";'=", hides=("Жилина", "123-45-67"))
    assert str(one.incident.number) in sheet
    theirs = signed_in(curator_of_roads(town)).get("/promises/table/").content.decode().split()
    assert str(one.incident.number) not in theirs


def test_a_new_day_begins_a_draft_and_moves_nothing_until_it_is_published(town: Town) -> None:
    one, client = broken(town), signed_in(town.executor)
    day = localdate() + timedelta(days=5)
    answer = client.post(f"/promises/{one.pk}/new-day/", {"day": day.isoformat(), "reason": "Трубу везут из Ростова"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/incidents/{one.incident_id}/")
    draft = Answer.objects.latest("pk")
    assert (draft.kind, draft.state, draft.promised_on) == ("interim", "draft", day)
    assert "Трубу везут из Ростова." in draft.text
    assert moving.LEFT_TO_SAY in draft.text
    assert reread(one).fate == ""
    given = {"text": draft.text, "kind": "interim", "promised_on": day, "version": draft.version}
    page = client.post(f"/incidents/{one.incident_id}/submission/", given)
    assert page.status_code == 422, "what was left to say has to be said"
    draft.refresh_from_db()
    words = drafts.Words("Трубу везут. Заменим к названному дню.", "interim", promised_on=day)
    again = drafts.write(draft.incident, draft.reply_to, words, town.executor, clock.now(), draft.version)
    publish(again, town, clock.now())
    assert reread(one).fate == "moved_late"
    assert Promise.objects.get(answer=draft).moves == 1


def test_what_will_not_do_is_said_and_what_was_typed_stays(town: Town) -> None:
    one, client = broken(town), signed_in(town.executor)
    for day, reason, words in (
        ("", "Трубу везут", "Выберите новый день"),
        ("2020-01-01", "Трубу везут", "уже прошёл"),
        ("завтра", "Трубу везут", "Выберите новый день"),
        ("2099-01-01", " ", "автор это прочтёт"),
    ):
        answer = client.post(f"/promises/{one.pk}/new-day/", {"day": day, "reason": reason})
        assert_answers(answer, 422, words, f">{reason}</textarea>")
    assert Answer.objects.count() == 1


def test_the_way_from_the_card_leads_to_its_promise_and_back_where_there_is_none(town: Town) -> None:
    one, client = broken(town), signed_in(town.executor)
    way = client.get(f"/incidents/{one.incident_id}/new-day/")
    assert way.headers["Location"] == f"/promises/{one.pk}/new-day/"
    assert "Автору обещали до" in client.get(way.headers["Location"]).content.decode()
    none = town.assigned()
    assert client.get(f"/incidents/{none.pk}/new-day/").headers["Location"] == f"/incidents/{none.pk}/"


def test_a_draft_of_somebody_is_not_written_over(town: Town) -> None:
    one = broken(town)
    words = drafts.Words("Начал писать.", "final", "solved")
    draft = drafts.write(one.incident, main_message(one.incident), words, town.executor, clock.now())
    answer = signed_in(town.executor).post(
        f"/promises/{one.pk}/new-day/", {"day": "2099-01-01", "reason": "Трубу везут"}
    )
    assert answer.status_code == 409
    assert reread(draft).text == "Начал писать."


def test_a_new_day_is_for_whoever_may_answer_here(town: Town) -> None:
    one = broken(town)
    given = {"day": "2099-01-01", "reason": "Трубу везут"}
    for user, status in ((town.auditor, 403), (town.other, 404), (curator_of_roads(town), 404)):
        assert signed_in(user).post(f"/promises/{one.pk}/new-day/", given).status_code == status
    assert Answer.objects.count() == 1


def test_the_third_move_of_a_promise_never_leaves_without_an_approver(town: Town) -> None:
    card, now = town.assigned(), clock.now()
    ApprovalPolicy.objects.create(theme=town.pipe, person=town.executor, steps=0)
    for number in range(3):
        promised(town, card, days=number + 1)
        words = drafts.Words("Заменим трубу к 30 декабря.", "interim", promised_on=localdate(now) + timedelta(days=9))
        draft = drafts.write(Incident.objects.get(pk=card.pk), main_message(card), words, town.executor, now)
        assert moving.moves_made(draft.incident) == number
        held = sending.why_a_person(draft, draft.reply_to, [], None)
        assert held == ("moved" if number == 2 else "")
        Answer.objects.filter(pk=draft.pk).delete()


# A promise is kept in the future: no interim answer goes out with a day that has passed in the region.
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def promising(town: Town, day: date) -> Answer:
    card = town.assigned()
    words = drafts.Words("Починим до пятницы и покажем.", Answer.Kind.INTERIM, promised_on=day)
    return drafts.write(card, main_message(card), words, town.executor, NOON)


def test_a_day_that_has_passed_is_not_sent_for_approval(town: Town) -> None:
    for day in (date(2020, 1, 1), TODAY - timedelta(days=1)):
        answer = promising(town, day)
        with pytest.raises(drafts.Unfit, match="выберите сегодняшний или более поздний"):
            drafts.submit(answer, town.executor, NOON)
        assert reread(answer).state == Answer.State.DRAFT


def test_today_and_any_later_day_may_be_promised(town: Town) -> None:
    for day in (TODAY, TODAY + timedelta(days=400)):
        answer = promising(town, day)
        drafts.submit(answer, town.executor, NOON)
        drafts.approve(answer, town.approver, NOON, answer.version)
        assert reread(answer).state == Answer.State.APPROVED


def test_the_day_ends_by_the_clock_of_the_region(town: Town, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Moscow"
    late_evening = datetime(2026, 11, 25, 20, 59, tzinfo=UTC)
    for at, fits in ((late_evening, True), (late_evening + timedelta(minutes=1), False)):
        assert drafts.promise_is_over(promising(town, TODAY), at) is not fits


def test_a_promise_that_ran_out_in_the_approvers_hands_is_not_let_out(town: Town) -> None:
    answer = promising(town, TODAY)
    drafts.submit(answer, town.executor, NOON)
    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        drafts.approve(answer, town.approver, tomorrow, answer.version)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        review.correct_and_approve(answer, "Починим.", town.approver, tomorrow, answer.version)
    assert (reread(answer).state, answer.text) == (Answer.State.APPROVAL, "Починим до пятницы и покажем.")


def test_a_final_answer_promises_nothing(town: Town) -> None:
    answer = promising(town, TODAY - timedelta(days=9))
    Answer.objects.filter(pk=answer.pk).update(
        kind=Answer.Kind.FINAL, outcome="solved", ground="act", ground_words="Акт № 7"
    )
    drafts.submit(Answer.objects.get(pk=answer.pk), town.executor, NOON)


def test_a_new_day_that_was_published_takes_the_place_of_the_old_one(town: Town) -> None:
    """Else the old clock would go on to the head of the region, although the author knows the new day."""
    publish(promising(town, TODAY + timedelta(days=1)), town, NOON)
    card = Incident.objects.get()
    again = drafts.Words("Починим к 30 ноября.", Answer.Kind.INTERIM, promised_on=TODAY + timedelta(days=5))
    publish(drafts.write(card, main_message(card), again, town.executor, NOON), town, NOON)
    old, new = Deadline.objects.filter(clock="promise").order_by("pk")
    assert (old.met_at is not None, new.met_at, new.cancelled_at) == (True, None, None)
