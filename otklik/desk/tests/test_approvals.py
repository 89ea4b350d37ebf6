"""«Согласование»: what waits for this approver, and an approval that is given for one text and one comment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, journal_verbs, page_at, press, reread
from otklik.feedback import survey as own
from otklik.feedback.hear import reopen
from otklik.feedback.opinion import Opinion
from otklik.inbox.models import Media, Message
from otklik.inbox.standing import differences, mark, standing
from otklik.incidents.cards import hear_again, main_message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.publishing import astray
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Deadline
from tests.make.inbox import author
from tests.make.people import grant, signed_in
from tests.make.town import Town, make_town


def waiting_for(user: User) -> list[int]:
    return [row.answer.pk for row in signed_in(user).get("/approvals/").context["rows"]]


def test_an_approver_sees_what_waits_for_him_the_urgent_first_both_texts_as_text(town: Town) -> None:
    assert_shows(page_at(town.approver, "/approvals/"), "Всё согласовано", hides=["data-empty hidden"])
    first, second, back = town.submitted(), town.submitted(), town.submitted()
    town.drafted()
    drafts.send_back(back, town.approver, timezone.now(), "нет даты")
    now = timezone.now()
    Deadline.objects.filter(incident=first.incident).update(limit_at=now + timedelta(hours=9))
    Deadline.objects.filter(incident=second.incident).update(limit_at=now - timedelta(hours=9))
    for user in (town.approver, town.admin):
        assert waiting_for(user) == [second.pk, first.pk]
    grant(town.stranger, Role.APPROVER, town.roads)
    assert waiting_for(town.stranger) == []
    grant(town.stranger, Role.OPERATOR)
    assert waiting_for(User.objects.get(pk=town.stranger.pk)) == [], "other grants do not widen what may be approved"
    answer = town.submitted(text="Воду дали <b>в 14:00</b>\nТрубу заменили.")
    Message.objects.filter(pk=answer.reply_to_id).update(text="<img src=x onerror=alert(1)> нет воды")
    words = "Воду дали &lt;b&gt;в 14:00&lt;/b&gt;<br>Трубу заменили."
    assert_shows(
        page_at(town.approver, "/approvals/"), words, hides=["<img src=x", "Анна Жилина", " style=", " onclick="]
    )
    today = timezone.localdate()
    for day, words in ((today.replace(day=1), ""), (date(today.year + 2, 5, 3), f"до 3 мая {today.year + 2}")):
        Answer.objects.filter(pk=answer.pk).update(promised_on=day)
        page = page_at(town.approver, "/approvals/")
        chip = page[page.index("обещаем до") :].partition("</span>")[0]
        assert words in chip
        assert bool(words) == (str(day.year) in chip)


def test_a_decision_is_of_the_version_that_was_read_and_of_nobodys_own_answer_but_an_administrators(town: Town) -> None:
    answer = town.submitted()
    address = f"/answers/{answer.pk}/approval/"
    page = page_at(town.approver, "/approvals/")
    assert_shows(page, f'action="{address}"', f'name="version" value="{answer.version}"')
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1)
    assert press(town.approver, address, version=answer.version).status_code == 409
    assert press(town.approver, address, version=answer.version + 1).status_code == 200
    assert waiting_for(town.approver) == []
    grant(town.approver, Role.EXECUTOR, town.water)
    own = town.submitted(by=town.approver)
    page = page_at(town.approver, "/approvals/")
    assert_shows(page, "Это ваш ответ", f'data-approve disabled aria-describedby="own{own.pk}"')
    refused = press(town.approver, f"/answers/{own.pk}/approval/", version=own.version)
    assert_answers(refused, 403, "Свой ответ согласовать нельзя")
    assert reread(own).state == Answer.State.APPROVAL
    assert "Это ваш ответ" not in page_at(town.second_approver, "/approvals/")
    own = town.submitted(by=town.admin)
    assert press(town.admin, f"/answers/{own.pk}/approval/", version=own.version).status_code == 200


def reply_under_answer(town: Town, card: Incident, text: str) -> Message:
    """The citizen writes once more under our answer, and whatever he means by it opens the card again."""
    town.reply(card, text)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING)
    with book.turn():
        reopen(Incident.objects.get(pk=card.pk), f"user:{town.operator.pk}", timezone.now())
    return Message.objects.filter(links__incident=card).latest("pk")


def test_the_whole_exchange_stands_before_the_approver_newest_last_and_what_opened_the_card_marked(town: Town) -> None:
    card = town.assigned("Нет воды " + "очень долго " * 60)
    question = town.drafted("Какой дом?", kind="question", outcome="", card=card)
    town.through(question)
    town.reply(card, "Дом пять.")
    town.through(town.drafted("Воду дали.", card=Incident.objects.get(pk=card.pk)))
    reply_under_answer(town, card, "Ничего не сделали!")
    town.through(town.drafted("Теперь дали.", card=Incident.objects.get(pk=card.pk)))
    reply_under_answer(town, card, "Опять нет!")
    other = town.say(main_message(card).thread, author(), "wall-1_1?reply=77", "И у нас нет", timezone.now())
    with book.turn():
        hear_again([(card, other)], timezone.now())
    answer = town.drafted("Дали насовсем.", card=Incident.objects.get(pk=card.pk))
    drafts.submit(answer, town.executor, timezone.now())
    (row,) = signed_in(town.approver).get("/approvals/").context["rows"]
    turns = [turn for part in row.exchange for turn in part]
    assert [turn.text[:19].strip() for turn in turns] == [
        *("Нет воды очень долг", "Какой дом?", "Дом пять.", "Воду дали.", "Ничего не сделали!"),
        *("Теперь дали.", "Опять нет!"),
    ]
    assert [turn.title for turn in turns if turn.ours] == ["Уточняющий вопрос", "Итоговый ответ", "Итоговый ответ"]
    assert [turn.text for turn in turns if turn.reopened] == ["Ничего не сделали!", "Опять нет!"]
    page = page_at(town.approver, "/approvals/")
    assert_shows(page, "показать целиком", "показать ещё", "Мы, <bdi>Водоканал</bdi>", hides=["И у нас нет", "Анна"])
    assert page.count("после этого карточка открыта снова") == 2


def test_an_answer_in_parts_is_one_word_and_a_vote_by_the_link_is_one_too(town: Town) -> None:
    card = town.published()
    delivery = card.answers.get().deliveries.get()
    Delivery.objects.filter(pk=delivery.pk).update(text="Воду дали", parts=2)
    second = Delivery.objects.create(
        **{name: getattr(delivery, name) for name in ("answer", "message", "account", "epoch", "created_at")},
        text="на всей улице.",
        part=2,
        parts=2,
        key="second",
        state=Delivery.State.SENT,
    )
    Sent.objects.create(delivery=second, external_id="wall-1_1?reply=78", at=timezone.now())
    own.answer(card.surveys.get(), Opinion(1, "no"), timezone.now())
    with book.turn():
        reopen(Incident.objects.get(pk=card.pk), f"user:{town.operator.pk}", timezone.now())
    answer = town.drafted("Теперь дали.", card=Incident.objects.get(pk=card.pk))
    drafts.submit(answer, town.executor, timezone.now())
    (row,) = signed_in(town.approver).get("/approvals/").context["rows"]
    assert [(turn.text, turn.reopened) for turn in row.exchange.latest][1:] == [
        ("Воду дали\nна всей улице.", False),
        ("По ссылке: проблема не решена.", True),
    ]


def test_thirty_wait_on_one_page_for_ten_queries_however_much_was_said(town: Town) -> None:
    client = signed_in(town.approver)
    for number in range(31):
        answer = town.submitted()
        if number < 3:
            for word in range(45):
                town.reply(answer.incident, f"Нет воды, день {word}")
    client.get("/approvals/")
    with at_most(10):
        rows = client.get("/approvals/").context["rows"]
    assert len(rows) == 30
    assert [len([*one.exchange.first, *one.exchange.earlier, *one.exchange.latest]) for one in rows[:4]] == [
        41,
        41,
        41,
        1,
    ]


def edited(message: Message, text: str) -> Message:
    """As the inbox notes an edit."""
    Message.objects.filter(pk=message.pk).update(text=text, edited_at=timezone.now(), revision=message.revision + 1)
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize("verb", ["approval", "correction"])
def test_a_page_that_shows_an_older_a_deleted_or_no_comment_approves_nothing(town: Town, verb: str) -> None:
    answer = town.submitted()
    address, revision = f"/answers/{answer.pk}/{verb}/", answer.reply_to.revision
    assert f'name="seen" value="{revision}"' in page_at(town.approver, "/approvals/")
    fields = {"version": answer.version, "text": answer.text}
    for hostile in ("", "-1", "0", "99999999999999999999", "\x00", "1 OR 1=1"):
        assert press(town.approver, address, **fields, seen=hostile).status_code == 422, hostile
    edited(answer.reply_to, "Воду дали, спасибо. А когда починят лифт?")
    assert_answers(press(town.approver, address, **fields, seen=revision), 422, "житель изменил комментарий")
    Message.objects.filter(pk=answer.reply_to_id).update(deleted_at=timezone.now())
    assert_answers(press(town.approver, address, **fields, seen=revision + 1), 422, "удалил комментарий")
    assert (reread(answer).state, answer.asked) == (Answer.State.APPROVAL, None)


def test_what_the_approver_saw_is_kept_with_the_answer_and_compared(town: Town) -> None:
    answer = town.submitted()
    message = Message.objects.select_related("thread").get(pk=answer.reply_to_id)
    before = standing(message)
    message.parent_external_id = message.thread.external_id
    assert differences(before, standing(message)) == []
    message.parent_external_id = "wall-1_1?reply=7"
    assert differences(before, standing(message)) == ["moved"]
    Media.objects.create(message=answer.reply_to, kind="photo")
    drafts.approve(answer, town.approver, timezone.now(), answer.version, answer.reply_to.revision)
    stood = standing(Message.objects.select_related("thread").get(pk=answer.reply_to_id))
    asked = reread(answer).asked or {}
    assert {name: asked[name] for name in stood} == stood
    assert (asked["media"], asked["version"]) == (["photo"], answer.version)
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.approve")
    assert entry.data["asked"] == mark(stood) == asked["mark"]


def at_once(answer: Answer, *acts: Callable[[Answer], object]) -> list[str]:
    """What came of these acts on the answer as each of them has read it, begun at the same moment."""
    together = Barrier(len(acts))

    def outcome(act: Callable[[Answer], object]) -> str:
        here = Answer.objects.select_related("incident").get(pk=answer.pk)
        together.wait()
        try:
            act(here)
        except (drafts.Stale, NotAllowed) as late:
            return type(late).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_lets_it_out_and_an_older_version_is_let_out_by_nobody() -> None:
    town = make_town()
    answer = town.submitted()

    def approval(user: User) -> Callable[[Answer], object]:
        return lambda here: drafts.approve(here, user, timezone.now(), here.version, here.reply_to.revision)

    assert sorted(at_once(answer, approval(town.approver), approval(town.second_approver))) == ["Stale", "done"]
    assert journal_verbs(incident=answer.incident_id).count("incident.approve") == 1

    answer = town.submitted()
    approved, withdrawn = at_once(
        answer, approval(town.approver), lambda here: drafts.withdraw(here, town.executor, timezone.now())
    )
    assert sorted((approved, withdrawn)) == ["Stale", "done"]
    card = Incident.objects.get(pk=answer.incident_id)
    assert (card.state == State.PUBLISHING) == (approved == "done"), "one of the two, and never both"


def test_an_approval_overtaken_by_an_edit_shows_both_texts_and_a_card_that_has_left_stays(town: Town) -> None:
    delivery = town.approved()
    answer = delivery.answer
    was = answer.reply_to.text
    edited(answer.reply_to, "Воду дали, спасибо. А когда починят лифт?")
    with book.turn():
        astray.overtaken(type(delivery).objects.get(pk=delivery.pk), ["text"], timezone.now())
    assert Incident.objects.get(pk=answer.incident_id).state == State.APPROVAL
    for address in ("/approvals/", f"/incidents/{answer.incident_id}/"):
        page = page_at(town.approver, address)
        assert_shows(page, "Согласовали под этим", "А когда починят лифт?")
        assert was[:20] in page.partition("Согласовали под этим")[2]
    delivery = town.approved()
    Incident.objects.filter(pk=delivery.answer.incident_id).update(state=State.RATING)
    with book.turn():
        astray.gone(type(delivery).objects.get(pk=delivery.pk), astray.AUTHOR_DELETED, timezone.now())
    assert Incident.objects.get(pk=delivery.answer.incident_id).state == State.RATING
    assert journal_verbs(incident=delivery.answer.incident_id).count("incident.gone_aside") == 1
