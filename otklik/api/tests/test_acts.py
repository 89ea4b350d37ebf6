from datetime import timedelta
from typing import Any

from django.utils import timezone

from otklik.answers.models import Answer
from otklik.api.tests.program import Program
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery
from otklik.routing.models import Assignment, Deadline
from otklik.work.models import Notice
from tests.make.town import Town

GROUND = {"outcome": "solved", "ground": "phone", "ground_words": "Позвонили жителю"}


def fresh(card: Incident) -> Incident:
    card.refresh_from_db()
    return card


class TestADecision:
    def test_assigns_as_an_operator_does(self, town: Town) -> None:
        card, program = town.card(), Program(town.operator)
        response = program.act(card, "assignment", agency=town.water.pk, theme=town.pipe.pk, place=town.city.pk)
        assert response.status_code == 200, response.json()
        assert response.json() == {"card": card.pk, "state": "assigned", "version": fresh(card).revision}
        assert (card.agency, card.theme, card.operator) == (town.water, town.pipe, town.operator)
        made = Assignment.objects.get(incident=card)
        assert (made.by, made.suggested) == (town.operator, True), "it took the machine's word"
        entry = Entry.objects.filter(verb="incident.assign").latest("pk")
        assert (entry.actor, entry.data["program"]) == (f"user:{town.operator.pk}", program.token.pk)

    def test_leaves_what_it_does_not_name(self, town: Town, card: Incident, program: Program) -> None:
        assert program.act(card, "assignment", agency=town.roads.pk).status_code == 200
        left = fresh(card)
        assert (left.agency, left.theme, left.place, left.house) == (town.roads, town.pipe, town.city, "5")
        assert Assignment.objects.filter(incident=card).latest("pk").suggested is False
        assert program.act(card, "theme", theme=town.hole.pk).status_code == 200
        assert (fresh(card).theme, card.agency) == (town.hole, town.roads)

    def test_is_refused_stale_out_of_turn_and_of_nothing(self, town: Town, card: Incident, program: Program) -> None:
        before = fresh(card).revision
        stale = program.act(card, "assignment", version=before - 1, agency=town.roads.pk)
        assert (stale.status_code, stale.json()["version"]) == (409, before)
        for wrong in ({"agency": 10**9}, {"agency": town.water.pk, "theme": 10**9}, {"agency": 1, "extra": 1}):
            assert program.act(card, "assignment", **wrong).status_code == 422
        assert Program(town.executor).act(card, "assignment", agency=town.roads.pk).status_code == 403
        assert (fresh(card).revision, card.state, card.agency) == (before, "assigned", town.water)
        refused = program.act(town.published(), "dismissal", reason="spam")
        assert (refused.status_code, "Оценка удовлетворённости" in refused.json()["detail"]) == (409, True)

    def test_gives_back_and_the_card_is_out_of_sight(self, town: Town) -> None:
        card, program = town.assigned(), Program(town.executor)
        back = program.act(card, "return", reason="another_agency", words="Это дороги")
        assert (back.status_code, back.json()) == (200, {"card": card.pk})
        assert (fresh(card).state, card.agency) == ("new", None)
        assert program.get(f"/cards/{card.pk}").status_code == 404

    def test_ends_a_card_and_opens_again_what_was_closed_with_an_agency_or_without(self, town: Town) -> None:
        program, card, answered_card, noise = Program(town.operator), town.card(), town.published(), town.card()
        assert program.act(noise, "dismissal", reason="spam").json()["state"] == "noise"
        words = {"reason": "no_answer_needed", "words": "Благодарность"}
        assert program.act(card, "closure-unanswered", **words).json()["state"] == "done"
        assert program.act(answered_card, "closure", reason="satisfied").json()["state"] == "done"
        for one, goes_on in ((card, "new"), (answered_card, "in_work")):
            opened = program.act(one, "reopening")
            assert (opened.status_code, opened.json().get("state")) == (200, goes_on), opened.json()
        assert program.act(card, "reopening").status_code == 409
        assert Program(town.executor).act(answered_card, "reopening").status_code == 403


def test_a_later_day_is_asked_for_and_granted_by_another(town: Town) -> None:
    card, until = town.assigned(), timezone.localdate() + timedelta(days=20)
    asking, deciding = Program(town.executor), Program(town.operator)
    asked = asking.act(card, "extension", until=until.isoformat(), reason="Ждём трубу").json()
    decision = {"extension": asked["extension"], "granted": True}
    statuses = [one.act(card, "extension/decision", **decision).status_code for one in (asking, deciding, deciding)]
    assert statuses == [403, 200, 409]
    limit = Deadline.objects.get(incident=card, clock="final_answer").limit_at
    assert timezone.localdate(limit) == until


def test_a_note_stays_inside_and_calls_whom_it_names(town: Town) -> None:
    card, text = town.assigned(), f"@{town.executor.initials} номер в СЭД 15-04"
    note = Program(town.operator).note(card, text).json()["note"]
    assert Note.objects.get(pk=note).text == text
    assert Notice.objects.filter(kind=Notice.Kind.MENTION, user=town.executor).exists()
    assert Program(town.auditor).note(card, text).status_code == 403


class TestAnAnswer:
    def test_goes_from_a_draft_through_approval(self, town: Town) -> None:
        card, writer, reader = town.assigned(), Program(town.executor), Program(town.approver)
        body: dict[str, Any] = {"version": 0, "text": "Воду дали в 14:00, трубу заменили.", **GROUND}
        draft = writer.act(card, "answers", **body)
        assert draft.status_code == 200, draft.json()
        assert (draft.json()["state"], draft.json()["answer_state"]) == ("in_work", "draft")
        answer, version = Answer.objects.get(pk=draft.json()["answer"]), draft.json()["answer_version"]
        changed = writer.act(card, "answers", **{**body, "version": version, "text": "Воду дали в 15:00."})
        assert changed.json()["answer_version"] == version + 1
        late = writer.act(card, "answers", **{**body, "version": version})
        assert (late.status_code, late.json()["version"]) == (409, version + 1)
        sent = writer.act(answer, "submission").json()
        assert (sent["state"], sent["answer_state"]) == ("approval", "approval")
        read = reader.get(f"/answers/{answer.pk}").json()
        assert read["text"] == "Воду дали в 15:00."
        agreed = {"version": read["version"], "message_version": read["message_version"]}
        stale = reader.act(answer, "approval", **{**agreed, "message_version": 7})
        assert (stale.status_code, "изменил комментарий" in stale.json()["detail"]) == (422, True)
        done = reader.act(answer, "approval", **agreed).json()
        assert (done["state"], done["answer_state"]) == ("publishing", "approved")
        answer.refresh_from_db()
        assert answer.decided_by == town.approver

    def test_of_ones_own_nobody_approves_not_even_an_administrator(self, town: Town) -> None:
        program = Program(town.admin)
        draft = program.act(town.assigned(), "answers", version=0, text="Дали.", **GROUND).json()
        answer = Answer.objects.get(pk=draft["answer"])
        program.act(answer, "submission")
        assert program.act(answer, "approval", message_version=1).status_code == 403
        answer.refresh_from_db()
        assert answer.state == "approval"

    def test_is_left_to_whom_it_belongs_and_is_changed_as_it_was_read(self, town: Town) -> None:
        draft, sent = town.drafted(), town.submitted()
        for answer, owner, verb, body in (
            (draft, town.executor, "submission", {}),
            (sent, town.executor, "withdrawal", {}),
            (sent, town.approver, "approval", {"message_version": 1}),
            (sent, town.approver, "return", {"remark": "Когда?"}),
        ):
            assert Program(town.auditor).act(answer, verb, **body).status_code == 403, verb
            stale = Program(owner).act(answer, verb, **body, version=answer.version + 1)
            assert (stale.status_code, stale.json().get("version")) == (409, answer.version), verb
        foreign = {"version": 0, "text": "Дали.", "message": town.card().links.get().message_id}
        refused = Program(town.executor).act(town.assigned(), "answers", **foreign)
        assert refused.status_code == 422, "the message is of another card"

    def test_is_not_sent_with_a_strangers_data_unseen_nor_without_what_publishing_needs(self, town: Town) -> None:
        answer, program = town.drafted("Звоните Ивану Ивановичу Петрову, 8 918 123-45-67."), Program(town.executor)
        refused = program.act(answer, "submission")
        assert refused.status_code == 422
        assert program.act(answer, "submission", exposing=refused.json()["exposing"]).status_code == 200
        answer = town.drafted(outcome="")
        refused = program.act(answer, "submission")
        assert (refused.status_code, "итог" in refused.json()["detail"]) == (422, True)
        body, english = {"version": answer.version}, {"Accept-Language": "en"}
        response = program.post(f"/answers/{answer.pk}/submission", body, **english)
        assert "outcome" in response.json()["detail"].lower()

    def test_is_sent_back_with_a_remark_of_which_its_writer_is_told_or_withdrawn(self, town: Town) -> None:
        back = Program(town.approver).act(town.submitted(), "return", remark="Назовите день").json()
        assert (back["state"], back["answer_state"]) == ("in_work", "returned")
        assert Notice.objects.filter(kind=Notice.Kind.RETURNED, user=town.executor).exists()
        back = Program(town.executor).act(town.submitted(), "withdrawal").json()
        assert (back["state"], back["answer_state"]) == ("in_work", "draft")

    def test_that_was_published_by_hand_is_told_with_its_link(self, town: Town) -> None:
        delivery, program = town.approved(), Program(town.executor)
        answer, link = delivery.answer, "https://vk.com/wall-1_1?reply=77"
        assert program.act(answer, "publication", version=1, link=link).status_code == 409, "it leaves by itself"
        Delivery.objects.filter(pk=delivery.pk).update(hold=Delivery.Hold.BY_HAND, due_at=None)
        assert program.get(f"/answers/{answer.pk}").json()["by_hand"] is True
        assert program.act(answer, "publication", version=1, link="https://ok.ru/1").status_code == 422
        assert program.act(answer, "publication", version=1, link=link).json()["state"] == "rating"
        read = program.get(f"/answers/{answer.pk}").json()
        assert (read["by_hand"], read["published"]) == (False, [link])


class TestAMessage:
    BODY = {"link": "https://pos.example.ru/appeal/15", "text": "На улице Мира нет света", "author": "Анна"}

    def test_is_brought_as_by_hand(self, program: Program) -> None:
        first = program.post("/messages", self.BODY)
        assert (first.status_code, first.json()["fresh"]) == (201, True), first.json()
        message = Message.objects.get(pk=first.json()["message"])
        assert (message.text, message.author.name, message.url) == (self.BODY["text"], "Анна", self.BODY["link"])
        assert message.due_at is not None
        assert Entry.objects.get(verb="message.by_hand").data["program"] == program.token.pk
        again = program.post("/messages", self.BODY).json()
        assert (again["fresh"], again["message"]) == (False, message.pk)
        assert program.get(f"/messages/{message.pk}").status_code == 404
        brought = program.post("/messages", {**self.BODY, "text": "Нет света \u0000 на Мира \u202e"})
        assert brought.status_code == 201
        assert "\x00" not in Message.objects.get(pk=brought.json()["message"]).text, "both databases take it"

    def test_that_is_none_is_refused_and_so_is_whoever_may_not_bring_it(self, town: Town, program: Program) -> None:
        for wrong in ({"link": "не ссылка совсем"}, {"text": " "}, {"network": "нет такой"}, {"text": 5}):
            refused = program.post("/messages", {**self.BODY, **wrong})
            assert (refused.status_code, bool(refused.json()["errors"])) == (422, True), wrong
        assert Program(town.executor).post("/messages", self.BODY).status_code == 403
