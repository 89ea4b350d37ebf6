"""What an act over many cards is: what was chosen for all of them, what stands in a card's way, and how it is done."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.people.models import User
from otklik.triage.models import Verdict
from otklik.work.models import Undoable
from otklik.work.verb import Input, Verb

# Why a card in this state is not for the act; said of several cards together.
WRONG_STATE = {
    State.NEW: _("ещё не разобраны"),
    State.NOISE: _("отмечены «не инцидент»"),
    State.ASSIGNED: _("уже назначены"),
    State.IN_WORK: _("уже в работе"),
    State.CLARIFYING: _("ждут уточнения жителя"),
    State.APPROVAL: _("ответ на согласовании"),
    State.PUBLISHING: _("ответ публикуется"),
    State.POSTPONED: _("отложены до обещанного срока"),
    State.RATING: _("ответ уже дан"),
    State.DONE: _("уже закрыты"),
}


class Unready(Exception):
    """The form lacks something; the text says what to do, `field` is where."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Held(Exception):
    """This card stays as it is; the text is why. The others go on."""


class Call(NamedTuple):
    """A verb, and what is given to it."""

    verb: Verb[Incident, Any]
    data: Input


class Act(ABC):
    """An act with everything that was chosen for all cards. Made by `read`, asked about each card, pressed on each.

    `move` is the move of the workflow whose roles may do it. `alone`: a card that a colleague has before him is left
    to him. `prepare` comes before any question and asks the database for all cards together.
    """

    key: ClassVar[str]
    title: ClassVar[Any]
    icon: ClassVar[str]
    move: ClassVar[str]
    alone: ClassVar[bool] = True
    do_not_call_in_templates: ClassVar[bool] = True  # the form is drawn for the class: there is no act yet

    @classmethod
    def choices(cls, user: User) -> dict[str, Any]:
        """What the form offers beside its plain fields."""
        return {}

    @classmethod
    @abstractmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        """From a hostile form. Raises Unready."""

    def prepare(self, cards: Sequence[Incident], at: datetime) -> None:
        """Few queries, whatever the number of cards. Nothing to ask by default."""
        return

    @abstractmethod
    def obstacle(self, card: Incident) -> str:
        """Why it cannot be done to this card; "" when it can. Without queries of its own."""

    @abstractmethod
    def outcome(self, card: Incident) -> str:
        """What would become of this card, in a few words; only asked where nothing stands in the way."""

    def sample(self, card: Incident) -> str:
        """A longer text that this card would get, for a look at it beforehand."""
        return ""

    @abstractmethod
    def press(self, card: Incident) -> Call:
        """The verb that is done to this card, and with what. Inside `hold`; raises Held."""

    def finish(self, result: Any, row: Undoable) -> bool:
        """The verb has returned this, and `row` is what was kept of its card for taking back; True when the act has
        added something to it."""
        return False


def wrong_state(card: Incident, allowed: Collection[State]) -> str:
    """Why the card's state is not for an act; "" when it is among the allowed ones."""
    return "" if card.state in allowed else str(WRONG_STATE[State(card.state)])


def main_links(cards: Sequence[Incident]) -> dict[int, IncidentMessage]:
    """The main message of each card with its author and place in the network. One query."""
    links = IncidentMessage.objects.filter(incident__in=[card.pk for card in cards], main=True)
    return {link.incident_id: link for link in links.select_related("message__author", "message__thread")}


def verdicts(cards: Sequence[Incident]) -> dict[int, Verdict]:
    """The latest verdict on each card's main message. Two queries."""
    pairs = IncidentMessage.objects.filter(incident__in=[card.pk for card in cards], main=True)
    messages = dict(pairs.values_list("incident_id", "message_id"))
    rows = Verdict.objects.filter(message__in=set(messages.values())).select_related("theme__group", "place")
    latest = {verdict.message_id: verdict for verdict in rows.order_by("pk")}
    return {card: latest[message] for card, message in messages.items() if message in latest}
