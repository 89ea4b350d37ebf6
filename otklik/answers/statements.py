"""One statement on a problem, many answers: who would get it, and the verbs of the statement itself.

What is done to the answers is done by its step (spread.py), a piece at a time and each as if it were pressed by hand.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from otklik.answers import grounds
from otklik.answers.drafts import Unfit, Words
from otklik.answers.facts import facts_of_many
from otklik.answers.fitting import objections
from otklik.answers.grounds import Ending
from otklik.answers.models import Answer, Statement, StatementCard
from otklik.answers.templates import Facts, fill, left_open, strange
from otklik.inbox.models import Message
from otklik.incidents import problems
from otklik.incidents.models import Incident, IncidentMessage, Outcome, Problem, State
from otklik.journal import book
from otklik.lib.days import day_of
from otklik.lib.sentence import Sentence as _
from otklik.people.models import User

S = Statement.State
RUNNING = (S.SPREADING, S.APPROVAL, S.LETTING, S.BACK)
KINDS = (Answer.Kind.INTERIM, Answer.Kind.FINAL)
OWED = (State.NEW, State.ASSIGNED, State.IN_WORK, State.POSTPONED)
"""States of cards whose author still waits for a word."""
BEGUN = (Answer.State.DRAFT, Answer.State.RETURNED, Answer.State.APPROVAL)
MOST_TEXT = 5000
FURTHEST = timedelta(days=366)

NO_MESSAGE = _("Нет сообщения, на которое отвечать.")
GONE = _("Житель удалил комментарий.")
STARTED = _("Ответ на этой карточке уже начат.")
TOGETHER = _("Отвечает вместе с другой карточкой.")
NOT_OWED = _("Ответ уже дан, готовится или не нужен.")


@dataclass(frozen=True, slots=True)
class Addressed:
    """A card with the text that it would get; `why` is why it gets none, in Russian, "" when it does."""

    card: Incident
    text: str
    why: str


def addressed(cards: Sequence[Incident], words: Words, at: datetime) -> list[Addressed]:
    """In the order of the cards, which come with their place and agency. Three queries, whatever their number."""
    pks = [card.pk for card in cards]
    links = IncidentMessage.objects.filter(incident__in=pks, main=True).select_related("message__author")
    messages = {link.incident_id: link.message for link in links}
    begun = set(Answer.objects.filter(incident__in=pks, state__in=BEGUN).values_list("incident_id", flat=True))
    facts = facts_of_many(cards, messages, at)
    return [_addressed(card, words, messages.get(card.pk), facts.get(card.pk), begun) for card in cards]


def _addressed(
    card: Incident, words: Words, message: Message | None, facts: Facts | None, begun: Collection[int]
) -> Addressed:
    if message is None or facts is None:
        return Addressed(card, "", NO_MESSAGE)
    text = filled(words, facts)
    return Addressed(card, text, STARTED if card.pk in begun else against(card, message, text))


def filled(words: Words, facts: Facts) -> str:
    """The text for one card. «{срок}» is the promised day where there is one: all of them get the same."""
    return fill(words.text, replace(facts, until=words.promised_on) if words.promised_on else facts)


def against(card: Incident, message: Message, text: str) -> str:
    """Why this card gets no answer with this text, in a Russian sentence; "" when it does."""
    if card.state not in OWED:
        return NOT_OWED
    if card.answered_with_id:
        return TOGETHER
    if message.deleted_at:
        return GONE
    if holes := left_open(text):
        return _("Нечем заполнить: %(holes)s.") % {"holes": ", ".join(holes[:3])}
    reasons = objections(Answer(reply_to=message, text=text, direct=message.place == Message.Place.DIRECT))
    return reasons[0] if reasons else ""


def check(words: Words, at: datetime) -> None:
    """Raises Unfit when no card could get it as it is."""
    problem = _problem(words, day_of(at))
    if problem:
        raise Unfit(problem)


def _problem(words: Words, day: date) -> str:
    if not words.text.strip():
        return _("Ответ пуст: напишите текст.")
    if len(words.text) > MOST_TEXT:
        return _("Текст длиннее 5000 знаков: столько не публикуют.")
    if words.kind not in KINDS:
        return _("Такой ответ не пишут вручную.")
    if wrong := strange(words.text):
        return _("Этих полей нет: %(holes)s.") % {"holes": ", ".join(wrong[:3])}
    if words.kind == Answer.Kind.INTERIM:
        if words.promised_on is None:
            return _("У промежуточного ответа нужна дата: до какого числа будет решение.")
        return "" if day <= words.promised_on <= day + FURTHEST else _("Обещанный день: сегодня или в пределах года.")
    if words.outcome not in Outcome.values:
        return _("Выберите итог: решено, разъяснено, не решено или отложено.")
    rests = Ending(words.outcome, words.text, 0, words.ground, words.ground_words, words.ground_on, day)
    return grounds.missing(rests)


def begin(problem: Problem, cards: Collection[int], words: Words, by: User, at: datetime) -> Statement:
    """Every card of `cards` gets an answer of its own, as far as nothing is against it; due for that at once.

    Raises Unfit: as check(), nobody to get it, the problem is over, or its last statement is still under way.
    """
    check(words, at)
    if not cards:
        raise Unfit(_("Ответ никому не достанется: выберите карточки."))
    with book.writing():
        # Nobody ends the problem meanwhile, or begins another statement on it.
        here = Problem.objects.select_for_update(no_key=True).get(pk=problem.pk)
        if here.state not in (Problem.State.OPEN, Problem.State.FIXED):
            raise Unfit(_("Проблема не открыта: сначала подтвердите её."))
        if Statement.objects.filter(problem=problem, state__in=RUNNING).exists():
            raise Unfit(_("Прежний общий ответ ещё не отпущен: дождитесь его или отзовите."))
        made = Statement.objects.create(
            problem=problem, author=by, created_at=at, due_at=at, **{name: getattr(words, name) for name in _COLUMNS}
        )
        chosen = Incident.objects.filter(pk__in=cards, problem=problem).order_by("started_at", "pk")
        StatementCard.objects.bulk_create(
            StatementCard(statement=made, incident_id=pk) for pk in chosen.values_list("pk", flat=True)
        )
        if words.kind == Answer.Kind.INTERIM:
            problems.promise(problem, words.text, words.promised_on, f"user:{by.pk}", at)
        tell(made, "begin", f"user:{by.pk}", at)
    return made


_COLUMNS = ("text", "kind", "outcome", "promised_on", "ground", "ground_words", "ground_on")


def words_of(statement: Statement) -> Words:
    """What it says, as an answer takes it."""
    return Words(**{name: getattr(statement, name) for name in _COLUMNS})


def read_once_with(answer: Answer) -> Statement | None:
    """The statement that this answer is one of, while its approver decides on all of them at once; None where it is
    decided on its card. No query where `statement_card__statement` came along."""
    row: StatementCard | None = getattr(answer, "statement_card", None)
    return row.statement if row is not None and not row.left else None


def let_out(
    statement: Statement, seen: Mapping[int, tuple[int, int]], by: User, at: datetime, despite: str = ""
) -> bool:
    """«Согласовать»: `seen` tells by answer which version of it and which revision of its comment the approver had
    before him; what he has not seen stays. It waits out the time for «отменить» first. False when it was let out
    already. Raises Unfit when it is not there to be approved."""
    with book.writing():
        due = at + timedelta(seconds=settings.UNDO_HOLD)
        decided = {"decided_by": by, "decided_at": at, "despite": despite, "due_at": due}
        if not Statement.objects.filter(pk=statement.pk, state=S.APPROVAL).update(state=S.LETTING, **decided):
            _must_be(statement, S.LETTING, S.OUT)
            return False
        rows = list(StatementCard.objects.filter(statement=statement, answer__in=seen))
        for row in rows:
            row.pending, row.left = True, ""
            row.version, row.seen = seen[row.answer_id or 0]
        StatementCard.objects.bulk_update(rows, ["pending", "left", "version", "seen"], batch_size=200)
        tell(statement, "approve", f"user:{by.pk}", at)
    return True


def recall(statement: Statement, by: User, at: datetime) -> bool:
    """«Отменить», while nothing has been let out. False when it is too late."""
    with book.writing():
        waits = Statement.objects.filter(pk=statement.pk, state=S.LETTING, due_at__gt=at, lease="")
        if not waits.update(state=S.APPROVAL, due_at=None, decided_by=None, decided_at=None):
            return False
        StatementCard.objects.filter(statement=statement).update(pending=False, version=None, seen=None)
        tell(statement, "recall", f"user:{by.pk}", at)
    return True


def withdraw(statement: Statement, by: User, at: datetime) -> bool:
    """Its answers are taken back from approval, and nobody is asked to read it. False when it was already. Raises Unfit
    when it has been let out."""
    return _take_back(statement, by, at, "withdraw", "")


def send_back(statement: Statement, by: User, at: datetime, remark: str) -> bool:
    """The approver returns it with a remark, and with it every answer. Raises Unfit when it is not before him."""
    return _take_back(statement, by, at, "send_back", remark)


def _take_back(statement: Statement, by: User, at: datetime, verb: str, remark: str) -> bool:
    with book.writing():
        decided: dict[str, Any] = {"decided_by": by, "decided_at": at, "remark": remark, "due_at": at}
        mine = Statement.objects.filter(pk=statement.pk, state__in=(S.SPREADING, S.APPROVAL))
        if not mine.update(state=S.BACK, **decided):
            _must_be(statement, S.BACK, S.WITHDRAWN, S.RETURNED)
            return False
        StatementCard.objects.filter(statement=statement, answer=None).update(pending=False)
        StatementCard.objects.filter(statement=statement, answer__isnull=False).update(pending=True)
        tell(statement, verb, f"user:{by.pk}", at)
    return True


def _must_be(statement: Statement, *states: str) -> None:
    if not Statement.objects.filter(pk=statement.pk, state__in=states).exists():
        raise Unfit(_("С этим общим ответом уже решили иначе: обновите страницу."))


def tell(statement: Statement, verb: str, actor: str, at: datetime) -> None:
    """A row in the journal of the problem. Inside `book.writing()`."""
    details = {"problem": statement.problem_id, "statement": statement.pk}
    book.write(at=at, actor=actor, verb=f"statement.{verb}", subject=f"problem:{statement.problem_id}", data=details)
