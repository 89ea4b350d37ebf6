"""«Спросить внешнего исполнителя» on the card: who may, what he gets, and what becomes of the reply."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import COMPLAINT, asked, block, media_of
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, at_most, page_at, press
from otklik.desk.tests.test_admin_invitation import Broken
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User
from otklik.routing import outside
from otklik.routing.assign import give_back
from otklik.routing.clocks import cancel_all, revive
from otklik.routing.models import Deadline, Inquiry
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.usefixtures("patience")
MAIL = "django.core.mail.backends.locmem.EmailBackend"
QUESTION = {"name": "Светосервис", "words": "Когда дадите воду?", "days": "3"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def ask(user: User, card: Incident, **overrides: object) -> Any:
    return press(user, f"/incidents/{card.pk}/outside/", **{**QUESTION, **overrides})


def deal(user: User, card: Incident, how: str, inquiry: Inquiry, **fields: object) -> Any:
    return press(user, f"/incidents/{card.pk}/outside-{how}/", inquiry=inquiry.pk, **fields)


def link_in(response: Any) -> str:
    key: str = response.content.decode().partition("/o/")[2].partition("/")[0]
    return key


def seen(key: str) -> int:
    return Client().get(f"/o/{key}/").status_code


def test_an_executor_asks_and_gets_a_link_once_and_none_of_an_ended_card(town: Town, card: Incident) -> None:
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    assert ask(town.executor, card).status_code == 409
    gone = town.assigned()
    give_back(Incident.objects.get(pk=gone.pk), town.executor, clock.now(), "not_our_matter")
    with pytest.raises(outside.Closed, match="state"):
        asked(town, card=gone)
    assert not Inquiry.objects.exists()
    card = town.assigned(COMPLAINT)
    mine, theirs = media_of(card), media_of(town.assigned(agency=town.roads))
    response = ask(town.executor, card, with_text="1", pictures=[mine.pk, theirs.pk])
    key = link_in(response)
    assert response["Cache-Control"] == "no-store"
    assert_answers(response, 200, "Ссылка готова", hides=["<html"])
    assert seen(key) == 200
    kept = Inquiry.objects.get()
    assert (kept.name, kept.asked_by, kept.until - kept.asked_at) == ("Светосервис", town.executor, timedelta(days=3))
    assert ("[телефон]" in kept.text, kept.pictures) == (True, [mine.pk])
    assert_shows(block(town.executor, card), "ждём до", hides=[key])
    assert Entry.objects.get(verb="incident.outside_asked").data == {"inquiry": kept.pk, "days": 3}
    assert "Спросили внешнего исполнителя" in page_at(town.operator, f"/incidents/{card.pk}/talk/")
    assert_answers(signed_in(town.executor).post(f"/incidents/{card.pk}/outside/", QUESTION), 200, "<html", "/o/")


def test_whoever_may_not_prepare_the_answer_asks_nobody(town: Town, card: Incident) -> None:
    inquiry, elsewhere = asked(town, card=card).inquiry, town.assigned()
    for how in ("revocation", "renewal", "photos"):
        assert deal(town.approver, card, how, inquiry).status_code == 403
        assert deal(town.other, card, how, inquiry).status_code == 404
        assert deal(town.executor, elsewhere, how, inquiry).status_code == 404
    assert Inquiry.objects.get().revoked_at is None
    assert "Сделать ссылку" not in block(town.auditor, card)
    assert "Сделать ссылку" in block(town.executor, card)


@override_settings(MAIL_GOES=True, EMAIL_BACKEND=MAIL)
def test_a_letter_brings_the_link_and_nothing_of_the_citizen_and_what_does_not_fit_is_said(town: Town) -> None:
    card = town.assigned(COMPLAINT)
    for field, value, error in (
        ("name", " ", "Напишите, кого спрашиваете"),
        ("words", "", "Напишите вопрос"),
        *(("days", days, "от 1 до 14 дней") for days in ("15", "0", "-3")),
        *(("email", address, "Адрес почты") for address in ("не почта", "a@b.ru\nBcc: c@d.ru")),
    ):
        assert_answers(ask(town.executor, card, **{field: value}), 422, error)
    assert (Inquiry.objects.count(), mail.outbox) == (0, [])
    response = ask(town.executor, card, email="master@svet.ru", with_text="1")
    assert_answers(response, 200, "Письмо со ссылкой ушло")
    (letter,) = mail.outbox
    assert letter.to == ["master@svet.ru"]
    assert_shows(str(letter.body), link_in(response), hides=["Мира"])
    with override_settings(EMAIL_BACKEND=f"{Broken.__module__}.Broken"):
        response = ask(town.executor, card, email="master@svet.ru")
    assert_answers(response, 200, "передайте ссылку сами")
    assert link_in(response)


def test_a_link_that_was_renewed_or_revoked_or_whose_card_ended_is_dead(town: Town) -> None:
    made = asked(town, clock.now() - timedelta(days=5))
    response = deal(town.executor, made.inquiry.incident, "renewal", made.inquiry, days="2")
    assert (seen(link_in(response)), seen(made.key)) == (200, 410)
    old, new = Inquiry.objects.order_by("pk")
    assert (new.words, new.text, new.name) == (old.words, old.text, old.name)
    made = asked(town)
    card = made.inquiry.incident
    assert [deal(town.executor, card, "revocation", made.inquiry).status_code for _ in range(2)] == [200, 409]
    assert seen(made.key) == 410
    made = asked(town)
    cancel_all(made.inquiry.incident, clock.now())
    revive(made.inquiry.incident, clock.now())
    assert seen(made.key) == 410
    assert not Deadline.objects.filter(clock="external", cancelled_at=None).exclude(inquiry=new).exists()


def test_the_clock_runs_till_the_reply_stands_on_the_card_its_photos_go_in_by_hand(town: Town, card: Incident) -> None:
    citizens, words = Deadline.objects.exclude(clock="external"), "ждёт внешнего исполнителя"
    before = list(citizens.values("pk", "starts_at", "limit_at"))
    made = asked(town, card=card)
    assert words in page_at(town.executor, f"/incidents/{card.pk}/")
    outside.reply(made.inquiry, "Дали воду", None, [picture("JPEG")], clock.now())
    assert words not in page_at(town.executor, f"/incidents/{card.pk}/")
    assert list(citizens.all().values("pk", "starts_at", "limit_at")) == before, "the citizen's clocks run on"
    assert_answers(deal(town.executor, card, "photos", made.inquiry), 409, "Сначала начните ответ")
    answer = town.drafted(card=Incident.objects.get(pk=card.pk))
    assert "Дали воду" in block(town.executor, card)
    shot = made.inquiry.photos.get()
    where = f"/incidents/{card.pk}/outside-photos/{shot.pk}/"
    photo = signed_in(town.operator).get(where)
    assert photo.status_code == 200
    assert b"".join(photo.streaming_content)  # type: ignore[attr-defined]
    assert signed_in(town.other).get(where).status_code == 404
    assert signed_in(town.operator).get(f"/incidents/{town.assigned().pk}/outside-photos/{shot.pk}/").status_code == 404
    assert (answer.photos.count(), Answer.objects.get().text) == (0, answer.text)
    assert deal(town.executor, card, "photos", made.inquiry).status_code == 200
    assert answer.photos.count() == 1
    assert Answer.objects.get().version == answer.version + 1
    typed = {"text": "Дали воду в 14:00", "version": answer.version}
    for _press in range(2):
        pressed = deal(town.executor, card, "photos", made.inquiry, **typed)
        assert_answers(pressed, 200, "data-hung", f"/answers/{answer.pk}/photos/{answer.photos.get().pk}/")
    assert Answer.objects.get().text == "Дали воду в 14:00", "saved in the same breath, though pictures came since"


def test_the_card_asks_no_more_queries_for_it_and_there_is_an_end_to_questions(town: Town, card: Incident) -> None:
    client = signed_in(town.executor)
    for _time in range(2):
        client.get(f"/incidents/{card.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/incidents/{card.pk}/")
    for _time in range(outside.MOST_WAITING):
        asked(town, card=card)
    with at_most(len(before)):
        client.get(f"/incidents/{card.pk}/")
    with at_most(10):
        client.get(f"/incidents/{card.pk}/outside/", headers=FRAGMENT)
    assert ask(town.executor, card).status_code == 409
