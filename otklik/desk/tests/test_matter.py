"""The card's authors and the cards beside it: who may split, gather and join, what is said when not, and undoing it."""

import re
from typing import Any

import pytest
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.card.matter_words import words_of
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.feedback.gathering import gather
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import add_message, main_message
from otklik.incidents.gathering import Impossible, Why, join, split
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Role, User
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.routing.models import Deadline
from tests.make.people import grant, signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


def post(user: User, address: str, **fields: Any) -> Any:
    return signed_in(user).post(address, fields, headers=FRAGMENT)


def undo(user: User) -> Any:
    return signed_in(user).post("/undo/", headers={"Accept": "application/json"})


def get(user: User, address: str) -> str:
    return assert_answers(signed_in(user).get(address, headers=FRAGMENT), 200)


def pair(town: Town) -> tuple[Incident, Incident]:
    first = town.assigned()
    return first, split(first, main_message(first), town.operator, timezone.now())


def gathered(town: Town, cards: int = 2) -> Incident:
    """A card with one author more for each card, assigned."""
    first = town.assigned()
    for _ in range(cards - 1):
        gather(first, town.card(), town.operator, timezone.now())
    return Incident.objects.get(pk=first.pk)


def approve(town: Town, card: Incident, text: str = "Воду дали.") -> Answer:
    now = timezone.now()
    words = drafts.Words(text=text, outcome="solved", ground="phone", ground_words="Позвонили автору")
    answer = drafts.write(card, main_message(card), words, town.executor, now)
    drafts.submit(answer, town.executor, now)
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    with book.turn():
        prepare(claim(Answer, timezone.now(), LEASE, 64), timezone.now())
    return answer


def speak(delivery: Delivery) -> None:
    with book.turn():
        fate.spoken(delivery, f"wall-1_1?reply=8{delivery.pk}", f"https://vk.com/x{delivery.pk}", timezone.now())


def test_only_those_who_decide_whose_a_card_is_rearrange_cards(town: Town) -> None:
    first, second = pair(town)
    fields = {"message": main_message(first).pk, "number": second.number, "other": second.pk, "leader": first.pk}
    before = Entry.objects.count()
    for act in ("splitting", "repeat", "joining", "parting"):
        for user, status in ((town.stranger, 404), (town.other, 404), (town.executor, 403), (town.auditor, 403)):
            assert post(user, f"/incidents/{first.pk}/{act}/", **fields).status_code == status, (act, user.username)
        assert signed_in(town.operator).get(f"/incidents/{first.pk}/{act}/").status_code == 405, act
    assert Entry.objects.count() == before


def test_the_pages_of_the_matter_are_for_whoever_sees_the_card(town: Town) -> None:
    first, _second = pair(town)
    for page, to_executor in (("voices", 200), ("rearrangement", 403)):
        people = ((town.other, 404), (town.stranger, 404), (town.executor, to_executor), (town.operator, 200))
        for user, status in people:
            assert signed_in(user).get(f"/incidents/{first.pk}/{page}/").status_code == status, (page, user.username)


def test_a_card_is_split_by_its_operator_and_a_second_press_makes_no_third(town: Town) -> None:
    first = town.assigned()
    fields = {"message": main_message(first).pk, "cards": 0}
    assert post(town.operator, f"/incidents/{first.pk}/splitting/", **fields).status_code == 200
    assert_answers(post(town.operator, f"/incidents/{first.pk}/splitting/", **fields), 409, "уже разделили")
    second = Incident.objects.exclude(pk=first.pk).get()
    assert f"/incidents/{second.pk}/" in get(town.operator, f"/incidents/{first.pk}/voices/")
    assert f"/incidents/{second.pk}/" not in get(town.executor, f"/incidents/{first.pk}/voices/"), "not his yet"


def test_a_split_that_is_taken_back_leaves_the_second_card_gathered_into_the_first(town: Town) -> None:
    first = town.assigned()
    post(town.operator, f"/incidents/{first.pk}/splitting/", message=main_message(first).pk, cards=0)
    assert undo(town.operator).status_code == 200
    second = Incident.objects.exclude(pk=first.pk).get()
    assert (second.state, second.close_reason, second.answered_with) == (State.DONE, "gathered", first)
    assert (second.due_at, Deadline.objects.filter(incident=second).exists()) == (None, False)
    assert reread(first).state == State.ASSIGNED
    assert book.broken_at() is None


def test_a_message_of_another_card_is_not_split_off(town: Town) -> None:
    first, foreign = town.assigned(), main_message(town.card()).pk
    for given in ("", "0", "x", "999999", "-1", foreign):
        answer = post(town.operator, f"/incidents/{first.pk}/splitting/", message=given, cards=0)
        assert answer.status_code == 422, given
    assert Incident.objects.count() == 2


def test_a_repeat_goes_to_the_older_card_and_can_be_taken_back(town: Town) -> None:
    old, young = town.card(), town.card()
    done = post(town.operator, f"/incidents/{young.pk}/repeat/", number=f"№ {old.number}")
    assert done.status_code == 200
    assert (reread(young).state, young.answered_with, old.messages.count()) == (State.DONE, old, 2)
    assert "Эта карточка повторяет её" in get(town.operator, f"/incidents/{young.pk}/voices/")
    assert "Повтор: её авторы получат ответ отсюда" in get(town.operator, f"/incidents/{old.pk}/voices/")
    assert undo(town.operator).status_code == 200
    young.refresh_from_db()
    assert (young.state, young.answered_with, young.close_reason, old.messages.count()) == (State.NEW, None, "", 1)
    assert not Deadline.objects.filter(cancelled_at__isnull=False).exists()


def test_a_number_that_is_nobodys_is_not_found(town: Town) -> None:
    address = f"/incidents/{town.card().pk}/repeat/"
    for number in ("", "0", "abc", "99999999999999999999", "№ 404", "-5", "1 2", "\x00", "\u202e7"):
        assert_answers(post(town.operator, address, number=number), 422, "нет среди тех, что вы видите")


def test_the_number_of_a_card_one_does_not_see_is_not_found_either(town: Town) -> None:
    hidden, one = town.assigned(agency=town.roads), town.assigned()
    assert post(town.curator, f"/incidents/{one.pk}/repeat/", number=hidden.number).status_code == 422
    second = split(hidden, main_message(hidden), town.operator, timezone.now())
    fields = {"other": hidden.pk, "leader": one.pk}
    assert post(town.curator, f"/incidents/{one.pk}/joining/", **fields).status_code == 404
    assert post(town.curator, f"/incidents/{second.pk}/repeat/", number=one.number).status_code == 404


def test_with_a_card_that_one_sees_but_may_not_move_nothing_is_done(town: Town) -> None:
    """A head sees the whole region; as a curator he decides for the waterworks alone."""
    grant(town.curator, Role.HEAD)
    own, other = town.assigned(), town.assigned(agency=town.roads)
    before = Entry.objects.count()
    assert post(town.curator, f"/incidents/{own.pk}/repeat/", number=other.number).status_code == 403
    fields = {"other": other.pk, "leader": own.pk}
    assert post(town.curator, f"/incidents/{own.pk}/joining/", **fields).status_code == 403
    assert Entry.objects.count() == before


def test_a_gathered_card_keeps_its_draft_in_sight(town: Town) -> None:
    old = town.card()
    draft = town.drafted(text="Начали писать ответ")
    assert post(town.operator, f"/incidents/{draft.incident_id}/repeat/", number=old.number).status_code == 200
    assert "Начали писать ответ" in get(town.operator, f"/incidents/{draft.incident_id}/voices/")


def test_an_answer_on_approval_is_not_gathered_away(town: Town) -> None:
    old, answer = town.card(), town.submitted()
    assert_answers(
        post(town.operator, f"/incidents/{answer.incident_id}/repeat/", number=old.number), 409, "Отзовите его"
    )


def leader_of(card: Incident) -> Incident | None:
    return Incident.objects.get(pk=card.pk).answered_with


def test_cards_are_joined_and_parted_and_each_can_be_taken_back(town: Town) -> None:
    first, second = pair(town)
    fields = {"other": second.pk, "leader": first.pk}
    assert post(town.operator, f"/incidents/{first.pk}/joining/", **fields).status_code == 200
    assert leader_of(second) == first
    assert "Отвечать отдельно" in get(town.operator, f"/incidents/{second.pk}/voices/")
    assert undo(town.operator).status_code == 200
    assert leader_of(second) is None
    post(town.operator, f"/incidents/{first.pk}/joining/", **fields)
    assert post(town.operator, f"/incidents/{second.pk}/parting/").status_code == 200
    assert post(town.operator, f"/incidents/{second.pk}/parting/").status_code == 409
    assert leader_of(second) is None


def test_a_card_that_waits_for_another_sends_no_answer_of_its_own(town: Town) -> None:
    first, second = pair(town)
    join(first, second, town.operator, timezone.now())
    answer = post(town.executor, f"/incidents/{first.pk}/submission/", text="Готово", outcome="solved", kind="final")
    assert_answers(answer, 422, "сначала разъедините их")


def test_the_authors_are_named_with_what_became_of_their_answer(town: Town) -> None:
    card = gathered(town, cards=3)
    page = get(town.executor, f"/incidents/{card.pk}/voices/")
    assert page.count("Анна Жилина") == 3
    assert "Авторов, которые получат ответ:" in page
    answer = approve(town, card)
    for delivery in Delivery.objects.order_by("pk")[:2]:
        speak(delivery)
    page = get(town.executor, f"/incidents/{card.pk}/voices/")
    assert (page.count("Опубликовано"), page.count("Ждёт отправки")) == (2, 1)
    card_page = get(town.executor, f"/incidents/{card.pk}/")
    assert "Другим авторам: опубликовано 1 из 2" in card_page
    assert answer.copies.count() == 2


def test_a_copy_that_needs_a_person_is_let_go_or_published_by_hand(town: Town) -> None:
    card = gathered(town, cards=3)
    approve(town, card)
    main, *copies = Delivery.objects.order_by("pk")
    speak(main)
    for copy in copies:
        with book.turn():
            fate.refused(card, copy, "Комментарии закрыты", timezone.now())
    page = get(town.operator, f"/incidents/{card.pk}/voices/")
    assert page.count("Этому автору не отвечать") == 2
    assert "Сеть отказала: Комментарии закрыты" in page
    assert f"№ {card.number}" in signed_in(town.operator).get("/queue/?tab=person").content.decode()
    gone, by_hand = copies
    assert post(town.other, f"/deliveries/{gone.pk}/letting-go/").status_code == 404
    assert post(town.auditor, f"/deliveries/{gone.pk}/letting-go/").status_code == 403
    assert post(town.operator, f"/deliveries/{main.pk}/letting-go/").status_code == 409
    assert post(town.operator, f"/deliveries/{gone.pk}/letting-go/").status_code == 200
    assert post(town.operator, f"/deliveries/{gone.pk}/letting-go/").status_code == 409
    link = "https://vk.com/wall-1_1?reply=77"
    assert post(town.operator, f"/deliveries/{by_hand.pk}/proof/", link=link).status_code == 200
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sent", "recalled", "sent"]
    assert reread(card).state == State.RATING


def test_whoever_came_after_the_answer_gets_the_same_one_by_another_approval(town: Town) -> None:
    card = gathered(town, cards=1)
    approve(town, card, "Воду дали в 14:00.")
    speak(Delivery.objects.get())
    for _ in range(2):
        gather(card, town.card(), town.operator, timezone.now())
    assert "Тот же ответ для них" in get(town.executor, f"/incidents/{card.pk}/voices/")
    assert post(town.other, f"/incidents/{card.pk}/same-again/").status_code == 404
    assert post(town.auditor, f"/incidents/{card.pk}/same-again/").status_code == 403
    assert post(town.executor, f"/incidents/{card.pk}/same-again/").status_code == 200
    assert post(town.executor, f"/incidents/{card.pk}/same-again/").status_code == 409
    fresh = Answer.objects.get(state=Answer.State.APPROVAL)
    assert (fresh.text, fresh.outcome) == ("Воду дали в 14:00.", "solved")
    drafts.approve(fresh, town.approver, timezone.now(), fresh.version)
    assert Answer.objects.filter(state=Answer.State.APPROVED).count() == 3
    assert len(set(Answer.objects.values_list("reply_to__author", flat=True))) == 3


def test_hostile_names_and_words_come_out_as_text(town: Town) -> None:
    card = gathered(town, cards=2)
    Author.objects.filter(messages__links__incident=card).update(name="<script>alert(1)</script>" + "Ы" * 200)
    Message.objects.filter(links__incident=card).update(text="‮<img src=x onerror=alert(1)>" + "я" * 5000)
    for page in ("voices", "rearrangement"):
        body = get(town.operator, f"/incidents/{card.pk}/{page}/")
        assert "<script>alert" not in body
        assert "<img src=x" not in body


def test_sixty_authors_cost_no_more_queries_than_two(town: Town) -> None:
    card = gathered(town, cards=2)
    main = main_message(card)
    for number in range(60):
        author = Author.objects.create(network="vk", external_id=f"many{number}", name=f"Житель {number}")
        said = town.say(main.thread, author, f"wall-1_9?reply={number}", "И у нас", timezone.now(), "comment")
        with book.turn():
            add_message(card, said, timezone.now(), "machine:triage")
    split(card, main, town.operator, timezone.now())
    client = signed_in(town.operator)
    for page in ("voices/", "rearrangement/", ""):
        with at_most(10):
            assert client.get(f"/incidents/{card.pk}/{page}").status_code == 200


def test_every_reason_has_its_words() -> None:
    for why in Why:
        assert re.fullmatch(r"[^%]+", words_of(Impossible(why, 7))), why
