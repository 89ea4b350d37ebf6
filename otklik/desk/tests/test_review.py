"""An approver corrects, compares, and says what he wants changed, about which words."""

from typing import Any

import pytest
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer, Remark
from otklik.answers.review import correct_and_approve
from otklik.desk.approver.approvals import PAGE
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, press, reread, take_back
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.work.models import Notice
from tests.make.people import grant, signed_in
from tests.make.town import Town

READ = "Воду дали."


def correct(town: Town, answer: Answer, text: str, user: User | None = None) -> int:
    address = f"/answers/{answer.pk}/correction/"
    status: int = press(user or town.approver, address, text=text, version=answer.version).status_code
    return status


def remark(town: Town, answer: Answer, words: str = "Какого числа?", **more: Any) -> int:
    status: int = press(town.approver, f"/answers/{answer.pk}/remark/", remark=words, **more).status_code
    return status


def test_a_corrected_answer_goes_out_under_two_names_unless_unfit_or_changed_since(town: Town) -> None:
    answer = town.submitted(text="Воду дали в 14:00.")
    assert correct(town, answer, "Воду дали в 14:00, трубу заменили.") == 200
    assert (reread(answer).state, answer.text) == (Answer.State.APPROVED, "Воду дали в 14:00, трубу заменили.")
    assert (answer.author, answer.corrected_by, answer.decided_by) == (town.executor, town.approver, town.approver)
    assert list(answer.texts.values_list("text", flat=True)) == ["Воду дали в 14:00.", answer.text]
    assert Entry.objects.filter(verb="incident.correct", actor=f"user:{town.approver.pk}").count() == 1
    same = town.submitted(text=READ)
    assert correct(town, same, READ) == 200, "what changes nothing is a plain approval"
    assert (reread(same).state, same.corrected_by) == (Answer.State.APPROVED, None)
    answer = town.submitted(text=READ)
    for text in ("", "   ", "ы" * 20_001, "ы" * 19_000):
        assert correct(town, answer, text) == 422, text[:9]
    assert (reread(answer).state, answer.text, answer.corrected_by) == (Answer.State.APPROVAL, READ, None)
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1, text="Воду дали вчера.")
    assert correct(town, answer, "Моё") == 409
    for typed in (READ, "Воду дали вчера."):  # what he had read, and by chance what stands there now
        with pytest.raises(drafts.Stale):
            correct_and_approve(answer, typed, town.approver, timezone.now(), answer.version)
    with pytest.raises(drafts.Stale):
        drafts.approve(answer, town.approver, timezone.now(), answer.version)
    assert (reread(answer).state, answer.text, answer.corrected_by) == (
        *(Answer.State.APPROVAL, "Воду дали вчера.", None),
    )


def test_nobody_lets_out_words_that_are_his_own_or_that_he_changed_last(town: Town) -> None:
    grant(town.executor, Role.APPROVER, town.water)
    own = town.submitted(text=READ)
    assert correct(town, own, "Моё", User.objects.get(pk=town.executor.pk)) == 403
    assert reread(own).text == READ
    draft = town.drafted(text=READ)
    saved = town.drafted("Воду дали в 14:00.", card=draft.incident, by=town.approver, version=draft.version)
    drafts.submit(saved, town.executor, timezone.now())
    address = f"/answers/{saved.pk}/approval/"
    assert press(town.approver, address, version=saved.version).status_code == 403
    assert correct(town, saved, "Воду дали вчера в 14:00.") == 403
    assert "Это ваш ответ" in page_at(town.approver, "/approvals/")
    assert press(town.second_approver, address, version=saved.version).status_code == 200


def test_remarks_name_their_words_and_writer_and_executor_hear_of_the_return(town: Town) -> None:
    answer = town.submitted()
    Incident.objects.filter(pk=answer.incident_id).update(executor=town.colleague)
    remark(town, answer)
    assert set(Notice.objects.values_list("user", "kind", "incident", "by")) == {
        (user.pk, "returned", answer.incident_id, town.approver.pk) for user in (town.executor, town.colleague)
    }
    bell = page_at(town.executor, "/notices/")
    assert_shows(bell, "Ответ вернули с замечанием", f'href="/incidents/{answer.incident_id}/"')
    answer = town.submitted(text="В рамках работ воду дали.")
    quotes = {"quote": ["В рамках работ", "чего тут нет"], "about": ["проще <i>", "и это"]}
    assert remark(town, answer, "Короче.", **quotes) == 200
    assert reread(answer).state == Answer.State.RETURNED
    kept = [("", "Короче."), ("В рамках работ", "проще <i>"), ("", "и это")]
    assert [(one.quote, one.words) for one in answer.last_remarks] == kept
    shown = page_at(town.executor, f"/incidents/{answer.incident_id}/")
    assert_shows(shown, 'data-quote="В рамках работ"', "проще &lt;i&gt;")
    hostile = town.submitted(text="<b>вода</b> есть")
    quotes = {"quote": ["<b>вода</b>"] * 50, "about": ["<script>alert(1)</script>" + "я" * 5000] * 50}
    assert remark(town, hostile, "", **quotes) == 200
    assert Remark.objects.filter(answer=hostile).count() == 20
    assert_shows(page_at(town.executor, f"/incidents/{hostile.incident_id}/"), hides=("<script>alert",))
    ready = town.submitted()
    assert remark(town, ready, " ") == 422
    assert remark(town, ready, "", ready="Нет даты.") == 200
    assert Remark.objects.get(answer=ready).words == "Нет даты."


def test_approval_and_return_can_both_be_taken_back_and_then_the_return_rings_no_longer(town: Town) -> None:
    """Save for whoever has seen it already: what he read does not vanish."""
    for verb, form, seen, left in (
        ("approval", {}, None, 0),
        ("remark", {"remark": "Нет даты"}, None, 0),
        ("remark", {"remark": "Нет даты"}, timezone.now(), 1),
    ):
        answer = town.submitted()
        press(town.approver, f"/answers/{answer.pk}/{verb}/", **form, version=answer.version)
        Notice.objects.update(seen_at=seen)
        assert take_back(town.approver) == 200, verb
        states = (reread(answer).state, reread(answer.incident).state, Notice.objects.count())
        assert states == (Answer.State.APPROVAL, State.APPROVAL, left), verb


def test_the_next_version_is_shown_against_the_last_beside_what_was_asked_for(town: Town) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    remark(town, answer)
    town.submitted("Воду дадут в среду.", card=reread(answer.incident), version=reread(answer).version)
    assert "<del>завтра</del><ins>в среду</ins>" in page_at(town.approver, "/approvals/")
    remark(town, answer, "В котором часу?")
    take_back(town.approver)
    row = signed_in(town.approver).get("/approvals/").context["rows"][0]
    assert [one.words for one in row.remarks] == ["Какого числа?"], "the second return was taken back"


def test_new_answers_come_by_themselves_and_in_pages_and_a_link_brings_its_own_to_the_top(town: Town) -> None:
    first, client = town.submitted(), signed_in(town.approver)
    assert client.get("/approvals/news/", {"shown": first.pk}).status_code == 204
    second = town.submitted()
    drafts.withdraw(first, town.executor, timezone.now())
    body = client.get("/approvals/news/", {"shown": f"{first.pk},x,-5,99999999999999999999"}).json()
    assert [row["id"] for row in body["rows"]] == [second.pk]
    assert first.pk in body["gone"]
    grant(town.stranger, Role.APPROVER, town.roads)
    assert signed_in(town.stranger).get("/approvals/news/").status_code == 204
    answers = [town.submitted() for _ in range(PAGE + 1)]
    with at_most(10):
        page = client.get("/approvals/", {"first": answers[-1].pk})
    rows = page.context["rows"]
    assert (rows[0].answer, len(rows)) == (answers[-1], PAGE)
    assert_answers(page, 200, f"{PAGE}+")
