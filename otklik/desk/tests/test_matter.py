"""The card's authors and the cards beside it: who may split, gather and join, what is said when not, and undoing it."""

import re

from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, press, reread, take_back
from otklik.feedback.gathering import gather
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import add_message, main_message
from otklik.incidents.gathering import Impossible, Why, join, split
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.people.models import Role
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline
from otklik.work.words import against
from tests.make import inbox
from tests.make.people import grant, signed_in
from tests.make.town import Town


def at(card: Incident, noun: str) -> str:
    return f"/incidents/{card.pk}/{noun}/"


def pair(town: Town) -> tuple[Incident, Incident]:
    first = town.assigned()
    return first, split(first, main_message(first), town.operator, timezone.now())


def gathered(town: Town, cards: int = 2) -> Incident:
    """A card with one author more for each card, assigned."""
    first = town.assigned()
    for _ in range(cards - 1):
        gather(first, town.card(), town.operator, timezone.now())
    return Incident.objects.get(pk=first.pk)


def speak(delivery: Delivery) -> None:
    with book.turn():
        fate.spoken(delivery, f"wall-1_1?reply=8{delivery.pk}", f"https://vk.com/x{delivery.pk}", timezone.now())


def test_a_card_is_split_once_and_a_split_that_is_taken_back_is_gathered_into_the_first(town: Town) -> None:
    first, foreign = town.assigned(), town.card()
    for raw_pk in ("", "0", "x", "999999", "-1", main_message(foreign).pk):
        assert press(town.operator, at(first, "splitting"), message=raw_pk, cards=0).status_code == 422, raw_pk
    fields = {"message": main_message(first).pk, "cards": 0}
    assert press(town.operator, at(first, "splitting"), **fields).status_code == 200
    second = Incident.objects.exclude(pk__in=(first.pk, foreign.pk)).get()
    assert f"/incidents/{second.pk}/" in page_at(town.operator, at(first, "voices"))
    assert f"/incidents/{second.pk}/" not in page_at(town.executor, at(first, "voices")), "not his yet"
    assert_answers(press(town.operator, at(first, "splitting"), **fields), 409, "уже разделили")
    assert take_back(town.operator) == 200
    assert (reread(second).state, second.close_reason, second.answered_with) == (State.DONE, "gathered", first)
    assert (second.due_at, Deadline.objects.filter(incident=second).exists()) == (None, False)
    assert reread(first).state == State.ASSIGNED
    assert whole()


def test_a_repeat_goes_to_the_older_card_with_its_draft_and_can_be_taken_back(town: Town) -> None:
    old = town.card()
    draft = town.drafted(text="Начали писать ответ")
    young = draft.incident
    before = reread(young).state
    assert press(town.operator, at(young, "repeat"), number=f"№ {old.number}").status_code == 200
    assert (reread(young).state, young.answered_with, old.messages.count()) == (State.DONE, old, 2)
    assert_shows(page_at(town.operator, at(young, "voices")), "Эта карточка повторяет её", "Начали писать ответ")
    assert "Повтор: жители с неё получат ответ отсюда" in page_at(town.operator, at(old, "voices"))
    assert take_back(town.operator) == 200
    assert (reread(young).state, young.answered_with, young.close_reason) == (before, None, "")
    assert old.messages.count() == 1
    assert not Deadline.objects.filter(cancelled_at__isnull=False).exists()
    drafts.submit(reread(draft), town.executor, timezone.now())
    assert_answers(press(town.operator, at(young, "repeat"), number=old.number), 409, "Отзовите его")


def test_of_nobodys_card_or_one_out_of_reach_nothing_is_done_and_every_reason_has_words(town: Town) -> None:
    hidden, one = town.assigned(agency=town.roads), town.assigned()
    for number in ("", "0", "abc", "99999999999999999999", "№ 404", "-5", "1 2", "\x00", "\u202e7", hidden.number):
        assert_answers(press(town.curator, at(one, "repeat"), number=number), 422, "нет среди тех, что вы видите")
    second = split(hidden, main_message(hidden), town.operator, timezone.now())
    assert press(town.curator, at(one, "joining"), other=hidden.pk, leader=one.pk).status_code == 404
    assert press(town.curator, at(second, "repeat"), number=one.number).status_code == 404
    # A head sees the whole region; as a curator he decides for the waterworks alone.
    grant(town.curator, Role.HEAD)
    own, other = town.assigned(), town.assigned(agency=town.roads)
    before = Entry.objects.count()
    assert press(town.curator, at(own, "repeat"), number=other.number).status_code == 403
    assert press(town.curator, at(own, "joining"), other=other.pk, leader=own.pk).status_code == 403
    assert Entry.objects.count() == before
    for why in Why:
        assert re.fullmatch(r"[^%]+", against(Impossible(why, 7))[1]), why


def leader_of(card: Incident) -> Incident | None:
    return Incident.objects.get(pk=card.pk).answered_with


def test_cards_are_joined_and_parted_and_each_can_be_taken_back(town: Town) -> None:
    first, second = pair(town)
    fields = {"other": second.pk, "leader": first.pk}
    assert press(town.operator, at(first, "joining"), **fields).status_code == 200
    assert leader_of(second) == first
    assert "Отвечать отдельно" in page_at(town.operator, at(second, "voices"))
    assert take_back(town.operator) == 200
    assert leader_of(second) is None
    press(town.operator, at(first, "joining"), **fields)
    assert [press(town.operator, at(second, "parting")).status_code for _ in range(2)] == [200, 409]
    assert leader_of(second) is None
    join(reread(first), reread(second), town.operator, timezone.now())
    answer = press(town.executor, at(first, "submission"), text="Готово", outcome="solved", kind="final")
    assert_answers(answer, 422, "сначала разъедините их")


def test_the_authors_are_named_with_what_became_of_their_answer(town: Town) -> None:
    card = gathered(town, cards=3)
    page = page_at(town.executor, at(card, "voices"))
    assert page.count("Анна Жилина") == 3
    assert "Жителей, которые получат ответ:" in page
    main = town.approved(card=card)
    town.let_out()
    for delivery in Delivery.objects.order_by("pk")[:2]:
        speak(delivery)
    page = page_at(town.executor, at(card, "voices"))
    assert (page.count("Опубликовано"), page.count("Ждёт отправки")) == (2, 1)
    assert "Другим жителям: опубликовано 1 из 2" in page_at(town.executor, f"/incidents/{card.pk}/")
    assert main.answer.copies.count() == 2


def test_a_copy_that_needs_a_person_is_let_go_or_published_by_hand(town: Town) -> None:
    card = gathered(town, cards=3)
    main = town.approved(card=card)
    town.let_out()
    gone, by_hand = Delivery.objects.exclude(pk=main.pk).order_by("pk")
    speak(main)
    for copy in (gone, by_hand):
        with book.turn():
            fate.refused(card, copy, "Комментарии закрыты", timezone.now())
    page = page_at(town.operator, at(card, "voices"))
    assert page.count("Этому жителю не отвечать") == 2
    assert "Сеть отказала: Комментарии закрыты" in page
    assert f"№ {card.number}" in page_at(town.operator, "/queue/?tab=person")
    assert press(town.operator, f"/deliveries/{main.pk}/letting-go/").status_code == 409
    letting_go, proof = f"/deliveries/{gone.pk}/letting-go/", f"/deliveries/{by_hand.pk}/proof/"
    assert [press(town.operator, letting_go).status_code for _ in range(2)] == [200, 409]
    assert press(town.operator, proof, link="https://vk.com/wall-1_1?reply=77").status_code == 200
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "recalled", "sent"]
    assert reread(card).state == State.RATING


def test_whoever_came_after_the_answer_gets_the_same_one_by_another_approval(town: Town) -> None:
    card = gathered(town, cards=1)
    speak(town.approved(text="Воду дали в 14:00.", card=card))
    for _ in range(2):
        gather(card, town.card(), town.operator, timezone.now())
    assert "Тот же ответ для них" in page_at(town.executor, at(card, "voices"))
    assert [press(town.executor, at(card, "same-again")).status_code for _ in range(2)] == [200, 409]
    fresh = Answer.objects.get(state=Answer.State.APPROVAL)
    assert (fresh.text, fresh.outcome) == ("Воду дали в 14:00.", "solved")
    drafts.approve(fresh, town.approver, timezone.now(), fresh.version)
    assert Answer.objects.filter(state=Answer.State.APPROVED).count() == 3
    assert press(town.executor, at(card, "same-again")).status_code == 409, "nobody waits any more"
    assert len(set(Answer.objects.values_list("reply_to__author", flat=True))) == 3


def test_sixty_authors_cost_no_more_queries_than_two_and_their_names_and_words_stay_text(town: Town) -> None:
    card = gathered(town, cards=2)
    main = main_message(card)
    for number in range(60):
        message = town.say(main.thread, inbox.author(), f"wall-1_9?reply={number}", "И у нас", timezone.now())
        with book.turn():
            add_message(card, message, timezone.now(), "machine:triage")
    split(card, main, town.operator, timezone.now())
    Author.objects.filter(messages__links__incident=card).update(name="<script>alert(1)</script>" + "Ы" * 200)
    Message.objects.filter(links__incident=card).update(text="‮<img src=x onerror=alert(1)>" + "я" * 5000)
    client = signed_in(town.operator)
    client.get(f"/incidents/{card.pk}/talk/")  # that he looked is written down once
    for page in ("voices/", "rearrangement/", ""):
        with at_most(10):
            answer = client.get(f"/incidents/{card.pk}/{page}")
        assert_answers(answer, 200, hides=("<script>alert", "<img src=x"))
