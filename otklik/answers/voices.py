"""Whose words stand on a card, and who of them is still owed an answer."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, Value

from otklik.answers.models import Answer
from otklik.inbox.models import Author, Message
from otklik.incidents.gathering import WORKING
from otklik.incidents.models import Incident
from otklik.lib.kept import Kept, KeptRows, in_place, keep, keep_rows, stand_ins
from otklik.triage.models import Verdict

ENDING = (Answer.Kind.FINAL, Answer.Kind.FIRST)
COPIED = (*ENDING, Answer.Kind.INTERIM)
# Whoever says thanks after his answer, or nothing at all, waits for no other.
ASKS_NOTHING = ("thanks", "noise")


@dataclass(frozen=True, slots=True)
class Voice:
    """One author on a card. `latest` is the newest of his messages that still stands in the network, None when he has
    deleted them all. `answered_at` is when his last final word was approved. `owed`: his latest has none yet."""

    author: Author
    latest: Message | None
    answered_at: datetime | None
    owed: bool


def voices(incident: Incident) -> list[Voice]:
    """Everybody who wrote on this card, or on one that waits for its answer, by his first message. Two queries, and
    a third when somebody wrote again after his answer."""
    gathered, answered = _gathered_and_answered(incident)
    messages = _messages([incident.pk, *gathered])
    latest = {message.author_id: message for message in messages if not message.deleted_at}
    after = [
        message.pk
        for author, message in latest.items()
        if author in answered and not _has_word(message, answered[author])
    ]
    content = _asking_nothing(after)
    voice_by_author: dict[int, Voice] = {}
    for message in messages:
        if message.author_id not in voice_by_author:
            newest, word = latest.get(message.author_id), answered.get(message.author_id)
            owed = newest is not None and not _has_word(newest, word) and newest.pk not in content
            voice_by_author[message.author_id] = Voice(message.author, newest, word[1] if word else None, owed)
    return list(voice_by_author.values())


def addressees(answer: Answer) -> list[Message]:
    """The messages under which this answer is said as well: the latest one of every other author who is owed an answer.

    A question is put to one author alone, about his own words.
    """
    if answer.kind not in COPIED or answer.copy_of_id is not None:
        return []
    asked = answer.reply_to.author_id
    return [
        voice.latest
        for voice in voices(answer.incident)
        if voice.owed and voice.latest is not None and voice.author.pk != asked
    ]


Word = tuple[int, datetime]


def _messages(cards: list[int]) -> list[Message]:
    """In their order; none twice, though it may stand on both of two cards."""
    messages = _on_cards(len(cards), connection.vendor).ask(in_place(cards))
    return list({message.pk: message for message in messages}.values())


@lru_cache(16)
def _on_cards(number: int, vendor: str) -> KeptRows[Message]:
    messages = Message.objects.filter(links__incident__in=stand_ins(number), own=False, author__ours=False)
    return keep_rows(messages.select_related("author", "thread", "source").order_by("posted_at", "pk"))


def _gathered_and_answered(incident: Incident) -> tuple[list[int], dict[int, Word]]:
    """The cards that wait for this one's answer; and by author, the last final word that was approved for him: the
    message it answers, and when. Of this card, of one that was gathered here, and of the one that answers for it."""
    card, answering = stand_ins(2)
    params = {card: incident.pk, answering: incident.answered_with_id or incident.pk}
    rows = _around(connection.vendor).ask(params)
    words = sorted((at, pk, author, message) for pk, author, message, at in rows if at is not None)
    answered = {author: (message, at) for at, _pk, author, message in words}
    return [pk for pk, _author, _message, at in rows if at is None], answered


@cache
def _around(vendor: str) -> Kept:
    card, answering = stand_ins(2)
    gathered = Incident.objects.filter(answered_with=card, state__in=WORKING)
    no_word = [Value(None, field) for field in (BigIntegerField(), BigIntegerField(), DateTimeField())]
    cards = Incident.objects.filter(answered_with=card).values("pk")
    own = Answer.objects.filter(incident__in=[card, answering])
    words = (own | Answer.objects.filter(incident__in=cards)).filter(
        state=Answer.State.APPROVED, kind__in=ENDING, decided_at__isnull=False
    )
    answer_rows = words.order_by().values_list("pk", "reply_to__author_id", "reply_to_id", "decided_at")
    return keep(answer_rows.union(gathered.order_by().values_list("pk", *no_word), all=True))


def _has_word(message: Message, word: Word | None) -> bool:
    return word is not None and (word[0] == message.pk or word[1] >= message.captured_at)


def _asking_nothing(messages: list[int]) -> set[int]:
    if not messages:
        return set()
    kinds = dict(Verdict.objects.filter(message__in=messages).order_by("pk").values_list("message_id", "kind"))
    return {pk for pk, kind in kinds.items() if kind in ASKS_NOTHING}
