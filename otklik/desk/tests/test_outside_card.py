"""«Спросить внешнего исполнителя» on the card: who may, what he gets, and what becomes of the reply."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import SAID, asked, media_of
from otklik.desk.tests.pages import assert_answers
from otklik.desk.tests.test_admin_invitation import Broken
from otklik.incidents.cards import main_message
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

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
MAIL = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def press(user: User, card: Incident, verb: str = "outside", **told: object) -> Any:
    fields = {"name": "Светосервис", "words": "Когда дадите воду?", "days": "3"} if verb == "outside" else {}
    return signed_in(user).post(f"/incidents/{card.pk}/{verb}/", {**fields, **told}, headers=FRAGMENT)


def link_in(response: Any) -> str:
    key: str = response.content.decode().partition("/o/")[2].partition("/")[0]
    return key


def block(user: User, card: Incident) -> str:
    return assert_answers(signed_in(user).get(f"/incidents/{card.pk}/outside/", headers=FRAGMENT), 200)


def test_an_executor_asks_and_gets_a_link_once(town: Town) -> None:
    card = town.assigned(SAID)
    response = press(town.executor, card, with_text="1")
    key = link_in(response)
    assert response["Cache-Control"] == "no-store"
    assert "Ссылка готова" in response.content.decode()
    assert Client().get(f"/o/{key}/").status_code == 200
    kept = Inquiry.objects.get()
    assert (kept.name, kept.asked_by, kept.until - kept.asked_at) == ("Светосервис", town.executor, timedelta(days=3))
    assert "[телефон]" in kept.text
    assert key not in block(town.executor, card)
    assert "ждём до" in block(town.executor, card)
    entry = Entry.objects.get(verb="incident.outside_asked")
    assert entry.data == {"inquiry": kept.pk, "days": 3}
    assert_answers(signed_in(town.operator).get(f"/incidents/{card.pk}/talk/"), 200, "Спросили внешнего исполнителя")


def test_without_scripts_the_link_has_a_page_of_its_own(town: Town) -> None:
    told = {"name": "Светосервис", "words": "Когда?", "days": "1"}
    page = signed_in(town.executor).post(f"/incidents/{town.assigned().pk}/outside/", told).content.decode()
    assert "<html" in page
    assert "/o/" in page


def test_whoever_may_not_prepare_the_answer_asks_nobody(town: Town, card: Incident) -> None:
    for user, status in ((town.approver, 403), (town.auditor, 403), (town.other, 404), (town.stranger, 404)):
        assert press(user, card).status_code == status, user
    made = asked(town, card=card)
    for verb in ("outside-revocation", "outside-renewal", "outside-photos"):
        assert press(town.approver, card, verb, inquiry=made.inquiry.pk).status_code == 403
        assert press(town.other, card, verb, inquiry=made.inquiry.pk).status_code == 404
        assert press(town.executor, town.assigned(), verb, inquiry=made.inquiry.pk).status_code == 404
    assert Inquiry.objects.get().revoked_at is None
    assert "Сделать ссылку" not in block(town.auditor, card)
    assert "Сделать ссылку" in block(town.executor, card)


@override_settings(MAIL_GOES=True, EMAIL_BACKEND=MAIL)
def test_what_does_not_fit_is_said(town: Town, card: Incident) -> None:
    for field, value, said in (
        ("name", " ", "Напишите, кого спрашиваете"),
        ("words", "", "Напишите вопрос"),
        *(("days", days, "от 1 до 14 дней") for days in ("15", "0", "-3")),
        *(("email", address, "Адрес почты") for address in ("не почта", "a@b.ru\nBcc: c@d.ru")),
    ):
        assert_answers(press(town.executor, card, **{field: value}), 422, said)
    assert not Inquiry.objects.exists()
    assert mail.outbox == []


@override_settings(MAIL_GOES=True, EMAIL_BACKEND=MAIL)
def test_a_letter_brings_the_link_and_nothing_of_the_citizen(town: Town) -> None:
    response = press(town.executor, town.assigned(SAID), email="master@svet.ru", with_text="1")
    assert "Письмо со ссылкой ушло" in response.content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["master@svet.ru"]
    assert link_in(response) in letter.body
    assert "Мира" not in letter.body


@override_settings(MAIL_GOES=True, EMAIL_BACKEND=f"{Broken.__module__}.Broken")
def test_a_letter_that_does_not_go_leaves_the_link_on_the_page(town: Town) -> None:
    response = press(town.executor, town.assigned(), email="master@svet.ru")
    assert_answers(response, 200, "передайте ссылку сами")
    assert link_in(response)


def test_a_revoked_link_is_dead_and_its_clock_stands(town: Town) -> None:
    made = asked(town)
    card = made.inquiry.incident
    assert press(town.executor, card, "outside-revocation", inquiry=made.inquiry.pk).status_code == 200
    assert Client().get(f"/o/{made.key}/").status_code == 410
    assert Deadline.objects.get(clock="external").cancelled_at is not None
    assert press(town.executor, card, "outside-revocation", inquiry=made.inquiry.pk).status_code == 409


def test_a_new_link_asks_the_same_and_kills_the_old_one(town: Town) -> None:
    made = asked(town, clock.now() - timedelta(days=5))
    response = press(town.executor, made.inquiry.incident, "outside-renewal", inquiry=made.inquiry.pk, days="2")
    assert Client().get(f"/o/{link_in(response)}/").status_code == 200
    assert Client().get(f"/o/{made.key}/").status_code == 410
    old, new = Inquiry.objects.order_by("pk")
    assert (new.words, new.text, new.name) == (old.words, old.text, old.name)


def test_the_reply_stands_on_the_card_and_its_photos_go_into_the_draft_by_hand(town: Town) -> None:
    answer = town.drafted()
    card = answer.incident
    made = asked(town, card=card)
    outside.reply(made.inquiry, "Дали воду", None, [picture("JPEG")], clock.now())
    told = block(town.executor, card)
    assert "Дали воду" in told
    shot = made.inquiry.photos.get()
    photo = signed_in(town.operator).get(f"/incidents/{card.pk}/outside-photos/{shot.pk}/")
    assert photo.status_code == 200
    assert b"".join(photo.streaming_content)  # type: ignore[attr-defined]
    assert signed_in(town.other).get(f"/incidents/{card.pk}/outside-photos/{shot.pk}/").status_code == 404
    elsewhere = f"/incidents/{town.assigned().pk}/outside-photos/{shot.pk}/"
    assert signed_in(town.operator).get(elsewhere).status_code == 404
    assert (answer.photos.count(), Answer.objects.get().text) == (0, answer.text)
    assert press(town.executor, card, "outside-photos", inquiry=made.inquiry.pk).status_code == 200
    assert answer.photos.count() == 1
    assert Answer.objects.get().version == answer.version + 1


def test_photos_go_into_no_answer_that_is_not_being_written(town: Town) -> None:
    made = asked(town)
    outside.reply(made.inquiry, "Дали воду", None, [picture("JPEG")], clock.now())
    refused = press(town.executor, made.inquiry.incident, "outside-photos", inquiry=made.inquiry.pk)
    assert_answers(refused, 409, "Сначала начните ответ")


def test_the_clock_is_shown_while_it_runs_and_the_citizens_clocks_run_on(town: Town, card: Incident) -> None:
    before = list(Deadline.objects.exclude(clock="external").values("pk", "starts_at", "limit_at"))
    made = asked(town, card=card)
    assert "ждёт внешнего исполнителя" in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    outside.reply(made.inquiry, "Дали воду", None, [], clock.now())
    assert "ждёт внешнего исполнителя" not in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    assert list(Deadline.objects.exclude(clock="external").values("pk", "starts_at", "limit_at")) == before


def test_a_card_that_comes_back_does_not_wait_for_a_link_that_has_ended(town: Town) -> None:
    made = asked(town)
    cancel_all(made.inquiry.incident, clock.now())
    revive(made.inquiry.incident, clock.now())
    assert Client().get(f"/o/{made.key}/").status_code == 410
    assert Deadline.objects.get(clock="external").cancelled_at is not None


def test_a_card_that_has_ended_or_gone_elsewhere_asks_nobody(town: Town, card: Incident) -> None:
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    assert press(town.executor, card).status_code == 409
    gone = town.assigned()
    give_back(Incident.objects.get(pk=gone.pk), town.executor, clock.now(), "not_our_matter")
    with pytest.raises(outside.Closed, match="state"):
        asked(town, card=gone)
    assert not Inquiry.objects.exists()


def test_there_is_an_end_to_questions(town: Town, card: Incident) -> None:
    for _time in range(outside.MOST_WAITING):
        asked(town, card=card)
    assert press(town.executor, card).status_code == 409


def test_only_pictures_of_the_card_are_shown_to_him(town: Town, card: Incident) -> None:
    mine, theirs = media_of(card), media_of(town.assigned(agency=town.roads))
    press(town.executor, card, pictures=[mine.pk, theirs.pk])
    assert Inquiry.objects.get().pictures == [mine.pk]
    assert main_message(card).media.count() == 1


def test_the_card_asks_no_more_queries_for_it(town: Town) -> None:
    card, client = town.assigned(), signed_in(town.executor)
    for _time in range(2):
        client.get(f"/incidents/{card.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/incidents/{card.pk}/")
    for _time in range(5):
        asked(town, card=card)
    with CaptureQueriesContext(connection) as after:
        client.get(f"/incidents/{card.pk}/")
    assert len(after) <= len(before)
    with CaptureQueriesContext(connection) as own:
        client.get(f"/incidents/{card.pk}/outside/", headers=FRAGMENT)
    assert len(own) <= 10
