"""Every verb of the card as owner, colleague, other agency and stranger; and that coming late changes nothing."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from otklik.answers.models import Answer
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, press, reread
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery
from otklik.routing.models import Assignment
from tests.make import answers
from tests.make.people import signed_in
from tests.make.town import Town

FINAL = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили жителю"}


def state_of(card: Incident) -> str:
    return Incident.objects.values_list("state", flat=True).get(pk=card.pk)


def assignment(town: Town, **more: Any) -> dict[str, Any]:
    fields = {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk, "place": town.city.pk}
    return fields | {"street": "улица Мира", "house": "5"} | more


# verb: how a card comes there, the noun, the fields, who may, who sees the card and may not, the state after
VERBS: dict[str, tuple[str, str, Any, str, str, str]] = {
    "assignment": ("card", "incidents", assignment, "operator", "", "assigned"),
    "work": ("assigned", "incidents", {}, "executor", "auditor", "in_work"),
    "return": ("assigned", "incidents", {"reason": "not_our_place"}, "executor", "auditor", "new"),
    "draft": ("assigned", "incidents", {"text": "а"}, "executor", "auditor", "in_work"),
    "submission": ("assigned", "incidents", {"text": "а", **FINAL}, "executor", "auditor", "approval"),
    "withdrawal": ("submitted", "answers", {}, "executor", "auditor", "in_work"),
    "approval": ("submitted", "answers", {"version": 1}, "approver", "executor", "publishing"),
    "remark": ("submitted", "answers", {"remark": "Кто?"}, "approver", "executor", "in_work"),
    "recall": ("approved", "answers", {}, "approver", "executor", "approval"),
    "closure": ("published", "incidents", {"reason": "satisfied"}, "operator", "executor", "done"),
    "reopening": ("published", "incidents", {}, "operator", "executor", "in_work"),
    "closure-unanswered": ("assigned", "incidents", {"reason": "no_answer_needed"}, "operator", "executor", "done"),
    "confirmation": ("replied", "ratings", {"mark": 5}, "operator", "executor", "done"),
    "dismissal": ("replied", "ratings", {}, "operator", "executor", "rating"),
    "notes": ("assigned", "incidents", {"note": "звонил"}, "executor", "auditor", "assigned"),
}
REPEATED = ("notes", "draft", "dismissal")
# Verbs with stories of their own elsewhere: how a card comes there, who sees it and may not, the noun, the verbs
REFUSED: tuple[tuple[str, str, str, str], ...] = (
    ("assigned", "executor", "incidents", "hard not-hard"),
    ("assigned", "approver auditor", "incidents", "passing extension outside uploads upload-completion"),
    ("assigned", "executor auditor", "incidents", "splitting repeat joining parting"),
    ("assigned", "auditor", "incidents", "acts act-removal photos photo-removal tags tag-removal author-cards"),
    ("assigned", "executor", "incidents", "taking-off"),
    ("assigned", "", "incidents", "presence absence"),
    ("published", "auditor", "incidents", "same-again"),
    ("submitted", "executor", "answers", "correction"),
    ("submitted", "auditor", "answers", "flaw-dismissal"),
    ("approved", "executor", "answers", "saying-now"),
    ("approved", "auditor", "deliveries", "proof repeat stopping letting-go"),
)
FORMS = ("passing", "outside")
"""What is looked at by GET."""


def at(town: Town, way: str, noun: str) -> tuple[Incident, str]:
    """A card that has come there, and the address of what the verb is about."""
    made = getattr(town, way)()
    answer = made.answer if isinstance(made, Delivery) else made
    card = answer.incident if isinstance(answer, Answer) else answer
    about: dict[str, QuerySet[Any]] = {
        "incidents": Incident.objects.filter(pk=card.pk),
        "answers": Answer.objects.filter(incident=card),
        "deliveries": Delivery.objects.filter(answer__incident=card),
        "ratings": card.ratings.all(),
    }
    return card, f"/{noun}/{about[noun].get().pk}/"


def assert_refused(town: Town, card: Incident, address: str, weaker: str, fields: dict[str, Any]) -> None:
    """To whoever sees the card and may not, to whoever does not see it and to whoever is not signed in."""
    before = state_of(card), Entry.objects.count()
    for who in weaker.split():
        assert press(getattr(town, who), address, **fields).status_code == 403, (address, who)
    for user in (town.other, town.stranger):
        assert press(user, address, **fields).status_code == 404, (address, user.username)
    assert press(Client(), address, **fields).status_code == 401, address
    assert (state_of(card), Entry.objects.count()) == before, address


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_may_do_it_does_it_once_and_everybody_else_is_refused(town: Town, verb: str) -> None:
    way, noun, raw_fields, owner, weaker, after = VERBS[verb]
    card, address = at(town, way, noun)
    address, fields, user = (
        f"{address}{verb}/",
        raw_fields(town) if callable(raw_fields) else raw_fields,
        getattr(town, owner),
    )
    assert_refused(town, card, address, weaker, fields)
    assert signed_in(user).get(address).status_code == 405
    before = Entry.objects.latest("pk").pk
    assert_answers(press(user, address, **fields), 200)
    assert state_of(card) == after
    assert {entry.actor for entry in Entry.objects.filter(pk__gt=before)} == {f"user:{user.pk}"}
    if verb not in REPEATED:
        entries = Entry.objects.count()
        late = press(town.admin if verb == "return" else user, address, **fields)
        assert (late.status_code, late["X-Refusal"]) == (409, "1")
        assert (state_of(card), Entry.objects.count()) == (after, entries)


def test_other_verbs_and_those_of_the_queue_are_refused_to_whoever_may_not_and_hide_the_card(town: Town) -> None:
    for way, weaker, noun, verbs in REFUSED:
        card, address = at(town, way, noun)
        for verb in verbs.split():
            assert_refused(town, card, f"{address}{verb}/", weaker, {})
            expected = 200 if verb in FORMS else 405
            assert signed_in(town.admin).get(f"{address}{verb}/", headers=FRAGMENT).status_code == expected, verb
    card = town.assigned(agency=town.roads)
    for verb in ("acceptance", "noise", "restore", "taking", "letting-go", "guesses", "text", "matter"):
        address = f"/incidents/{card.pk}/{verb}/"
        for user, status in ((town.curator, 404), (town.executor, 403), (town.stranger, 403)):
            client = signed_in(user)
            ask, other = (client.get, client.post) if verb in ("guesses", "text") else (client.post, client.get)
            assert ask(address, {"reason": "spam"}).status_code == status, (verb, user.username)
            assert other(address).status_code == 405, verb
    assert state_of(card) == "assigned"


def test_the_second_of_two_undoes_nothing_that_the_first_decided_or_wrote(town: Town) -> None:
    card, changed = town.card(), town.card()
    address, roads = f"/incidents/{card.pk}/assignment/", assignment(town, agency=town.roads.pk)
    assert press(town.operator, address, **assignment(town)).status_code == 200
    assert_answers(press(town.colleague, address, **roads), 409, "Назначен")
    assignment_row = Assignment.objects.get(incident=card)
    assert (assignment_row.agency, assignment_row.suggested) == (town.water, True)
    assert (reread(card).theme, card.place, card.street) == (town.pipe, town.city, "улица Мира")
    press(town.operator, f"/incidents/{changed.pk}/assignment/", **roads)
    assert not Assignment.objects.get(incident=changed).suggested
    answer = town.drafted("Первый текст")
    address = f"/incidents/{answer.incident_id}/draft/"
    late = signed_in(town.executor).post(address, {"text": "Мой текст", "version": 7})
    assert_answers(late, 409, "<html", "Первый текст", "Мой текст</textarea>")
    assert press(town.executor, address, text="Второй <b>текст</b>", version=1).status_code == 200
    late = press(town.colleague, address, text="Мой текст", version=1)
    assert_answers(late, 409, "Второй &lt;b&gt;текст&lt;/b&gt;", "Мой текст")
    assert (reread(answer).text, answer.version) == ("Второй <b>текст</b>", 2)
    assert press(town.colleague, address, text="Мой текст", version=2).status_code == 200
    sent = town.submitted()
    address = f"/incidents/{sent.incident_id}/draft/"
    assert press(town.executor, address, text="другое", version=sent.version).status_code == 409
    assert reread(sent).text == "Воду дали в 14:00, трубу заменили."


def test_an_unfit_answer_and_an_unknown_reason_move_nothing_and_say_why(town: Town) -> None:
    unfit: tuple[tuple[dict[str, str], str], ...] = (
        ({"text": " ", **FINAL}, "Ответ пуст"),
        ({"text": "а", "kind": "final"}, "Выберите итог"),
        ({"text": "а", "kind": "interim", "promised_on": "2026-02-31"}, "нужна дата"),
        ({"text": "ы" * 4001, **FINAL}, "длиннее"),
        ({"text": "ы" * 20_001, **FINAL}, "20 000"),
    )
    for fields, words in unfit:
        card = town.assigned()
        assert_answers(press(town.executor, f"/incidents/{card.pk}/submission/", **fields), 422, words)
        assert state_of(card) != "approval", words
    card = town.assigned()
    address = f"/incidents/{card.pk}/return/"
    assert press(town.executor, address, reason="лень").status_code == 422
    assert press(town.operator, f"/incidents/{card.pk}/closure-unanswered/", reason="silence").status_code == 422
    assert state_of(card) == "assigned"
    gone = press(town.executor, address, reason="not_our_matter", words="Это район")
    assert_shows(gone.content.decode(), "Карточка больше не у вас")
    assert press(town.executor, address, reason="not_our_matter").status_code == 404
    card = town.published()
    Incident.objects.filter(pk=card.pk).update(kind="")
    address = f"/incidents/{card.pk}/closure/"
    assert press(town.operator, address, reason="satisfied").status_code == 422
    assert press(town.operator, address, reason="satisfied", kind="solvable").status_code == 200
    assert (reread(card).state, card.kind) == ("done", "solvable")


def test_an_answer_that_may_have_left_is_said_by_hand_or_again_and_not_recalled(town: Town) -> None:
    stuck = {"state": "unknown", "hold": "person", "lease": "", "due_at": None}
    delivery = town.approved()
    address, good = f"/deliveries/{delivery.pk}/proof/", "https://vk.com/wall-1_1?reply=77"
    Delivery.objects.update(**stuck)
    for link in ("", "javascript:alert(1)", "https://evil.example/wall", "https://vk.com/\u202e"):
        assert press(town.executor, address, link=link).status_code == 422, link
    assert press(town.executor, address, link=good).status_code == 200
    assert state_of(delivery.answer.incident) == "rating"
    assert press(town.executor, address, link=good).status_code == 409

    again = town.approved()
    address, rows = f"/deliveries/{again.pk}/repeat/", Delivery.objects.filter(pk=again.pk)
    assert press(town.approver, address, looked="yes").status_code == 409, "it is not stuck"
    rows.update(**stuck)
    assert press(town.approver, address).status_code == 422, "somebody is to say that he looked"
    assert press(town.approver, address, looked="yes").status_code == 200
    assert (reread(again).state, again.hold) == ("queued", "")
    assert press(town.approver, address, looked="yes").status_code == 409

    rows.update(state="sending")
    assert press(town.approver, f"/answers/{again.answer_id}/recall/").status_code == 409
    assert state_of(again.answer.incident) == "publishing"


def test_what_no_database_holds_is_cleaned_on_the_way_in_and_numbers_that_are_none_choose_nothing(town: Town) -> None:
    for text in ("\x00ноль", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "a\r\nb"):
        card = town.assigned()
        assert press(town.executor, f"/incidents/{card.pk}/draft/", text=text).status_code == 200
        assert press(town.executor, f"/incidents/{card.pk}/notes/", note=text).status_code == 200
        kept = Answer.objects.get(incident=card).text + Note.objects.get(incident=card).text
        assert not set("\x00\r") & set(kept), text
    card = town.card()
    answers.answer(card, by=town.operator, version=4)
    for number in ("9" * 30, "-1", "1e3", "٣", ""):
        refused = press(town.operator, f"/incidents/{card.pk}/assignment/", **assignment(town, agency=number))
        assert refused.status_code == 422, number
        assert press(town.operator, f"/incidents/{card.pk}/draft/", text="а", version=number).status_code == 409, number
