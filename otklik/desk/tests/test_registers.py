"""The registers of promises and of those without a word: whatever people do, kept rows are as a slow count has them.

`slow_unheard` and `slow_promises` go through everything one by one, and share nothing with the registers but the rules.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import at_most, reread
from otklik.feedback.closing import Unready, close, close_unanswered
from otklik.feedback.gathering import gather
from otklik.feedback.hear import reopen
from otklik.feedback.registers.follow import follow
from otklik.feedback.registers.keep import recount
from otklik.feedback.registers.models import Pace, Promise, Unheard
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import hear_again, main_message
from otklik.incidents.gathering import Impossible, join, part, split
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed, record
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.days import day_of, end_of
from otklik.lib.due import claim
from otklik.publishing import fate
from otklik.publishing.copies import drop_copy
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.noise import dismiss, restore
from otklik.triage.models import Verdict
from tests.make import inbox
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
K, D = Answer.Kind, Delivery.State
_NUMBERS = count(1)
WHY = ("no_answer_needed", "deleted", "pointless")
TOO_LATE = (NotAllowed, drafts.Unfit, drafts.Stale, Impossible, Unready)


def catch_up(now: datetime) -> None:
    """The step, until it has nothing left to do at this moment."""
    while True:
        with book.turn():
            paces = claim(Pace, now, LEASE, 2)
            follow(paces, now)
        if not paces:
            return


def slow_unheard() -> set[tuple[int, int, int, datetime, str]]:
    """(card, author, latest message, since, way) by one look at a time."""
    rows = set()
    for card in Incident.objects.all():
        owed_none = card.state == State.DONE and card.close_reason in ("gathered", "deleted", "no_answer_needed")
        if card.state == State.NOISE or owed_none:
            continue
        near = [card.pk, *([card.answered_with_id] if card.answered_with_id else [])]
        gathered = Incident.objects.filter(answered_with=card, close_reason="gathered", state="done")
        near += gathered.values_list("pk", flat=True)
        for author in Author.objects.filter(messages__incidents=card, ours=False).distinct():
            mine = Message.objects.filter(incidents=card, author=author, own=False)
            asking = [one for one in mine.order_by("posted_at", "pk") if _asks(card, one)]
            standing = [one for one in asking if one.deleted_at is None]
            words = Sent.objects.filter(delivery__message__author=author, delivery__answer__incident__in=near)
            if standing and not words.exclude(delivery__answer__kind__in=(K.QUESTION, K.SURVEY)).exists():
                rows.add((card.pk, author.pk, standing[-1].pk, asking[0].posted_at, _way(card, author, near)))
    return rows


def _asks(card: Incident, message: Message) -> bool:
    verdict = Verdict.objects.filter(message=message).order_by("-pk").first()
    if verdict is None or verdict.kind not in ("thanks", "noise"):
        return True
    return card.assigned_at is not None and card.links.filter(message=message, main=True).exists()


def _way(card: Incident, author: Author, near: list[int]) -> str:
    copies = Delivery.objects.filter(answer__copy_of__isnull=False, answer__state="approved", answer__incident__in=near)
    states = set(copies.filter(message__author=author).values_list("state", flat=True)) - {D.SENT, D.REFUSED}
    if states == {D.RECALLED}:
        return "dropped"
    return "" if card.links.filter(message__author=author, main=True).exists() else "gathered"


def kept_unheard() -> set[tuple[int, int, int, datetime, str]]:
    return set(Unheard.objects.values_list("incident", "author", "message", "since", "way"))


def slow_promises() -> set[tuple[int, int, str, int]]:
    """(answer, card, fate, moves): each promise followed on by itself, day by day that was told."""
    rows: set[tuple[int, int, str, int]] = set()
    moves: dict[int, int] = {}
    for answer in Answer.objects.filter(kind=K.INTERIM, copy_of=None).order_by("deliveries__sent__at", "pk"):
        at = _sent_at(answer)
        if at is None or answer.promised_on is None:
            continue
        origin = answer.incident
        gathered = origin.state == State.DONE and origin.close_reason == "gathered"
        card = origin.answered_with if gathered and origin.answered_with else origin
        later = []
        for other in Answer.objects.filter(kind__in=(K.INTERIM, K.FINAL, K.FIRST), copy_of=None).exclude(pk=answer.pk):
            other_at = _sent_at(other)
            if other_at is None or (other_at, other.pk) <= (at, answer.pk):
                continue
            if other.kind != K.INTERIM:
                near = {origin.pk, card.pk, card.answered_with_id}
                later += [(other_at, 0, other)] if other.incident_id in near else []
            elif other.incident_id == origin.pk or (
                gathered and other.incident_id == card.pk and other_at >= (origin.closed_at or other_at)
            ):
                later.append((other_at, 1, other))
        first = min(later, key=lambda one: (one[0], one[1], one[2].pk)) if later else None
        word = _fate(card, at, end_of(answer.promised_on), first)
        if first is not None and word.startswith("moved"):
            moves[first[2].pk] = moves.get(answer.pk, 0) + 1
        rows.add((answer.pk, card.pk, word, moves.get(answer.pk, 0)))
    return rows


def _sent_at(answer: Answer) -> datetime | None:
    last = Sent.objects.filter(delivery__answer=answer).order_by("-at").first()
    return last.at if last else None


def _fate(card: Incident, promised_at: datetime, limit: datetime, first: tuple[datetime, int, Answer] | None) -> str:
    if first is None:
        if card.state not in (State.DONE, State.NOISE):
            return ""
        return "cancelled" if (card.closed_at or promised_at) <= limit else "broken"
    at, moved, answer = first
    if moved:
        return "moved" if at <= limit else "moved_late"
    proved = answer.ground in ("photo", "link", "act", "author", "phone")
    return ("kept" if at <= limit else "late") if answer.outcome == "solved" and proved else "undone"


def kept_promises() -> set[tuple[int, int, str, int]]:
    return set(Promise.objects.values_list("answer", "incident", "fate", "moves"))


class Play:
    """A day in the town by a seeded hand: each verb goes to a card that is picked, and does nothing where it cannot."""

    def __init__(self, town: Town, random: Random) -> None:
        self.town, self.random, self.at = town, random, clock.now() - timedelta(days=90)

    def card(self) -> Incident:
        return self.random.choice(list(Incident.objects.order_by("pk")))

    def go(self, steps: int) -> None:
        verbs: list[Callable[[], object]] = [
            *(self.comes, self.assigned, self.assigned, self.writes, self.asked, *[self.says] * 8, *[self.speaks] * 3),
            *(self.beside, self.again, self.joined, self.deleted, self.dropped, self.refused, self.recalled),
            *([self.withdrawn] * 2),
            lambda: dismiss(self.card(), "user:1", self.at, "chatter"),
            lambda: restore(self.card(), "user:1", self.at),
            lambda: give_back(self.card(), self.town.executor, self.at, "not_ours"),
            lambda: close_unanswered(self.card(), self.random.choice(WHY), "", self.at, "user:1"),
            lambda: close(self.card(), "silence", self.at, "user:1"),
            lambda: gather(self.card(), self.card(), self.town.operator, self.at),
            lambda: split(card := self.card(), main_message(card), self.town.operator, self.at),
            lambda: part(self.card(), self.town.operator, self.at),
            lambda: reopen(self.card(), "user:1", self.at),
        ]
        for _step in range(4):
            self.comes()
        for _step in range(steps):
            self.at += timedelta(hours=self.random.choice((1, 7, 40)))
            with suppress(*TOO_LATE):
                self.random.choice(verbs)()

    def comes(self) -> None:
        card = self.town.card(at=self.at)
        if self.random.random() < 0.2:
            Verdict.objects.filter(message__incidents=card).update(kind=self.random.choice(("thanks", "noise")))

    def assigned(self) -> None:
        decision = Decision(self.town.water, self.town.pipe, self.town.city, "solvable")
        assign(self.card(), decision, self.town.operator, self.at)

    def writes(self) -> None:
        self._draft(self.random.choice((K.INTERIM, K.INTERIM, K.FINAL, K.FIRST)))

    def asked(self) -> None:
        self._draft(K.QUESTION)

    def _draft(self, kind: str) -> Answer:
        card, outcome = self.card(), self.random.choice(("solved", "solved", "explained", "unsolved", "postponed"))
        ending = kind in (K.FINAL, K.FIRST)
        words = drafts.Words(
            f"Починим трубу, работа номер {next(_NUMBERS)}.",
            kind,
            outcome if ending else "",
            day_of(self.at) + timedelta(days=self.random.choice((0, 1, 4, 20))) if kind == K.INTERIM else None,
            ground="phone" if outcome == "solved" else "no_money",
            ground_words="Никто не обещал денег",
        )
        open_one = drafts.open_draft(card)
        version = open_one.version if open_one else 0
        return drafts.write(card, main_message(card), words, self.town.executor, self.at, version)

    def says(self) -> None:
        """From the draft to the delivery, if the approver finds nothing against it."""
        answer = self._draft(self.random.choice((K.INTERIM, K.INTERIM, K.INTERIM, K.FINAL, K.FIRST)))
        drafts.submit(answer, self.town.executor, self.at)
        answer.refresh_from_db()
        drafts.approve(answer, self.town.approver, self.at, answer.version, despite="Так и нужно")
        with book.turn():
            prepare(claim(Answer, self.at + timedelta(minutes=5), LEASE, 50), self.at)

    def speaks(self) -> None:
        waiting = list(Delivery.objects.filter(state=D.QUEUED).exclude(hold="turn").order_by("pk"))
        for delivery in waiting[: self.random.choice((1, 1, 9))]:
            with book.turn():
                fate.spoken(delivery, f"wall-1_1?reply=77{delivery.pk}", "https://vk.com/wall-1_1", self.at)

    def withdrawn(self) -> None:
        for answer in Answer.objects.filter(state="approval")[:1]:
            drafts.withdraw(answer, self.town.executor, self.at)

    def beside(self) -> None:
        """Another citizen on the same card."""
        self._writes(self.card(), inbox.author(ours=self.random.random() < 0.1), "И у нас")

    def again(self) -> None:
        card = self.card()
        message = self._writes(card, main_message(card).author, "Ну?")
        Verdict.objects.create(message=message, at=self.at, kind=self.random.choice(("complaint", "thanks", "noise")))

    def _writes(self, card: Incident, author: Author, text: str) -> Message:
        address = f"wall-1_1?reply=55{next(_NUMBERS)}"
        message = self.town.say(main_message(card).thread, author, address, text, self.at)
        with book.turn():
            hear_again([(card, message)], self.at)
        return message

    def joined(self) -> None:
        card = self.card()
        shares = Incident.objects.filter(links__message__in=card.messages.filter(own=False)).exclude(pk=card.pk)
        for other in shares[:1]:
            join(card, other, self.town.operator, self.at)

    def deleted(self) -> None:
        message = self.random.choice(list(self.card().messages.filter(own=False)))
        Message.objects.filter(pk=message.pk).update(deleted_at=self.at)
        with book.turn():
            for one in message.incidents.all():
                record(one, "deleted_at_source", at=self.at, actor="machine:triage", data={"message": message.pk})

    def dropped(self) -> None:
        for delivery in Delivery.objects.filter(answer__copy_of__isnull=False, state=D.QUEUED)[:1]:
            Delivery.objects.filter(pk=delivery.pk).update(hold="person")
            drop_copy(Delivery.objects.get(pk=delivery.pk), self.town.operator, self.at)

    def refused(self) -> None:
        for delivery in Delivery.objects.filter(state=D.QUEUED)[:1]:
            with book.turn():
                fate.refused(Incident.objects.get(pk=delivery.answer.incident_id), delivery, "нет", self.at)

    def recalled(self) -> None:
        for answer in Answer.objects.filter(state="approved", copy_of=None, deliveries__state=D.QUEUED)[:1]:
            fate.recall(answer, self.town.approver, self.at)


@pytest.mark.alike
@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_done_the_registers_are_as_a_slow_count_has_them(town: Town, seed: int) -> None:
    play = Play(town, Random(seed))
    catch_up(clock.now())
    for _part in range(5):
        play.go(20)
        catch_up(clock.now() + timedelta(minutes=1))
        Pace.objects.filter(name="journal").update(due_at=clock.now())
        assert kept_unheard() == slow_unheard()
        assert kept_promises() == slow_promises()
    assert Unheard.objects.exists()
    assert Promise.objects.exists()
    with book.turn():
        assert recount(Incident.objects.values_list("pk", flat=True)) == 0


def unheard() -> list[int]:
    return list(Unheard.objects.order_by("incident").values_list("incident", flat=True))


def test_a_published_word_takes_its_author_out_at_the_next_reading_and_a_question_is_none(town: Town) -> None:
    card = town.assigned()
    catch_up(clock.now())
    assert [(row.incident_id, row.way) for row in Unheard.objects.all()] == [(card.pk, "")]
    town.published()
    asked = town.published(kind="question", outcome="")
    Pace.objects.filter(name="journal").update(due_at=clock.now())
    catch_up(clock.now() + timedelta(seconds=1))
    assert unheard() == [card.pk, asked.pk]


def test_a_word_is_owed_to_what_was_assigned_like_thanks_or_closed_without_one_unless_none_is(town: Town) -> None:
    cards = [town.card(), town.card()]
    for card, kind in zip(cards, ("thanks", "noise"), strict=True):
        Verdict.objects.filter(message__incidents=card).update(kind=kind)
    recounted(*cards)
    assert unheard() == []
    for card in cards:
        assign(card, Decision(town.water, town.pipe, town.city), town.operator, clock.now())
    recounted(*cards)
    assert unheard() == [card.pk for card in cards]
    closed = [town.assigned() for _why in WHY]
    for card, why in zip(closed, WHY, strict=True):
        close_unanswered(card, why, "", clock.now(), "user:1")
    catch_up(clock.now())
    assert unheard() == [*(card.pk for card in cards), closed[2].pk]


def recounted(*cards: Incident) -> int:
    with book.turn():
        return recount([card.pk for card in cards])


def test_the_nightly_round_mends_what_no_entry_told_and_counts_it(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    cards = [town.assigned() for _ in range(3)]
    catch_up(clock.now())
    assert Pace.objects.get(name="round").count == 3, "the first round brings in what there was"
    assert caplog.messages == []
    stray = Unheard.objects.get(incident=cards[0])
    Unheard.objects.filter(incident=cards[1]).delete()
    Unheard.objects.filter(pk=stray.pk).update(since=clock.now())
    night = Pace.objects.get(name="round")
    assert night.due_at is not None
    assert f"{timezone.localtime(night.due_at):%H:%M}" == "03:30"
    catch_up(night.due_at)
    assert (reread(night).count, night.wrong, night.at) == (2, 0, None)
    assert caplog.messages == ["the nightly round has mended 2 rows of registers that no entry of the journal told of"]
    assert kept_unheard() == slow_unheard()
    assert Unheard.objects.get(incident=cards[0]).pk == stray.pk


def test_what_a_batch_asks_does_not_grow_with_its_cards(town: Town) -> None:
    cards = [town.assigned().pk for _ in range(9)] + [town.published().pk for _ in range(3)]
    with book.turn(), at_most(20):
        assert recount(cards) == 9
    with book.turn(), at_most(18):
        assert recount(cards) == 0
