"""The first ten thousand cards: rows of every layer, in a believable mixture, with texts of the demonstration."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import connection, transaction

from bench.desk.onward import bring_up
from bench.desk.sample import DAYS, Sample, samples
from otklik.answers.models import Answer
from otklik.demo.region import load_reference
from otklik.demo.users import make_users
from otklik.feedback.models import Rating, Survey
from otklik.finding import store
from otklik.finding.card_texts import texts_of
from otklik.finding.words import keys
from otklik.inbox.models import Author, Media, Message, Thread
from otklik.incidents.models import Findable, Incident, IncidentMessage, Note, Outcome, State
from otklik.journal.models import Entry
from otklik.lib.insert import insert
from otklik.lib.text import fold
from otklik.networks.models import Account, Source
from otklik.people.models import User
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.routing.models import Assignment, Deadline, Norm, Suggestion
from otklik.triage.models import Verdict

BLOCK = 10_000
ORDER: tuple[type[Any], ...] = (
    *(Author, Thread, Message, Media, Incident, IncidentMessage, Findable, Note, Verdict, Suggestion, Assignment),
    *(Deadline, Answer, Delivery, Sent, Survey, Rating, Entry),
)
"""Every table that grows with the cards; whoever is pointed at comes first."""
OPEN = (State.ASSIGNED, State.IN_WORK, State.CLARIFYING, State.APPROVAL, State.PUBLISHING, State.POSTPONED)
ANSWERED = (State.RATING, State.DONE)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# As in a year of a region: most is over, one in a hundred is new.
MIXTURE = {
    State.DONE: 0.72,
    State.NOISE: 0.25,
    State.NEW: 0.01,
    State.ASSIGNED: 0.004,
    State.IN_WORK: 0.006,
    State.CLARIFYING: 0.001,
    State.APPROVAL: 0.001,
    State.PUBLISHING: 0.0005,
    State.POSTPONED: 0.0015,
    State.RATING: 0.006,
}
_JOURNAL = {
    State.NEW: ("open", "suggest"),
    State.NOISE: ("open", "suggest", "dismiss"),
    State.DONE: (
        *("open", "suggest", "assign", "take", "draft", "draft", "submit", "approve", "deliver", "answered", "rated"),
        "close",
    ),
}
_OUTCOMES = (Outcome.SOLVED, Outcome.SOLVED, Outcome.EXPLAINED, Outcome.UNSOLVED)
_UNDER_WAY = ("open", "suggest", "assign", "take", "draft", "submit")


def fill(now: datetime, cards: int = BLOCK, days: int = DAYS) -> None:
    """Reference data and the first block of cards, found by their words; written within the last `days`."""
    load_reference(now, lambda _done, _total: None)
    make_users(now)
    with transaction.atomic():
        block = Block(now)
        for sample in samples(Random(1), cards, now, days):  # noqa: S311 a seeded generator, not cryptography
            block.add(sample)
        for model in ORDER:
            insert(model, block.rows[model])
    _make_findable([row.pk for row in block.rows[Incident]])
    bring_up(list(ORDER))


def _make_findable(ids: Sequence[int]) -> None:
    """Without the keys of links: the copies of a card would all be found by the same one."""
    for start in range(0, len(ids), store.PIECE):
        piece = ids[start : start + store.PIECE]
        with transaction.atomic():
            store.put({pk: keys(card_texts.whole()) for pk, card_texts in texts_of(piece).items()})


class Block:
    """Collects rows with ids of their own, table by table."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rng = Random(2)  # noqa: S311
        self.rows: dict[type[Any], list[Any]] = {model: [] for model in ORDER}
        self._ids = {model: count(1) for model in ORDER}
        self.users = list(User.objects.order_by("pk").values_list("pk", flat=True)[:11])
        self.account = Account.objects.create(network="vk", external_id="1", title="Край", sandbox=True)
        self.source = Source.objects.create(
            network="vk", kind=Source.Kind.OWN, external_id="1", title="Подслушано в крае", account=self.account
        )
        self.epoch = Epoch.objects.create(began_at=now)
        self._states = self.rng.choices(list(MIXTURE), list(MIXTURE.values()), k=100_000)

    def put(self, model: type[Any], **columns: Any) -> Any:
        row = model(**columns)
        if row.pk is None:
            row.pk = next(self._ids[model])
        self.rows[model].append(row)
        return row

    def add(self, sample: Sample) -> None:
        """One card with everything that hangs on it."""
        state = self._states[len(self.rows[Incident])]
        message = self._message(sample)
        card = self._card(sample, state, message)
        self._judged(sample, card, message)
        self._clocks(card)
        if state in (*OPEN, *ANSWERED):
            self.put(Assignment, incident=card, agency_id=sample.agency, by_id=self.user, at=card.assigned_at)
            self._answered(sample, card, message)
        self._written(card)

    @property
    def user(self) -> int:
        return self.rng.choice(self.users)

    def _message(self, sample: Sample) -> Message:
        """Under a post that others wrote under, too; every third author has written before."""
        threads, authors = self.rows[Thread], self.rows[Author]
        if not threads or self.rng.random() < 0.1:
            number = len(threads) + 1
            self.put(Thread, network="vk", external_id=f"wall-1_{number}", community="1", source=self.source)
        if not authors or self.rng.random() < 0.66:
            number = len(authors) + 1
            self.put(
                Author, network="vk", external_id=f"id{number}", name=sample.author, url=f"https://vk.com/id{number}"
            )
        for _ in range(self.rng.choices((0, 1, 3), (80, 15, 5))[0]):  # others in the same discussion
            self._add_message(sample, "Поддерживаю, у нас то же самое", self.rng.choice(authors))
        message = self._add_message(sample, sample.text, authors[-1])
        if self.rng.random() < 0.2:
            self.put(Media, message=message, kind="photo", url="https://sun1.userapi.com/1.jpg")
        return message

    def _add_message(self, sample: Sample, text: str, author: Author) -> Message:
        thread, number = self.rows[Thread][-1], len(self.rows[Message]) + 1
        address = f"{thread.external_id}?reply={number}"
        message: Message = self.put(
            Message,
            network="vk",
            external_id=address,
            place=Message.Place.COMMENT,
            thread=thread,
            parent_external_id=thread.external_id,
            author=author,
            source=self.source,
            text=text,
            folded=fold(text),
            text_hash=f"bench {number}",
            url=f"https://vk.com/{address}",
            posted_at=sample.at,
            captured_at=sample.at,
        )
        return message

    def _card(self, sample: Sample, state: State, message: Message) -> Incident:
        decided = state not in (State.NEW, State.NOISE)
        started = sample.at if state in (*ANSWERED, State.NOISE) else self.now - self.rng.expovariate(1 / 15) * HOUR
        answered = min(started + self.rng.lognormvariate(2.5, 0.9) * HOUR, self.now) if state in ANSWERED else None
        card: Incident = self.put(
            Incident,
            number=len(self.rows[Incident]) + 1,
            state=state,
            kind=sample.kind if decided else "",
            outcome=self.rng.choice(_OUTCOMES) if state == State.DONE else "",
            noise_reason="off_topic" if state == State.NOISE else "",
            theme_id=sample.theme if decided else None,
            place_id=sample.place if decided else None,
            street=sample.street if decided else "",
            house=sample.house if decided else "",
            agency_id=sample.agency if decided else None,
            operator_id=self.user if decided else None,
            executor_id=self.user if decided else None,
            priority=self.rng.choices((1, 2, 3, 4, 5), (10, 60, 20, 8, 2))[0],
            network="vk",
            started_at=started,
            created_at=started,
            assigned_at=started + HOUR if decided else None,
            first_answered_at=answered,
            executor_answered_at=answered,
            rating_since=answered,
            closed_at=answered + 4 * DAY if answered and state == State.DONE else None,
            first_answer_working_seconds=int((answered - started).total_seconds() * 0.4) if answered else None,
            reopened=int(self.rng.random() < 0.04),
            returns=int(self.rng.random() < 0.08),
            hard_since=started if decided and self.rng.random() < 0.02 else None,
            set_aside_at=self.now if self.rng.random() < 0.0002 else None,
        )
        self.put(IncidentMessage, incident=card, message=message, main=True, linked_at=started)
        self.put(Findable, incident=card)
        if self.rng.random() < 0.1:
            self.put(Note, incident=card, author_id=self.user, text="Звонили, обещали в четверг", at=started)
        return card

    def _judged(self, sample: Sample, card: Incident, message: Message) -> None:
        self.put(
            Verdict,
            message=message,
            at=card.created_at,
            kind="noise" if card.state == State.NOISE else "complaint",
            kind_share=0.9,
            theme_id=sample.theme,
            theme_share=0.8,
            themes=[{"id": sample.theme, "share": 0.8, "why": [["вода", 1.2], ["двор", 0.4]]}],
            place_id=sample.place,
            place_share=0.9,
            street=sample.street,
            house=sample.house,
            urgency=max(card.priority - 2, 0),
            why={"kind": [["нет", 0.7]], "place": [["Мира", "krasnodar"]], "urgency": [["нет воды", "outage"]]},
        )
        self.put(Suggestion, incident=card, agency_id=sample.agency, share=0.8, at=card.created_at)
        card.guessed_theme_id, card.guessed_place_id = sample.theme, sample.place
        card.guessed_agency_id = sample.agency

    def _clocks(self, card: Incident) -> None:
        running = card.state not in (*ANSWERED, State.NOISE)
        met = None if running else card.started_at + 20 * HOUR
        for clock, hours in ((Norm.Clock.FIRST_ANSWER, 24), (Norm.Clock.FINAL_ANSWER, 216)):
            limit = card.started_at + hours * HOUR
            self.put(
                Deadline,
                incident=card,
                clock=clock,
                starts_at=card.started_at,
                limit_at=limit,
                due_at=max(limit, self.now + HOUR) if running else None,
                met_at=met if card.state != State.NOISE else None,
                cancelled_at=met if card.state == State.NOISE else None,
            )

    def _answered(self, sample: Sample, card: Incident, message: Message) -> None:
        if card.state in (State.ASSIGNED, State.IN_WORK) and self.rng.random() < 0.7:
            return
        states = {State.APPROVAL: "approval", State.IN_WORK: "draft", State.ASSIGNED: "draft"}
        answer = self.put(
            Answer,
            incident=card,
            reply_to=message,
            state=states.get(State(card.state), "approved"),
            text=sample.answer,
            outcome=Outcome.SOLVED,
            agency_id=sample.agency,
            author_id=self.user,
            created_at=card.assigned_at,
            changed_at=card.assigned_at,
            submitted_at=card.assigned_at,
        )
        if answer.state != "approved":
            return
        sent = card.state != State.PUBLISHING
        held = not sent and self.rng.random() < 0.3
        delivery = self.put(
            Delivery,
            answer=answer,
            message=message,
            account=self.account,
            epoch=self.epoch,
            state=Delivery.State.SENT if sent else Delivery.State.QUEUED,
            hold=Delivery.Hold.PERSON if held else "",
            text=sample.answer,
            key=f"key-{answer.pk}",
            created_at=card.assigned_at,
        )
        if sent:
            self._sent(card, delivery)

    def _sent(self, card: Incident, delivery: Delivery) -> None:
        at = card.assigned_at
        sent = self.put(Sent, delivery=delivery, external_id=f"wall-1_1?reply=9{delivery.pk}", at=at)
        over = at if card.state == State.DONE else None
        survey_fields = {"unasked": Survey.Unasked.PUBLIC, "opened_at": at, "closed_at": over}
        survey = self.put(Survey, incident=card, sent=sent, key=f"survey-{sent.pk}", **survey_fields)
        if card.state == State.DONE and self.rng.random() < 0.4:
            self.put(Rating, incident=card, origin="survey", survey=survey, mark=self.rng.choice((1, 3, 5, 5)), at=at)

    def _written(self, card: Incident) -> None:
        """The journal, unsealed."""
        for number, verb in enumerate(_JOURNAL.get(State(card.state), _UNDER_WAY)):
            entry = self.put(
                Entry,
                at=card.started_at + number * 7 * MINUTE,
                actor="machine:triage" if number < 2 else f"user:{self.user}",
                verb=f"incident.{verb}",
                subject=f"incident:{card.pk}",
                incident=card.pk,
                data={"from": "new", "to": "assigned"},
            )
        card.revision = entry.pk


def analyze() -> None:
    """So that the database knows what it holds, as it does after its first night."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
