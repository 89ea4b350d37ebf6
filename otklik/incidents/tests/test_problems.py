from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.incidents import problems, proposals
from otklik.incidents.models import Incident, Problem, ProblemCard, State
from otklik.incidents.problems import About, Impossible, Why
from otklik.incidents.proposals import Sure
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.people.models import User
from tests.at_once import at_once
from tests.make import people, rows

pytestmark = pytest.mark.django_db
ABOUT = About("Прорвало трубу на Садовой", street="Садовая")
NOW = timezone.now()


@pytest.fixture
def user() -> User:
    return people.person()


@pytest.fixture
def cards() -> list[Incident]:
    return [card(number) for number in range(1, 6)]


def card(number: int, state: State = State.NEW) -> Incident:
    return rows.card(NOW, number=number, state=state, started_at=NOW - timedelta(hours=number), due_at=NOW)


def proposed(cards: list[Incident]) -> Problem:
    with book.turn():
        made = proposals.propose(ABOUT, {one.pk: Sure(80, ("street", "theme")) for one in cards}, NOW)
    assert made is not None
    return made


def held(problem: Problem) -> list[int]:
    return list(Incident.objects.filter(problem=problem).order_by("number").values_list("number", flat=True))


def test_the_machine_proposes_and_a_person_confirms_once(cards: list[Incident], user: User) -> None:
    made = proposed(cards[:3])
    assert (made.state, made.number, held(made)) == (Problem.State.PROPOSED, 1, [1, 2, 3])
    assert problems.confirm(made, user, NOW)
    assert not problems.confirm(made, user, NOW), "a second press is harmless"
    assert (made.state, made.opened_by) == (Problem.State.OPEN, user)
    of_it = Entry.objects.filter(subject=f"problem:{made.pk}").order_by("pk")
    assert list(of_it.values_list("verb", flat=True)) == ["problem.propose", "problem.confirm"]
    of_card = Entry.objects.filter(incident=cards[0].pk).order_by("pk").values_list("verb", "actor")
    by_user = ("incident.problem_confirm", f"user:{user.pk}")
    assert list(of_card) == [("incident.problem", proposals.MACHINE), by_user]


def test_fewer_than_three_free_cards_are_no_proposal(cards: list[Incident]) -> None:
    proposed(cards[:3])
    with book.turn():
        assert proposals.propose(ABOUT, {one.pk: Sure(80) for one in cards[2:]}, NOW) is None
    assert Problem.objects.count() == 1


def test_no_verb_touches_a_clock_a_state_or_an_earlier_entry(cards: list[Incident], user: User) -> None:
    with book.turn():
        for card in cards:
            book.write(at=NOW, actor="user:1", verb="incident.open", subject=f"incident:{card.pk}", incident=card.pk)
    clocks = ("started_at", "created_at", "due_at", "first_answered_at")
    kept = ("pk", "state", "agency", "executor", "answered_with", *clocks)
    before = list(Incident.objects.order_by("pk").values_list(*kept))
    entries = list(Entry.objects.order_by("pk").values_list("pk", "data"))
    one = proposed(cards[:4])
    problems.confirm(one, user, NOW)
    other = problems.split(one, cards[2:4], "Другая труба", user, NOW)
    problems.add(other, cards[4], NOW, by=user)
    problems.fix(other, "act", "Акт № 7", user, NOW)
    problems.unfix(other, user, NOW)
    problems.merge(one, other, user, NOW)
    problems.take_off(one, cards[0], user, NOW)
    problems.end(one, user, NOW)
    assert list(Incident.objects.order_by("pk").values_list(*kept)) == before
    assert list(Entry.objects.order_by("pk").values_list("pk", "data")[: len(entries)]) == entries
    assert whole()


def test_a_card_that_is_another_matter_goes_and_its_going_is_remembered(cards: list[Incident], user: User) -> None:
    made = proposed(cards[:4])
    assert problems.take_off(made, cards[1], user, NOW)
    assert not problems.take_off(made, cards[1], user, NOW)
    assert Entry.objects.get(verb="problem.off").data == {"problem": made.pk, "card": cards[1].pk}
    assert held(made) == [1, 3, 4]
    assert ProblemCard.objects.get(problem=made, incident=cards[1]).off_at == NOW
    assert problems.add(made, cards[1], NOW, by=user), "a person may think better of it"
    assert ProblemCard.objects.get(problem=made, incident=cards[1]).off_at is None


def test_a_rejected_proposal_lets_all_its_cards_go(cards: list[Incident], user: User) -> None:
    made = proposed(cards)
    assert problems.reject(made, user, NOW)
    assert not problems.reject(made, user, NOW)
    assert held(made) == []
    assert ProblemCard.objects.filter(problem=made, off_at__isnull=False).count() == 5
    with pytest.raises(Impossible, match=Why.ENDED):
        problems.confirm(made, user, NOW)


def test_some_cards_become_another_problem_and_both_become_one_again(cards: list[Incident], user: User) -> None:
    one = problems.begin(ABOUT, cards, user, NOW)
    other = problems.split(one, cards[3:], "Соседняя улица", user, NOW)
    assert (held(one), held(other), other.title) == ([1, 2, 3], [4, 5], "Соседняя улица")
    assert problems.merge(other, one, user, NOW) == one, "the older one stays, whichever way it is pressed"
    assert held(one) == [1, 2, 3, 4, 5]
    other.refresh_from_db()
    assert (other.state, other.merged_into) == (Problem.State.ENDED, one)
    assert problems.merge(one, other, user, NOW) == one, "a second press is harmless"


def test_what_was_said_of_a_card_stays_said_after_a_merge(cards: list[Incident], user: User) -> None:
    one = problems.begin(ABOUT, cards[:2], user, NOW)
    other = problems.begin(ABOUT, cards[2:], user, NOW)
    problems.take_off(other, cards[4], user, NOW)
    problems.merge(one, other, user, NOW)
    assert ProblemCard.objects.get(problem=one, incident=cards[4]).off_at is not None


def test_it_is_fixed_once_with_what_it_rests_on_and_closes_no_card(cards: list[Incident], user: User) -> None:
    made = problems.begin(ABOUT, cards, user, NOW)
    assert problems.fix(made, "act", "Акт № 12", user, NOW)
    assert not problems.fix(made, "phone", "Звонили", user, NOW + timedelta(hours=1))
    assert (made.fixed_at, made.fixed_ground, made.fixed_words) == (NOW, "act", "Акт № 12")
    assert set(Incident.objects.values_list("state", flat=True)) == {State.NEW}
    assert problems.end(made, user, NOW)
    assert not problems.end(made, user, NOW)


def test_what_cannot_be_done_is_told_and_nothing_is_done(cards: list[Incident], user: User) -> None:
    noise = card(9, State.NOISE)
    one, other = problems.begin(ABOUT, cards[:2], user, NOW), problems.begin(ABOUT, cards[2:4], user, NOW)
    done = problems.begin(ABOUT, cards[4:], user, NOW)
    problems.end(done, user, NOW)
    entries = Entry.objects.count()
    cases = (
        (Why.NOISE, 9, lambda: problems.add(one, noise, NOW, by=user)),
        (Why.ELSEWHERE, 3, lambda: problems.add(one, cards[2], NOW, by=user)),
        (Why.ENDED, 3, lambda: problems.merge(one, done, user, NOW)),
        (Why.SAME, 1, lambda: problems.merge(one, one, user, NOW)),
        (Why.NOT_HERE, 3, lambda: problems.split(one, [cards[2]], "", user, NOW)),
        (Why.WHOLE, 1, lambda: problems.split(one, cards[:2], "", user, NOW)),
        (Why.NONE, 1, lambda: problems.split(one, [], "", user, NOW)),
        (Why.EMPTY, 2, lambda: problems.rename(other, " ", user, NOW)),
        (Why.ENDED, 3, lambda: problems.fix(done, "act", "Акт № 1", user, NOW)),
        (Why.ENDED, 1, lambda: problems.reject(one, user, NOW)),
    )
    for why, number, act in cases:
        with pytest.raises(Impossible) as error:
            act()
        assert (error.value.why, error.value.number) == (why, number)
    assert Entry.objects.count() == entries
    assert (held(one), held(other)) == ([1, 2], [3, 4])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_problem_with_the_same_card_one_is_told_so() -> None:
    made = [card(number) for number in range(1, 4)]

    def begin(pair: tuple[User, list[Incident]]) -> Why | None:
        try:
            problems.begin(ABOUT, pair[1], pair[0], NOW)
        except Impossible as impossible:
            return impossible.why
        return None

    # One names them from the first to the last, the other the other way round: neither waits crosswise.
    answers = at_once(begin, [(people.person(), made), (people.person(), made[::-1])])
    assert set(answers) == {None, Why.ELSEWHERE}
    (problem,) = Problem.objects.all()
    assert held(problem) == [1, 2, 3]
    assert Entry.objects.filter(verb="incident.problem").count() == 3
