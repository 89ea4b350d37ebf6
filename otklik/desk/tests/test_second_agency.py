"""«Спросить другое ведомство»: who asks, who of the second agency sees and answers, and what it opens and does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import COMPLAINT, block, media_of
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, at_most, page_at, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.notify.alerts.models import Alert
from otklik.people.models import Agency, Role, Substitution, User
from otklik.routing import outside
from otklik.routing.models import Deadline, Inquiry, InquiryPhoto, Rule
from otklik.routing.outside import Ask, Closed, Reply
from otklik.routing.parts import question_for, theirs
from otklik.routing.suggest import gave_back, router_now, whose
from tests.make.people import agency, grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def press(town: Town, card: Incident, who: User | None = None, **overrides: object) -> Any:
    fields = {"agency": str(town.roads.pk), "words": "Ваш ли это люк?", "days": "3", **overrides}
    return signed_in(who or town.executor).post(f"/incidents/{card.pk}/second/", fields, headers=FRAGMENT)


def asked(town: Town, card: Incident | None = None, ago: timedelta = timedelta()) -> Inquiry:
    """The water's executor asks the roads."""
    inquiry_input = Ask(town.roads.short_name, "Ваш ли это люк?", 3, agency=town.roads)
    return outside.ask(card or town.assigned(COMPLAINT), inquiry_input, town.executor, clock.now() - ago).inquiry


def at(question: Inquiry) -> str:
    return f"/inquiries/{question.pk}/"


def reply(user: User, question: Inquiry, **overrides: object) -> Any:
    return signed_in(user).post(at(question), {"text": "Люк наш", **overrides})


def refuse(user: User, question: Inquiry, reason: str = "not_our_matter") -> Any:
    return signed_in(user).post(f"{at(question)}refusal/", {"reason": reason, "words": "Это к связистам"})


def statuses(user: User, question: Inquiry) -> list[int]:
    answers = (signed_in(user).get(at(question)), reply(user, question), refuse(user, question))
    return [answer.status_code for answer in answers]


def test_an_executor_asks_and_the_second_agency_sees_the_question_alone(town: Town) -> None:
    card = town.assigned(COMPLAINT)
    clocks = Deadline.objects.order_by("pk").values("pk", "starts_at", "limit_at")
    before, here = list(clocks), f"/incidents/{card.pk}/"
    assert press(town, card, with_text="1").status_code == 200
    kept = Inquiry.objects.get()
    assert (kept.agency, kept.key, kept.until - kept.asked_at) == (town.roads, None, timedelta(days=3))
    assert_shows(page_at(town.other, at(kept)), "Ваш ли это люк?", "[телефон]", hides=["918 123", here])
    assert signed_in(town.other).get(here).status_code == 404
    entry = Entry.objects.get(verb="incident.part_asked")
    assert entry.data == {"inquiry": kept.pk, "days": 3, "agency": town.roads.pk}
    assert "Спросили другое ведомство" in page_at(town.operator, f"{here}talk/")
    assert "ждёт ответа другого ведомства" in page_at(town.executor, here)
    assert list(clocks.exclude(clock="external")) == before, "the citizen's clocks run on"
    grant(town.other, Role.OPERATOR)
    assert here in page_at(town.other, at(kept)), "whoever sees the card anyway is led to it"


def test_the_form_names_agencies_that_work_and_whoever_asks_amiss_asks_nobody(town: Town, card: Incident) -> None:
    Agency.objects.create(code="off", name="Закрытый трест", short_name="Трест", active=False)
    form, roads = f"/incidents/{card.pk}/second/", "Дорожная служба</option>"
    assert_shows(page_at(town.executor, form), roads, hides=["Водоканал»</option>", "Закрытый трест"])
    assert_shows(page_at(town.auditor, form), hides=[roads])
    assert "Спросить другое ведомство" in page_at(town.executor, f"/incidents/{card.pk}/")
    for user, status in ((town.approver, 403), (town.auditor, 403), (town.other, 404), (town.stranger, 404)):
        assert press(town, card, user).status_code == status, user
    for pk in ("", "9" * 30):
        assert_answers(press(town, card, agency=pk), 422, "Выберите, какое ведомство")
    for days in ("0", "15"):
        assert_answers(press(town, card, days=days), 422, "от 1 до 14 дней")
    assert_answers(press(town, card, words=" "), 422, "Напишите вопрос")
    assert press(town, card, agency=str(town.water.pk)).status_code == 409, "the card's own agency"
    Agency.objects.filter(pk=town.roads.pk).update(active=False)
    assert press(town, card).status_code == 422
    with pytest.raises(Closed, match="agency"):
        asked(town, card)
    assert not Inquiry.objects.exists()


def test_only_those_who_answer_for_the_asked_agency_see_the_question_and_only_the_asker_revokes_it(town: Town) -> None:
    question, below = asked(town), agency("Знаки", "signs", town.roads)
    assert page_at(person("roads-curator", Role.CURATOR, town.roads), at(question))
    others = (town.executor, town.approver, town.operator, town.auditor, town.admin)
    for user in (*others, person("signs", Role.EXECUTOR, below)):
        assert statuses(user, question) == [404] * 3, user.username
    assert reread(question).replied_at is None
    # An agency below is answered for by the one above.
    inquiry_input = Ask(below.short_name, "Чей знак?", agency=below)
    question = outside.ask(town.assigned(), inquiry_input, town.executor, clock.now()).inquiry
    assert page_at(town.other, at(question))
    assert question_for(town.executor, question.pk) is None
    question = asked(town)
    revoke, renew = "outside-revocation", "outside-renewal"
    for verb, user, status in ((revoke, town.other, 404), (revoke, town.approver, 403), (renew, town.executor, 404)):
        address = f"/incidents/{question.incident_id}/{verb}/"
        assert signed_in(user).post(address, {"inquiry": question.pk, "days": "3"}).status_code == status, verb
    assert reread(question).revoked_at is None
    assert_shows(block(town.executor, question.incident), "Отозвать вопрос", hides=["Новая ссылка"])


def test_a_question_by_link_is_nobodys_part_and_teaches_nothing(town: Town, card: Incident) -> None:
    made = outside.ask(card, Ask("Светосервис", "Когда?"), town.executor, clock.now())
    grant(town.stranger, Role.CURATOR)
    for user in (town.executor, town.other, town.stranger):
        assert not Inquiry.objects.filter(theirs(User.objects.get(pk=user.pk))).exists()
        assert signed_in(user).get(at(made.inquiry)).status_code == 404
    outside.reply(made.inquiry, "Завтра", None, [], clock.now())
    assert gave_back(card) == set()


def test_the_reply_comes_to_the_card_as_material_and_what_is_wrong_with_one_is_said(town: Town) -> None:
    answer, day = town.drafted(), clock.now().date() + timedelta(days=2)
    question = asked(town, answer.incident)
    photo = SimpleUploadedFile("a.jpg", picture("JPEG"), "image/jpeg")
    assert reply(town.other, question, done_on=str(day), photos=photo).status_code == 302
    kept = reread(question)
    assert (kept.reply, kept.done_on, kept.replied_by, kept.refused) == ("Люк наш", day, town.other, "")
    assert InquiryPhoto.objects.count() == 1
    assert_shows(block(town.executor, answer.incident), "Люк наш", "Дорожная служба")
    assert Answer.objects.get().text == answer.text
    address = f"/incidents/{answer.incident_id}/outside-photos/"
    took = signed_in(town.executor).post(address, {"inquiry": kept.pk}, headers=FRAGMENT)
    assert (took.status_code, answer.photos.count()) == (200, 1)
    entry = Entry.objects.get(verb="incident.part_replied")
    assert (entry.actor, entry.data["agency"]) == (f"user:{town.other.pk}", town.roads.pk)
    assert Deadline.objects.get(clock="external").met_at is not None
    assert "Ответ отправлен" in page_at(town.other, at(question))
    # Of two replies the first stays.
    assert_answers(reply(town.other, question, text="Люк не наш"), 409, "Люк не наш")
    assert refuse(town.other, question).status_code == 409
    with pytest.raises(Closed):
        outside.take(question, Reply("Ещё раз"), town.other, clock.now())
    assert reread(question).reply == "Люк наш"
    question, no_picture = asked(town), SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert_answers(reply(town.other, question, text=" "), 422, "Напишите ответ")
    assert_answers(reply(town.other, question, done_on="2020-01-01"), 422, "Этот день уже прошёл", "Люк наш")
    assert_answers(reply(town.other, question, photos=no_picture), 422, "Люк наш")
    assert refuse(town.other, question, "noise").status_code == 422
    assert reread(question).replied_at is None


def test_not_ours_is_said_on_the_card_and_who_refused_its_part_is_suggested_no_more(town: Town) -> None:
    question = asked(town)
    before = Incident.objects.get().returns
    assert refuse(town.other, question).status_code == 302
    assert_shows(block(town.executor, question.incident), "Не наши полномочия", "Это к связистам")
    card = Incident.objects.get()
    assert (card.returns, card.agency, card.state) == (before, town.water, State.ASSIGNED)
    entry = Entry.objects.get(verb="incident.part_refused")
    assert (entry.reason, entry.data["agency"]) == ("not_our_matter", town.roads.pk)
    assert "Сказано «не наше»" in page_at(town.other, at(question))
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    card, now = town.assigned(COMPLAINT), clock.now()
    reply(town.other, asked(town, card))
    assert gave_back(card) == set()
    refuse(town.other, asked(town, card))
    assert gave_back(card) == {town.roads.pk}
    named = whose(router_now(), town.hole, town.city, now)
    assert named is not None
    assert named.agency_id == town.roads.pk
    assert whose(router_now(), town.hole, town.city, now, without=gave_back(card)) is None


@pytest.mark.parametrize(
    ("end", "expected"), [("revoked", "Вопрос отозвали"), ("expired", "Ответа ждали до"), ("over", "больше не нужен")]
)
def test_a_question_that_has_ended_takes_no_reply(town: Town, end: str, expected: str) -> None:
    question = asked(town, ago=timedelta(days=4) if end == "expired" else timedelta())
    if end == "revoked":
        address = f"/incidents/{question.incident_id}/outside-revocation/"
        assert signed_in(town.executor).post(address, {"inquiry": question.pk}, headers=FRAGMENT).status_code == 200
        assert Entry.objects.filter(verb="incident.part_revoked").count() == 1
        assert Deadline.objects.get(clock="external").cancelled_at is not None
    elif end == "over":
        Incident.objects.update(state=State.DONE)
    assert expected in page_at(town.other, at(question))
    assert "Спрашивают нас" not in page_at(town.other, "/agency/")
    assert_answers(reply(town.other, question), 409, "Люк наш")
    assert statuses(town.other, question) == [200, 409, 409]
    assert reread(question).replied_at is None


def test_only_the_chosen_pictures_open_and_only_while_it_waits(town: Town, card: Incident) -> None:
    mine, kept_back = media_of(card), media_of(card)
    press(town, card, pictures=[str(mine.pk)])
    question = Inquiry.objects.get()
    here = f"{at(question)}pictures/{mine.pk}/"
    opened = signed_in(town.other).get(here)
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content)  # type: ignore[attr-defined]
    for user, address in (
        (town.other, f"{at(question)}pictures/{kept_back.pk}/"),
        (town.executor, here),
        (town.other, f"/incidents/{card.pk}/pictures/{mine.pk}/"),
    ):
        assert signed_in(user).get(address).status_code == 404
    reply(town.other, question)
    assert signed_in(town.other).get(here).status_code == 404


def test_those_of_the_agency_find_it_on_their_page_and_among_their_notices_and_a_deputy_answers(town: Town) -> None:
    client = signed_in(town.other)
    client.get("/agency/")
    with CaptureQueriesContext(connection) as before:
        client.get("/agency/")
    for _time in range(5):
        asked(town)
    with at_most(len(before)):
        shown = page_at(client, "/agency/")
    assert "Спрашивают нас" in shown
    assert shown.count("Ваш ли это люк?") == 5
    assert "Спрашивают нас" not in page_at(town.executor, "/agency/")
    question, now = asked(town), clock.now()
    columns = {"kind": "assigned", "incident": question.incident, "inquiry": question, "entry": 1}
    Alert.objects.create(user=town.other, at=now, **columns)
    card = f"/incidents/{question.incident_id}/"
    assert_shows(page_at(town.other, "/notices/"), "Ваше ведомство спрашивают", at(question), hides=[card])
    days = {"since": now, "until": now + timedelta(days=2), "agreed_at": now}
    Substitution.objects.create(absent=town.other, deputy=town.stranger, by=town.other, made_at=now, **days)
    assert reply(town.stranger, question).status_code == 302
    entry = Entry.objects.get(verb="incident.part_replied")
    assert (entry.actor, entry.data["for"]) == (f"user:{town.stranger.pk}", town.other.pk)
