from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.inbox.models import Media, Message
from otklik.incidents.models import Findable, Heard, Incident, State
from otklik.journal.models import Entry
from otklik.lib.due import LeaseLost, claim
from otklik.triage.judge import judge
from otklik.triage.models import Verdict
from tests.at_once import at_once
from tests.make import inbox, places

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
LEASE = timedelta(seconds=45)
TEXT = "Третий день нет воды на Садовой, 5, дома маленькие дети"

pytestmark = pytest.mark.django_db


def message_with(text: str = TEXT, to: Message | None = None, **more: Any) -> Message:
    """A text that is to be judged: by somebody new, or by the author of that one, under it."""
    if to is not None:
        more = {"author": to.author, "thread": to.thread, "parent_external_id": to.external_id, **more}
    return inbox.message(text, at=NOW, due_at=NOW, **more)


def run(most: int = 64, at: datetime = NOW) -> int:
    rows = claim(Message, at, LEASE, most)
    if rows:
        judge(rows, at)
    return len(rows)


def cards_of(message: Message) -> list[Incident]:
    return list(Incident.objects.filter(messages=message).order_by("number"))


def verbs(*cards: Incident) -> list[str]:
    entries = Entry.objects.filter(incident__in=[card.pk for card in cards]).order_by("pk")
    return [verb.removeprefix("incident.") for verb in entries.values_list("verb", flat=True)]


def stream(count: int) -> list[Message]:
    """A mixed one: complaints, thanks, photos, and replies under one's own words."""
    texts = (TEXT, "Спасибо, воду дали!", "Яма на Полевой у дома 12, колёса бьём", "Когда починят фонарь в Ёлкино?")
    made: list[Message] = []
    for number in range(count):
        to = made[number - 32] if number >= 32 and number % 4 == 3 else None
        made.append(message_with(f"{texts[number % 4]} {number}", to))
        if number % 5 == 0:
            Media.objects.create(message=made[-1], kind="photo")
    return made


def thoughts(messages: list[Message]) -> list[dict[str, object]]:
    """What is thought of each of these messages, and what its cards show of that."""
    left_out = ("id", "message_id", "at")
    rows = {row["message_id"]: row for row in Verdict.objects.filter(message__in=messages).values()}
    opinions = []
    for one in messages:
        fields = {name: value for name, value in rows[one.pk].items() if name not in left_out}
        shown = [(card.priority, card.guessed_theme_id, card.guessed_place_id) for card in cards_of(one)]
        opinions.append({**fields, "cards": shown})
    return opinions


def test_a_batch_costs_a_handful_of_statements_and_finds_what_each_message_alone_would_be_told() -> None:
    places.place("Ёлкино")
    places.theme("Водоснабжение", keywords=["нет воды", "воду"])
    places.theme("Дороги", keywords=["яма"])
    outcomes = []
    for size in (1, 32):
        messages = stream(64)
        with CaptureQueriesContext(connection) as asked:
            while run(size):
                pass
        outcomes.append(thoughts(messages))
        assert [len(cards_of(one)) for one in messages] == [1] * 64
        assert Heard.objects.filter(message__in=messages).count() == 8
    assert outcomes[0] == outcomes[1]
    assert len(asked) <= 64 * 2
    numbers = list(Incident.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 113))
    assert verbs(*Incident.objects.all()).count("open") == 112
    assert Incident.objects.filter(revision=0).count() == Findable.objects.filter(due_at__isnull=True).count() == 0


@pytest.mark.parametrize("dialogue", [False, True])
def test_what_an_author_adds_in_the_same_batch_is_heard_on_the_card_that_his_first_words_open(dialogue: bool) -> None:
    where: dict[str, Any] = {"place": Message.Place.DIRECT, "parent_external_id": ""} if dialogue else {}
    first = message_with(**where)
    more, stranger = (
        message_with("Дом 5, второй подъезд", first, **where),
        message_with("У нас тоже", first, author=inbox.author(), **where),
    )
    assert run() == 3
    assert [len(cards_of(one)) for one in (first, more, stranger)] == [1, 0, 1]
    assert run() == 1
    assert cards_of(more) == cards_of(first)
    assert list(Heard.objects.values_list("message", "incident")) == [(more.pk, cards_of(first)[0].pk)]
    assert verbs(*cards_of(first)) == ["open", "gather"]
    assert run() == 0


def test_words_that_another_worker_has_are_waited_for_and_nothing_else_is() -> None:
    first = message_with()
    theirs = claim(Message, NOW, LEASE, 1)
    more, other = message_with("Дом 5, второй подъезд", first), message_with("Яма на Полевой", author=first.author)
    assert run() == 2
    assert [len(cards_of(one)) for one in (more, other)] == [0, 1]
    judge(theirs, NOW)
    assert run(at=LATER) == 1
    assert cards_of(more) == cards_of(first)


def test_what_has_changed_since_it_was_read_is_thought_of_anew() -> None:
    one = message_with()
    rows = claim(Message, NOW, LEASE, 64)
    Message.objects.filter(pk=one.pk).update(text="Спасибо, всё починили", revision=2, due_at=LATER)
    judge(rows, NOW)
    assert (cards_of(one), Verdict.objects.count()) == ([], 0)
    assert run(at=LATER) == 1
    assert Verdict.objects.get().message_revision == 2
    assert Message.objects.filter(due_at=None, lease="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_batch_that_was_lost_to_another_worker_nothing_is_written() -> None:
    messages = [message_with(), message_with()]
    rows = claim(Message, NOW, LEASE, 64)
    Message.objects.filter(pk=messages[1].pk).update(lease="another")
    with pytest.raises(LeaseLost):
        judge(rows, NOW)
    assert not Incident.objects.exists()
    assert not Verdict.objects.exists()


def test_an_edit_and_a_deletion_are_shown_on_every_card_and_what_is_ours_opens_none() -> None:
    theme = places.theme("Водоснабжение", keywords=["нет воды"])
    edited, deleted, ours = message_with("Здравствуйте"), message_with("Яма на Полевой"), message_with(own=True)
    gone, empty = message_with(deleted_at=NOW), message_with("", deleted_at=NOW)
    run()
    assert [len(cards_of(one)) for one in (edited, deleted, ours, gone, empty)] == [1, 1, 0, 1, 0]
    assert verbs(*cards_of(gone)) == ["open", "deleted_at_source"]
    Incident.objects.update(due_at=None)
    Incident.objects.filter(messages=deleted).update(state=State.ASSIGNED)
    Message.objects.filter(pk=edited.pk).update(text=TEXT, revision=2, due_at=NOW)
    Message.objects.filter(pk=deleted.pk).update(deleted_at=NOW, revision=2, due_at=NOW)
    run()
    (card,), (other,) = cards_of(edited), cards_of(deleted)
    assert (card.guessed_theme, card.due_at, verbs(card)) == (theme, NOW, ["open", "edited_at_source"])
    assert (other.due_at, verbs(other)) == (None, ["open", "deleted_at_source"])
    assert [Verdict.objects.filter(message=one).count() for one in (edited, deleted)] == [2, 1]
    assert card.revision == Entry.objects.filter(incident=card.pk).order_by("-pk").values_list("pk", flat=True)[0]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_give_each_message_one_card_and_no_number_twice() -> None:
    author = inbox.author()
    messages = [
        message_with(f"Яма {number} на Полевой", author=author if number % 3 else inbox.author())
        for number in range(48)
    ]

    def work(size: int) -> int:
        done = 0
        while count := run(size):
            done += count
        return done

    at_once(work, [5, 7, 3])
    while work(64):
        pass
    assert [len(cards_of(one)) for one in messages] == [1] * 48
    assert list(Incident.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 49))
    assert verbs(*Incident.objects.all()).count("open") == 48
    assert Verdict.objects.count() == 48
