import pytest
from django.utils import timezone

from otklik.answers.drafts import Words, approve, send_back, submit, withdraw, write
from otklik.answers.models import Answer
from otklik.answers.review import TEXT_BEFORE, correct_and_approve
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.people.models import User
from tests.make import cards, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Incident:
    return cards.card(text="Нет воды", state=State.ASSIGNED, agency=people.agency())


@pytest.fixture
def writer() -> User:
    return people.person("writer")


@pytest.fixture
def approver() -> User:
    return people.person("approver")


def sent_up(card: Incident, text: str, by: User) -> Answer:
    """Written anew, or over the draft there is, and sent for approval."""
    there = Answer.objects.filter(incident=card).first()
    words = Words(text, outcome="solved", ground="phone", ground_words="Позвонили жителю")
    fresh = Incident.objects.get(pk=card.pk)
    draft = write(fresh, main_message(card), words, by, timezone.now(), there.version if there else 0)
    submit(draft, by, timezone.now())
    return Answer.objects.get(pk=draft.pk)


def compared_with(answer: Answer) -> str | None:
    before: str | None = Answer.objects.values_list(TEXT_BEFORE, flat=True).get(pk=answer.pk)
    return before


def test_the_first_text_has_none_before_it_nor_one_that_was_withdrawn(card: Incident, writer: User) -> None:
    first = sent_up(card, "Воду дадут завтра.", writer)
    assert compared_with(first) is None
    withdraw(first, writer, timezone.now())
    assert compared_with(sent_up(card, "Воду дадут в среду.", writer)) is None


def test_between_two_readings_a_withdrawn_text_is_passed_over(card: Incident, writer: User, approver: User) -> None:
    send_back(sent_up(card, "Воду дадут завтра.", writer), approver, timezone.now(), "Какого числа?")
    withdraw(sent_up(card, "Воду дадут, наверное, в среду.", writer), writer, timezone.now())
    assert compared_with(sent_up(card, "Воду дадут в среду.", writer)) == "Воду дадут завтра."


def test_a_text_once_read_stays_so_though_it_is_withdrawn(card: Incident, writer: User, approver: User) -> None:
    answer = sent_up(card, "Воду дадут завтра.", writer)
    send_back(answer, approver, timezone.now(), "Какого числа?")
    again = Answer.objects.get(pk=answer.pk)
    submit(again, writer, timezone.now())
    withdraw(Answer.objects.get(pk=answer.pk), writer, timezone.now())
    assert compared_with(sent_up(card, "Воду дадут в среду.", writer)) == "Воду дадут завтра."


def test_an_approver_who_corrects_has_read_both_texts(card: Incident, writer: User, approver: User) -> None:
    answer = sent_up(card, "Воду дадут завтра.", writer)
    correct_and_approve(answer, "Воду дадут в среду.", approver, timezone.now(), answer.version)
    assert compared_with(answer) == "Воду дадут завтра."
    assert not answer.texts.filter(read_at__isnull=True).exists()


def test_a_text_that_the_network_refused_is_compared_with(card: Incident, writer: User, approver: User) -> None:
    answer = sent_up(card, "Воду дадут завтра.", writer)
    approve(answer, approver, timezone.now(), answer.version)
    Answer.objects.filter(pk=answer.pk).update(state=Answer.State.RETURNED, remark="Сеть отказала")
    Incident.objects.filter(pk=card.pk).update(state=State.IN_WORK)
    assert compared_with(sent_up(card, "Воду дадут в среду.", writer)) == "Воду дадут завтра."
