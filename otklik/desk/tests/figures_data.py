"""A region with something in every figure: cards of two months, of every state, answered, rated, promised, repeated."""

import random
from datetime import date, datetime, timedelta

from django.utils import timezone

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage, Outcome, State
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.registers.models import Promise
from otklik.routing.models import Deadline
from tests.make.town import Town

CARDS = 120
ANSWERED = (State.RATING, State.DONE, State.POSTPONED, State.IN_WORK)


def fill(town: Town, seed: int = 7) -> None:
    """Nothing here goes through the product's verbs: figures are to be right of whatever the columns say."""
    rng = random.Random(seed)
    now = timezone.now()
    village = Place.objects.create(code="hutor", name="Хутор", level=Place.Level.SETTLEMENT, parent=town.city)
    far = Place.objects.create(
        code="far", name="Дальний район", level=Place.Level.MUNICIPALITY, parent=town.city.parent, population=9_000
    )
    branch = Agency.objects.create(code="branch", name="Участок", short_name="Участок", parent=town.water)
    authors = []
    for number in range(CARDS):
        card = town.card(at=now - timedelta(days=rng.choice((2, 25, 60)) * rng.random(), hours=1))
        message = main_message(card)
        authors.append(message.author)
        if number % 10 == 9:
            heard = main_message(Incident.objects.order_by("pk")[number - 1])
            IncidentMessage.objects.create(incident=card, message=heard, linked_at=now)
        if number % 3 == 0:
            type(message).objects.filter(pk=message.pk).update(author=rng.choice(authors))
        Incident.objects.filter(pk=card.pk).update(
            theme=rng.choice((town.pipe, town.pipe, town.hole, None)),
            place=rng.choice((town.city, village, far, None)),
            agency=rng.choice((town.water, branch, town.roads, None)),
            network=rng.choice(("vk", "ok")),
            kind=rng.choice(("solvable", "solvable", "unsolvable", "")),
            returns=rng.choice((0, 0, 1, 2)),
            **_course(card, rng, now),
        )
        card.refresh_from_db()
        if rng.random() < 0.4:
            _rate(card, rng, now)
        if rng.random() < 0.6:
            _promise(card, town, rng, now)
    Deadline.objects.filter(incident__in=Incident.objects.all()[: CARDS // 3]).update(
        limit_at=now - timedelta(hours=1), met_at=None, cancelled_at=None
    )


def _course(card: Incident, rng: random.Random, now: datetime) -> dict[str, object]:
    """What has become of it, as its columns tell."""
    state = rng.choice([*ANSWERED, *(one for one in State if one != State.PUBLISHING)])
    moments = {"assigned_at": None, "drafted_at": None, "first_answered_at": None, "closed_at": None}
    told: dict[str, object] = {"state": state, **moments}
    at = card.started_at
    for name in ("assigned_at", "drafted_at", "first_answered_at", "rating_since", "closed_at"):
        at += timedelta(hours=rng.choice((0.2, 1, 6, 30)))
        if at > now or state in (State.NEW, State.NOISE) or (name != "assigned_at" and rng.random() < 0.2):
            break
        if name in ("first_answered_at", "rating_since") and state not in ANSWERED:
            break
        told[name] = at
    if told.get("first_answered_at"):
        told |= {"executor_answered_at": told["first_answered_at"], "first_answer_working_seconds": 3600}
        told |= {"reopened": rng.choice((0, 0, 1)), "outcome": ["", *Outcome.values][card.number % 5]}
    if told.get("drafted_at"):
        told["sent_back"] = rng.choice((0, 0, 1, 2))
    if rng.random() < 0.1:
        told["hard_since"] = at
    return told


def _rate(card: Incident, rng: random.Random, now: datetime) -> None:
    for _word in range(rng.choice((1, 2))):
        mark, solved = rng.choice((None, 1, 3, 4, 5)), rng.choice(("", "yes", "partly", "no"))
        if mark or solved:
            Rating.objects.create(incident=card, mark=mark, solved=solved, at=now, origin=Rating.Origin.SURVEY)


def _promise(card: Incident, town: Town, rng: random.Random, now: datetime) -> None:
    """One or two days that were told, the last of them perhaps still to come."""
    for _day in range(rng.choice((1, 2))):
        answer = Answer.objects.create(
            incident=card,
            reply_to=main_message(card),
            kind=Answer.Kind.INTERIM,
            author=town.executor,
            promised_on=date(2026, 1, 1),
            created_at=now,
            changed_at=now,
        )
        Promise.objects.create(
            answer=answer,
            incident=card,
            given_at=card.started_at,
            limit_at=rng.choice((card.started_at + timedelta(hours=2), now + timedelta(days=2))),
            fate=rng.choice([*Promise.Fate.values, *[Promise.Fate.KEPT] * 8]),
        )
