"""What programs change: by the desk's verbs, as far as the owner may, on what they have read, and in the journal."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.api.tests.program import Program
from otklik.desk.models import Notice
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery
from otklik.routing.models import Assignment, Deadline
from tests.make.town import Town


def version_of(card: Incident) -> int:
    card.refresh_from_db()
    return card.revision


def last(verb: str) -> Entry:
    return Entry.objects.filter(verb=f"incident.{verb}").latest("pk")


class TestADecision:
    def test_assigns_as_an_operator_does(self, town: Town) -> None:
        card, program = town.card(), Program(town.operator)
        body = {"version": version_of(card), "agency": town.water.pk, "theme": town.pipe.pk, "place": town.city.pk}
        response = program.post(f"/cards/{card.pk}/assignment", body)
        assert response.status_code == 200, response.json()
        assert response.json() == {"card": card.pk, "state": "assigned", "version": version_of(card)}
        assert (card.agency, card.theme, card.operator) == (town.water, town.pipe, town.operator)
        given = Assignment.objects.get(incident=card)
        assert (given.by, given.suggested) == (town.operator, True), "it took the machine's word"
        entry = last("assign")
        assert entry.actor == f"user:{town.operator.pk}"
        assert entry.data["program"] == program.token.pk

    def test_leaves_what_it_does_not_name(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.operator)
        body = {"version": version_of(card), "agency": town.roads.pk}
        assert program.post(f"/cards/{card.pk}/assignment", body).status_code == 200
        card.refresh_from_db()
        assert (card.agency, card.theme, card.place, card.house) == (town.roads, town.pipe, town.city, "5")
        assert Assignment.objects.filter(incident=card).latest("pk").suggested is False

    def test_on_an_older_card_is_refused_with_the_version_that_stands(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.operator)
        body = {"version": version_of(card) - 1, "agency": town.roads.pk}
        refused = program.post(f"/cards/{card.pk}/assignment", body)
        assert refused.status_code == 409
        assert refused.json()["version"] == version_of(card)
        assert card.agency == town.water

    def test_from_a_state_that_does_not_allow_it_is_refused(self, town: Town) -> None:
        card, program = town.published(), Program(town.operator)
        refused = program.post(f"/cards/{card.pk}/dismissal", {"version": version_of(card), "reason": "spam"})
        assert refused.status_code == 409
        assert "Оценка удовлетворённости" in refused.json()["detail"]

    def test_of_what_does_not_exist_is_refused(self, town: Town) -> None:
        card, program = town.card(), Program(town.operator)
        for wrong in ({"agency": 10**9}, {"agency": town.water.pk, "theme": 10**9}, {"agency": 1, "extra": 1}):
            body: dict[str, Any] = {"version": version_of(card), **wrong}
            assert program.post(f"/cards/{card.pk}/assignment", body).status_code == 422
        assert version_of(card) == card.revision
        assert card.state == "new"

    def test_is_not_an_executors_and_nothing_at_all_for_a_stranger(self, town: Town) -> None:
        card = town.assigned()
        body = {"version": version_of(card), "agency": town.roads.pk}
        assert Program(town.executor).post(f"/cards/{card.pk}/assignment", body).status_code == 403
        assert Program(town.stranger).post(f"/cards/{card.pk}/assignment", body).status_code == 404

    def test_changes_the_theme(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.operator)
        body = {"version": version_of(card), "theme": town.hole.pk}
        assert program.post(f"/cards/{card.pk}/theme", body).status_code == 200
        card.refresh_from_db()
        assert (card.theme, card.agency) == (town.hole, town.water)

    def test_gives_back_and_the_card_is_out_of_sight(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.executor)
        body = {"version": version_of(card), "reason": "another_agency", "words": "Это дороги"}
        told = program.post(f"/cards/{card.pk}/return", body)
        assert (told.status_code, told.json()) == (200, {"card": card.pk})
        assert (version_of(card) > 0, card.state, card.agency) == (True, "new", None)
        assert program.get(f"/cards/{card.pk}").status_code == 404

    def test_closes_without_an_answer_and_after_one(self, town: Town) -> None:
        program = Program(town.operator)
        card = town.card()
        body = {"version": version_of(card), "reason": "no_answer_needed", "words": "Благодарность"}
        assert program.post(f"/cards/{card.pk}/closure-unanswered", body).json()["state"] == "done"
        said = town.published()
        body = {"version": version_of(said), "reason": "satisfied"}
        assert program.post(f"/cards/{said.pk}/closure", body).json()["state"] == "done"

    def test_opens_again_what_was_closed_with_an_agency_or_without(self, town: Town) -> None:
        program, card, said = Program(town.operator), town.card(), town.published()
        body = {"version": version_of(card), "reason": "no_answer_needed"}
        assert program.post(f"/cards/{card.pk}/closure-unanswered", body).json()["state"] == "done"
        for one, goes_on in ((card, "new"), (said, "in_work")):
            told = program.post(f"/cards/{one.pk}/reopening", {"version": version_of(one)})
            assert (told.status_code, told.json().get("state")) == (200, goes_on), told.json()
        again = program.post(f"/cards/{card.pk}/reopening", {"version": version_of(card)})
        assert again.status_code == 409
        closed = {"version": version_of(said)}
        assert Program(town.executor).post(f"/cards/{said.pk}/reopening", closed).status_code == 403

    def test_dismisses(self, town: Town) -> None:
        card, program = town.card(), Program(town.operator)
        body = {"version": version_of(card), "reason": "spam"}
        assert program.post(f"/cards/{card.pk}/dismissal", body).json()["state"] == "noise"


def test_a_later_day_is_asked_for_and_granted_by_another(town: Town) -> None:
    card, until = town.assigned(), timezone.localdate() + timedelta(days=20)
    asking, deciding = Program(town.executor), Program(town.operator)
    body: dict[str, Any] = {"version": version_of(card), "until": until.isoformat(), "reason": "Ждём трубу"}
    asked = asking.post(f"/cards/{card.pk}/extension", body).json()
    body = {"version": asked["version"], "extension": asked["extension"], "granted": True}
    assert asking.post(f"/cards/{card.pk}/extension/decision", body).status_code == 403
    assert deciding.post(f"/cards/{card.pk}/extension/decision", body).status_code == 200
    limit = Deadline.objects.get(incident=card, clock="final_answer").limit_at
    assert timezone.localdate(limit) == until
    body["version"] = version_of(card)
    assert deciding.post(f"/cards/{card.pk}/extension/decision", body).status_code == 409


def test_a_note_stays_inside_and_calls_whom_it_names(town: Town) -> None:
    card = town.assigned()
    text = f"@{town.executor.initials} номер в СЭД 15-04"
    told = Program(town.operator).post(f"/cards/{card.pk}/notes", {"text": text}).json()
    assert Note.objects.get(pk=told["note"]).text == text
    assert Notice.objects.filter(kind=Notice.Kind.MENTION, user=town.executor).exists()
    assert Program(town.auditor).post(f"/cards/{card.pk}/notes", {"text": text}).status_code == 403


class TestAnAnswer:
    def test_goes_from_a_draft_through_approval(self, town: Town) -> None:
        card, writer, reader = town.assigned(), Program(town.executor), Program(town.approver)
        body: dict[str, Any] = {
            "version": 0,
            "text": "Воду дали в 14:00, трубу заменили.",
            "outcome": "solved",
            "ground": "phone",
            "ground_words": "Позвонили автору",
        }
        draft = writer.post(f"/cards/{card.pk}/answers", body)
        assert draft.status_code == 200, draft.json()
        assert (draft.json()["state"], draft.json()["answer_state"]) == ("in_work", "draft")
        pk, version = draft.json()["answer"], draft.json()["answer_version"]
        changed = writer.post(f"/cards/{card.pk}/answers", {**body, "version": version, "text": "Воду дали в 15:00."})
        assert changed.json()["answer_version"] == version + 1
        late = writer.post(f"/cards/{card.pk}/answers", {**body, "version": version})
        assert (late.status_code, late.json()["version"]) == (409, version + 1)
        sent = writer.post(f"/answers/{pk}/submission", {"version": version + 1})
        assert (sent.json()["state"], sent.json()["answer_state"]) == ("approval", "approval")
        read = reader.get(f"/answers/{pk}").json()
        assert read["text"] == "Воду дали в 15:00."
        agreed = {"version": read["version"], "message_version": read["message_version"]}
        stale = reader.post(f"/answers/{pk}/approval", {**agreed, "message_version": 7})
        assert (stale.status_code, "изменил комментарий" in stale.json()["detail"]) == (422, True)
        done = reader.post(f"/answers/{pk}/approval", agreed)
        assert (done.json()["state"], done.json()["answer_state"]) == ("publishing", "approved")
        assert Answer.objects.get(pk=pk).decided_by == town.approver

    def test_of_ones_own_nobody_approves_not_even_an_administrator(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.admin)
        body = {"version": 0, "text": "Дали.", "outcome": "solved", "ground": "phone", "ground_words": "Звонили"}
        draft = program.post(f"/cards/{card.pk}/answers", body).json()
        program.post(f"/answers/{draft['answer']}/submission", {"version": draft["answer_version"]})
        agreed = {"version": draft["answer_version"], "message_version": 1}
        assert program.post(f"/answers/{draft['answer']}/approval", agreed).status_code == 403
        assert Answer.objects.get(pk=draft["answer"]).state == "approval"

    def test_is_not_sent_with_a_strangers_data_unseen(self, town: Town) -> None:
        answer, program = town.drafted("Звоните Ивану Ивановичу Петрову, 8 918 123-45-67."), Program(town.executor)
        refused = program.post(f"/answers/{answer.pk}/submission", {"version": answer.version})
        assert refused.status_code == 422
        word = refused.json()["exposing"]
        body = {"version": answer.version, "exposing": word}
        assert program.post(f"/answers/{answer.pk}/submission", body).status_code == 200

    def test_that_cannot_be_published_stays_a_draft(self, town: Town) -> None:
        answer, program = town.drafted(outcome=""), Program(town.executor)
        refused = program.post(f"/answers/{answer.pk}/submission", {"version": answer.version})
        assert (refused.status_code, "итог" in refused.json()["detail"]) == (422, True)
        english = program.post(
            f"/answers/{answer.pk}/submission", {"version": answer.version}, **{"Accept-Language": "en"}
        )
        assert "outcome" in english.json()["detail"].lower()

    def test_is_sent_back_with_a_remark_and_its_writer_is_told(self, town: Town) -> None:
        answer = town.submitted()
        body = {"version": answer.version, "remark": "Назовите день"}
        told = Program(town.approver).post(f"/answers/{answer.pk}/return", body).json()
        assert (told["state"], told["answer_state"]) == ("in_work", "returned")
        assert Notice.objects.filter(kind=Notice.Kind.RETURNED, user=town.executor).exists()

    def test_that_was_published_by_hand_is_told_with_its_link(self, town: Town) -> None:
        delivery, program = town.approved(), Program(town.executor)
        address, body = f"/answers/{delivery.answer_id}", {"version": 1, "link": "https://vk.com/wall-1_1?reply=77"}
        assert program.post(f"{address}/publication", body).status_code == 409, "it leaves by itself"
        Delivery.objects.filter(pk=delivery.pk).update(hold=Delivery.Hold.BY_HAND, due_at=None)
        assert program.get(address).json()["by_hand"] is True
        assert program.post(f"{address}/publication", {**body, "link": "https://ok.ru/1"}).status_code == 422
        assert Program(town.stranger).post(f"{address}/publication", body).status_code == 404
        assert program.post(f"{address}/publication", body).json()["state"] == "rating"
        told = program.get(address).json()
        assert (told["by_hand"], told["published"]) == (False, [body["link"]])

    def test_is_withdrawn(self, town: Town) -> None:
        answer = town.submitted()
        told = Program(town.executor).post(f"/answers/{answer.pk}/withdrawal", {"version": answer.version}).json()
        assert (told["state"], told["answer_state"]) == ("in_work", "draft")

    def test_under_a_message_of_another_card_is_refused(self, town: Town) -> None:
        card, other = town.assigned(), town.card()
        body = {"version": 0, "text": "Дали.", "message": other.links.get().message_id}
        assert Program(town.executor).post(f"/cards/{card.pk}/answers", body).status_code == 422

    def test_of_a_strangers_card_does_not_exist(self, town: Town) -> None:
        answer, program = town.submitted(), Program(town.stranger)
        for verb, more in (
            ("submission", {}),
            ("withdrawal", {}),
            ("approval", {"message_version": 1}),
            ("return", {"remark": "х"}),
        ):
            assert program.post(f"/answers/{answer.pk}/{verb}", {"version": 1, **more}).status_code == 404


class TestAMessage:
    BODY = {"link": "https://pos.example.ru/appeal/15", "text": "На улице Мира нет света", "author": "Анна"}

    def test_is_brought_as_by_hand(self, town: Town) -> None:
        program = Program(town.operator)
        told = program.post("/messages", self.BODY)
        assert (told.status_code, told.json()["fresh"]) == (201, True), told.json()
        message = Message.objects.get(pk=told.json()["message"])
        assert (message.text, message.author.name, message.url) == (self.BODY["text"], "Анна", self.BODY["link"])
        assert message.due_at is not None
        assert Entry.objects.get(verb="message.by_hand").data["program"] == program.token.pk
        again = program.post("/messages", self.BODY)
        assert (again.json()["fresh"], again.json()["message"]) == (False, message.pk)
        assert program.get(f"/messages/{message.pk}").status_code == 404

    @pytest.mark.parametrize(
        "wrong", [{"link": "не ссылка совсем"}, {"text": " "}, {"network": "нет такой"}, {"text": 5}]
    )
    def test_that_is_none_is_refused(self, town: Town, wrong: dict[str, object]) -> None:
        refused = Program(town.operator).post("/messages", {**self.BODY, **wrong})
        assert refused.status_code == 422
        assert refused.json()["errors"]

    def test_is_not_brought_by_whoever_may_not(self, town: Town) -> None:
        assert Program(town.executor).post("/messages", self.BODY).status_code == 403

    def test_holds_what_both_databases_take(self, town: Town) -> None:
        text = "Нет света \u0000 на Мира \u202e"
        told = Program(town.operator).post("/messages", {**self.BODY, "text": text})
        assert told.status_code == 201
        assert "\x00" not in Message.objects.get(pk=told.json()["message"]).text
