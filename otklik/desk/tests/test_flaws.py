"""The check of words on the desk: shown to the writer, dismissed, kept for the approver, and a stop wants a reason."""

import re
from datetime import UTC, timedelta
from pathlib import Path

from django.utils import timezone

from otklik.answers import checking, drafts
from otklik.answers.models import Answer, Flaw
from otklik.desk.admin.wording import LEAST, TITLES, rows_of
from otklik.desk.tests.pages import FRAGMENT, assert_shows, page_at, part_at, press, reread
from otklik.inbox.models import Message
from otklik.journal.models import Entry
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

BRUSH_OFF = "Ваше обращение рассмотрено. По данному вопросу обратитесь в управляющую компанию."
WARNED = "Здравствуйте! Осуществлена замена лампы у подъезда, сделали это вчера вечером рабочие горсвета."
SOUND = "Здравствуйте! Вчера вечером рабочие горсвета заменили лампу у подъезда."
REASON = "Дом не принят городом, ответ согласован с УК."


def panel(user: User, answer: Answer) -> str:
    return part_at(user, f"/answers/{answer.pk}/flaws/")


def dismissed(user: User, answer: Answer, rule: str, piece: str) -> int:
    status: int = press(user, f"/answers/{answer.pk}/flaw-dismissal/", rule=rule, piece=piece).status_code
    return status


def approved(town: Town, answer: Answer, **more: str) -> int:
    status: int = press(town.approver, f"/answers/{answer.pk}/approval/", version=answer.version, **more).status_code
    return status


def test_the_writer_sees_what_is_found_and_where(town: Town) -> None:
    page = panel(town.executor, town.drafted(text=BRUSH_OFF))
    assert_shows(page, 'class="flaw flaw-stop"', "обратитесь в управляющую компанию")
    assert panel(town.executor, town.drafted(text=SOUND)).strip() == ""
    assert "Когда" not in panel(town.executor, town.drafted(text="Лампу у подъезда заменим.")), "it is not missed yet"


def test_a_finding_that_somebody_does_not_agree_with_is_gone_for_all_and_nothing_else_is(town: Town) -> None:
    answer, stopped = town.drafted(text=WARNED), town.drafted(text=BRUSH_OFF)
    stops = [one for one in checking.faults_of(stopped, timezone.now()) if one.level == "stop"]
    assert stops
    for one in stops:
        assert dismissed(town.executor, stopped, one.rule, checking.piece_of(one, stopped.text)) == 404
    for rule, piece in (("formal", ""), ("nowhere", "лампы"), ("officialese", "другое"), ("", "")):
        assert dismissed(town.executor, answer, rule, piece) == 404, rule
    assert dismissed(town.auditor, answer, "officialese", "Осуществлена") == 403
    assert signed_in(town.auditor).get(f"/answers/{answer.pk}/flaws/", headers=FRAGMENT).status_code == 403
    assert not Flaw.objects.exists()
    faults = [one for one in checking.faults_of(answer, timezone.now()) if one.level != "stop"]
    assert faults
    for one in faults:
        assert dismissed(town.executor, answer, one.rule, checking.piece_of(one, answer.text)) == 200
    for user in (town.executor, town.operator):
        assert panel(user, answer).strip() == ""
    drafts.submit(answer, town.executor, timezone.now())
    assert [flaw for flaw in checking.standing(Answer.objects.get(pk=answer.pk)) if flaw.level != "stop"] == []
    assert Entry.objects.filter(verb="incident.flaw_dismissed").count() == len(faults)


def test_a_stop_holds_the_approval_up_until_there_is_a_reason_and_so_it_does_an_approvers_own_words(town: Town) -> None:
    answer = town.submitted(text=BRUSH_OFF)
    assert_shows(page_at(town.approver, "/approvals/"), "flaw-stop", 'name="despite"', hides=["data-approve"])
    for user, shown in ((town.approver, True), (town.executor, False)):
        card = page_at(user, f"/incidents/{answer.incident_id}/")
        assert ("flaw-stop" in card, 'name="despite"' in card) == (shown, shown)
    assert [approved(town, answer), approved(town, answer, despite="   ")] == [422, 422]
    assert reread(answer).state == Answer.State.APPROVAL
    assert approved(town, answer, despite=REASON) == 200
    assert reread(answer).state == Answer.State.APPROVED
    assert set(answer.flaws.filter(level="stop").values_list("reason", flat=True)) == {REASON}
    assert Entry.objects.get(verb="incident.approve").data["despite"] == ["formal"]
    answer = town.submitted(text=SOUND)
    address, fields = f"/answers/{answer.pk}/correction/", {"text": BRUSH_OFF, "version": answer.version}
    assert press(town.approver, address, **fields).status_code == 422
    assert (reread(answer).text, answer.state) == (SOUND, Answer.State.APPROVAL)
    assert press(town.approver, address, **fields, despite="Так просил глава.").status_code == 200


def test_what_was_mended_is_not_shown_again_and_is_counted(town: Town) -> None:
    answer = town.submitted(text=BRUSH_OFF)
    drafts.withdraw(answer, town.executor, timezone.now())
    again = town.submitted(SOUND, card=reread(answer.incident), version=reread(answer).version)
    assert again == answer
    assert checking.standing(again) == []
    assert approved(town, again) == 200
    row = next(one for one in rows_of(Flaw.objects.all()) if one.title == "Отписка")
    assert (row.count, row.dismissed, row.mended, row.let_out) == (1, 0, 1, 0)


def test_the_same_answer_to_many_and_to_the_same_author_is_known(town: Town) -> None:
    first, second = town.submitted(text=SOUND), town.drafted(text=SOUND)
    assert first.reply_to.author != second.reply_to.author
    about = checking.about(second, timezone.now())
    assert (about.same_today, about.is_repeat) == (1, False)
    tomorrow = timezone.localtime().replace(hour=23) + timedelta(hours=2)
    assert checking.about(second, tomorrow.astimezone(UTC)).same_today == 0
    Message.objects.filter(pk=second.reply_to_id).update(author=first.reply_to.author)
    assert checking.about(Answer.objects.get(pk=second.pk), timezone.now()).is_repeat
    drafts.withdraw(first, town.executor, timezone.now())
    assert checking.about(town.drafted(text=SOUND), timezone.now()).same_today == 0


def test_the_administrator_sees_by_title_which_rules_are_dismissed(town: Town) -> None:
    folder = Path(checking.__file__).parent / "style"
    codes = {code for file in folder.glob("*.py") for code in re.findall(r'Fault\(\s*"(\w+)"', file.read_text("utf-8"))}
    assert codes == set(TITLES)
    for _ in range(LEAST):
        answer = town.drafted(text=WARNED)
        for one in checking.faults_of(answer, timezone.now()):
            checking.dismiss(answer, one.rule, checking.piece_of(one, answer.text), town.executor, timezone.now())
    assert_shows(page_at(town.admin, "/admin/templates/wording/"), "Канцелярит", "чаще не согласны")
