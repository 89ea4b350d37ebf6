"""The whole life of one card, in the order in which it happens."""

from contextlib import suppress
from datetime import timedelta

from otklik.demo.history.after import answer_for_good, ask_author, author_writes, promise, wait_for_author
from otklik.demo.history.opening import suggest
from otklik.demo.history.routing import assign_until_kept, close_unanswered, dismiss, mark_hard, take
from otklik.demo.history.settled import settle
from otklik.demo.history.tale import FEEDBACK, Stop, Tale
from otklik.demo.texts import near_copy
from otklik.incidents.models import State

UNANSWERED, QUESTIONS, PROMISES, AGAIN = 0.012, 0.06, 0.07, 0.04
ON_DUTY, HARD = 0.82, 0.05


def live(tale: Tale) -> None:
    """From the queue to wherever the card stands now."""
    with suppress(Stop):
        suggest(tale)
        tale.pause()
        if tale.theme is None:
            dismiss(tale)
        else:
            _work(tale)
    settle(tale)


def _work(tale: Tale) -> None:
    if not tale.halt and tale.chance(UNANSWERED):
        close_unanswered(tale)
        return
    assign_until_kept(tale)
    if tale.chance(AGAIN):
        _write_again(tale)
    tale.on_duty = tale.chance(ON_DUTY)
    take(tale)
    if not tale.halt and tale.chance(HARD):
        mark_hard(tale)
    asks = tale.halt == State.CLARIFYING or (not tale.halt and tale.chance(QUESTIONS))
    if asks and not ask_author(tale):
        assign_until_kept(tale)
    if tale.halt == State.POSTPONED or (not tale.halt and tale.chance(PROMISES)):
        promise(tale)
    wait_for_author(tale, answer_for_good(tale))


def _write_again(tale: Tale) -> None:
    """The author does not want to wait: the same words once more, under his own comment."""
    tale.go(tale.at + timedelta(minutes=tale.rng.uniform(3, 40)))
    message = author_writes(tale, None, near_copy(tale.rng, tale.message.text))
    tale.tell("author_wrote", FEEDBACK, data={"message": message.pk})
