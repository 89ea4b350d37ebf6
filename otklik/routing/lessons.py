"""What the desk teaches: each card's text, the theme a person chose for it, and what the machine had thought.

Nothing is written for this: the card holds the theme that a person set (`guessed_theme` the machine's), the journal
when and who, and verdicts are only ever added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.journal import when
from otklik.journal.models import Entry
from otklik.routing.models import Assignment
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

PAGE = 500
DECIDING = ("incident.assign", "incident.theme")
IMPORTED = "incident.import"
"""What came from another system was decided there, by people; the machine here has only written it down."""
UNDECIDED = (State.NEW, State.NOISE)
"""What came back as «не наше» is new again: its theme is in doubt until somebody decides anew."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """`guessed` are the codes of the machine's themes at that time, best first; `classifier` is the version of the
    chosen theme's; `at` is when a person chose it."""

    message_pk: int
    text: str
    theme_code: str
    guessed: tuple[str, ...]
    classifier: str
    at: datetime

    @property
    def guessed_code(self) -> str:
        """The machine's first theme; "" when it had none."""
        return self.guessed[0] if self.guessed else ""

    @property
    def confirmed(self) -> bool:
        """The person took the machine's first theme; otherwise he corrected it."""
        return self.theme_code == self.guessed_code


class _Known(NamedTuple):
    code: str
    version: str


class _Decided(NamedTuple):
    incident: int
    theme: int
    message: int
    text: str
    edited_at: datetime | None


def lessons(since: datetime) -> Iterator[Lesson]:
    """Of every card whose theme a person has decided since then, in the order of cards; the latest decision counts.

    Left out: what is no incident or waits for a new decision, our own texts, texts that were deleted or edited after
    the decision, and one text that stands for two matters. The same text is told once. Two queries, and five for
    each 500 cards; no more than that many are in memory.
    """
    first = Entry.objects.filter(when.since(since)).aggregate(first=Min("pk"))["first"]
    if first is None:
        return
    rows = Theme.objects.values_list("pk", "code", "group__classifier__version")
    themes = {pk: _Known(code, version) for pk, code, version in rows}
    last = 0
    while cards := _cards(first, last):
        page = _texts(cards)
        decided_at, verdicts = _decisions(page), _verdicts(page)
        for one in page:
            at = decided_at.get(one.incident)
            if at is not None and at >= since and not (one.edited_at and one.edited_at > at):
                yield _lesson(one, at, verdicts.get(one.message, ()), themes)
        if len(cards) < PAGE:
            return
        last = cards[-1]


def decided(cards: QuerySet[Incident]) -> QuerySet[Incident]:
    """Those whose theme a person has set and nobody has put in doubt since.

    What the machine assigned alone nobody has decided, until somebody changes it.
    """
    alone = Assignment.objects.filter(
        incident=OuterRef("pk"), ended_at__isnull=True, automatic__isnull=False, overruled_at__isnull=True
    )
    return cards.filter(~Exists(alone), theme__isnull=False, assigned_at__isnull=False).exclude(state__in=UNDECIDED)


def theme_ids(themes: Any) -> list[int]:
    """The ids that `Verdict.themes` names, best first; whatever else stands in the JSON is passed over."""
    named = [one.get("id") for one in themes if isinstance(one, dict)] if isinstance(themes, list) else []
    return list(dict.fromkeys(pk for pk in named if type(pk) is int))


def _cards(first: int, last: int) -> list[int]:
    """The next cards that have changed since the entry `first`, after the card `last`."""
    cards = decided(Incident.objects.filter(revision__gte=first, pk__gt=last))
    return list(cards.order_by("pk").values_list("pk", flat=True)[:PAGE])


def _texts(cards: Sequence[int]) -> list[_Decided]:
    """What stands on these cards as their main message, as far as it teaches anything. Two queries."""
    links = IncidentMessage.objects.filter(
        incident__in=cards, main=True, message__own=False, message__deleted_at__isnull=True
    ).exclude(message__text="")
    rows = links.order_by("incident").values_list(
        "incident", "incident__theme", "message", "message__text", "message__edited_at"
    )
    page = [_Decided(*row) for row in rows]
    beside: dict[int, list[tuple[int, int | None]]] = {}
    others = IncidentMessage.objects.filter(
        message__in=[one.message for one in page], main=True, incident__theme__isnull=False
    )
    for message, card, theme in others.order_by("incident").values_list("message", "incident", "incident__theme"):
        beside.setdefault(message, []).append((card, theme))
    return [one for one in page if _is_only_matter(one, beside[one.message])]


def _is_only_matter(one: _Decided, cards: Sequence[tuple[int, int | None]]) -> bool:
    """The text is for one matter, and this is the first of the cards that say so."""
    return cards[0][0] == one.incident and all(theme == one.theme for _card, theme in cards)


def _decisions(page: Sequence[_Decided]) -> dict[int, datetime]:
    """Card → when a person chose the theme that it has: what was taken back is passed over."""
    theme = {one.incident: one.theme for one in page}
    by_people = Q(verb__in=DECIDING, actor__startswith="user:") | Q(verb=IMPORTED)
    entries = Entry.objects.filter(by_people, incident__in=theme).order_by("pk")
    rows = entries.values_list("incident", "at", "data")
    return {card: at for card, at, data in rows if card is not None and data.get("theme") == theme[card]}


def _verdicts(page: Sequence[_Decided]) -> dict[int, list[tuple[datetime, list[int]]]]:
    """Message → when the machine judged it and which themes it named, in order."""
    verdicts_by_message: dict[int, list[tuple[datetime, list[int]]]] = {}
    verdicts = Verdict.objects.filter(message__in=[one.message for one in page]).order_by("pk")
    for message, at, themes in verdicts.values_list("message", "at", "themes"):
        verdicts_by_message.setdefault(message, []).append((at, theme_ids(themes)))
    return verdicts_by_message


def _lesson(
    one: _Decided, at: datetime, verdicts: Sequence[tuple[datetime, list[int]]], themes: Mapping[int, _Known]
) -> Lesson:
    before = [ids for judged_at, ids in verdicts if judged_at <= at]
    guessed = tuple(themes[pk].code for pk in (before[-1] if before else []) if pk in themes)
    return Lesson(one.message, one.text, themes[one.theme].code, guessed, themes[one.theme].version, at)
