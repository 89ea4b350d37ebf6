"""From a message to a card in the queue: what was written, what the machine thought of it, and the clocks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from otklik.demo.history.addresses import comment_address
from otklik.demo.history.cast import Spot
from otklik.demo.history.tale import ROUTING, TRIAGE, Stage, Tale
from otklik.demo.history.threads import pick_network, pick_wall, worded
from otklik.demo.texts import complaint, me_too, near_copy, noise
from otklik.demo.walls import ALL, Wall
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.text import fold
from otklik.routing.deadlines import limit
from otklik.routing.models import Deadline, Norm, Suggestion
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.triage.relevance import judge as judge_relevance
from otklik.triage.urgency import urgency as judge_urgency

NOISE, COPIES, ME_TOO, REPLIES = 0.12, 0.024, 0.02, 0.09
DRAWS = 6
WARN_BEFORE = timedelta(hours=1)
WALLS = {wall.number: wall for wall in ALL}


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
    """The message, its verdict and the new card with its first journal rows. A halted card is always in VK."""
    network = "vk" if halt else pick_network(rng)
    wall = pick_wall(rng, network)
    matter = _matter(crowd, rng, wall, posted_at, noise_share=0.08 if halt == State.NEW else 0.0 if halt else NOISE)
    author = crowd.stage.square.author(rng, network)
    message = _message(crowd, rng, network, wall, matter, author, posted_at)
    cast, rows = crowd.stage.cast, crowd.stage.rows
    at = message.captured_at + timedelta(seconds=rng.uniform(0.5, 6))
    verdict = rows.add(look(crowd.stage, message, at))
    row = Incident(
        number=number,
        network=network,
        started_at=min(message.posted_at, message.captured_at),
        created_at=at,
        priority=verdict.urgency,
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
    found = cast.whose(verdict.theme, verdict.place, tale.at)
    tale.stage.rows.add(
        Suggestion(
            incident=tale.row,
            agency_id=found.agency_id if found else None,
            rule_id=found.rule_id if found else None,
            share=round(found.share * max(verdict.theme_share, 0.2), 3) if found else 0,
            at=tale.at,
        )
    )
    tale.row.guessed_agency_id = found.agency_id if found else None
    tale.tell("suggest", ROUTING, data={"verdict": verdict.pk, "agency": found.agency_id if found else 0})
    if not tale.deadlines:
        for clock in (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER):
            tale.deadlines.append(tale.stage.rows.add(_deadline(tale, clock, verdict.theme)))


def _deadline(tale: Tale, clock: str, theme: Theme | None) -> Deadline:
    minutes, working = tale.cast.norm(clock, theme)
    started = tale.row.started_at
    until = limit(started, minutes, working, tale.cast.week)
    return Deadline(incident=tale.row, clock=clock, starts_at=started, limit_at=until, working=working)


def rescale(tale: Tale, theme: Theme | None) -> None:
    """A theme set by a person may move the limits of clocks that have not run out."""
    for deadline in tale.deadlines[:2]:
        if deadline.met_at is None and deadline.limit_at > tale.at:
            minutes, working = tale.cast.norm(deadline.clock, theme)
            fresh = limit(deadline.starts_at, minutes, working, tale.cast.week)
            deadline.limit_at, deadline.working = max(fresh, tale.at), working


def _matter(crowd: Crowd, rng: Random, wall: Wall, at: datetime, noise_share: float) -> Matter:
    cast = crowd.stage.cast
    spot = cast.pick_spot(rng, wall.place)
    chance = rng.random()
    if chance < noise_share:
        return Matter(crowd.fresh(lambda: _chatter(rng)), "", spot)
    near = [matter for matter in crowd.lately[-60:] if not wall.place or matter.spot.municipality == wall.place]
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
    said = [noise(rng) for _ in range(rng.choices((1, 2, 3), (20, 60, 20))[0])]
    return rng.choice((" ", ". ", "\n")).join(said)


def _message(
    crowd: Crowd, rng: Random, network: str, wall: Wall, matter: Matter, author: Author, posted_at: datetime
) -> Message:
    post = crowd.stage.square.post(rng, network, wall, matter.spot, posted_at)
    parent = ""
    if post.said and rng.random() < REPLIES:
        parent = rng.choice(post.said).external_id
    number = crowd.stage.square.number(network, wall)
    address, url = comment_address(network, wall, post.thread, number)
    message = Message(
        network=network,
        external_id=address,
        place=Message.Place.COMMENT,
        thread=post.thread,
        parent_external_id=parent,
        author=author,
        source=crowd.stage.cast.sources[wall.number] if network == "vk" else None,
        url=url,
        engagement=int(rng.expovariate(0.25)),
        posted_at=posted_at,
        captured_at=posted_at + timedelta(seconds=rng.uniform(1, 45)),
        **worded(matter.text),
    )
    post.said.append(crowd.stage.rows.add(message))
    return message


def look(stage: Stage, message: Message, at: datetime) -> Verdict:
    """What `triage.judge.look` says of a message without attachments; the same recognisers, no queries."""
    known = stage.cast.minds
    replies = bool(message.parent_external_id) and message.parent_external_id != message.thread.external_id
    relevance = judge_relevance(message.text, has_media=False, is_reply=replies, author_is_ours=False)
    themes = known.themes.suggest(message.text)
    place = known.places.find(message.text, community_place=message.source.place_id if message.source else None)
    best = known.known.get(themes[0].theme_id) if themes else None
    urgency = judge_urgency(
        message.text, severity=best.severity if best else 2, fast_track=bool(best and best.fast_track)
    )
    return Verdict(
        message=message,
        at=at,
        kind=relevance.kind,
        kind_share=relevance.share,
        theme=best,
        theme_share=themes[0].share if themes else 0,
        themes=[{"id": guess.theme_id, "share": round(guess.share, 3), "why": guess.why} for guess in themes],
        place=stage.cast.places[place.place_id] if place.place_id else None,
        place_share=place.share,
        street=place.street[:160],
        house=place.house[:32],
        urgency=urgency.level,
        why={"kind": relevance.why, "place": place.why, "urgency": urgency.why},
    )


def wall_of(tale: Tale) -> Wall:
    """The wall on which the card's message stands."""
    return WALLS[int(tale.message.thread.community.removeprefix("club"))]
