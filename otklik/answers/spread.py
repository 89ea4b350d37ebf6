"""The step of a Statement: writes its answers, lets them out or takes them back, a piece of its cards at a time.

Each is done as if it were pressed by hand on its card: with its own text, its own comment, its own delivery. A card
that cannot be done spoils no other: why stands in `left`, and it stays with a person.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from otklik.answers import drafts, sending, steps
from otklik.answers.drafts import Stale, Unfit
from otklik.answers.models import Answer, Statement, StatementCard
from otklik.answers.statements import BEGUN, GONE, NO_MESSAGE, STARTED, against, filled, tell, words_of
from otklik.answers.templates import facts_of
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.workflow import NotAllowed, hold
from otklik.journal import book
from otklik.lib.due import finish
from otklik.lib.sentence import Sentence as _

S, A = Statement.State, Answer.State
PIECE = 5
ACTOR = "machine:statements"
CHANGED = _("С карточкой уже решили иначе.")
MOST_LEFT = 500


def spread(rows: list[Statement], now: datetime) -> None:
    """A piece of each in a transaction of its own. Safe to repeat: a card that is done is no longer pending."""
    for row in rows:
        with book.writing():
            # First the statement, which people decide on meanwhile, then its cards.
            here = Statement.objects.select_for_update(no_key=True).filter(pk=row.pk, lease=row.lease).first()
            if here is not None:  # else another worker has it by now
                _spread(here, now)


def _spread(row: Statement, now: datetime) -> None:
    do = _DO.get(S(row.state))
    pending = row.cards.filter(pending=True).order_by("pk")
    piece = list(pending.values_list("pk", "incident")[: PIECE + 1]) if do else []
    more, piece = len(piece) > PIECE, piece[:PIECE]
    if do:
        with hold(*(card for _pk, card in piece)):
            for one in pending.filter(pk__in=[pk for pk, _card in piece]).select_related("incident", "answer"):
                _safely(do, row, one, now)
            if not more:
                _go_on(row, now)
    finish(row, now if more else None)


Do = Callable[[Statement, StatementCard, datetime], str]


def _safely(do: Do, row: Statement, one: StatementCard, now: datetime) -> None:
    try:
        with transaction.atomic():
            one.left = do(row, one, now)
    except Unfit as unfit:
        one.left = str(unfit)
    except (Stale, NotAllowed):
        one.left = CHANGED
    one.left, one.pending = one.left[:MOST_LEFT], False
    one.save(update_fields=["answer", "left", "pending"])


def _write(row: Statement, one: StatementCard, now: datetime) -> str:
    """The card's own answer, sent for approval; or why it gets none."""
    card, words = one.incident, words_of(row)
    if card.problem_id != row.problem_id:
        return CHANGED
    if Answer.objects.filter(incident=card, state__in=BEGUN, copy_of=None).exists():
        return STARTED
    try:
        message = main_message(card)
    except Message.DoesNotExist:
        return NO_MESSAGE
    text = filled(words, facts_of(card, message))
    problem = against(card, message, text)
    if problem:
        return problem
    card_words = replace(words, text=text, direct=message.place == Message.Place.DIRECT)
    answer = drafts.write(card, message, card_words, row.author, now)
    drafts.submit(answer, row.author, now)
    one.answer = answer
    return ""


def _let_out(row: Statement, one: StatementCard, now: datetime) -> str:
    """Approved for its own comment as the approver saw it, or agreed to by the first of two."""
    answer, by = one.answer, row.decided_by
    if answer is None or by is None or one.version is None:
        return one.left  # it was not before him: it waits on
    if answer.state == A.APPROVED:
        return ""  # somebody has opened the card and approved it there
    if Message.objects.filter(pk=answer.reply_to_id, deleted_at__isnull=False).exists():
        return GONE
    here = Answer.objects.select_related("incident", "reply_to").get(pk=answer.pk)
    do = drafts.approve if steps.is_last(here) else sending.agree
    do(here, by, now, one.version, one.seen, row.despite)
    return ""


def _take_back(row: Statement, one: StatementCard, now: datetime) -> str:
    """Its answer is asked of nobody any more; its words stay readable on the card."""
    answer, by = one.answer, row.decided_by or row.author
    if answer is None or answer.state != A.APPROVAL:
        return one.left
    here = Answer.objects.select_related("incident", "reply_to").get(pk=answer.pk)
    if row.remark:
        drafts.send_back(here, by, now, row.remark)
    else:
        drafts.withdraw(here, by, now)
    Answer.objects.filter(pk=here.pk).update(state=A.WITHDRAWN, submitted_at=None)
    return one.left


_DO: dict[Statement.State, Do] = {S.SPREADING: _write, S.LETTING: _let_out, S.BACK: _take_back}


def _go_on(row: Statement, now: datetime) -> None:
    """All of its cards are done: what the statement waits for now."""
    if row.state == S.SPREADING:
        written = row.cards.filter(answer__isnull=False).exists()
        after = S.APPROVAL if written else S.WITHDRAWN
    elif row.state == S.LETTING:
        # Where two have to agree, the first of them has: it waits for the other.
        waits = row.cards.filter(left="", answer__state=A.APPROVAL).exists()
        after = S.APPROVAL if waits else S.OUT
    else:
        after = S.RETURNED if row.remark else S.WITHDRAWN
    Statement.objects.filter(pk=row.pk).update(state=after)
    tell(row, f"is_{after.value}", ACTOR, now)
