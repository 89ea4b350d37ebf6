"""«Согласование»: what waits for this approver, the most urgent first, and decisions that are his to make."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.approvals.rows import PAGE
from otklik.desk.tests.pages import assert_shows, reread
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.people.models import Grant, Role, User
from otklik.routing.models import Deadline
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def waiting_for(user: User) -> list[int]:
    return [row.answer.pk for row in signed_in(user).get("/approvals/").context["rows"]]


def test_the_page_is_for_approvers_and_administrators(town: Town) -> None:
    for user, status in (
        (town.approver, 200),
        (town.admin, 200),
        (town.executor, 403),
        (town.operator, 403),
        (town.stranger, 403),
    ):
        assert signed_in(user).get("/approvals/").status_code == status, user.username
    assert Client().get("/approvals/").status_code == 302


def test_an_approver_sees_what_lies_within_his_reach(town: Town) -> None:
    answer = town.submitted()
    Grant.objects.create(user=town.stranger, role=Role.APPROVER, agency=town.roads)
    assert waiting_for(town.approver) == [answer.pk]
    assert waiting_for(town.admin) == [answer.pk]
    assert waiting_for(town.stranger) == []


def test_other_grants_do_not_widen_what_may_be_approved(town: Town) -> None:
    town.submitted()
    Grant.objects.create(user=town.stranger, role=Role.APPROVER, agency=town.roads)
    Grant.objects.create(user=town.stranger, role=Role.OPERATOR)
    assert waiting_for(town.stranger) == []


def test_only_answers_that_wait_are_shown_the_most_urgent_first(town: Town) -> None:
    first, second = town.submitted(), town.submitted()
    town.drafted()
    back = town.submitted()
    drafts.send_back(back, town.approver, timezone.now(), "нет даты")
    now = timezone.now()
    Deadline.objects.filter(incident=first.incident).update(limit_at=now + timedelta(hours=9))
    Deadline.objects.filter(incident=second.incident).update(limit_at=now - timedelta(hours=9))
    assert waiting_for(town.approver) == [second.pk, first.pk]


def test_both_texts_stand_side_by_side_as_text(town: Town) -> None:
    answer = town.submitted(text="Воду дали <b>в 14:00</b>\nТрубу заменили.")
    Message.objects.filter(pk=answer.reply_to_id).update(text="<img src=x onerror=alert(1)> нет воды")
    page = signed_in(town.approver).get("/approvals/").content.decode()
    assert "<img src=x" not in page
    assert "Воду дали &lt;b&gt;в 14:00&lt;/b&gt;<br>Трубу заменили." in page
    assert "Анна Жилина" not in page
    assert " style=" not in page
    assert " onclick=" not in page


def test_an_own_answer_cannot_be_approved_and_the_page_says_why(town: Town) -> None:
    card = town.assigned()
    Grant.objects.create(user=town.approver, role=Role.EXECUTOR, agency=town.water)
    words = drafts.Words(text="Сделали.", outcome="solved", ground="phone", ground_words="Позвонили автору")
    own = drafts.write(card, main_message(card), words, town.approver, timezone.now())
    drafts.submit(own, town.approver, timezone.now())
    own.refresh_from_db()
    page = signed_in(town.approver).get("/approvals/").content.decode()
    assert_shows(page, "Это ваш ответ", f'data-approve disabled aria-describedby="own{own.pk}"')
    refused = signed_in(town.approver).post(f"/answers/{own.pk}/approval/", {"version": own.version})
    assert refused.status_code == 403
    assert reread(own).state == Answer.State.APPROVAL
    assert "Это ваш ответ" not in signed_in(town.second_approver).get("/approvals/").content.decode()


def test_a_decision_is_asked_for_with_the_version_that_was_read(town: Town) -> None:
    answer = town.submitted()
    client = signed_in(town.approver)
    page = client.get("/approvals/").content.decode()
    assert_shows(page, f'hx-post="/answers/{answer.pk}/approval/"', f'name="version" value="{answer.version}"')
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1)
    stale = client.post(f"/answers/{answer.pk}/approval/", {"version": answer.version}, headers={"X-Fragment": "1"})
    assert stale.status_code == 409
    fresh = client.post(f"/answers/{answer.pk}/approval/", {"version": answer.version + 1}, headers={"X-Fragment": "1"})
    assert fresh.status_code == 200
    assert waiting_for(town.approver) == []


def test_ten_queries_are_enough_for_any_number_of_answers(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        town.submitted()
    client = signed_in(town.approver)
    with django_assert_max_num_queries(10):
        assert client.get("/approvals/").status_code == 200


def test_a_long_row_of_answers_comes_in_pages(town: Town) -> None:
    for _ in range(PAGE + 2):
        town.submitted()
    page = signed_in(town.approver).get("/approvals/")
    assert len(page.context["rows"]) == PAGE
    assert f"{PAGE}+" in page.content.decode()


def test_nothing_to_decide_is_good_news(town: Town) -> None:
    page = signed_in(town.approver).get("/approvals/").content.decode()
    assert_shows(page, "Всё согласовано", hides=["data-empty hidden"])


def test_a_promised_day_of_another_year_is_shown_with_its_year(town: Town) -> None:
    answer, today = town.submitted(), timezone.localdate()
    for day, words in ((today.replace(day=1), ""), (date(today.year + 2, 5, 3), f"до 3 мая {today.year + 2}")):
        Answer.objects.filter(pk=answer.pk).update(promised_on=day)
        page = signed_in(town.approver).get("/approvals/").content.decode()
        chip = page[page.index("обещаем до") :].partition("</span>")[0]
        assert words in chip
        assert bool(words) == (str(day.year) in chip)
