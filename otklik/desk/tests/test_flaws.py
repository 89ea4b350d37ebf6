"""The check of words on the desk: shown to the writer, dismissed, kept for the approver, and a stop wants a reason."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.answers import checking, drafts
from otklik.answers.models import Answer, Flaw
from otklik.desk.admin.wording import LEAST, TITLES, rows_of
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.inbox.models import Message
from otklik.journal.models import Entry
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
BRUSH_OFF = "Ваше обращение рассмотрено. По данному вопросу обратитесь в управляющую компанию."
WARNED = "Здравствуйте! Осуществлена замена лампы у подъезда, сделали это вчера вечером рабочие горсвета."
SOUND = "Здравствуйте! Вчера вечером рабочие горсвета заменили лампу у подъезда."


def panel(town: Town, answer: Answer, user: User | None = None) -> str:
    page = signed_in(user or town.executor).get(f"/answers/{answer.pk}/flaws/", headers=FRAGMENT)
    return page.content.decode() if page.status_code == 200 else str(page.status_code)


def dismissed(town: Town, answer: Answer, rule: str, piece: str, user: User | None = None) -> int:
    told = {"rule": rule, "piece": piece}
    client = signed_in(user or town.executor)
    return client.post(f"/answers/{answer.pk}/flaw-dismissal/", told, headers=FRAGMENT).status_code


def approved(town: Town, answer: Answer, **more: str) -> int:
    told = {"version": str(answer.version), **more}
    client = signed_in(town.approver)
    return client.post(f"/answers/{answer.pk}/approval/", told, headers=FRAGMENT).status_code


def test_the_writer_sees_what_is_found_and_where(town: Town) -> None:
    page = panel(town, town.drafted(text=BRUSH_OFF))
    assert_shows(page, 'class="flaw flaw-stop"', "обратитесь в управляющую компанию")
    assert panel(town, town.drafted(text=SOUND)).strip() == ""


def test_what_may_still_be_on_its_way_is_not_missed_yet(town: Town) -> None:
    assert "Когда" not in panel(town, town.drafted(text="Лампу у подъезда заменим."))


def test_a_finding_that_somebody_does_not_agree_with_is_gone_for_all(town: Town) -> None:
    answer = town.drafted(text=WARNED)
    found = [one for one in checking.faults_of(answer, timezone.now()) if one.level != "stop"]
    assert found
    for one in found:
        assert dismissed(town, answer, one.rule, checking.piece_of(one, answer.text)) == 200
    assert panel(town, answer).strip() == ""
    assert panel(town, answer, town.operator).strip() == ""
    drafts.submit(answer, town.executor, timezone.now())
    assert [flaw for flaw in checking.standing(Answer.objects.get(pk=answer.pk)) if flaw.level != "stop"] == []
    assert Entry.objects.filter(verb="incident.flaw_dismissed").count() == len(found)


@pytest.mark.parametrize(("rule", "piece"), [("formal", ""), ("nowhere", "лампы"), ("officialese", "другое"), ("", "")])
def test_what_the_text_does_not_have_cannot_be_dismissed(town: Town, rule: str, piece: str) -> None:
    assert dismissed(town, town.drafted(text=WARNED), rule, piece) == 404
    assert not Flaw.objects.exists()


def test_a_stop_cannot_be_dismissed(town: Town) -> None:
    answer = town.drafted(text=BRUSH_OFF)
    stops = [one for one in checking.faults_of(answer, timezone.now()) if one.level == "stop"]
    assert stops
    assert {dismissed(town, answer, one.rule, checking.piece_of(one, answer.text)) for one in stops} == {404}


def test_who_may_not_write_the_answer_sees_and_dismisses_nothing(town: Town) -> None:
    answer = town.drafted(text=WARNED)
    for user in (town.other, town.auditor, town.stranger):
        assert panel(town, answer, user) in {"403", "404"}
        assert dismissed(town, answer, "officialese", "Осуществлена", user) in {403, 404}


def test_a_stop_holds_the_approval_up_until_there_is_a_reason(town: Town) -> None:
    answer = town.submitted(text=BRUSH_OFF)
    assert approved(town, answer) == 422
    assert approved(town, answer, despite="   ") == 422
    assert reread(answer).state == Answer.State.APPROVAL
    assert approved(town, answer, despite="Дом не принят городом, ответ согласован с УК.") == 200
    assert reread(answer).state == Answer.State.APPROVED
    reasons = set(answer.flaws.filter(level="stop").values_list("reason", flat=True))
    assert reasons == {"Дом не принят городом, ответ согласован с УК."}
    assert Entry.objects.get(verb="incident.approve").data["despite"] == ["formal"]


def test_the_page_of_approvals_says_what_was_found_and_asks_for_the_reason(town: Town) -> None:
    answer = town.submitted(text=BRUSH_OFF)
    assert_shows(page_at(town.approver, "/approvals/"), "flaw-stop", 'name="despite"', hides=["data-approve"])
    for user, shown in ((town.approver, True), (town.executor, False)):
        card = page_at(user, f"/incidents/{answer.incident_id}/")
        assert ("flaw-stop" in card, 'name="despite"' in card) == (shown, shown)


def test_an_approvers_own_words_are_checked_too(town: Town) -> None:
    answer = town.submitted(text=SOUND)
    client = signed_in(town.approver)
    told = {"text": BRUSH_OFF, "version": answer.version}
    assert client.post(f"/answers/{answer.pk}/correction/", told, headers=FRAGMENT).status_code == 422
    assert (reread(answer).text, answer.state) == (SOUND, Answer.State.APPROVAL)
    told["despite"] = "Так просил глава."
    assert client.post(f"/answers/{answer.pk}/correction/", told, headers=FRAGMENT).status_code == 200


def test_what_was_mended_is_not_shown_again_and_is_counted(town: Town) -> None:
    answer = town.submitted(text=BRUSH_OFF)
    drafts.withdraw(answer, town.executor, timezone.now())
    answer.refresh_from_db()
    words = drafts.Words(text=SOUND, outcome="solved", ground="phone", ground_words="Позвонили автору")
    saved = drafts.write(answer.incident, answer.reply_to, words, town.executor, timezone.now(), answer.version)
    drafts.submit(saved, town.executor, timezone.now())
    again = Answer.objects.get(pk=answer.pk)
    assert checking.standing(again) == []
    assert approved(town, again) == 200
    row = next(one for one in rows_of(Flaw.objects.all()) if one.title == "Отписка")
    assert (row.found, row.dismissed, row.mended, row.let_out) == (1, 0, 1, 0)


def test_the_same_answer_to_many_and_to_the_same_author_is_known(town: Town) -> None:
    first, second = town.submitted(text=SOUND), town.drafted(text=SOUND)
    assert first.reply_to.author != second.reply_to.author
    about = checking.about(second, timezone.now())
    assert (about.same_today, about.said_before) == (1, False)
    Message.objects.filter(pk=second.reply_to_id).update(author=first.reply_to.author)
    assert checking.about(Answer.objects.get(pk=second.pk), timezone.now()).said_before
    drafts.withdraw(first, town.executor, timezone.now())
    assert checking.about(town.drafted(text=SOUND), timezone.now()).same_today == 0


def test_the_administrator_sees_which_rules_are_dismissed(town: Town) -> None:
    for _ in range(LEAST):
        answer = town.drafted(text=WARNED)
        for one in checking.faults_of(answer, timezone.now()):
            checking.dismiss(answer, one.rule, checking.piece_of(one, answer.text), town.executor, timezone.now())
    assert_shows(page_at(town.admin, "/admin/templates/wording/"), "Канцелярит", "чаще не согласны")


def test_every_rule_has_a_title() -> None:
    folder = Path(checking.__file__).parent / "style"
    codes = {code for file in folder.glob("*.py") for code in re.findall(r'Fault\(\s*"(\w+)"', file.read_text("utf-8"))}
    assert codes == set(TITLES)
