"""From a draft to words that stand in the network: written, approved or sent back, delivered."""

from datetime import date, datetime, timedelta
from random import Random

from django.conf import settings

from otklik.answers.models import Answer
from otklik.answers.parts import Step, plan
from otklik.answers.style.values import Fault
from otklik.demo.history.opening import board_of
from otklik.demo.history.tale import PUBLISHING, Tale
from otklik.demo.history.threads import answered, fitting, worded
from otklik.demo.history.wording import REDRAWN, goes_out_all_the_same, let_out, stops_of
from otklik.demo.texts import answer as written
from otklik.demo.texts import approver_remark, clarify_question
from otklik.demo.texts.kinds import Outcome
from otklik.inbox.models import Message
from otklik.incidents.models import IncidentMessage, State
from otklik.lib.days import day_of, end_of
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS as CONNECTORS
from otklik.publishing.models import Attempt, Delivery, Sent
from otklik.routing.clocks import ANSWERED
from otklik.routing.deadlines import working_seconds
from otklik.routing.models import Deadline, Norm

A = Answer.Kind
AFTER = {A.QUESTION: "asked", A.INTERIM: "promised", A.FIRST: "answered", A.FINAL: "answered"}
SENT_BACK, DOUBLE = 0.08, 0.1
PROMISE_DAYS = 9
CLOSED = "Доступ к комментариям этой стены закрыт"


def say(tale: Tale, kind: Answer.Kind, outcome: Outcome | None = None) -> Sent:
    """Write, approve and publish one answer; the card ends in the state that the kind leads to. Raises Stop."""
    draft, stops = _draft(tale, kind, outcome)
    _submit(tale, draft)
    while tale.chance(SENT_BACK if draft.version == 1 else DOUBLE):
        _send_back(tale, draft)
        _submit(tale, draft)
    who = tale.approver()
    tale.go(tale.worked(18))
    draft.state, draft.decided_by_id, draft.decided_at, draft.changed_at = Answer.State.APPROVED, who, tale.at, tale.at
    tale.move(
        "approve",
        f"user:{who}",
        subject=f"answer:{draft.pk}",
        data={"answer": draft.pk, "version": draft.version, **let_out(tale, draft, stops)},
    )
    deliveries = _queue(tale, draft)
    if tale.halt == State.PUBLISHING and len(deliveries) > 1:
        _break_off(tale, draft, deliveries)
    tale.pause()
    return _speak(tale, draft, deliveries)


def _draft(tale: Tale, kind: Answer.Kind, outcome: Outcome | None) -> tuple[Answer, list[Fault]]:
    """The answer, and what its approver has to let out with a reason."""
    tale.go(tale.worked(20 if kind == A.QUESTION else 45) if tale.row.hard_since is None else tale.worked(180, 0.3))
    text, promised = _drawn(tale, kind, outcome, tale.rng)
    who = tale.executor()
    draft = tale.stage.rows.add(
        Answer(
            incident=tale.row,
            reply_to=tale.message,
            kind=kind,
            text=text,
            outcome=outcome or "" if kind in (A.FIRST, A.FINAL) else "",
            promised_on=promised,
            **_ground_of(outcome or "" if kind in (A.FIRST, A.FINAL) else "", tale.row.number),
            agency=tale.holder,
            author_id=who,
            created_at=tale.at,
            changed_at=tale.at,
        )
    )
    stops = stops_of(draft)
    for again in range(0 if goes_out_all_the_same(tale) else REDRAWN):
        if not stops:
            break
        draft.text, draft.promised_on = _drawn(tale, kind, outcome, Random(f"{tale.row.number}/{again}/{tale.at}"))
        stops = stops_of(draft)
    draft.text = draft.text if kind == A.QUESTION else _with_neighbours(tale, draft.text)
    tale.tell("draft", f"user:{who}", subject=f"answer:{draft.pk}", data={"answer": draft.pk})
    if tale.row.state == State.ASSIGNED:
        tale.move("take", f"user:{who}")
    tale.pause()
    return draft, stops


def _drawn(tale: Tale, kind: Answer.Kind, outcome: Outcome | None, rng: Random) -> tuple[str, date | None]:
    """A text as far as the network takes it, and the day that an interim one promises."""
    if kind == A.QUESTION:
        return _fitted(tale, clarify_question(rng, tale.theme_name)), None
    local = tale.cast.local(tale.at)
    words = written(
        rng,
        tale.theme_name,
        tale.holder.short_name,
        tale.spot.words,
        tale.author,
        outcome or "postponed",
        local,
    )
    promised = words.promise_date
    if promised is None or promised <= local.date():
        promised = local.date() + timedelta(days=PROMISE_DAYS)
    return _fitted(tale, words.body), promised if kind == A.INTERIM else None


def _fitted(tale: Tale, text: str) -> str:
    return text if _steps(tale, text) else fitting(text, tale.message.network)


def _with_neighbours(tale: Tale, text: str) -> str:
    """The first answer that is to stop is one that the network takes no more of than its beginning: a list of days,
    yard by yard. What the history draws is not touched by it."""
    if tale.halt != State.PUBLISHING or tale.stage.broken_off:
        return text
    tale.stage.broken_off = True
    day, lines = day_of(tale.at), [text, "", "Когда бригада будет в соседних дворах:"]
    for house in range(1, 400):
        lines.append(f"дом {house}: {day + timedelta(days=1 + house // 8):%d.%m}, с 9 до 17 часов")
        if len(_steps(tale, "\n".join(lines))) > 1:
            break
    return "\n".join(lines)


def _steps(tale: Tale, text: str) -> tuple[Step, ...]:
    """In which texts it is said there; () where it is too long for any number of them."""
    return plan(text, CONNECTORS[tale.message.network].limits, direct=False)


def _ground_of(outcome: str, number: int) -> dict[str, str]:
    """What an ending rests on: every third was phoned about, the others have an act; no draw of the history moves."""
    if outcome == "solved":
        return (
            {"ground": "phone", "ground_words": "Позвонили жителю, подтвердил"}
            if number % 3 == 0
            else {
                "ground": "act",
                "ground_words": f"№ {number % 97 + 1}",
            }
        )
    if outcome == "explained":
        return {"ground": ("no_money", "not_found", "private")[number % 3], "ground_words": "Осмотрели на месте"}
    return {}


def _submit(tale: Tale, draft: Answer) -> None:
    tale.go(tale.worked(25))
    draft.state, draft.submitted_at, draft.changed_at = Answer.State.APPROVAL, tale.at, tale.at
    tale.move(
        "submit",
        f"user:{draft.author_id}",
        subject=f"answer:{draft.pk}",
        data={"answer": draft.pk, "version": draft.version},
    )
    tale.row.drafted_at = tale.row.drafted_at or tale.at
    tale.pause()


def _send_back(tale: Tale, draft: Answer) -> None:
    tale.go(tale.worked(15))
    who = tale.approver()
    draft.remark, draft.state = approver_remark(tale.rng), Answer.State.RETURNED
    draft.decided_by_id, draft.decided_at, draft.changed_at = who, tale.at, tale.at
    tale.move("send_back", f"user:{who}", subject=f"answer:{draft.pk}", reason="remark", data={"answer": draft.pk})
    tale.row.sent_back += 1
    draft.version += 1


def _by_hand(tale: Tale) -> bool:
    """Where guests may not speak, a person publishes and gives the link."""
    return board_of(tale).guests == "none"


def _queue(tale: Tale, draft: Answer) -> list[Delivery]:
    account = tale.cast.voice(tale.holder, board_of(tale))
    stuck = tale.halt == State.PUBLISHING
    tale.go(tale.at + timedelta(seconds=tale.rng.uniform(0.2, 2)))
    first = Delivery.Hold.CAPTCHA if stuck else Delivery.Hold.BY_HAND if _by_hand(tale) else Delivery.Hold.NONE
    steps = _steps(tale, draft.text)
    deliveries = [
        tale.stage.rows.add(
            Delivery(
                answer=draft,
                message=tale.message,
                account=account,
                epoch_id=tale.stage.epoch,
                state=Delivery.State.QUEUED,
                hold=first if part == 1 else Delivery.Hold.TURN,
                words="Сеть просит подтвердить, что пишет человек." if stuck and part == 1 else "",
                text=step.text,
                part=part,
                parts=len(steps),
                photos=step.photos,
                key=f"{(tale.rng if part == 1 else _aside(tale, part)).getrandbits(128):032x}",
                created_at=tale.at,
            )
        )
        for part, step in enumerate(steps, 1)
    ]
    tale.tell(
        "queue",
        PUBLISHING,
        subject=f"delivery:{deliveries[0].pk}",
        data={"answer": draft.pk, "delivery": deliveries[0].pk, "account": account.pk},
    )
    return deliveries


def _aside(tale: Tale, part: int) -> Random:
    """For what only answers in parts need: no draw of the history moves."""
    return Random(f"{tale.row.number}/{part}/{tale.at}")


def _speak(tale: Tale, draft: Answer, deliveries: list[Delivery]) -> Sent:
    by_hand = _by_hand(tale)
    started = tale.go(tale.later(9) if by_hand else tale.at + timedelta(seconds=settings.UNDO_HOLD + 1))
    tale.go(started + timedelta(seconds=tale.rng.uniform(0.2, 3)))
    for delivery in deliveries[:-1]:
        _say_part(tale, draft, delivery, started)
        started = tale.at
        tale.go(started + timedelta(seconds=_aside(tale, delivery.part).uniform(0.2, 3)))
    last = deliveries[-1]
    sent = _stand(tale, draft, last, started)
    tale.move(
        AFTER[A(draft.kind)],
        _speaker(tale, draft),
        subject=f"delivery:{last.pk}",
        data={"answer": draft.pk, "delivery": last.pk, "sent": sent.pk},
    )
    _stamp(tale, draft)
    return sent


def _say_part(tale: Tale, draft: Answer, delivery: Delivery, started: datetime) -> None:
    sent = _stand(tale, draft, delivery, started)
    details = {"answer": draft.pk, "delivery": delivery.pk, "sent": sent.pk}
    details |= {"part": delivery.part, "parts": delivery.parts}
    tale.tell("spoken_part", _speaker(tale, draft), subject=f"delivery:{delivery.pk}", data=details)


def _break_off(tale: Tale, draft: Answer, deliveries: list[Delivery]) -> None:
    """The first part stands there, and the network does not take the second: a person has to decide."""
    started = tale.go(tale.at + timedelta(seconds=settings.UNDO_HOLD + 1))
    tale.go(started + timedelta(seconds=1))
    _say_part(tale, draft, deliveries[0], started)
    second = deliveries[1]
    second.hold, second.cause, second.words = Delivery.Hold.PERSON, Delivery.Cause.CLOSED, f"Сеть отказала: {CLOSED}"
    started = tale.at
    tale.go(started + timedelta(seconds=1))
    tried = Attempt(delivery=second, started_at=started, ended_at=tale.at, outcome="Permanent", words=CLOSED)
    tale.stage.rows.add(tried)
    details = {"delivery": second.pk, "answer": draft.pk}
    tale.tell("refused_part", PUBLISHING, subject=f"delivery:{second.pk}", data=details)


def _speaker(tale: Tale, draft: Answer) -> str:
    return f"user:{draft.author_id}" if _by_hand(tale) else PUBLISHING


def _stand(tale: Tale, draft: Answer, delivery: Delivery, started: datetime) -> Sent:
    """It stands there now, by a call that began then."""
    by_hand = _by_hand(tale)
    if not by_hand:
        tale.stage.rows.add(Attempt(delivery=delivery, started_at=started, ended_at=tale.at, outcome="sent"))
    address = tale.stage.square.address(board_of(tale))
    sent = tale.stage.rows.add(
        Sent(
            delivery=delivery,
            external_id=address,
            at=tale.at,
            by_hand_id=draft.author_id if by_hand else None,
        )
    )
    delivery.state, delivery.hold, delivery.words = Delivery.State.SENT, "", ""
    own = _own_words(tale, delivery.text, tale.cast.voice(tale.holder, board_of(tale)), address)
    tale.tell("gather", PUBLISHING, data={"message": own.pk})
    return sent


def _own_words(tale: Tale, text: str, account: Account, address: str) -> Message:
    asked = tale.message
    row = tale.stage.rows.add(
        Message(
            network=asked.network,
            external_id=address,
            place=Message.Place.COMMENT,
            thread=asked.thread,
            parent_external_id=asked.external_id,
            author=tale.stage.square.voice(account),
            source=asked.source,
            own=True,
            posted_at=tale.at,
            captured_at=tale.at,
            **worded(answered(text, asked.author)),
        )
    )
    tale.stage.rows.add(IncidentMessage(incident=tale.row, message=row, linked_at=tale.at))
    return row


def _stamp(tale: Tale, draft: Answer) -> None:
    """As `publishing.fate` sets the card's stamps and clocks."""
    row = tale.row
    if draft.kind == A.QUESTION:
        until = tale.at + timedelta(hours=settings.CLARIFICATION_HOURS)
        wait(tale, Norm.Clock.CLARIFICATION, until)
        return
    if row.first_answered_at is None:
        row.first_answered_at = tale.at
        row.first_answer_working_seconds = working_seconds(row.started_at, tale.at, tale.cast.week)
    row.executor_answered_at = row.executor_answered_at or tale.at
    meet(tale, *ANSWERED)
    if draft.kind == A.INTERIM and draft.promised_on is not None:
        if draft.promised_on <= day_of(tale.at):  # the approval took longer than the promise was long
            draft.promised_on = day_of(tale.at) + timedelta(days=PROMISE_DAYS)
        wait(tale, Norm.Clock.PROMISE, end_of(draft.promised_on), words=f"answer:{draft.pk}")
        return
    row.rating_since, row.outcome = tale.at, draft.outcome
    meet(tale, Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE)


def wait(tale: Tale, clock: str, until: datetime, words: str = "") -> Deadline:
    """A clock by the wall from now on."""
    deadline = tale.stage.rows.add(
        Deadline(incident=tale.row, clock=clock, starts_at=tale.at, limit_at=until, working=False, words=words)
    )
    tale.deadlines.append(deadline)
    return deadline


def meet(tale: Tale, *clocks: str) -> None:
    """What these clocks were waiting for has happened."""
    for deadline in tale.deadlines:
        if deadline.clock in clocks and deadline.met_at is None and deadline.cancelled_at is None:
            deadline.met_at = tale.at
