"""After the answer: the author's word or his silence, the end of the card, and its second life."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from otklik.answers.models import Answer
from otklik.demo.history.answering import meet, say
from otklik.demo.history.opening import begin, board_of
from otklik.demo.history.tale import CLOCKS, FEEDBACK, TRIAGE, Tale
from otklik.demo.history.threads import worded, written
from otklik.demo.texts import clarify_reply, follow_up
from otklik.demo.texts.kinds import Outcome
from otklik.feedback.asking import met
from otklik.feedback.models import Rating, Survey
from otklik.feedback.opinion import good
from otklik.feedback.reading import read
from otklik.inbox.models import Message
from otklik.incidents.models import CloseReason, Heard, IncidentMessage
from otklik.publishing.models import Sent
from otklik.routing.models import Deadline, Norm

REPLIES, SCORES, CLARIFIES, KEPT = 0.13, 0.05, 0.65, 0.72
MARKS, MARK_SHARES = (5, 4, 3, 2, 1), (47, 23, 8, 8, 14)
OUTCOMES: tuple[Outcome, ...] = ("solved", "explained", "unsolved", "postponed")
OUTCOME_SHARES, PROMISED_SHARES = (48, 41, 8, 3), (90, 5, 4, 1)
GOOD_FROM = 4
CITIZEN = "citizen:survey"
SOLVED = {True: (("yes", ""), (82, 18)), False: (("no", "partly", "yes", ""), (58, 22, 6, 14))}
"""What is said of the problem beside a good mark, and beside a bad one, with how often."""
REASONS = 0.4


def answer_for_good(tale: Tale) -> Sent:
    """The answer that ends the matter for the agency."""
    kind = Answer.Kind.FIRST if tale.row.first_answered_at is None and tale.chance(0.35) else Answer.Kind.FINAL
    shares = PROMISED_SHARES if tale.promised else OUTCOME_SHARES
    return say(tale, kind, tale.rng.choices(OUTCOMES, shares)[0])


def ask_author(tale: Tale) -> bool:
    """A question back. True when the author answered it, False when the card returned to the operator."""
    sent = say(tale, Answer.Kind.QUESTION)
    tale.pause()
    deadline = tale.deadlines[-1]
    if tale.chance(CLARIFIES):
        tale.go(min(tale.later(180, 1.1), deadline.limit_at - timedelta(minutes=1)))
        reply = author_writes(tale, sent, clarify_reply(tale.rng, tale.spot.words))
        tale.move("clarified", FEEDBACK, data={"message": reply.pk})
        meet(tale, Norm.Clock.CLARIFICATION)
        return True
    run_out(tale, deadline)
    tale.move("unclarified", CLOCKS, reason="deadline")
    return False


def promise(tale: Tale) -> None:
    """An interim answer with a date, then the work goes on: in time, or when the date has passed. Raises Stop."""
    say(tale, Answer.Kind.INTERIM)
    tale.promised = True
    tale.pause()
    deadline = tale.deadlines[-1]
    if tale.chance(KEPT):
        days = max(0.5, (deadline.limit_at - tale.at) / timedelta(days=1) - 3)
        tale.go(tale.at + timedelta(days=days * tale.rng.uniform(0.5, 0.95)))
        if tale.chance(0.5):
            tale.move("resume", f"user:{tale.executor()}")
        return
    run_out(tale, deadline)
    tale.move("resume", CLOCKS, reason="deadline")
    tale.go(tale.worked(600))


def run_out(tale: Tale, deadline: Deadline) -> None:
    """The clock's time is over, and the watching step says so within the minute. Raises Stop when it is not."""
    tale.go(deadline.limit_at + timedelta(seconds=tale.rng.uniform(0.5, 20)))
    deadline.missed_at = tale.at
    tale.tell("overdue", CLOCKS, data={"deadline": deadline.pk, "clock": str(deadline.clock)})


def wait_for_author(tale: Tale, sent: Sent, lives: int = 2) -> None:
    """From an answer to the card's end, or to its second life. Raises Stop."""
    survey = _open_survey(tale, sent)
    tale.pause()
    silence = survey.opened_at + timedelta(hours=settings.SILENCE_HOURS)
    mark = tale.rng.choices(MARKS, MARK_SHARES)[0]
    chance = tale.rng.random()
    if chance < SCORES:
        _score(tale, survey, max(mark, GOOD_FROM) if lives < 2 else mark, silence, lives)
    elif chance < SCORES + REPLIES:
        _reply(tale, survey, sent, max(mark, GOOD_FROM) if lives < 2 else mark, lives)
    else:
        tale.go(silence + timedelta(seconds=tale.rng.uniform(1, 30)))
        _close(tale, CloseReason.SILENCE, FEEDBACK)
        _end(survey, tale.at)


def _open_survey(tale: Tale, sent: Sent) -> Survey:
    """The step closes it when its time has come, whatever became of the card meanwhile."""
    due = sent.at + timedelta(hours=settings.SILENCE_HOURS)
    over = due <= tale.cast.now
    return tale.stage.rows.add(
        Survey(
            incident=tale.row,
            sent=sent,
            key=f"{tale.rng.getrandbits(140):035x}",
            opened_at=sent.at,
            **_asked(sent),
            closed_at=due + timedelta(seconds=3) if over else None,
            due_at=None if over else due,
        )
    )


def _asked(sent: Sent) -> dict[str, Any]:
    """The question stood there a minute later, but for where there is nothing to rate."""
    if met(sent.delivery.answer):
        return {"asked_at": sent.at + timedelta(minutes=1)}
    return {"unasked": Survey.Unasked.NOT_MET}


def _end(survey: Survey, at: datetime) -> None:
    survey.closed_at, survey.due_at = at, None


def _score(tale: Tale, survey: Survey, mark: int, silence: datetime, lives: int) -> None:
    """A word by the survey's link: a good one ends the card, any other waits for an operator, who opens it again."""
    survey.asked_at, survey.unasked = survey.opened_at + timedelta(minutes=1), ""
    tale.go(min(tale.later(400, 1.2), silence - timedelta(minutes=5)))
    rating = tale.stage.rows.add(
        Rating(
            incident=tale.row,
            survey=survey,
            origin=Rating.Origin.SURVEY,
            mark=mark,
            solved=_solved(survey, mark),
            reason=_reason(survey, mark),
            at=tale.at,
        )
    )
    details = {"rating": rating.pk, "mark": mark, "solved": rating.solved, "survey": survey.pk}
    details |= {"reason": bool(rating.reason), "changed": False}
    tale.tell("rated", CITIZEN, subject=f"survey:{survey.pk}", data=details)
    _end(survey, tale.at)
    if mark >= GOOD_FROM:
        _close(tale, CloseReason.SCORE, CITIZEN)
        return
    rating.waits_since = tale.at
    tale.go(tale.at + timedelta(hours=Random(f"seen {survey.key}").uniform(0.3, 30)))
    _open_again(tale, survey, rating, lives)


def _solved(survey: Survey, mark: int) -> str:
    """What he says of the problem. Of its own chance, so that it moves nothing else in the history."""
    words, shares = SOLVED[mark >= GOOD_FROM]
    return Random(f"solved {survey.key}").choices(words, shares)[0]


def _reason(survey: Survey, mark: int) -> str:
    rng = Random(f"reason {survey.key}")
    return follow_up(rng, mark) if mark < GOOD_FROM and rng.random() < REASONS else ""


def _open_again(tale: Tale, survey: Survey, rating: Rating, lives: int) -> None:
    who = Random(f"who {survey.key}").choice(tale.cast.operators)
    rating.waits_since, rating.dealt_at, rating.dealt_by_id = None, tale.at, who
    rating.dealt_how = Rating.Dealt.REOPENED
    _reopen(tale, survey, f"user:{who}", lives)


def _reply(tale: Tale, survey: Survey, sent: Sent, mark: int, lives: int) -> None:
    """Words under the answer, read by rules, and an operator says what they meant."""
    tale.go(min(tale.later(300, 1.3), survey.opened_at + timedelta(hours=settings.SILENCE_HOURS - 1)))
    message = author_writes(tale, sent, follow_up(tale.rng, mark))
    heard = read(message.text)
    rating = tale.stage.rows.add(
        Rating(
            incident=tale.row,
            origin=Rating.Origin.READING,
            mark=heard.mark,
            solved=heard.solved,
            message=message,
            at=tale.at,
            suggested=True,
            waits_since=None if heard.is_happy else tale.at,
        )
    )
    read_as = {"mark": heard.mark, "solved": heard.solved}
    tale.tell("reply_read", FEEDBACK, data={"rating": rating.pk, "message": message.pk, **read_as})
    tale.go(tale.at_desk(40))
    who = tale.rng.choice(tale.cast.operators)
    rating.waits_since, rating.confirmed_by_id = None, who
    if not rating.says_something:
        rating.dismissed_at = tale.at
    else:
        rating.mark, rating.suggested, rating.confirmed_at = mark, False, tale.at
        rating.solved = heard.solved if good(mark, heard.solved) or mark < GOOD_FROM else ""
        tale.tell("rated", f"user:{who}", data={"rating": rating.pk, "mark": mark, "solved": rating.solved})
    if mark < GOOD_FROM:
        rating.dealt_at, rating.dealt_by_id, rating.dealt_how = tale.at, who, Rating.Dealt.REOPENED
        _reopen(tale, survey, f"user:{who}", lives)
    else:
        _close(tale, CloseReason.POINTLESS if rating.suggested else CloseReason.SATISFIED, f"user:{who}")


def _close(tale: Tale, why: CloseReason, actor: str) -> None:
    tale.move("close", actor, reason=why.value, data={"outcome": str(tale.row.outcome) or "none"})
    tale.row.close_reason, tale.row.closed_at = why, tale.at
    for deadline in tale.deadlines:
        if deadline.met_at is None and deadline.cancelled_at is None:
            deadline.cancelled_at = tale.at


def _reopen(tale: Tale, survey: Survey, actor: str, lives: int) -> None:
    """The same card goes on with its agency, and is answered once more, in a time of its own."""
    tale.move("reopen", actor)
    tale.row.reopened += 1
    begin(tale, Norm.Clock.SECOND_ANSWER, tale.row.theme, tale.at)
    _end(survey, min(survey.closed_at or tale.at, tale.at))
    tale.pause()
    wait_for_author(tale, say(tale, Answer.Kind.FINAL, tale.rng.choices(OUTCOMES, OUTCOME_SHARES)[0]), lives - 1)


def author_writes(tale: Tale, sent: Sent | None, text: str) -> Message:
    """The author's next words on the card: under our answer, or under his own comment."""
    asked = tale.message
    board = board_of(tale)
    message = tale.stage.rows.add(
        Message(
            network=asked.network,
            external_id=tale.stage.square.address(board),
            place=Message.Place.COMMENT,
            thread=asked.thread,
            parent_external_id=sent.external_id if sent else asked.external_id,
            author=asked.author,
            source=asked.source,
            posted_at=tale.at - timedelta(seconds=tale.rng.uniform(4, 20)),
            captured_at=tale.at - timedelta(seconds=2),
            **worded(written(text, board, asked.author)),
        )
    )
    tale.stage.rows.add(IncidentMessage(incident=tale.row, message=message, linked_at=tale.at))
    tale.stage.rows.add(Heard(incident=tale.row, message=message, at=tale.at))
    tale.tell("gather", TRIAGE, data={"message": message.pk})
    return message
