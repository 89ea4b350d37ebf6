"""«Согласование»: what waits for this approver, and an approval that is given for one text and one comment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.approvals.rows import PAGE
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.inbox.models import Media, Message
from otklik.inbox.standing import differences, mark, standing
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import Grant, Role, User
from otklik.publishing import astray
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db


def waiting_for(user: User) -> list[int]:
    return [row.answer.pk for row in signed_in(user).get("/approvals/").context["rows"]]


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
    page = page_at(town.approver, "/approvals/")
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
    page = page_at(town.approver, "/approvals/")
    assert_shows(page, "Это ваш ответ", f'data-approve disabled aria-describedby="own{own.pk}"')
    refused = signed_in(town.approver).post(f"/answers/{own.pk}/approval/", {"version": own.version})
    assert refused.status_code == 403
    assert reread(own).state == Answer.State.APPROVAL
    assert "Это ваш ответ" not in page_at(town.second_approver, "/approvals/")


def test_a_decision_is_asked_for_with_the_version_that_was_read(town: Town) -> None:
    answer = town.submitted()
    client = signed_in(town.approver)
    page = page_at(client, "/approvals/")
    assert_shows(page, f'hx-post="/answers/{answer.pk}/approval/"', f'name="version" value="{answer.version}"')
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1)
    stale = client.post(f"/answers/{answer.pk}/approval/", {"version": answer.version}, headers={"X-Fragment": "1"})
    assert stale.status_code == 409
    fresh = client.post(f"/answers/{answer.pk}/approval/", {"version": answer.version + 1}, headers={"X-Fragment": "1"})
    assert fresh.status_code == 200
    assert waiting_for(town.approver) == []


def test_a_long_row_of_answers_comes_in_pages(town: Town) -> None:
    for _ in range(PAGE + 2):
        town.submitted()
    page = signed_in(town.approver).get("/approvals/")
    assert len(page.context["rows"]) == PAGE
    assert f"{PAGE}+" in page.content.decode()


def test_nothing_to_decide_is_good_news(town: Town) -> None:
    assert_shows(page_at(town.approver, "/approvals/"), "Всё согласовано", hides=["data-empty hidden"])


def test_a_promised_day_of_another_year_is_shown_with_its_year(town: Town) -> None:
    answer, today = town.submitted(), timezone.localdate()
    for day, words in ((today.replace(day=1), ""), (date(today.year + 2, 5, 3), f"до 3 мая {today.year + 2}")):
        Answer.objects.filter(pk=answer.pk).update(promised_on=day)
        page = page_at(town.approver, "/approvals/")
        chip = page[page.index("обещаем до") :].partition("</span>")[0]
        assert words in chip
        assert bool(words) == (str(day.year) in chip)


def edited(message: Message, text: str) -> Message:
    """As the inbox notes an edit."""
    Message.objects.filter(pk=message.pk).update(text=text, edited_at=timezone.now(), revision=message.revision + 1)
    return Message.objects.get(pk=message.pk)


def test_what_the_approver_saw_is_kept_with_the_answer(town: Town) -> None:
    answer = town.submitted()
    Media.objects.create(message=answer.reply_to, kind="photo")
    drafts.approve(answer, town.approver, timezone.now(), answer.version, answer.reply_to.revision)
    answer.refresh_from_db()
    stood = standing(Message.objects.select_related("thread").get(pk=answer.reply_to_id))
    asked = answer.asked or {}
    assert {name: asked[name] for name in stood} == stood
    assert (asked["media"], asked["version"]) == (["photo"], answer.version)
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.approve")
    assert entry.data["asked"] == mark(stood) == asked["mark"]


@pytest.mark.parametrize("address", ["approval", "correction"])
def test_a_page_that_shows_an_older_comment_approves_nothing(town: Town, address: str) -> None:
    answer = town.submitted()
    page = page_at(town.approver, "/approvals/")
    seen = f'name="seen" value="{answer.reply_to.revision}"'
    assert seen in page
    edited(answer.reply_to, "Воду дали, спасибо. А когда починят лифт?")
    given = {"version": answer.version, "seen": answer.reply_to.revision, "text": answer.text}
    reply = signed_in(town.approver).post(f"/answers/{answer.pk}/{address}/", given, headers={"X-Fragment": "1"})
    assert_answers(reply, 422, "автор изменил комментарий")
    assert (reread(answer).state, answer.asked) == (Answer.State.APPROVAL, None)


def test_an_answer_to_a_deleted_comment_is_not_approved(town: Town) -> None:
    answer = town.submitted()
    Message.objects.filter(pk=answer.reply_to_id).update(deleted_at=timezone.now())
    with pytest.raises(drafts.Unfit, match="удалил комментарий"):
        drafts.approve(answer, town.approver, timezone.now(), answer.version)


@pytest.mark.parametrize("hostile", ["", "-1", "0", "99999999999999999999", "\x00", "1 OR 1=1"])
def test_a_made_up_revision_approves_nothing(town: Town, hostile: str) -> None:
    answer = town.submitted()
    given = {"version": answer.version, "seen": hostile}
    reply = signed_in(town.approver).post(f"/answers/{answer.pk}/approval/", given, headers={"X-Fragment": "1"})
    assert reply.status_code == 422
    assert reread(answer).state == Answer.State.APPROVAL


def test_a_reply_to_the_post_is_no_other_place_than_a_comment_under_it(town: Town) -> None:
    message = town.submitted().reply_to
    before = standing(message)
    message.parent_external_id = message.thread.external_id
    assert differences(before, standing(message)) == []
    message.parent_external_id = "wall-1_1?reply=7"
    assert differences(before, standing(message)) == ["moved"]


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_lets_it_out_and_the_other_is_told() -> None:
    town = make_town()
    answer = town.submitted()
    together = Barrier(2)

    def decide(user: User) -> str:
        here = Answer.objects.select_related("incident").get(pk=answer.pk)
        together.wait()
        try:
            drafts.approve(here, user, timezone.now(), here.version, here.reply_to.revision)
        except (drafts.Stale, NotAllowed) as late:
            return type(late).__name__
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, (town.approver, town.second_approver)))
    assert told == ["Stale", "approved"]
    assert Entry.objects.filter(incident=answer.incident_id, verb="incident.approve").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_of_an_older_version_while_it_is_corrected_is_refused() -> None:
    town = make_town()
    answer = town.submitted()
    together = Barrier(2)

    def approve(version: int) -> str:
        here = Answer.objects.select_related("incident").get(pk=answer.pk)
        together.wait()
        try:
            if version:
                drafts.approve(here, town.approver, timezone.now(), version)
            else:
                drafts.withdraw(here, town.executor, timezone.now())
        except (drafts.Stale, NotAllowed) as late:
            return type(late).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(approve, (answer.version, 0)))
    assert sorted(told) == ["Stale", "done"]
    card = Incident.objects.get(pk=answer.incident_id)
    assert (card.state == State.PUBLISHING) == (told[0] == "done"), "one of the two, and never both"


def test_the_approver_sees_both_texts_side_by_side(town: Town) -> None:
    delivery = town.approved()
    answer = delivery.answer
    was = answer.reply_to.text
    edited(answer.reply_to, "Воду дали, спасибо. А когда починят лифт?")
    with book.turn():
        astray.overtaken(Delivery.objects.get(pk=delivery.pk), ["text"], timezone.now())
    card = Incident.objects.get(pk=answer.incident_id)
    assert card.state == State.APPROVAL
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        page = page_at(town.approver, address)
        assert "Согласовали под этим" in page, address
        assert "А когда починят лифт?" in page
        assert was[:20] in page.partition("Согласовали под этим")[2]


def test_what_has_left_is_not_sent_back(town: Town) -> None:
    """A card that has gone on stays where it is; the answer alone comes back to whoever wrote it."""
    delivery = town.approved()
    Incident.objects.filter(pk=delivery.answer.incident_id).update(state=State.RATING)
    with book.turn():
        astray.gone(Delivery.objects.get(pk=delivery.pk), astray.AUTHOR_DELETED, timezone.now())
    card = Incident.objects.get(pk=delivery.answer.incident_id)
    assert card.state == State.RATING
    assert Entry.objects.filter(incident=card.pk, verb="incident.gone_aside").count() == 1
