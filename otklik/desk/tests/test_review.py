"""An approver corrects, compares, and says what he wants changed, about which words."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer, Remark
from otklik.answers.review import correct_and_approve
from otklik.desk.approvals.rows import PAGE
from otklik.desk.models import Notice
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from tests.make.people import grant, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
JSON = {"Accept": "application/json"}


def correct(town: Town, answer: Answer, text: str, user: User | None = None, version: int | None = None) -> int:
    told = {"text": text, "version": version or answer.version}
    client = signed_in(user or town.approver)
    return client.post(f"/answers/{answer.pk}/correction/", told, headers=FRAGMENT).status_code


def resubmitted(town: Town, answer: Answer, text: str) -> Answer:
    words = drafts.Words(text=text, outcome="solved", ground="phone", ground_words="Позвонили автору")
    saved = drafts.write(answer.incident, answer.reply_to, words, town.executor, timezone.now(), answer.version)
    drafts.submit(saved, town.executor, timezone.now())
    return Answer.objects.get(pk=answer.pk)


def test_a_corrected_answer_goes_out_under_two_names(town: Town) -> None:
    answer = town.submitted(text="Воду дали в 14:00.")
    assert correct(town, answer, "Воду дали в 14:00, трубу заменили.") == 200
    assert (reread(answer).state, answer.text) == (Answer.State.APPROVED, "Воду дали в 14:00, трубу заменили.")
    assert (answer.author, answer.corrected_by, answer.decided_by) == (town.executor, town.approver, town.approver)
    assert list(answer.texts.values_list("text", flat=True)) == ["Воду дали в 14:00.", answer.text]
    assert Entry.objects.filter(verb="incident.correct", actor=f"user:{town.approver.pk}").count() == 1


def test_a_correction_that_changes_nothing_is_a_plain_approval(town: Town) -> None:
    answer = town.submitted(text="Воду дали.")
    assert correct(town, answer, "Воду дали.") == 200
    assert (reread(answer).state, answer.corrected_by) == (Answer.State.APPROVED, None)


def test_what_cannot_be_published_is_not_approved_however_it_was_corrected(town: Town) -> None:
    answer = town.submitted(text="Воду дали.")
    for text in ("", "   ", "ы" * 20_001, "ы" * 19_000):
        assert correct(town, answer, text) == 422, text[:9]
    assert (reread(answer).state, answer.text, answer.corrected_by) == (Answer.State.APPROVAL, "Воду дали.", None)


def test_a_correction_of_an_older_text_overwrites_nothing(town: Town) -> None:
    answer = town.submitted(text="Воду дали.")
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1, text="Воду дали вчера.")
    assert correct(town, answer, "Моё") == 409
    assert (reread(answer).state, answer.text) == (Answer.State.APPROVAL, "Воду дали вчера.")


def test_words_that_somebody_changed_since_never_go_out_unread(town: Town) -> None:
    read = town.submitted(text="Воду дали.")
    Answer.objects.filter(pk=read.pk).update(version=read.version + 1, text="Воду дали вчера.")
    for typed in ("Воду дали.", "Воду дали вчера."):  # what he had read, and by chance what stands there now
        with pytest.raises(drafts.Stale):
            correct_and_approve(read, typed, town.approver, timezone.now(), read.version)
    assert (reread(read).state, read.text, read.corrected_by) == (Answer.State.APPROVAL, "Воду дали вчера.", None)


def test_only_an_approver_within_his_reach_corrects_and_nobody_his_own(town: Town) -> None:
    answer = town.submitted(text="Воду дали.")
    assert correct(town, answer, "Моё", town.executor) == 403
    assert correct(town, answer, "Моё", town.stranger) == 404
    assert Client().post(f"/answers/{answer.pk}/correction/", headers=FRAGMENT).status_code == 401
    grant(town.executor, Role.APPROVER, town.water)
    assert correct(town, answer, "Моё", User.objects.get(pk=town.executor.pk)) == 403
    assert reread(answer).text == "Воду дали."


def test_remarks_name_the_words_they_are_about(town: Town) -> None:
    answer = town.submitted(text="В рамках работ воду дали.")
    told = {"remark": "Короче.", "quote": ["В рамках работ", "чего тут нет"], "about": ["проще", "и это"]}
    page = signed_in(town.approver).post(f"/answers/{answer.pk}/remark/", told, headers=FRAGMENT)
    answer.refresh_from_db()
    assert page.status_code == 200
    assert answer.state == Answer.State.RETURNED
    kept = [("", "Короче."), ("В рамках работ", "проще"), ("", "и это")]
    assert [(one.quote, one.words) for one in answer.last_remarks] == kept
    shown = signed_in(town.executor).get(f"/incidents/{answer.incident_id}/").content.decode()
    assert 'data-quote="В рамках работ"' in shown
    assert "проще" in shown


def test_whoever_wrote_it_and_whoever_has_the_card_hear_of_the_return(town: Town) -> None:
    answer = town.submitted()
    Incident.objects.filter(pk=answer.incident_id).update(executor=town.colleague)
    signed_in(town.approver).post(f"/answers/{answer.pk}/remark/", {"remark": "Какого числа?"}, headers=FRAGMENT)
    told = Notice.objects.values_list("user", "kind", "incident", "by")
    assert set(told) == {
        (user.pk, "returned", answer.incident_id, town.approver.pk) for user in (town.executor, town.colleague)
    }
    bell = signed_in(town.executor).get("/notices/").content.decode()
    assert "Ответ вернули с замечанием" in bell
    assert f'href="/incidents/{answer.incident_id}/"' in bell


@pytest.mark.parametrize(("seen", "left"), [(None, 0), (timezone.now(), 1)])
def test_a_return_that_was_taken_back_rings_no_longer(town: Town, seen: datetime | None, left: int) -> None:
    """Save for whoever has seen it already: what he read does not vanish."""
    answer = town.submitted()
    client = signed_in(town.approver)
    client.post(f"/answers/{answer.pk}/remark/", {"remark": "Какого числа?"}, headers=FRAGMENT)
    Notice.objects.update(seen_at=seen)
    assert client.post("/undo/", headers={"Accept": "application/json"}).status_code == 200
    assert Notice.objects.count() == left


def test_a_ready_remark_is_enough(town: Town) -> None:
    answer = town.submitted()
    client = signed_in(town.approver)
    assert client.post(f"/answers/{answer.pk}/remark/", {"remark": " "}, headers=FRAGMENT).status_code == 422
    assert client.post(f"/answers/{answer.pk}/remark/", {"ready": "Нет даты."}, headers=FRAGMENT).status_code == 200
    assert Remark.objects.get(answer=answer).words == "Нет даты."


def test_hostile_quotations_come_out_as_text(town: Town) -> None:
    answer = town.submitted(text="<b>вода</b> есть")
    told = {"quote": ["<b>вода</b>"] * 50, "about": ["<script>alert(1)</script>" + "я" * 5000] * 50}
    assert signed_in(town.approver).post(f"/answers/{answer.pk}/remark/", told, headers=FRAGMENT).status_code == 200
    assert Remark.objects.filter(answer=answer).count() == 20
    assert_answers(signed_in(town.executor).get(f"/incidents/{answer.incident_id}/"), 200, hides=("<script>alert",))


def test_the_next_version_is_shown_against_the_last_with_what_was_asked_for(town: Town) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    drafts.send_back(answer, town.approver, timezone.now(), "назовите день")
    answer = resubmitted(town, Answer.objects.get(pk=answer.pk), "Воду дадут в среду.")
    assert_answers(signed_in(town.approver).get("/approvals/"), 200, "<del>завтра</del><ins>в среду</ins>")


def test_a_returned_answer_is_asked_for_again_beside_its_remarks(town: Town) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    signed_in(town.approver).post(f"/answers/{answer.pk}/remark/", {"remark": "Какого числа?"}, headers=FRAGMENT)
    resubmitted(town, Answer.objects.get(pk=answer.pk), "Воду дадут 3 июня.")
    row = signed_in(town.approver).get("/approvals/").context["rows"][0]
    assert [one.words for one in row.remarks] == ["Какого числа?"]


def test_what_was_asked_in_a_return_that_was_taken_back_is_not_asked_for(town: Town) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    client = signed_in(town.approver)
    client.post(f"/answers/{answer.pk}/remark/", {"remark": "Какого числа?"}, headers=FRAGMENT)
    answer = resubmitted(town, Answer.objects.get(pk=answer.pk), "Воду дадут 3 июня.")
    client.post(f"/answers/{answer.pk}/remark/", {"remark": "В котором часу?"}, headers=FRAGMENT)
    client.post("/undo/", headers=FRAGMENT)
    row = client.get("/approvals/").context["rows"][0]
    assert [one.words for one in row.remarks] == ["Какого числа?"]


def test_approval_and_return_can_both_be_taken_back(town: Town) -> None:
    for verb, told in (("approval", {"version": 1}), ("remark", {"remark": "Нет даты"})):
        answer = town.submitted()
        client = signed_in(town.approver)
        client.post(f"/answers/{answer.pk}/{verb}/", told | {"version": answer.version}, headers=FRAGMENT)
        back = client.post("/undo/", headers=JSON)
        assert (back.status_code, reread(answer).state, reread(answer.incident).state) == (
            200,
            Answer.State.APPROVAL,
            State.APPROVAL,
        ), verb


def test_new_answers_come_by_themselves_and_decided_ones_go(town: Town) -> None:
    first = town.submitted()
    client = signed_in(town.approver)
    assert client.get("/approvals/news/", {"shown": first.pk}).status_code == 204
    second = town.submitted()
    drafts.withdraw(first, town.executor, timezone.now())
    told = client.get("/approvals/news/", {"shown": f"{first.pk},x,-5,99999999999999999999"}).json()
    assert [row["id"] for row in told["rows"]] == [second.pk]
    assert first.pk in told["gone"]


def test_news_are_within_ones_reach(town: Town) -> None:
    town.submitted()
    grant(town.stranger, Role.APPROVER, town.roads)
    assert signed_in(town.stranger).get("/approvals/news/").status_code == 204


def test_a_link_brings_its_answer_to_the_top(town: Town) -> None:
    answers = [town.submitted() for _ in range(PAGE + 1)]
    client = signed_in(town.approver)
    with at_most(10):
        page = client.get("/approvals/", {"first": answers[-1].pk})
    assert page.context["rows"][0].answer == answers[-1]


def test_whoever_changed_the_words_last_is_not_the_one_who_lets_them_out(town: Town) -> None:
    draft = town.drafted(text="Воду дали.")
    words = drafts.Words("Воду дали в 14:00.", outcome="solved", ground="act", ground_words="Акт № 7")
    saved = drafts.write(draft.incident, draft.reply_to, words, town.approver, timezone.now(), draft.version)
    drafts.submit(saved, town.executor, timezone.now())
    address, told = f"/answers/{saved.pk}/approval/", {"version": saved.version}
    assert signed_in(town.approver).post(address, told, headers=FRAGMENT).status_code == 403
    assert correct(town, saved, "Воду дали вчера в 14:00.") == 403
    assert "Это ваш ответ" in signed_in(town.approver).get("/approvals/").content.decode()
    assert signed_in(town.second_approver).post(address, told, headers=FRAGMENT).status_code == 200
