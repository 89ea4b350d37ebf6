"""Every verb of the card as owner, colleague, other agency and stranger; and that coming late changes nothing."""

from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.feedback.models import Rating
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.routing.models import Assignment
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
FINAL = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили автору"}


def post(user: User | None, address: str, **fields: Any) -> HttpResponse:
    client = signed_in(user) if user else Client()
    return cast(HttpResponse, client.post(address, fields, headers=FRAGMENT))


def state_of(card: Incident) -> str:
    return Incident.objects.values_list("state", flat=True).get(pk=card.pk)


def assignment(town: Town, **more: Any) -> dict[str, Any]:
    fields = {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk, "place": town.city.pk}
    return fields | {"street": "улица Мира", "house": "5"} | more


# verb: how a card comes there, the address, the fields, who may, who sees the card and may not, the state after
VERBS: dict[str, tuple[str, str, Any, str, str | None, str]] = {
    "assignment": ("card", "/incidents/{c}/assignment/", assignment, "operator", None, "assigned"),
    "work": ("assigned", "/incidents/{c}/work/", {}, "executor", "auditor", "in_work"),
    "return": ("assigned", "/incidents/{c}/return/", {"reason": "not_our_place"}, "executor", "auditor", "new"),
    "draft": ("assigned", "/incidents/{c}/draft/", {"text": "а"}, "executor", "auditor", "in_work"),
    "submission": ("assigned", "/incidents/{c}/submission/", {"text": "а", **FINAL}, "executor", "auditor", "approval"),
    "withdrawal": ("submitted", "/answers/{a}/withdrawal/", {}, "executor", "auditor", "in_work"),
    "approval": ("submitted", "/answers/{a}/approval/", {"version": 1}, "approver", "executor", "publishing"),
    "remark": ("submitted", "/answers/{a}/remark/", {"remark": "Кто?"}, "approver", "executor", "in_work"),
    "recall": ("approved", "/answers/{a}/recall/", {}, "approver", "executor", "approval"),
    "closure": ("published", "/incidents/{c}/closure/", {"reason": "satisfied"}, "operator", "executor", "done"),
    "reopening": ("published", "/incidents/{c}/reopening/", {}, "operator", "executor", "in_work"),
    "closure-unanswered": (
        "assigned",
        "/incidents/{c}/closure-unanswered/",
        {"reason": "no_answer_needed"},
        "operator",
        "executor",
        "done",
    ),
    "confirmation": ("replied", "/ratings/{r}/confirmation/", {"mark": 5}, "operator", "executor", "done"),
    "dismissal": ("replied", "/ratings/{r}/dismissal/", {}, "operator", "executor", "rating"),
    "notes": ("assigned", "/incidents/{c}/notes/", {"note": "звонил"}, "executor", "auditor", "assigned"),
}


def prepared(town: Town, verb: str) -> tuple[Incident, str, dict[str, Any], str, str | None, str]:
    way, address, fields, owner, weaker, after = VERBS[verb]
    made = getattr(town, way)()
    answer = made.answer if isinstance(made, Delivery) else made
    card = answer.incident if isinstance(answer, Answer) else answer
    answer = Answer.objects.filter(incident=card).first()
    rating = Rating.objects.filter(incident=card).first()
    address = address.format(c=card.pk, a=answer.pk if answer else 0, r=rating.pk if rating else 0)
    return card, address, fields(town) if callable(fields) else fields, owner, weaker, after


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_may_do_it_does_it_and_the_journal_tells(town: Town, verb: str) -> None:
    card, address, fields, owner, _weaker, after = prepared(town, verb)
    before = Entry.objects.count()
    response = post(getattr(town, owner), address, **fields)
    assert response.status_code == 200, response.content.decode()[:500]
    assert state_of(card) == after
    mine = Entry.objects.filter(pk__gt=0).order_by("-pk")[: Entry.objects.count() - before]
    assert {entry.actor for entry in mine} == {f"user:{getattr(town, owner).pk}"}


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_sees_the_card_but_may_not_is_refused_and_others_see_no_card(town: Town, verb: str) -> None:
    card, address, fields, _owner, weaker, _after = prepared(town, verb)
    before, entries = state_of(card), Entry.objects.count()
    if weaker:
        assert post(getattr(town, weaker), address, **fields).status_code == 403
    assert post(town.other, address, **fields).status_code == 404
    assert post(town.stranger, address, **fields).status_code == 404
    assert post(None, address, **fields).status_code == 401
    assert (state_of(card), Entry.objects.count()) == (before, entries)


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_by_get(town: Town, verb: str) -> None:
    _card, address, _fields, owner, _weaker, _after = prepared(town, verb)
    client = signed_in(getattr(town, owner))
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("notes", "draft", "dismissal")])
def test_a_double_click_has_one_effect(town: Town, verb: str) -> None:
    card, address, fields, owner, _weaker, _after = prepared(town, verb)
    user = town.admin if verb == "return" else getattr(town, owner)
    assert post(user, address, **fields).status_code == 200
    state, entries = state_of(card), Entry.objects.count()
    late = post(user, address, **fields)
    assert late.status_code == 409
    assert late["X-Refusal"] == "1"
    assert (state_of(card), Entry.objects.count()) == (state, entries)


def test_the_second_of_two_operators_does_not_undo_what_the_first_one_decided(town: Town) -> None:
    card = town.card()
    assert post(town.operator, f"/incidents/{card.pk}/assignment/", **assignment(town)).status_code == 200
    late = post(town.colleague, f"/incidents/{card.pk}/assignment/", **assignment(town, agency=town.roads.pk))
    assert_answers(late, 409, "Назначен")
    assert Assignment.objects.get(incident=card).agency == town.water
    assert (reread(card).theme, card.place, card.street) == (town.pipe, town.city, "улица Мира")


def test_an_assignment_as_suggested_is_told_from_one_that_was_changed(town: Town) -> None:
    first, second = town.card(), town.card()
    post(town.operator, f"/incidents/{first.pk}/assignment/", **assignment(town))
    post(town.operator, f"/incidents/{second.pk}/assignment/", **assignment(town, agency=town.roads.pk))
    assert Assignment.objects.get(incident=first).suggested
    assert not Assignment.objects.get(incident=second).suggested


def test_a_late_save_overwrites_nothing_and_shows_both_texts(town: Town) -> None:
    answer = town.drafted("Первый текст")
    address = f"/incidents/{answer.incident_id}/draft/"
    assert post(town.executor, address, text="Второй <b>текст</b>", version=1).status_code == 200
    late = post(town.colleague, address, text="Мой текст", version=1)
    page = late.content.decode()
    assert late.status_code == 409
    assert_shows(page, "Второй &lt;b&gt;текст&lt;/b&gt;", "Мой текст")
    assert (reread(answer).text, answer.version) == ("Второй <b>текст</b>", 2)
    assert post(town.colleague, address, text="Мой текст", version=2).status_code == 200


def test_without_scripts_a_late_save_is_a_page_with_both_texts(town: Town) -> None:
    answer = town.drafted("Первый текст")
    client = signed_in(town.executor)
    late = client.post(f"/incidents/{answer.incident_id}/draft/", {"text": "Мой текст", "version": 7})
    assert_answers(late, 409, "Первый текст", "Мой текст</textarea>")


def test_a_save_after_submission_is_refused(town: Town) -> None:
    answer = town.submitted()
    late = post(town.executor, f"/incidents/{answer.incident_id}/draft/", text="другое", version=answer.version)
    assert late.status_code == 409
    assert reread(answer).text == "Воду дали в 14:00, трубу заменили."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " ", **FINAL}, "Ответ пуст"),
        ({"text": "а", "kind": "final"}, "Выберите итог"),
        ({"text": "а", "kind": "interim", "promised_on": "2026-02-31"}, "нужна дата"),
        ({"text": "ы" * 4001, **FINAL}, "длиннее"),
        ({"text": "ы" * 20_001, **FINAL}, "20 000"),
    ],
)
def test_an_unfit_answer_stays_where_it_is_and_the_writer_learns_why(
    town: Town, fields: dict[str, object], words: str
) -> None:
    card = town.assigned()
    assert_answers(post(town.executor, f"/incidents/{card.pk}/submission/", **fields), 422, words)
    assert state_of(card) != "approval"


def test_the_author_cannot_approve_his_own_answer_unless_he_is_an_administrator(town: Town) -> None:
    card = town.assigned()
    words = {"text": "Сделано.", **FINAL}
    town.executor.grants.create(role="approver", agency=town.water)
    post(town.executor, f"/incidents/{card.pk}/submission/", **words)
    answer = Answer.objects.get(incident=card)
    refused = post(town.executor, f"/answers/{answer.pk}/approval/", version=answer.version)
    assert_answers(refused, 403, "Свой ответ согласовать нельзя")
    assert state_of(card) == "approval"
    post(town.approver, f"/answers/{answer.pk}/remark/", remark="Кто сделал?")
    other = town.assigned()
    post(town.admin, f"/incidents/{other.pk}/submission/", **words)
    own = Answer.objects.get(incident=other)
    assert post(town.admin, f"/answers/{own.pk}/approval/", version=own.version).status_code == 200


def test_an_approver_approves_only_the_text_that_he_read(town: Town) -> None:
    answer = town.submitted()
    post(town.executor, f"/answers/{answer.pk}/withdrawal/")
    again = {"text": "Совсем другое", **FINAL, "version": answer.version}
    post(town.executor, f"/incidents/{answer.incident_id}/submission/", **again)
    late = post(town.approver, f"/answers/{answer.pk}/approval/", version=answer.version)
    assert late.status_code == 409
    assert reread(answer).state == Answer.State.APPROVAL


def test_a_remark_is_shown_to_whoever_writes(town: Town) -> None:
    answer = town.submitted()
    post(town.approver, f"/answers/{answer.pk}/remark/", remark="Назовите бригаду <i>")
    client = signed_in(town.executor)
    assert "Назовите бригаду &lt;i&gt;" in page_at(client, f"/incidents/{answer.incident_id}/")


def test_giving_a_card_back_tells_the_executor_that_it_is_no_longer_his(town: Town) -> None:
    card = town.assigned()
    told = post(town.executor, f"/incidents/{card.pk}/return/", reason="not_our_matter", words="Это район")
    assert "Карточка больше не у вас" in told.content.decode()
    assert post(town.executor, f"/incidents/{card.pk}/return/", reason="not_our_matter").status_code == 404


def test_an_unknown_reason_moves_nothing(town: Town) -> None:
    card = town.assigned()
    assert post(town.executor, f"/incidents/{card.pk}/return/", reason="лень").status_code == 422
    assert post(town.operator, f"/incidents/{card.pk}/closure-unanswered/", reason="silence").status_code == 422
    assert state_of(card) == "assigned"


def test_a_card_of_no_kind_is_closed_only_with_one(town: Town) -> None:
    card = town.published()
    Incident.objects.filter(pk=card.pk).update(kind="")
    address = f"/incidents/{card.pk}/closure/"
    assert post(town.operator, address, reason="satisfied").status_code == 422
    assert post(town.operator, address, reason="satisfied", kind="solvable").status_code == 200
    assert (reread(card).state, card.kind) == ("done", "solvable")


def test_publishing_by_hand_wants_a_link_to_the_right_place(town: Town) -> None:
    delivery = town.approved()
    Delivery.objects.update(state="unknown", hold="person", lease="", due_at=None)
    address = f"/deliveries/{delivery.pk}/proof/"
    card = delivery.answer.incident
    assert post(town.other, address, link="https://vk.com/x").status_code == 404
    assert post(town.auditor, address, link="https://vk.com/x").status_code == 403
    for link in ("", "javascript:alert(1)", "https://evil.example/wall", "https://vk.com/\u202e"):
        assert post(town.executor, address, link=link).status_code == 422, link
    assert post(town.executor, address, link="https://vk.com/wall-1_1?reply=77").status_code == 200
    assert state_of(card) == "rating"
    assert post(town.executor, address, link="https://vk.com/wall-1_1?reply=77").status_code == 409


def test_saying_it_again_needs_a_stuck_delivery_and_the_word_that_somebody_looked(town: Town) -> None:
    delivery = town.approved()
    address = f"/deliveries/{delivery.pk}/repeat/"
    assert post(town.approver, address, looked="yes").status_code == 409
    Delivery.objects.update(state="unknown", hold="person", lease="", due_at=None)
    assert post(town.approver, address).status_code == 422
    assert post(town.other, address, looked="yes").status_code == 404
    assert post(town.approver, address, looked="yes").status_code == 200
    assert (reread(delivery).state, delivery.hold) == ("queued", "")
    assert post(town.approver, address, looked="yes").status_code == 409


def test_an_answer_that_may_have_left_is_not_recalled(town: Town) -> None:
    delivery = town.approved()
    Delivery.objects.update(state="sending")
    assert post(town.approver, f"/answers/{delivery.answer_id}/recall/").status_code == 409
    assert state_of(delivery.answer.incident) == "publishing"


@pytest.mark.parametrize(
    "text", ["\x00ноль", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "a\r\nb"]
)
def test_what_no_database_holds_is_cleaned_on_the_way_in(town: Town, text: str) -> None:
    card = town.assigned()
    assert post(town.executor, f"/incidents/{card.pk}/draft/", text=text).status_code == 200
    assert post(town.executor, f"/incidents/{card.pk}/notes/", note=text).status_code == 200
    kept = Answer.objects.get(incident=card).text + Note.objects.get(incident=card).text
    assert not set("\x00\r") & set(kept)


@pytest.mark.parametrize("number", ["9" * 30, "-1", "1e3", "٣", ""])
def test_numbers_that_are_none_choose_nothing(town: Town, number: str) -> None:
    card = town.card()
    refused = post(town.operator, f"/incidents/{card.pk}/assignment/", **assignment(town, agency=number))
    assert refused.status_code == 422
    Answer.objects.create(
        incident=card, reply_to=main_message(card), author=town.operator, created_at=timezone.now(),
        changed_at=timezone.now(), version=4,
    )  # fmt: skip
    assert post(town.operator, f"/incidents/{card.pk}/draft/", text="а", version=number).status_code == 409
