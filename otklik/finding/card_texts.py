"""Everything that is said on cards, card by card: what people wrote, what we answer, where it is, who it was.

Where nobody has set a place, it is the one that the machine suggests: a list shows it, so it is found by it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from otklik.answers.models import Answer
from otklik.incidents.fields import Goes, columns
from otklik.incidents.models import Incident, IncidentMessage, Note
from otklik.lib.text import fold
from otklik.places.models import Place

MOST_CHARACTERS = 400_000
_OWN = tuple(name for name in columns(Goes.SEARCH) if not Incident._meta.get_field(name).is_relation)
_PLACE = ("level", "parent__level", "parent__name", "name", "official_name")


@dataclass(slots=True)
class CardTexts:
    """`texts` in the order in which they matter when there are too many, `folded` those that are so already;
    `links` are keys of addresses, see `link_key`. `name_due`: the author's name is still being asked for, and is
    expected then."""

    texts: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    name_due: datetime | None = None
    size: int = 0

    def add(self, *texts: str | None) -> None:
        self.texts += [self._cut(text) for text in texts if text]

    def add_folded(self, text: str) -> None:
        self.folded.append(self._cut(text))

    def _cut(self, text: str) -> str:
        kept = text[: max(MOST_CHARACTERS - self.size, 0)]
        self.size += len(kept)
        return kept

    def whole(self) -> str:
        """All of it, folded."""
        return f"{fold(chr(10).join(self.texts))} {' '.join(self.folded)}"


def link_key(url: str) -> str:
    """A word that stands for a message's address, so that an exact address is found as quickly as a word is."""
    bare = url.strip().partition("://")[2] or url.strip()
    return "url" + hashlib.sha256(bare.partition("#")[0].rstrip("/").lower().encode()).hexdigest()[:20]


def texts_of(ids: Sequence[int]) -> dict[int, CardTexts]:
    """By the ids of cards; a card that is gone is not in it. Five queries, whatever the number of cards."""
    card_texts = {pk: CardTexts() for pk in ids}
    there = set()
    for pk, *words in _cards(ids):
        there.add(pk)
        own, set_by_hand, guessed = words[: len(_OWN)], words[len(_OWN) : -len(_PLACE)], words[-len(_PLACE) :]
        card_texts[pk].add(*(str(word) for word in own))
        card_texts[pk].add(*_place_names(*(set_by_hand if set_by_hand[0] else guessed)))
    for pk, name in Incident.tags.through.objects.filter(incident_id__in=ids).values_list("incident_id", "tag__name"):
        card_texts[pk].add(name)
    for pk, text in Note.objects.filter(incident_id__in=ids).order_by("-pk").values_list("incident_id", "text"):
        card_texts[pk].add(text)
    for pk, text in Answer.objects.filter(incident_id__in=ids).order_by("-pk").values_list("incident_id", "text"):
        card_texts[pk].add(text)
    names: defaultdict[int, set[str]] = defaultdict(set)
    for row in _messages(ids):
        _add_message(card_texts[row["incident_id"]], names[row["incident_id"]], row)
    return {pk: card_text for pk, card_text in card_texts.items() if pk in there}


def _cards(ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    places = (f"{place}__{name}" for place in ("place", "guessed_place") for name in _PLACE)
    return Incident.objects.filter(pk__in=ids).values_list("pk", *_OWN, *places)


def _place_names(level: str | None, above: str | None, parent: str | None, *names: str | None) -> list[str | None]:
    """The region's own name is on every card and tells nothing, but «Краснодар» begins like it."""
    if level == Place.Level.REGION:
        return []
    return [*([parent] if above != Place.Level.REGION else []), *names]


def _messages(ids: Sequence[int]) -> Iterable[Any]:
    """The main message first, then the newest."""
    return (
        IncidentMessage.objects.filter(incident_id__in=ids)
        .order_by("-main", "-message_id")
        .values(
            "incident_id",
            "message__text",
            "message__folded",
            "message__url",
            "message__source__title",
            "message__author__external_id",
            "message__author__name",
            "message__author__url",
            "message__author__due_at",
        )
        .iterator(chunk_size=2000)
    )


def _add_message(card_text: CardTexts, names: set[str], row: dict[str, Any]) -> None:
    author = row["message__author__external_id"]
    if author not in names:
        names.add(author)
        profile = row["message__author__url"].rstrip("/").rpartition("/")[2]
        card_text.add(row["message__author__name"], author, profile, row["message__source__title"])
        if not row["message__author__name"] and row["message__author__due_at"]:
            card_text.name_due = row["message__author__due_at"]
    card_text.add_folded(row["message__folded"] or fold(row["message__text"]))
    if row["message__url"] and card_text.size < MOST_CHARACTERS:
        card_text.links.add(link_key(row["message__url"]))
