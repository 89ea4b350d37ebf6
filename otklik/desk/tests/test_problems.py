"""«Проблемы»: three complaints become one, a person confirms it, and one statement answers every card by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.answers import drafts, statements
from otklik.answers.models import Answer, ApprovalPolicy, Statement, StatementCard
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Problem, ProblemCard, State
from otklik.journal import book
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


def begun(town: Town, problem: Problem, **more: str) -> Statement:
    """Written, and before the approver."""
    answer = signed_in(town.executor).post(f"/problems/{problem.pk}/statement/", {**WORDS, "sure": "yes", **more})
    assert answer.status_code == 302, answer.content.decode()
    think()
    return Statement.objects.latest("pk")


def seen(statement: Statement) -> list[str]:
    rows = StatementCard.objects.filter(statement=statement, answer__isnull=False).select_related("answer__reply_to")
    return [f"{row.answer_id}.{row.answer.version}.{row.answer.reply_to.revision}" for row in rows if row.answer]


def agree(who: User, statement: Statement, **more: Any) -> Statement:
    """«Согласовать», and the time for «отменить» is over."""
    given = {"seen": seen(statement), **more}
    assert signed_in(who).post(f"/problems/statements/{statement.pk}/approval/", given).status_code == 302
    Statement.objects.filter(pk=statement.pk, due_at__isnull=False).update(due_at=timezone.now())
    think()
    statement.refresh_from_db()
    return statement


def cards() -> list[Incident]:
    return list(Incident.objects.order_by("number"))


def left(statement: Statement) -> dict[int, str]:
    rows = StatementCard.objects.filter(statement=statement).exclude(left="")
    return dict(rows.values_list("incident__number", "left"))


def test_three_complaints_of_one_house_are_proposed_and_confirmed_from_the_list(town: Town, proposed: Problem) -> None:
    client = signed_in(town.operator)
    assert_answers(
        client.get("/problems/"), 200, "Нет холодной воды: Город Ёлкино, улица Мира, 5", "Подтвердить", "Это разное"
    )
    client.post(f"/problems/{proposed.pk}/confirmation/", {"back": "list"})
    proposed.refresh_from_db()
    assert (proposed.state, proposed.opened_by, proposed.agency) == (Problem.State.OPEN, town.operator, town.water)
    assert Incident.objects.filter(problem=proposed).count() == 3


def test_a_new_card_arrives_linked_and_says_how_sure_and_why(town: Town, problem: Problem) -> None:
    card = town.assigned()
    think()
    link = ProblemCard.objects.get(incident=card)
    assert (link.problem, link.by) == (problem, None)
    line = signed_in(town.operator).get(f"/incidents/{card.pk}/problem/", headers={"X-Fragment": "1"}).content.decode()
    assert all(words in line for words in (f"{link.sure} %", "тот же дом", "Это другое"))


def test_this_is_another_matter_takes_it_off_for_good_and_can_be_taken_back(town: Town, problem: Problem) -> None:
    client, card = signed_in(town.operator), cards()[0]
    client.post(f"/incidents/{card.pk}/problem-removal/")
    town.assigned()
    think()
    assert reread(card).problem is None, "though the next card has just been put there"
    assert Incident.objects.filter(problem=problem).count() == 3
    client.post(f"/incidents/{card.pk}/problem-removal/")
    assert client.post("/undo/").status_code == 302
    assert reread(card).problem == problem


def test_a_rejected_proposal_does_not_come_back(town: Town, proposed: Problem) -> None:
    signed_in(town.operator).post(f"/problems/{proposed.pk}/rejection/")
    town.assigned()
    think()
    assert not Problem.objects.exclude(state=Problem.State.REJECTED).exists()
    assert not Incident.objects.filter(problem__isnull=False).exists()


def test_picked_cards_become_another_problem_and_a_number_merges_them(town: Town, problem: Problem) -> None:
    client = signed_in(town.operator)
    client.post(f"/problems/{problem.pk}/split/", {"card": [cards()[2].pk], "title": "Другая труба"})
    other = Problem.objects.latest("pk")
    assert (other.title, cards()[2].problem, cards()[0].problem) == ("Другая труба", other, problem)
    client.post(f"/problems/{problem.pk}/merge/", {"number": str(other.number)})
    assert {card.problem for card in cards()} == {problem}


def test_a_card_is_added_by_its_number_and_one_of_another_problem_is_not(town: Town, problem: Problem) -> None:
    client, card = signed_in(town.operator), town.assigned("Яма", agency=town.roads)
    client.post(f"/problems/{problem.pk}/addition/", {"number": f"№ {card.number}"})
    assert reread(card).problem == problem
    other = problems.begin(problems.About("Яма"), [town.assigned("Яма")], town.operator, timezone.now())
    client.post(f"/problems/{other.pk}/addition/", {"number": card.number})
    assert reread(card).problem == problem


def test_what_will_happen_is_shown_before_and_nothing_is_done_by_looking(town: Town, problem: Problem) -> None:
    Message.objects.filter(pk=main_message(cards()[0]).pk).update(deleted_at=timezone.now())
    answer = signed_in(town.executor).post(f"/problems/{problem.pk}/statement/", WORDS)
    page = answer.content.decode()
    assert "Ответ получат карточки: 2" in page
    assert "Автор удалил комментарий." in page
    assert "Анна, здравствуйте! Трубу на Мира меняют" in page
    assert not Statement.objects.exists()


def test_what_lacks_is_told_and_the_text_stays(town: Town, problem: Problem) -> None:
    client = signed_in(town.executor)
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
    for given, words in lacking:
        answer = client.post(f"/problems/{problem.pk}/statement/", {**WORDS, **given, "sure": "yes"})
        assert_answers(answer, 422, words, given.get("text", TEXT)[:4000])
    assert not Statement.objects.exists()


def test_one_statement_gives_every_card_an_answer_of_its_own(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    answers = list(Answer.objects.order_by("pk"))
    assert (statement.state, len(answers)) == (Statement.State.APPROVAL, 3)
    assert {answer.state for answer in answers} == {"approval"}
    assert {answer.text for answer in answers} == {"Анна, здравствуйте! Трубу на Мира меняют, вода будет к вечеру."}
    assert len({answer.reply_to_id for answer in answers}) == 3
    assert not Delivery.objects.exists(), "nothing is said before an approver has read it"
    assert (reread(problem).statement, problem.promised_on) == (TEXT, TOMORROW)
    agree(town.approver, statement)
    assert statement.state == Statement.State.OUT
    assert Delivery.objects.count() == 3
    assert {answer.asked["version"] for answer in Answer.objects.all() if answer.asked} == {1}
    assert {answer.decided_by for answer in Answer.objects.all()} == {town.approver}
    assert book.broken_at() is None


def test_the_approver_is_shown_one_text_and_not_an_answer_for_each_card(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    client = signed_in(town.approver)
    for _turn in range(2):
        page = assert_answers(client.get("/approvals/"), 200, f"/problems/statements/{statement.pk}/")
        assert page.count("Трубу на Мира меняют") == 1
        town.submitted()


def test_the_approver_is_told_how_many_answers_wait_and_how_many_statements_after_it(
    town: Town, problem: Problem
) -> None:
    statement, client = begun(town, problem), signed_in(town.approver)
    assert "Ответов по этой проблеме: 3. Решение одно на все." in client.get("/approvals/").content.decode()
    other = problems.begin(problems.About("Яма"), [town.assigned("Яма")], town.operator, timezone.now())
    begun(town, other)
    for _turn in range(2):
        told = client.get("/approvals/").context["for_all"]
        assert (told["pk"], told["answers"], told["more"]) == (statement.pk, 3, 1)
        town.submitted()
    assert "прочитать ещё общих ответов: 1" in client.get("/approvals/").content.decode()
    agree(town.approver, statement)
    told = client.get("/approvals/").context["for_all"]
    assert (told["title"], told["answers"], told["more"]) == ("Яма", 1, 0)


def test_a_double_press_writes_no_second_answer(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    again = signed_in(town.executor).post(f"/problems/{problem.pk}/statement/", {**WORDS, "sure": "yes"})
    assert_answers(again, 422, "ещё не отпущен")
    agree(town.approver, statement)
    agree(town.approver, statement)
    assert (Answer.objects.count(), Delivery.objects.count(), Statement.objects.count()) == (3, 3, 1)


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
    page = signed_in(town.approver).get("/approvals/").content.decode()
    assert f"№ {first.number}" in page, "it is decided on by itself"


def test_what_the_approver_has_not_seen_waits_on(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    assert agree(town.approver, statement, seen=seen(statement)[:2]).state == Statement.State.APPROVAL
    assert Delivery.objects.count() == 2
    assert agree(town.second_approver, statement).state == Statement.State.OUT
    assert Delivery.objects.count() == 3


def test_the_approver_takes_it_back_while_it_waits(town: Town, problem: Problem, settings: Any) -> None:
    settings.UNDO_HOLD = 60
    statement, client = begun(town, problem), signed_in(town.approver)
    client.post(f"/problems/statements/{statement.pk}/approval/", {"seen": seen(statement)})
    think()
    assert Answer.objects.filter(state="approved").count() == 0, "it waits out the time for «отменить»"
    client.post(f"/problems/statements/{statement.pk}/recall/")
    think()
    assert reread(statement).state == Statement.State.APPROVAL
    assert not Delivery.objects.exists()
    assert agree(town.approver, statement).state == Statement.State.OUT


def test_a_remark_brings_all_of_it_back_and_another_text_can_be_written(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    signed_in(town.approver).post(f"/problems/statements/{statement.pk}/remark/", {"remark": "Назовите час"})
    think()
    assert (reread(statement).state, statement.remark) == (Statement.State.RETURNED, "Назовите час")
    assert set(Answer.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert {card.state for card in cards()} == {State.IN_WORK}
    page = signed_in(town.executor).get(f"/problems/{problem.pk}/").content.decode()
    assert all(words in page for words in ("Назовите час", "Ответить всем"))
    assert begun(town, problem, text="{обращение} Вода будет в 18:00.").state == Statement.State.APPROVAL


def test_its_writers_take_it_back_from_approval(town: Town, problem: Problem) -> None:
    statement = begun(town, problem)
    signed_in(town.executor).post(f"/problems/statements/{statement.pk}/withdrawal/")
    think()
    assert reread(statement).state == Statement.State.WITHDRAWN
    assert set(Answer.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert signed_in(town.approver).post(f"/problems/statements/{statement.pk}/approval/").status_code == 302
    think()
    assert not Delivery.objects.exists()


def test_nobody_approves_his_own_statement(town: Town, problem: Problem) -> None:
    grant(town.executor, Role.APPROVER, town.water)
    statement = begun(town, problem)
    agree(town.executor, statement)
    assert statement.state == Statement.State.APPROVAL
    assert not Delivery.objects.exists()


def test_two_agree_where_a_policy_wants_two(town: Town, problem: Problem) -> None:
    ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    statement = begun(town, problem)
    assert agree(town.approver, statement).state == Statement.State.APPROVAL
    assert not Delivery.objects.exists()
    assert agree(town.second_approver, statement).state == Statement.State.OUT
    assert Delivery.objects.count() == 3


def test_what_begun_answers_there_are_is_left_alone(town: Town, problem: Problem) -> None:
    card = cards()[0]
    drafts.write(card, main_message(card), drafts.Words("Моё"), town.executor, timezone.now())
    statement = begun(town, problem)
    assert left(statement) == {card.number: statements.STARTED}
    assert Answer.objects.get(incident=card).text == "Моё"


def test_one_fix_with_its_ground_leads_to_the_last_word_for_all(town: Town, problem: Problem) -> None:
    client = signed_in(town.executor)
    client.post(f"/problems/{problem.pk}/fix/", {"proof": "act", "proof_words": ""})
    assert reread(problem).state == Problem.State.OPEN, "it rests on nothing yet"
    client.post(f"/problems/{problem.pk}/fix/", {"proof": "act", "proof_words": "Акт № 17 от 25.11"})
    assert reread(problem).state == Problem.State.FIXED
    assert {card.state for card in cards()} == {State.ASSIGNED}, "no card is closed by it"
    assert_answers(client.get(f"/problems/{problem.pk}/"), 200, 'value="Акт № 17 от 25.11"')
    given = {"kind": "final", "outcome": "solved", "proof": "act", "proof_words": "Акт № 17 от 25.11"}
    statement = begun(town, problem, **given, text="{обращение} Трубу заменили, вода есть с 14:00.")
    agree(town.approver, statement)
    assert set(Answer.objects.values_list("state", "outcome", "ground")) == {("approved", "solved", "act")}


def test_clocks_and_journals_of_cards_stay_their_own(town: Town, problem: Problem) -> None:
    before = list(Deadline.objects.order_by("pk").values("pk", "starts_at", "limit_at", "met_at", "cancelled_at"))
    client = signed_in(town.operator)
    client.post(f"/problems/{problem.pk}/split/", {"card": [cards()[2].pk]})
    client.post(f"/problems/{problem.pk}/merge/", {"number": str(Problem.objects.latest("pk").number)})
    client.post(f"/problems/{problem.pk}/fix/", {"proof": "phone", "proof_words": "Звонили мастеру"})
    client.post(f"/problems/{problem.pk}/ending/")
    now = list(Deadline.objects.order_by("pk").values("pk", "starts_at", "limit_at", "met_at", "cancelled_at"))
    assert now == before


def test_whoever_does_not_see_a_card_sees_none_of_its_words(town: Town, problem: Problem) -> None:
    foreign = town.assigned("Тайные слова другого ведомства", agency=town.roads)
    problems.add(problem, foreign, timezone.now(), by=town.operator)
    assert "Тайные слова" in signed_in(town.operator).get(f"/problems/{problem.pk}/").content.decode()
    assert "Тайные слова" not in signed_in(town.executor).get(f"/problems/{problem.pk}/").content.decode()
    apart = person("apart", Role.EXECUTOR, agency("Чужие", "x"))
    assert signed_in(apart).get(f"/problems/{problem.pk}/").status_code == 404
    begun(town, problem)
    assert not Answer.objects.filter(incident=foreign).exists(), "its agency answers for it"


def test_a_verb_on_all_cards_takes_whoever_may_judge_all_of_them(town: Town, problem: Problem) -> None:
    hole, now = problems.About("Яма"), timezone.now()
    other = problems.begin(hole, [town.assigned("Яма", agency=town.roads)], town.operator, now)
    problems.add(problem, town.assigned("Яма", agency=town.roads), now, by=town.operator)
    before = list(Problem.objects.order_by("pk").values_list("pk", "state", "title", "merged_into"))
    for verb in ("confirmation", "rejection", "title", "merge", "unfix", "ending"):
        for user in (town.executor, town.curator):
            answer = signed_in(user).post(f"/problems/{problem.pk}/{verb}/", {"title": "Х", "number": other.number})
            assert answer.status_code == 403, (verb, user.username)
    assert list(Problem.objects.order_by("pk").values_list("pk", "state", "title", "merged_into")) == before


def test_ten_queries_at_most_whatever_the_size(town: Town, problem: Problem) -> None:
    statement, frame = begun(town, problem), 3  # the session, the user and his grants, and the frame
    for who in (town.operator, town.executor, town.approver, town.admin):
        client = signed_in(who)
        for address in ("/problems/", f"/problems/{problem.pk}/", f"/problems/statements/{statement.pk}/"):
            with at_most(10 + frame):
                assert client.get(address).status_code == 200
