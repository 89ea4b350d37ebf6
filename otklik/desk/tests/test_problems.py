"""«Проблемы»: three complaints become one, a person confirms it, and one statement answers every card by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.answers import statements
from otklik.answers.models import Answer, ApprovalPolicy, Statement, StatementCard
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, part_at, press, reread
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Problem, ProblemCard, State
from otklik.journal.tests.whole import whole
from otklik.people.models import Role, User
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline
from tests.make.people import agency, grant, person, signed_in
from tests.make.town import Town

TEXT = "{обращение} Трубу на Мира меняют, вода будет к вечеру."
TOMORROW = timezone.localdate() + timedelta(days=1)
WORDS = {"kind": "interim", "text": TEXT, "promised_on": TOMORROW.isoformat()}


@pytest.fixture
def proposed(town: Town) -> Problem:
    """Three cards of the water agency, which the machine has put together."""
    for _number in range(3):
        town.assigned()
    think()
    return Problem.objects.get()


@pytest.fixture
def problem(town: Town, proposed: Problem) -> Problem:
    problems.confirm(proposed, town.operator, timezone.now())
    return proposed


def think() -> None:
    drain(lanes=frozenset({Lane.THINK}))


def act(user: User, problem: Problem, verb: str, **fields: Any) -> int:
    """The status of a verb's plain form."""
    return signed_in(user).post(f"/problems/{problem.pk}/{verb}/", fields).status_code


def say(user: User, statement: Statement, verb: str, **fields: Any) -> None:
    """A verb of the statement, and its step."""
    assert signed_in(user).post(f"/problems/statements/{statement.pk}/{verb}/", fields).status_code == 302
    think()
    statement.refresh_from_db()


def begun(town: Town, problem: Problem, **more: str) -> Statement:
    """Written, and before the approver."""
    answer = signed_in(town.executor).post(f"/problems/{problem.pk}/statement/", {**WORDS, "sure": "yes", **more})
    assert_answers(answer, 302)
    think()
    return Statement.objects.latest("pk")


def seen(statement: Statement) -> list[str]:
    rows = StatementCard.objects.filter(statement=statement, answer__isnull=False).select_related("answer__reply_to")
    return [f"{row.answer_id}.{row.answer.version}.{row.answer.reply_to.revision}" for row in rows if row.answer]


def agree(who: User, statement: Statement, **more: Any) -> str:
    """«Согласовать», and the time for «отменить» is over; the state after it."""
    say(who, statement, "approval", **{"seen": seen(statement), **more})
    Statement.objects.filter(pk=statement.pk, due_at__isnull=False).update(due_at=timezone.now())
    think()
    return reread(statement).state


def cards() -> list[Incident]:
    return list(Incident.objects.order_by("number"))


def answer_states() -> set[str]:
    return set(Answer.objects.values_list("state", flat=True))


def left(statement: Statement) -> dict[int, str]:
    rows = StatementCard.objects.filter(statement=statement).exclude(left="")
    return dict(rows.values_list("incident__number", "left"))


def test_three_complaints_are_confirmed_from_the_list_and_a_fourth_joins_them(town: Town, proposed: Problem) -> None:
    words = ("Нет холодной воды: Город Ёлкино, улица Мира, 5", "Подтвердить", "Это разное")
    assert_shows(page_at(town.operator, "/problems/"), *words)
    act(town.operator, proposed, "confirmation", back="list")
    opened = (Problem.State.OPEN, town.operator, town.water)
    assert (reread(proposed).state, proposed.opened_by, proposed.agency) == opened
    assert {card.problem for card in cards()} == {proposed}
    card = town.assigned()
    think()
    link = ProblemCard.objects.get(incident=card)
    assert (link.problem, link.by) == (proposed, None)
    assert_shows(part_at(town.operator, f"/incidents/{card.pk}/problem/"), f"{link.sure} %", "тот же дом", "Это другое")
    removal = f"/incidents/{card.pk}/problem-removal/"
    press(town.operator, removal)
    town.assigned()
    think()
    assert reread(card).problem is None, "though the next card has just been put there"
    assert Incident.objects.filter(problem=proposed).count() == 4
    press(town.operator, removal)
    assert signed_in(town.operator).post("/undo/").status_code == 302
    assert reread(card).problem == proposed


def test_a_rejected_proposal_does_not_come_back(town: Town, proposed: Problem) -> None:
    act(town.operator, proposed, "rejection")
    town.assigned()
    think()
    assert not Problem.objects.exclude(state=Problem.State.REJECTED).exists()
    assert not Incident.objects.filter(problem__isnull=False).exists()


def test_cards_are_picked_apart_merged_and_added_by_number_and_no_clock_moves(town: Town, problem: Problem) -> None:
    card = town.assigned("Яма", agency=town.roads)
    other = problems.begin(problems.About("Яма"), [town.assigned("Яма")], town.operator, timezone.now())
    clocks = Deadline.objects.order_by("pk").values("pk", "starts_at", "limit_at", "met_at", "cancelled_at")
    before = list(clocks)
    act(town.operator, problem, "split", card=[cards()[2].pk], title="Другая труба")
    apart = Problem.objects.latest("pk")
    assert (apart.title, cards()[2].problem, cards()[0].problem) == ("Другая труба", apart, problem)
    act(town.operator, problem, "merge", number=apart.number)
    assert {card.problem for card in cards()[:3]} == {problem}
    act(town.operator, problem, "addition", number=f"№ {card.number}")
    assert reread(card).problem == problem
    act(town.operator, other, "addition", number=card.number)
    assert reread(card).problem == problem, "it is of another problem"
    act(town.operator, problem, "fix", proof="phone", proof_words="Звонили мастеру")
    act(town.operator, problem, "ending")
    assert list(clocks.all()) == before


def test_what_will_happen_is_shown_before_and_nothing_is_done_by_looking(town: Town, problem: Problem) -> None:
    Message.objects.filter(pk=main_message(cards()[0]).pk).update(deleted_at=timezone.now())
    shown = ("Ответ получат карточки: 2", "Житель удалил комментарий.", "Анна, здравствуйте! Трубу на Мира меняют")
    client, address = signed_in(town.executor), f"/problems/{problem.pk}/statement/"
    assert_answers(client.post(address, WORDS), 200, *shown)
    lacking: list[tuple[dict[str, str], str]] = [
        ({"text": " "}, "Ответ пуст"),
        ({"text": "x" * 6000}, "Текст длиннее 5000 знаков"),
        ({"text": "{неведомое}"}, "Этих полей нет"),
        ({"promised_on": ""}, "нужна дата"),
        ({"promised_on": "2001-01-01"}, "Обещанный день"),
        ({"kind": "final"}, "Выберите итог"),
        ({"kind": "final", "outcome": "solved"}, "Чем подтверждается"),
        ({"kind": "final", "outcome": "explained"}, "выберите причину"),
    ]
    for fields, words in lacking:
        answer = client.post(address, {**WORDS, **fields, "sure": "yes"})
        assert_answers(answer, 422, words, fields.get("text", TEXT)[:4000])
    assert not Statement.objects.exists()


def test_one_statement_gives_every_card_an_answer_of_its_own_and_once(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    answers = list(Answer.objects.order_by("pk"))
    assert (statement.state, len(answers), answer_states()) == (Statement.State.APPROVAL, 3, {"approval"})
    assert {answer.text for answer in answers} == {"Анна, здравствуйте! Трубу на Мира меняют, вода будет к вечеру."}
    assert len({answer.reply_to_id for answer in answers}) == 3
    assert not Delivery.objects.exists(), "nothing is said before an approver has read it"
    assert (reread(problem).statement, problem.promised_on) == (TEXT, TOMORROW)
    again = signed_in(town.executor).post(f"/problems/{problem.pk}/statement/", {**WORDS, "sure": "yes"})
    assert_answers(again, 422, "ещё не отпущен")
    assert [agree(town.approver, statement) for _press in range(2)] == [Statement.State.OUT] * 2
    assert (Answer.objects.count(), Delivery.objects.count(), Statement.objects.count()) == (3, 3, 1)
    assert {answer.asked["version"] for answer in Answer.objects.all() if answer.asked} == {1}
    assert {answer.decided_by for answer in Answer.objects.all()} == {town.approver}
    assert whole()


def test_the_approver_is_shown_one_text_and_how_many_answers_and_statements_wait(town: Town, problem: Problem) -> None:
    statement, client = begun(town, problem), signed_in(town.approver)
    for _turn in range(2):
        page = page_at(client, "/approvals/")
        assert_shows(page, f"/problems/statements/{statement.pk}/")
        assert page.count("Трубу на Мира меняют") == 1
        assert_shows(page, "Ответов по этой проблеме: 3. Решение одно на все.")
        town.submitted()
    begun(town, problems.begin(problems.About("Яма"), [town.assigned("Яма")], town.operator, timezone.now()))
    shown = client.get("/approvals/")
    shared_answer = shown.context["for_all"]
    assert (shared_answer["pk"], shared_answer["answers"], shared_answer["more"]) == (statement.pk, 3, 1)
    assert_answers(shown, 200, "прочитать ещё общих ответов: 1")
    agree(town.approver, statement)
    shared_answer = client.get("/approvals/").context["for_all"]
    assert (shared_answer["title"], shared_answer["answers"], shared_answer["more"]) == ("Яма", 1, 0)


def test_a_comment_that_changed_or_vanished_falls_out_and_stays_with_a_person(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    before = seen(statement)
    first, second, third = cards()
    Message.objects.filter(pk=main_message(first).pk).update(revision=2, text="Уже починили, спасибо!")
    Message.objects.filter(pk=main_message(second).pk).update(deleted_at=timezone.now())
    agree(town.approver, statement, seen=before)
    assert set(left(statement)) == {first.number, second.number}
    assert "изменил комментарий" in left(statement)[first.number]
    assert [delivery.answer.incident for delivery in Delivery.objects.all()] == [third]
    assert {card.state for card in cards()[:2]} == {State.APPROVAL}
    assert f"№ {first.number}" in page_at(town.approver, "/approvals/"), "it is decided on by itself"


def test_what_the_approver_has_not_seen_waits_on(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    assert agree(town.approver, statement, seen=seen(statement)[:2]) == Statement.State.APPROVAL
    assert Delivery.objects.count() == 2
    assert agree(town.second_approver, statement) == Statement.State.OUT
    assert Delivery.objects.count() == 3


def test_a_remark_brings_all_back_and_the_next_text_is_recalled(town: Town, problem: Problem, settings: Any) -> None:
    statement = begun(town, problem)
    say(town.approver, statement, "remark", remark="Назовите час")
    assert (statement.state, statement.remark) == (Statement.State.RETURNED, "Назовите час")
    assert answer_states() == {"withdrawn"}
    assert {card.state for card in cards()} == {State.IN_WORK}
    assert_shows(page_at(town.executor, f"/problems/{problem.pk}/"), "Назовите час", "Ответить всем")
    statement = begun(town, problem, text="{обращение} Вода будет в 18:00.")
    assert statement.state == Statement.State.APPROVAL
    settings.UNDO_HOLD = 60
    say(town.approver, statement, "approval", seen=seen(statement))
    assert "approved" not in answer_states(), "it waits out the time for «отменить»"
    say(town.approver, statement, "recall")
    assert statement.state == Statement.State.APPROVAL
    assert not Delivery.objects.exists()
    assert agree(town.approver, statement) == Statement.State.OUT


def test_its_writers_take_it_back_none_approves_his_own_and_two_where_two_have_to(town: Town, problem: Problem) -> None:
    grant(town.executor, Role.APPROVER, town.water)
    statement = begun(town, problem)
    assert agree(town.executor, statement) == Statement.State.APPROVAL
    say(town.executor, statement, "withdrawal")
    assert (statement.state, answer_states()) == (Statement.State.WITHDRAWN, {"withdrawn"})
    say(town.approver, statement, "approval")
    assert not Delivery.objects.exists()
    ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    statement = begun(town, problem)
    assert (agree(town.approver, statement), Delivery.objects.count()) == (Statement.State.APPROVAL, 0)
    assert (agree(town.second_approver, statement), Delivery.objects.count()) == (Statement.State.OUT, 3)


def test_what_begun_answers_there_are_is_left_alone(town: Town, problem: Problem) -> None:
    card = cards()[0]
    town.drafted("Моё", card=card)
    assert left(begun(town, problem)) == {card.number: statements.STARTED}
    assert Answer.objects.get(incident=card).text == "Моё"


def test_one_fix_with_its_ground_leads_to_the_last_word_for_all(town: Town, problem: Problem) -> None:
    proof = {"proof": "act", "proof_words": "Акт № 17 от 25.11"}
    act(town.executor, problem, "fix", proof="act", proof_words="")
    assert reread(problem).state == Problem.State.OPEN, "it rests on nothing yet"
    act(town.executor, problem, "fix", **proof)
    assert reread(problem).state == Problem.State.FIXED
    assert {card.state for card in cards()} == {State.ASSIGNED}, "no card is closed by it"
    assert 'value="Акт № 17 от 25.11"' in page_at(town.executor, f"/problems/{problem.pk}/")
    text = "{обращение} Трубу заменили, вода есть с 14:00."
    agree(town.approver, begun(town, problem, kind="final", outcome="solved", text=text, **proof))
    assert set(Answer.objects.values_list("state", "outcome", "ground")) == {("approved", "solved", "act")}


def test_whoever_does_not_see_a_card_sees_no_word_of_it_nor_does_a_verb_on_all(town: Town, problem: Problem) -> None:
    foreign, address = town.assigned("Тайные слова другого ведомства", agency=town.roads), f"/problems/{problem.pk}/"
    problems.add(problem, foreign, timezone.now(), by=town.operator)
    assert "Тайные слова" in page_at(town.operator, address)
    assert "Тайные слова" not in page_at(town.executor, address)
    assert signed_in(person("apart", Role.EXECUTOR, agency("Чужие", "x"))).get(address).status_code == 404
    begun(town, problem)
    assert not Answer.objects.filter(incident=foreign).exists(), "its agency answers for it"
    hole, now = problems.About("Яма"), timezone.now()
    other = problems.begin(hole, [town.assigned("Яма", agency=town.roads)], town.operator, now)
    problems.add(problem, town.assigned("Яма", agency=town.roads), now, by=town.operator)
    rows = Problem.objects.order_by("pk").values_list("pk", "state", "title", "merged_into")
    before = list(rows)
    for verb in ("confirmation", "rejection", "title", "merge", "unfix", "ending"):
        for user in (town.executor, town.curator):
            assert act(user, problem, verb, title="Х", number=other.number) == 403, (verb, user.username)
    assert list(rows.all()) == before


def test_ten_queries_at_most_whatever_the_size(town: Town, problem: Problem) -> None:
    statement, frame = begun(town, problem), 3  # the session, the user and his grants, and the frame
    for who in (town.operator, town.executor, town.approver, town.admin):
        client = signed_in(who)
        for address in ("/problems/", f"/problems/{problem.pk}/", f"/problems/statements/{statement.pk}/"):
            with at_most(10 + frame):
                assert client.get(address).status_code == 200
