"""The desk's part of a life: noise, assignment, «не наше», and what the executor takes."""

from datetime import timedelta

from otklik.demo.history.opening import rescale, suggest
from otklik.demo.history.tale import Stop, Tale
from otklik.demo.texts import note, return_reason
from otklik.incidents.models import Note, State
from otklik.people.models import Agency
from otklik.routing.models import Assignment

NOISE_REASONS = ("chatter", "off_topic", "spam", "abuse", "repeat", "elsewhere")
NOISE_SHARES = (38, 24, 14, 10, 10, 4)
RETURN_REASONS = ("not_our_matter", "not_our_place", "another_agency")
UNANSWERED = ("no_answer_needed", "deleted", "pointless")

HARD_WHY = (
    "Нужен выезд на место вместе с ресурсной организацией",
    "Спорная граница участка: сначала запрос в архив",
    "Дело трёх ведомств, ответ готовят вместе",
    "Повреждение под дорогой, нужно вскрытие",
    "Людям нужна помощь сегодня, решает комиссия",
)

SLIPS = 0.08  # how often the operator follows a suggestion that is wrong
PICKY = 0.018  # how often an agency gives back what is its own


def dismiss(tale: Tale) -> None:
    """Not an incident; now and then the operator was too quick and takes it back. Raises Stop."""
    tale.go(tale.at_desk(10))
    who = tale.operator()
    reason = tale.rng.choices(NOISE_REASONS, NOISE_SHARES)[0]
    tale.move("dismiss", who, reason=reason)
    tale.row.noise_reason = reason
    for deadline in tale.deadlines:
        deadline.cancelled_at = tale.at
    if not tale.chance(0.02):
        raise Stop
    tale.go(tale.at + timedelta(seconds=tale.rng.randint(5, 600)))
    tale.move("restore", who)
    tale.row.noise_reason = ""
    for deadline in tale.deadlines:
        deadline.cancelled_at = None
    suggest(tale)
    close_unanswered(tale)


def close_unanswered(tale: Tale) -> None:
    """Ended without an answer, with a reason. Raises Stop when it is not time yet."""
    tale.go(tale.at_desk(25))
    reason = tale.rng.choice(UNANSWERED)
    tale.move("close_unanswered", tale.operator(), reason=reason)
    tale.row.close_reason, tale.row.closed_at = reason, tale.at
    for deadline in tale.deadlines:
        if deadline.met_at is None:
            deadline.cancelled_at = tale.at


def assign_until_kept(tale: Tale) -> None:
    """Assigned, perhaps given back once or twice, and kept in the end. Raises Stop."""
    right = tale.cast.whose(tale.theme, tale.spot.place, tale.at)
    guess = tale.cast.whose(tale.verdict.theme, tale.verdict.place, tale.at)
    if right is None:
        raise LookupError(f"no rule for {tale.theme} at {tale.spot.place}")
    wrong = guess is not None and guess.agency_id != right.agency_id
    if wrong and guess is not None and tale.chance(SLIPS):
        assign(tale, tale.cast.agencies[guess.agency_id], suggested=True)
        if tale.chance(0.8):
            give_back(tale)
            assign(tale, tale.cast.agencies[right.agency_id], suggested=False)
        return
    agreed = guess is not None and guess.agency_id == right.agency_id
    assign(tale, tale.cast.agencies[right.agency_id], suggested=agreed and tale.chance(0.96))
    if tale.chance(PICKY):
        give_back(tale)
        assign(tale, tale.cast.agencies[right.agency_id], suggested=False)


def assign(tale: Tale, agency: Agency, *, suggested: bool) -> None:
    """As `routing.assign.assign`. Raises Stop."""
    tale.go(tale.at_desk(7))
    row, who = tale.row, tale.rng.choice(tale.cast.operators)
    theme = tale.verdict.theme if suggested and tale.verdict.theme else tale.matter
    place = tale.verdict.place if suggested and tale.verdict.place else tale.spot.place
    tale.move(
        "assign",
        f"user:{who}",
        data={"agency": agency.pk, "theme": theme.pk, "place": place.pk, "suggested": suggested},
    )
    row.agency, row.theme, row.place, row.operator_id = agency, theme, place, who
    row.kind = row.kind or theme.kind
    row.street, row.house = tale.verdict.street, tale.verdict.house
    row.assigned_at, row.drafted_at, row.executor_answered_at = tale.at, None, None
    if tale.assignment is not None and tale.assignment.ended_at is None:
        tale.assignment.ended_at = tale.at
    tale.assignment = tale.stage.rows.add(
        Assignment(incident=row, agency=agency, by_id=who, at=tale.at, suggested=suggested)
    )
    tale.agency = agency
    rescale(tale, theme)
    if tale.chance(0.03):
        tale.stage.rows.add(Note(incident=row, author_id=who, text=note(tale.rng), at=tale.at))
        tale.tell("note", f"user:{who}")
    tale.pause()


def give_back(tale: Tale) -> None:
    """«Не наше», and the machine suggests anew. Raises Stop."""
    tale.go(tale.worked(25))
    tale.move(
        "give_back",
        f"user:{tale.executor()}",
        reason=tale.rng.choice(RETURN_REASONS),
        words=return_reason(tale.rng),
        data={"agency": tale.holder.pk},
    )
    tale.row.agency = tale.agency = None
    tale.row.returns += 1
    if tale.assignment is not None:
        tale.assignment.ended_at, tale.assignment.returned = tale.at, True
    suggest(tale)


def take(tale: Tale) -> None:
    """In work by its own button; most only begin to write, which is the same. Raises Stop."""
    if tale.halt == State.IN_WORK or tale.chance(0.3):
        tale.go(tale.worked(12))
        tale.move("take", f"user:{tale.executor()}")
    tale.pause()


def mark_hard(tale: Tale) -> None:
    """«Особо сложный»: somebody has to drive there or to ask others, and everybody hurries to answer within a day."""
    tale.go(tale.at_desk(5))
    tale.on_duty = True
    tale.row.hard_since, tale.row.hard_why = tale.at, tale.rng.choice(HARD_WHY)
    tale.tell("mark_hard", tale.operator(), words=tale.row.hard_why)
