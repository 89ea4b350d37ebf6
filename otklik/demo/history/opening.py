"""From a message to a card in the queue: what was written, what the machine thought of it, and the clocks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from otklik.demo.history.cast import Spot
from otklik.demo.history.tale import ROUTING, TRIAGE, Stage, Tale
from otklik.demo.history.threads import NETWORKS, pick_board, pick_network, worded, written
from otklik.demo.texts import complaint, me_too, near_copy, noise
from otklik.demo.walls import BOARD_OF, Board
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.text import fold
from otklik.routing.deadlines import limit
from otklik.routing.models import Deadline, Norm, Suggestion
from otklik.themes.models import Theme
from otklik.triage.judge import Asked, verdicts_on
from otklik.triage.models import Verdict

NOISE, COPIES, ME_TOO, REPLIES = 0.12, 0.024, 0.02, 0.09
DRAWS = 6
WARN_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody writes: `theme_name` is "" for noise."""

    text: str
    theme_name: str
    spot: Spot


@dataclass(slots=True)
class Crowd:
    """The stage with the matters that were written of lately, so that neighbours can copy them."""

    stage: Stage
    lately: list[Matter] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=lambda: list(NETWORKS))  # not yet met in the queue

    def fresh(self, draw: Callable[[], str]) -> str:
        """A text that nobody has written yet, as far as a few draws go: people do not repeat each other by chance."""
        text = draw()
        for _ in range(DRAWS):
            if fold(text) not in self.seen:
                break
            text = draw()
        self.seen.add(fold(text))
        return text


def open_card(crowd: Crowd, rng: Random, number: int, posted_at: datetime, halt: str) -> Tale:
    """The message, its verdict and the new card with its first journal rows. The queue has cards of every network."""
    stuck = halt == State.PUBLISHING  # as only VK makes an answer stop
    network = "vk" if stuck else crowd.waiting.pop() if halt == State.NEW and crowd.waiting else pick_network(rng)
    board = pick_board(rng, network)
    matter = _matter(crowd, rng, board, posted_at, noise_share=0.08 if halt == State.NEW else 0.0 if halt else NOISE)
    author = crowd.stage.square.author(rng, network)
    message = _message(crowd, rng, board, matter, author, posted_at)
    cast, rows = crowd.stage.cast, crowd.stage.rows
    at = message.captured_at + timedelta(seconds=rng.uniform(0.5, 6))
    verdict = rows.add(look(crowd.stage, message, at))
    row = Incident(
        number=number,
        network=network,
        started_at=min(message.posted_at, message.captured_at),
        created_at=at,
        priority=verdict.priority,
        guessed_theme_id=verdict.theme_id,
        guessed_place_id=verdict.place_id,
    )
    row = rows.add(row)
    rows.add(IncidentMessage(incident=row, message=message, main=True, linked_at=at))
    theme = cast.themes.get(matter.theme_name)
    tale = Tale(crowd.stage, rng, row, message, verdict, theme, matter.theme_name, matter.spot, author.name, at, halt)
    tale.tell("open", TRIAGE, data={"message": message.pk})
    return tale


def suggest(tale: Tale) -> None:
    """As the routing step: whose it probably is; the clocks start the first time. Raises Stop."""
    cast, verdict = tale.cast, tale.verdict
    tale.go(tale.at + timedelta(seconds=tale.rng.uniform(0.3, 4)))
    match = cast.whose(verdict.theme, verdict.place, tale.at)
    tale.stage.rows.add(
        Suggestion(
            incident=tale.row,
            agency_id=match.agency_id if match else None,
            rule_id=match.rule_id if match else None,
            share=round(match.share * max(verdict.theme_share, 0.2), 3) if match else 0,
            at=tale.at,
        )
    )
    tale.row.guessed_agency_id = match.agency_id if match else None
    tale.tell("suggest", ROUTING, data={"verdict": verdict.pk, "agency": match.agency_id if match else 0})
    if not tale.deadlines:
        for clock in (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER):
            begin(tale, clock, verdict.theme, tale.row.started_at)


def begin(tale: Tale, clock: str, theme: Theme | None, started: datetime) -> None:
    """A clock of the citizen's, by the norm for the theme and the region's week."""
    minutes, working = tale.cast.norm(clock, theme)
    until = limit(started, minutes, working, tale.cast.week)
    row = Deadline(incident=tale.row, clock=clock, starts_at=started, limit_at=until, working=working)
    tale.deadlines.append(tale.stage.rows.add(row))


def rescale(tale: Tale, theme: Theme | None) -> None:
    """A theme set by a person may move the limits of clocks that have not run out."""
    for deadline in tale.deadlines[:2]:
        if deadline.met_at is None and deadline.limit_at > tale.at:
            minutes, working = tale.cast.norm(deadline.clock, theme)
            fresh = limit(deadline.starts_at, minutes, working, tale.cast.week)
            deadline.limit_at, deadline.working = max(fresh, tale.at), working


def _matter(crowd: Crowd, rng: Random, board: Board, at: datetime, noise_share: float) -> Matter:
    cast = crowd.stage.cast
    spot = cast.pick_spot(rng, board.place)
    chance = rng.random()
    if chance < noise_share:
        return Matter(crowd.fresh(lambda: _chatter(rng)), "", spot)
    near = [matter for matter in crowd.lately[-60:] if not board.place or matter.spot.municipality == board.place]
    if near and chance > 1 - COPIES:
        old = rng.choice(near)
        return Matter(near_copy(rng, old.text), old.theme_name, old.spot)
    if near and chance > 1 - COPIES - ME_TOO:
        old = rng.choice(near)
        street = rng.choice(old.spot.words.streets) if old.spot.words.streets else ""
        return Matter(crowd.fresh(lambda: me_too(rng, street)), old.theme_name, old.spot)
    local = cast.local(at)
    use = cast.pick_theme(rng, local.month)
    matter = Matter(crowd.fresh(lambda: complaint(rng, use.name, spot.words, local).body), use.name, spot)
    crowd.lately.append(matter)
    return matter


def _chatter(rng: Random) -> str:
    """Small talk of one or two breaths: single ones alone would soon repeat each other."""
    phrases = [noise(rng) for _ in range(rng.choices((1, 2, 3), (20, 60, 20))[0])]
    return rng.choice((" ", ". ", "\n")).join(phrases)


def _message(crowd: Crowd, rng: Random, board: Board, matter: Matter, author: Author, posted_at: datetime) -> Message:
    square = crowd.stage.square
    post = square.post(rng, board, matter.spot, posted_at)
    above = rng.choice(post.messages) if post.messages and rng.random() < REPLIES else None
    message = Message(
        network=board.network,
        external_id=square.address(board),
        place=Message.Place.COMMENT,
        thread=post.thread,
        parent_external_id=above.external_id if above else "",
        author=author,
        source=crowd.stage.cast.sources[board.network, board.source],
        engagement=int(rng.expovariate(0.25)),
        posted_at=posted_at,
        captured_at=posted_at + timedelta(seconds=rng.uniform(1, 45)),
        **worded(written(matter.text, board, author, above.author if above else None)),
    )
    post.messages.append(crowd.stage.rows.add(message))
    return message


def look(stage: Stage, message: Message, at: datetime) -> Verdict:
    """What `triage.judge.think` says of a message without attachments; the same recognisers, no queries."""
    replies = bool(message.parent_external_id) and message.parent_external_id != message.thread.external_id
    (verdict,) = verdicts_on([Asked(message, is_reply=replies)], at, stage.cast.recognisers)
    if verdict.place_id:
        verdict.place = stage.cast.places[verdict.place_id]
    return verdict


def board_of(tale: Tale) -> Board:
    """The place where the card's message stands."""
    return BOARD_OF[tale.message.network, tale.message.thread.community]
