"""«Спросить другое ведомство»: who asks, who of the second agency sees and answers, and what it opens and does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.alerts.models import Alert
from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import SAID, media_of
from otklik.desk.tests.pages import assert_answers
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import Agency, Role, Substitution, User
from otklik.routing import outside
from otklik.routing.models import Deadline, Inquiry, InquiryPhoto, Rule
from otklik.routing.outside import Ask, Closed, Reply
from otklik.routing.parts import question_for, theirs
from otklik.routing.suggest import gave_back, router_now, whose
from tests.make.people import agency, grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def press(town: Town, card: Incident, who: User | None = None, **told: object) -> Any:
    fields = {"agency": str(town.roads.pk), "words": "Ваш ли это люк?", "days": "3", **told}
    return signed_in(who or town.executor).post(f"/incidents/{card.pk}/second/", fields, headers=FRAGMENT)


def asked(town: Town, card: Incident | None = None, days: int = 3, ago: timedelta = timedelta()) -> Inquiry:
    """The water's executor asks the roads."""
    told = Ask(town.roads.short_name, "Ваш ли это люк?", days, agency=town.roads)
    return outside.ask(card or town.assigned(SAID), told, town.executor, clock.now() - ago).inquiry


def page(user: User, question: Inquiry) -> Any:
    return signed_in(user).get(f"/inquiries/{question.pk}/")


def reply(user: User, question: Inquiry, **told: object) -> Any:
    return signed_in(user).post(f"/inquiries/{question.pk}/", {"text": "Люк наш", **told})


def refuse(user: User, question: Inquiry, reason: str = "not_our_matter") -> Any:
    return signed_in(user).post(f"/inquiries/{question.pk}/refusal/", {"reason": reason, "words": "Это к связистам"})


def block(user: User, card: Incident) -> str:
    return assert_answers(signed_in(user).get(f"/incidents/{card.pk}/outside/", headers=FRAGMENT), 200)


def test_an_executor_asks_and_the_second_agency_sees_the_question_alone(town: Town) -> None:
    card = town.assigned(SAID)
    assert press(town, card, with_text="1").status_code == 200
    kept = Inquiry.objects.get()
    assert (kept.agency, kept.key, kept.until - kept.asked_at) == (town.roads, None, timedelta(days=3))
    shown = page(town.other, kept).content.decode()
    assert "Ваш ли это люк?" in shown
    assert "[телефон]" in shown
    assert "918 123" not in shown
    assert f"/incidents/{card.pk}/" not in shown
    assert signed_in(town.other).get(f"/incidents/{card.pk}/").status_code == 404
    entry = Entry.objects.get(verb="incident.part_asked")
    assert entry.data == {"inquiry": kept.pk, "days": 3, "agency": town.roads.pk}
    assert "Спросили другое ведомство" in signed_in(town.operator).get(f"/incidents/{card.pk}/talk/").content.decode()


def test_the_form_names_the_other_agencies_that_work(town: Town, card: Incident) -> None:
    Agency.objects.create(code="off", name="Закрытый трест", short_name="Трест", active=False)
    shown = assert_answers(
        signed_in(town.executor).get(f"/incidents/{card.pk}/second/"), 200, "Дорожная служба</option>"
    )
    assert "Водоканал»</option>" not in shown
    assert "Закрытый трест" not in shown
    assert_answers(
        signed_in(town.auditor).get(f"/incidents/{card.pk}/second/"), 200, hides=("Дорожная служба</option>",)
    )
    assert "Спросить другое ведомство" in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()


def test_whoever_may_not_prepare_the_answer_asks_nobody(town: Town, card: Incident) -> None:
    for user, status in ((town.approver, 403), (town.auditor, 403), (town.other, 404), (town.stranger, 404)):
        assert press(town, card, user).status_code == status, user
    assert not Inquiry.objects.exists()


def test_what_does_not_fit_is_said(town: Town) -> None:
    card = town.assigned()
    unfit: list[tuple[dict[str, Any], str]] = [
        ({"agency": ""}, "Выберите, какое ведомство"),
        ({"agency": "9" * 30}, "Выберите, какое ведомство"),
        ({"words": " "}, "Напишите вопрос"),
        ({"days": "0"}, "от 1 до 14 дней"),
        ({"days": "15"}, "от 1 до 14 дней"),
    ]
    for told, words in unfit:
        assert_answers(press(town, card, **told), 422, words)
    assert not Inquiry.objects.exists()


def test_the_cards_own_agency_and_one_that_is_switched_off_are_not_asked(town: Town, card: Incident) -> None:
    assert press(town, card, agency=str(town.water.pk)).status_code == 409
    Agency.objects.filter(pk=town.roads.pk).update(active=False)
    assert press(town, card).status_code == 422
    with pytest.raises(Closed, match="agency"):
        asked(town, card)
    assert not Inquiry.objects.exists()


def test_only_those_who_answer_for_the_asked_agency_see_the_question(town: Town) -> None:
    question, below = asked(town), agency("Знаки", "signs", town.roads)
    for user in (town.other, person("roads-curator", Role.CURATOR, town.roads)):
        assert page(user, question).status_code == 200, user.username
    others = (town.executor, town.approver, town.operator, town.auditor, town.admin)
    for user in (*others, person("signs", Role.EXECUTOR, below)):
        answers = (page(user, question), reply(user, question), refuse(user, question))
        assert [one.status_code for one in answers] == [404] * 3, user.username
    assert Inquiry.objects.get().replied_at is None


def test_an_agency_below_is_answered_for_by_the_one_above(town: Town) -> None:
    below = agency("Знаки", "signs", town.roads)
    told = Ask(below.short_name, "Чей знак?", agency=below)
    question = outside.ask(town.assigned(), told, town.executor, clock.now()).inquiry
    assert page(town.other, question).status_code == 200
    assert question_for(town.executor, question.pk) is None


def test_a_question_by_link_is_nobodys_part(town: Town) -> None:
    made = outside.ask(town.assigned(), Ask("Светосервис", "Когда?"), town.executor, clock.now())
    grant(town.stranger, Role.CURATOR)
    for user in (town.executor, town.other, town.stranger):
        assert not Inquiry.objects.filter(theirs(User.objects.get(pk=user.pk))).exists()
        assert page(user, made.inquiry).status_code == 404


def test_whoever_sees_the_card_anyway_is_led_to_it(town: Town) -> None:
    question = asked(town)
    grant(town.other, Role.OPERATOR)
    assert f"/incidents/{question.incident_id}/" in page(town.other, question).content.decode()


def test_the_reply_comes_to_the_card_as_material_and_its_photos_by_hand(town: Town) -> None:
    answer = town.drafted()
    question = asked(town, answer.incident)
    day = clock.now().date() + timedelta(days=2)
    photo = SimpleUploadedFile("a.jpg", picture("JPEG"), "image/jpeg")
    assert reply(town.other, question, done_on=str(day), photos=photo).status_code == 302
    kept = Inquiry.objects.get()
    assert (kept.reply, kept.done_on, kept.replied_by, kept.refused) == ("Люк наш", day, town.other, "")
    assert InquiryPhoto.objects.count() == 1
    told = block(town.executor, answer.incident)
    assert "Люк наш" in told
    assert "Дорожная служба" in told
    assert Answer.objects.get().text == answer.text
    took = signed_in(town.executor).post(
        f"/incidents/{answer.incident_id}/outside-photos/", {"inquiry": kept.pk}, headers=FRAGMENT
    )
    assert took.status_code == 200
    assert answer.photos.count() == 1
    entry = Entry.objects.get(verb="incident.part_replied")
    assert (entry.actor, entry.data["agency"]) == (f"user:{town.other.pk}", town.roads.pk)
    assert Deadline.objects.get(clock="external").met_at is not None
    assert "Ответ отправлен" in page(town.other, question).content.decode()


def test_two_replies_at_once_leave_the_first(town: Town) -> None:
    question = asked(town)
    assert reply(town.other, question).status_code == 302
    assert_answers(reply(town.other, question, text="Люк не наш"), 409, "Люк не наш")
    assert refuse(town.other, question).status_code == 409
    with pytest.raises(Closed):
        outside.take(question, Reply("Ещё раз"), town.other, clock.now())
    assert Inquiry.objects.get().reply == "Люк наш"


def test_what_is_wrong_with_a_reply_is_said_and_the_text_stays(town: Town) -> None:
    question = asked(town)
    no_picture = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert_answers(reply(town.other, question, text=" "), 422, "Напишите ответ")
    assert_answers(reply(town.other, question, done_on="2020-01-01"), 422, "Этот день уже прошёл", "Люк наш")
    assert_answers(reply(town.other, question, photos=no_picture), 422, "Люк наш")
    assert refuse(town.other, question, "noise").status_code == 422
    assert Inquiry.objects.get().replied_at is None


def test_not_ours_is_said_on_the_card_and_is_no_return_of_it(town: Town) -> None:
    question = asked(town)
    before = Incident.objects.get().returns
    assert refuse(town.other, question).status_code == 302
    told = block(town.executor, question.incident)
    assert "Не наши полномочия" in told
    assert "Это к связистам" in told
    card = Incident.objects.get()
    assert (card.returns, card.agency, card.state) == (before, town.water, State.ASSIGNED)
    entry = Entry.objects.get(verb="incident.part_refused")
    assert (entry.reason, entry.data["agency"]) == ("not_our_matter", town.roads.pk)
    assert "Сказано «не наше»" in page(town.other, question).content.decode()


def test_an_agency_that_refused_its_part_is_suggested_no_more_and_one_that_answered_is(town: Town) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    card, now = town.assigned(SAID), clock.now()
    question = asked(town, card)
    reply(town.other, question)
    assert gave_back(card) == set()
    refuse(town.other, asked(town, card))
    assert gave_back(card) == {town.roads.pk}
    named = whose(router_now(), town.hole, town.city, now)
    assert named is not None
    assert named.agency_id == town.roads.pk
    assert whose(router_now(), town.hole, town.city, now, without=gave_back(card)) is None


def test_a_question_by_link_that_ended_teaches_nothing(town: Town, card: Incident) -> None:
    made = outside.ask(card, Ask("Светосервис", "Когда?"), town.executor, clock.now())
    outside.reply(made.inquiry, "Завтра", None, [], clock.now())
    assert gave_back(card) == set()


@pytest.mark.parametrize(
    ("end", "said"), [("revoked", "Вопрос отозвали"), ("expired", "Ответа ждали до"), ("over", "больше не нужен")]
)
def test_a_question_that_has_ended_takes_no_reply(town: Town, end: str, said: str) -> None:
    question = asked(town, ago=timedelta(days=4) if end == "expired" else timedelta())
    if end == "revoked":
        address = f"/incidents/{question.incident_id}/outside-revocation/"
        told = signed_in(town.executor).post(address, {"inquiry": question.pk}, headers=FRAGMENT)
        assert told.status_code == 200
        assert Entry.objects.filter(verb="incident.part_revoked").count() == 1
        assert Deadline.objects.get(clock="external").cancelled_at is not None
    elif end == "over":
        Incident.objects.update(state=State.DONE)
    assert said in page(town.other, question).content.decode()
    assert "Спрашивают нас" not in signed_in(town.other).get("/agency/").content.decode()
    assert_answers(reply(town.other, question), 409, "Люк наш")
    assert refuse(town.other, question).status_code == 409
    assert Inquiry.objects.get().replied_at is None


def test_only_the_asker_revokes_and_there_is_no_link_to_make_anew(town: Town) -> None:
    question = asked(town)
    revoke, renew = "outside-revocation", "outside-renewal"
    for verb, user, status in ((revoke, town.other, 404), (revoke, town.approver, 403), (renew, town.executor, 404)):
        address = f"/incidents/{question.incident_id}/{verb}/"
        assert signed_in(user).post(address, {"inquiry": question.pk, "days": "3"}).status_code == status, verb
    assert Inquiry.objects.get().revoked_at is None
    assert "Новая ссылка" not in block(town.executor, question.incident)
    assert "Отозвать вопрос" in block(town.executor, question.incident)


def test_only_the_chosen_pictures_open_and_only_while_it_waits(town: Town, card: Incident) -> None:
    mine, kept_back = media_of(card), media_of(card)
    press(town, card, pictures=[str(mine.pk)])
    question = Inquiry.objects.get()
    at = f"/inquiries/{question.pk}/pictures"
    opened = signed_in(town.other).get(f"{at}/{mine.pk}/")
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content)  # type: ignore[attr-defined]
    assert signed_in(town.other).get(f"{at}/{kept_back.pk}/").status_code == 404
    assert signed_in(town.executor).get(f"{at}/{mine.pk}/").status_code == 404
    assert signed_in(town.other).get(f"/incidents/{card.pk}/pictures/{mine.pk}/").status_code == 404
    reply(town.other, question)
    assert signed_in(town.other).get(f"{at}/{mine.pk}/").status_code == 404


def test_those_of_the_agency_find_it_first_on_their_page_and_it_costs_one_query(town: Town) -> None:
    client = signed_in(town.other)
    client.get("/agency/")
    with CaptureQueriesContext(connection) as before:
        client.get("/agency/")
    for _time in range(5):
        asked(town)
    with CaptureQueriesContext(connection) as after:
        shown = client.get("/agency/").content.decode()
    assert "Спрашивают нас" in shown
    assert shown.count("Ваш ли это люк?") == 5
    assert len(after) <= len(before)
    assert "Спрашивают нас" not in signed_in(town.executor).get("/agency/").content.decode()


def test_the_citizens_clocks_run_on_and_the_card_says_whom_it_waits_for(town: Town, card: Incident) -> None:
    before = list(Deadline.objects.order_by("pk").values("pk", "starts_at", "limit_at"))
    asked(town, card)
    assert "ждёт ответа другого ведомства" in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    clocks = Deadline.objects.exclude(clock="external").order_by("pk")
    assert list(clocks.values("pk", "starts_at", "limit_at")) == before


def test_a_notice_of_it_leads_to_the_question_and_not_to_the_card(town: Town) -> None:
    question = asked(town)
    told = {"kind": "assigned", "incident": question.incident, "inquiry": question, "entry": 1}
    Alert.objects.create(user=town.other, at=clock.now(), **told)
    shown = signed_in(town.other).get("/notices/").content.decode()
    assert "Ваше ведомство спрашивают" in shown
    assert f"/inquiries/{question.pk}/" in shown
    assert f"/incidents/{question.incident_id}/" not in shown


def test_whoever_stands_in_for_somebody_answers_and_the_journal_says_for_whom(town: Town) -> None:
    question, now = asked(town), clock.now()
    Substitution.objects.create(
        absent=town.other, deputy=town.stranger, since=now, until=now + timedelta(days=2), by=town.other, made_at=now
    )
    assert reply(town.stranger, question).status_code == 302
    entry = Entry.objects.get(verb="incident.part_replied")
    assert (entry.actor, entry.data["for"]) == (f"user:{town.stranger.pk}", town.other.pk)
